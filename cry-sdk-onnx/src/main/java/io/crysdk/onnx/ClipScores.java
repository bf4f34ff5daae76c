package io.crysdk.onnx;

import io.crysdk.SignalQuality;
import io.crysdk.dsp.WindowReader;
import org.jspecify.annotations.Nullable;

/** Collects what the network says of one clip's windows, in order, as they come out of batches shared with others. */
final class ClipScores {
    private final double[] starts;
    private final double[] ends;
    private final double[] gateLogits;
    private final double[][] probabilities;
    private @Nullable SignalQuality quality;
    private int filled;

    ClipScores(WindowReader reader, int labels, boolean gate) {
        int windows = reader.windows();
        starts = new double[windows];
        ends = new double[windows];
        for (int w = 0; w < windows; w++) {
            starts[w] = reader.startSeconds(w);
            ends[w] = reader.endSeconds(w);
        }
        gateLogits = new double[gate ? windows : 0];
        probabilities = new double[windows][labels];
    }

    void add(WindowBatch batch, int window) {
        if (gateLogits.length > 0) {
            gateLogits[filled] = logit(batch.cryProbability(window));
        }
        double[] row = probabilities[filled++];
        for (int k = 0; k < row.length; k++) {
            row[k] = batch.probability(window, k);
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

    SignalQuality quality() {
        if (quality == null || filled < windows()) {
            throw new IllegalStateException(filled + " of " + windows() + " windows have been heard");
        }
        return quality;
    }

    /** A float probability is 0 or 1 long before its logit is infinite, so the ends are where floats still tell apart. */
    private static double logit(float probability) {
        double p = Math.min(Math.max(probability, 1e-7), 1.0 - 1e-7);
        return Math.log(p / (1.0 - p));
    }
}
