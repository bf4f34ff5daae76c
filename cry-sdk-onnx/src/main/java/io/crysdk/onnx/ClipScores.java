package io.crysdk.onnx;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.SignalQuality;
import io.crysdk.dsp.WindowReader;
import org.jspecify.annotations.Nullable;

/** Collects what the network says of one clip's windows, in order, as they come out of batches shared with others. */
final class ClipScores {
    private final double[] starts;
    private final double[] ends;
    private final double[] gateLogits;
    private final double[][] probabilities;
    private final @Nullable EmbeddingReader embeddingReader;
    private final double[][] embeddings;
    private @Nullable SignalQuality quality;
    private int filled;

    /** What is kept of each window's embedding. For one thread. */
    interface EmbeddingReader {
        /** How many values are kept. */
        int size();

        /** Reads the embedding of a window of the batch into {@code out}, of {@link #size} values. */
        void read(WindowBatch batch, int window, double[] out);
    }

    ClipScores(WindowReader reader, int labels, boolean gate, @Nullable EmbeddingReader embeddingReader) {
        int windows = reader.windows();
        starts = new double[windows];
        ends = new double[windows];
        for (int w = 0; w < windows; w++) {
            starts[w] = reader.startSeconds(w);
            ends[w] = reader.endSeconds(w);
        }
        gateLogits = new double[gate ? windows : 0];
        probabilities = new double[windows][labels];
        this.embeddingReader = embeddingReader;
        embeddings = embeddingReader == null ? new double[0][] : new double[windows][embeddingReader.size()];
    }

    void add(WindowBatch batch, int window) {
        if (gateLogits.length > 0) {
            gateLogits[filled] = GateContract.logit(checked(batch.cryProbability(window)));
        }
        if (embeddingReader != null) {
            embeddingReader.read(batch, window, embeddings[filled]);
        }
        double[] row = probabilities[filled++];
        for (int k = 0; k < row.length; k++) {
            row[k] = checked(batch.probability(window, k));
        }
    }

    void setQuality(SignalQuality measured) {
        quality = measured;
    }

    int windows() {
        return starts.length;
    }

    double startSeconds(int window) {
        return starts[window];
    }

    double endSeconds(int window) {
        return ends[window];
    }

    /** One for each window, or none without a gate. */
    double[] gateLogits() {
        return gateLogits;
    }

    /** [windows][labels], as the network gave them. */
    double[][] probabilities() {
        return probabilities;
    }

    /** [windows][size] as the reader of embeddings kept them, or none without one. */
    double[][] embeddings() {
        return embeddings;
    }

    SignalQuality quality() {
        if (quality == null || filled < windows()) {
            throw new IllegalStateException(filled + " of " + windows() + " windows have been heard");
        }
        return quality;
    }

    static float checked(float probability) {
        if (!(probability >= 0.0f && probability <= 1.0001f)) {
            throw new CryException(
                    CryErrorCode.INFERENCE_FAILED,
                    "the network gave " + probability + " where a probability was expected: its weights or graph are"
                            + " unsound for such audio");
        }
        return probability;
    }
}
