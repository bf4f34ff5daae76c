package io.crysdk.train;

import ai.onnx.proto.OnnxMl;
import io.crysdk.onnx.ModelContract;
import io.crysdk.train.weights.VggishWeights;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes a network as an ONNX file (IR 8, opset 17) and does not believe it until ONNX Runtime has given the trainer's
 * own answers.
 *
 * <p>Input {@code log_mel} float [N,96,64]; outputs {@code probabilities} [N,K], {@code cry_probability} [N,1], {@code
 * embedding} [N,D]. Normalisations are folded into the convolutions before them.
 *
 * <p>Stateless; a network that is exported is for the calling thread alone meanwhile.
 *
 * @since 0.1.0
 */
public final class OnnxExporter {
    private static final double TOLERANCE = 1e-5;
    private static final int COMPARED = 64;

    private OnnxExporter() {}

    /**
     * Exports a network.
     *
     * @param network the network
     * @param contract what the file promises; its labels are the network's reasons
     * @param file where to; replaced only by a file that was checked
     * @param patches [N][96][64] windows to compare on, best ones that were not trained on
     * @return the largest difference found
     * @throws IOException if the file cannot be written
     * @throws IllegalStateException if ONNX Runtime's answers differ by more than 1e-5
     */
    public static double export(VggishNet network, ModelContract contract, Path file, float[] patches)
            throws IOException {
        return export(network, contract, Map.of(), file, patches);
    }

    /** The same with metadata beside the contract's. */
    static double export(
            VggishNet network, ModelContract contract, Map<String, String> more, Path file, float[] patches)
            throws IOException {
        return export(network, true, contract, more, file, patches);
    }

    /** The same without the gate, which a network that learnt the reasons of cries alone never trained. */
    static double exportUngated(
            VggishNet network, ModelContract contract, Map<String, String> more, Path file, float[] patches)
            throws IOException {
        return export(network, false, contract, more, file, patches);
    }

    private static double export(
            VggishNet network,
            boolean gated,
            ModelContract contract,
            Map<String, String> more,
            Path file,
            float[] patches)
            throws IOException {
        if (contract.labels().size() != network.settings().reasons()) {
            throw new IllegalArgumentException(
                    "the network tells " + network.settings().reasons() + " reasons apart, found " + contract.labels());
        }
        Map<String, float[]> weights = fold(network.settings(), network.state());
        OnnxMl.ModelProto model = gated
                ? OnnxGraph.of(network.settings(), weights, contract, more)
                : OnnxGraph.ungated(network.settings(), weights, contract, more);
        double[] difference = {0.0};
        WriteAside.write(file, aside -> {
            write(model, aside);
            difference[0] = compare(network, gated, aside, patches);
            if (!(difference[0] <= TOLERANCE)) {
                throw new IllegalStateException("ONNX Runtime and the trainer differ by " + difference[0]
                        + ", more than " + TOLERANCE + ": nothing was exported");
            }
        });
        return difference[0];
    }

    /**
     * Exports a network's body alone: input {@code log_mel} float [N,96,64], output {@code embedding} [N,D].
     *
     * @param weights the body
     * @param notes metadata, for people
     * @param file where to; replaced only by a file that was checked
     * @param check is handed the file before it is moved; what it throws keeps the file from being moved
     * @throws IOException if the file cannot be written, or the check throws it
     */
    public static void exportBody(VggishWeights weights, Map<String, String> notes, Path file, Check check)
            throws IOException {
        OnnxMl.ModelProto model = OnnxGraph.body(weights.settings(false, 2), weights.values(), notes);
        WriteAside.write(file, aside -> {
            write(model, aside);
            check.check(aside);
        });
    }

    /** Looks at a file that is not yet where it shall be. */
    @FunctionalInterface
    public interface Check {
        /**
         * Looks at the file.
         *
         * @param file the file
         * @throws IOException if it shall not be kept
         */
        void check(Path file) throws IOException;
    }

    /** Weights with every normalisation folded into its convolution, by name; only .weight and .bias remain. */
    static Map<String, float[]> fold(NetSettings settings, Map<String, float[]> state) {
        Map<String, float[]> folded = new LinkedHashMap<>();
        state.forEach((name, values) -> {
            // What was learnt beside a teacher has done its work.
            if ((name.endsWith(".weight") || name.endsWith(".bias")) && !name.startsWith("sounds.")) {
                folded.put(name, values.clone());
            }
        });
        if (settings.batchNorm()) {
            for (int c = 1; c <= settings.channels().size(); c++) {
                String conv = "conv" + c;
                float[] gamma = value(state, conv + ".gamma");
                float[] beta = value(state, conv + ".beta");
                float[] mean = value(state, conv + ".mean");
                float[] variance = value(state, conv + ".variance");
                float[] weight = value(folded, conv + ".weight");
                float[] bias = new float[gamma.length];
                int each = weight.length / bias.length;
                for (int o = 0; o < bias.length; o++) {
                    double scale = gamma[o] / Math.sqrt(variance[o] + VggishNet.BATCH_NORM_EPSILON);
                    bias[o] = (float) (beta[o] - mean[o] * scale);
                    for (int i = 0; i < each; i++) {
                        weight[o * each + i] = (float) (weight[o * each + i] * scale);
                    }
                }
                folded.put(conv + ".bias", bias);
            }
        }
        return folded;
    }

    private static void write(OnnxMl.ModelProto model, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            model.writeTo(out);
        }
    }

    /** The first window of each of some, and silence: what an exported file is to be compared on. */
    static float[] patches(Stream<float[]> logMels) {
        List<float[]> some = logMels.limit(COMPARED).toList();
        float[] patches = new float[(some.size() + 1) * Augmentation.PATCH];
        for (int i = 0; i < some.size(); i++) {
            System.arraycopy(some.get(i), 0, patches, i * Augmentation.PATCH, Augmentation.PATCH);
        }
        Augmentation.toLogMel(new float[Augmentation.PATCH], patches, some.size() * Augmentation.PATCH);
        return patches;
    }

    /** The largest difference of any output, the embedding's relative to its size where that is above one. */
    private static double compare(VggishNet network, boolean gated, Path file, float[] patches) throws IOException {
        int n = patches.length / Augmentation.PATCH;
        if (n == 0) {
            throw new IllegalArgumentException("an export is checked on one window or more");
        }
        Scorer.Values expected = Scorer.forward(network, patches, 0, n);
        int k = network.settings().reasons();
        try (OrtNetwork exported = OrtNetwork.load(Files.readAllBytes(file));
                OrtNetwork.Outputs outputs = exported.run(patches, 0, n)) {
            float[] probabilities = outputs.floats("probabilities");
            float[] cry = gated ? outputs.floats("cry_probability") : new float[0];
            float[] embedding = outputs.floats("embedding");
            double worst = 0.0;
            for (int i = 0; i < cry.length; i++) {
                worst = worse(worst, cry[i] - 1.0 / (1.0 + Math.exp(-expected.gate()[i])));
            }
            for (int i = 0; i < n; i++) {
                double[] logits = new double[k];
                for (int j = 0; j < k; j++) {
                    logits[j] = expected.reasons()[i * k + j];
                }
                double[] softmax = Calibration.softmax(logits, 1.0);
                for (int j = 0; j < k; j++) {
                    worst = worse(worst, probabilities[i * k + j] - softmax[j]);
                }
            }
            double size = 1.0;
            for (float e : expected.embedding()) {
                size = Math.max(size, Math.abs(e));
            }
            for (int i = 0; i < embedding.length; i++) {
                worst = worse(worst, (embedding[i] - expected.embedding()[i]) / size);
            }
            return worst;
        }
    }

    /** Unlike Math.max this keeps a NaN from being passed over by a later comparison. */
    private static double worse(double worst, double difference) {
        return Double.isNaN(difference) ? Double.NaN : Math.max(worst, Math.abs(difference));
    }

    private static float[] value(Map<String, float[]> values, String name) {
        float[] found = values.get(name);
        if (found == null) {
            throw new IllegalStateException("no weight " + name);
        }
        return found;
    }
}
