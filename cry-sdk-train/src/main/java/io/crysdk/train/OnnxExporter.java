package io.crysdk.train;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxRuntime;
import io.crysdk.train.weights.VggishWeights;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;
    private static final double TOLERANCE = 1e-5;

    private final OnnxMl.GraphProto.Builder graph =
            OnnxMl.GraphProto.newBuilder().setName("cry");

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
        if (contract.labels().size() != network.settings().reasons()) {
            throw new IllegalArgumentException(
                    "the network tells " + network.settings().reasons() + " reasons apart, found " + contract.labels());
        }
        OnnxExporter exporter = new OnnxExporter();
        exporter.network(network);
        Map<String, String> metadata = new LinkedHashMap<>(contract.toMetadata());
        metadata.putAll(more);
        OnnxMl.ModelProto model = exporter.model(metadata);
        double[] difference = {0.0};
        WriteAside.write(file, aside -> {
            write(model, aside);
            difference[0] = compare(network, aside, patches);
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
        OnnxExporter exporter = new OnnxExporter();
        exporter.body(weights.settings(false, 2), weights.values());
        exporter.graph.addOutput(tensorInfo("embedding", weights.embedding()));
        OnnxMl.ModelProto model = exporter.model(notes);
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

    private void network(VggishNet network) {
        NetSettings settings = network.settings();
        Map<String, float[]> weights = fold(settings, network.state());
        String embedding = body(settings, weights);
        String gate = dense("gate", "gate_logit", weights, embedding, settings.embedding(), 1);
        String reasons =
                dense("reasons", "reason_logits", weights, embedding, settings.embedding(), settings.reasons());
        node("Softmax", "probabilities", new String[] {reasons}, integer("axis", 1));
        node("Sigmoid", "cry_probability", gate);
        graph.addOutput(tensorInfo("probabilities", settings.reasons()));
        graph.addOutput(tensorInfo("cry_probability", 1));
        graph.addOutput(tensorInfo("embedding", settings.embedding()));
    }

    private String body(NetSettings settings, Map<String, float[]> weights) {
        graph.addInput(tensorInfo("log_mel", LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS));
        graph.addInitializer(OnnxMl.TensorProto.newBuilder()
                .setName("channel_axis")
                .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber())
                .addDims(1)
                .addInt64Data(1));
        String x = node("Unsqueeze", "unsqueezed", "log_mel", "channel_axis");
        int in = 1;
        for (int c = 0; c < settings.channels().size(); c++) {
            String name = "conv" + (c + 1);
            int out = settings.channels().get(c);
            weight(name + ".weight", weights, out, in, 3, 3);
            weight(name + ".bias", weights, out);
            x = node(
                    "Conv",
                    name,
                    new String[] {x, name + ".weight", name + ".bias"},
                    ints("kernel_shape", 3, 3),
                    ints("pads", 1, 1, 1, 1));
            x = node("Relu", name + ".relu", x);
            if (NetSettings.pooled(c)) {
                x = node(
                        "MaxPool", name + ".pool", new String[] {x}, ints("kernel_shape", 2, 2), ints("strides", 2, 2));
            }
            in = out;
        }
        x = node("Transpose", "time_band_channel", new String[] {x}, ints("perm", 0, 2, 3, 1));
        x = node("Flatten", "flat", new String[] {x}, integer("axis", 1));
        in = settings.flat();
        for (int d = 0; d < settings.hidden().size(); d++) {
            String name = "fc" + (d + 1);
            int out = settings.hidden().get(d);
            if (settings.product(in, out)) {
                weight(name + ".inner.weight", weights, settings.rank(), in);
                x = node("Gemm", name + ".inner", new String[] {x, name + ".inner.weight"}, integer("transB", 1));
                in = settings.rank();
            }
            x = node("Relu", name + ".relu", dense(name, name, weights, x, in, out));
            in = out;
        }
        return dense("embedding", "embedding", weights, x, in, settings.embedding());
    }

    private OnnxMl.ModelProto model(Map<String, String> metadata) {
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("cry-sdk-train")
                .setGraph(graph)
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET));
        metadata.forEach((key, value) -> model.addMetadataProps(
                OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build();
    }

    private String dense(String name, String output, Map<String, float[]> weights, String x, int in, int out) {
        weight(name + ".weight", weights, out, in);
        weight(name + ".bias", weights, out);
        return node("Gemm", output, new String[] {x, name + ".weight", name + ".bias"}, integer("transB", 1));
    }

    private void weight(String name, Map<String, float[]> weights, int... dims) {
        float[] values = value(weights, name);
        int size = Arrays.stream(dims).reduce(1, Math::multiplyExact);
        if (values.length != size) {
            throw new IllegalStateException(name + " has " + values.length + " values, expected " + size);
        }
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        ByteString raw = UnsafeByteOperations.unsafeWrap(bytes);
        OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder()
                .setName(name)
                .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                .setRawData(raw);
        for (int dim : dims) {
            tensor.addDims(dim);
        }
        graph.addInitializer(tensor);
    }

    private String node(String op, String output, String... inputs) {
        return node(op, output, inputs, new OnnxMl.AttributeProto[0]);
    }

    private String node(String op, String output, String[] inputs, OnnxMl.AttributeProto... attributes) {
        graph.addNode(OnnxMl.NodeProto.newBuilder()
                .setOpType(op)
                .setName(output)
                .addAllInput(Arrays.asList(inputs))
                .addOutput(output)
                .addAllAttribute(Arrays.asList(attributes)));
        return output;
    }

    private static OnnxMl.AttributeProto ints(String name, long... values) {
        OnnxMl.AttributeProto.Builder attribute =
                OnnxMl.AttributeProto.newBuilder().setName(name).setType(OnnxMl.AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    private static OnnxMl.AttributeProto integer(String name, long value) {
        return OnnxMl.AttributeProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static OnnxMl.ValueInfoProto tensorInfo(String name, int... dims) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder()
                .addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
        for (int dim : dims) {
            shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }

    /** The largest difference of any output, the embedding's relative to its size where that is above one. */
    private static double compare(VggishNet network, Path file, float[] patches) throws IOException {
        int n = patches.length / Augmentation.PATCH;
        if (n == 0) {
            throw new IllegalArgumentException("an export is checked on one window or more");
        }
        Scorer.Values expected = Scorer.forward(network, patches, 0, n);
        int k = network.settings().reasons();
        OnnxRuntime.start();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(file.toString(), options);
                OnnxTensor input = OnnxTensor.createTensor(
                        environment,
                        FloatBuffer.wrap(patches, 0, n * Augmentation.PATCH),
                        new long[] {n, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS});
                OrtSession.Result result = session.run(Map.of("log_mel", input))) {
            float[] probabilities = floats(result, "probabilities");
            float[] cry = floats(result, "cry_probability");
            float[] embedding = floats(result, "embedding");
            double worst = 0.0;
            for (int i = 0; i < n; i++) {
                worst = worse(worst, cry[i] - 1.0 / (1.0 + Math.exp(-expected.gate()[i])));
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
        } catch (OrtException e) {
            throw new IOException("ONNX Runtime does not run what was exported: " + e.getMessage(), e);
        }
    }

    /** Unlike Math.max this keeps a NaN from being passed over by a later comparison. */
    private static double worse(double worst, double difference) {
        return Double.isNaN(difference) ? Double.NaN : Math.max(worst, Math.abs(difference));
    }

    private static float[] floats(OrtSession.Result result, String name) {
        Optional<ai.onnxruntime.OnnxValue> value = result.get(name);
        if (value.isEmpty() || !(value.get() instanceof OnnxTensor tensor)) {
            throw new IllegalStateException("no output " + name);
        }
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private static float[] value(Map<String, float[]> values, String name) {
        float[] found = values.get(name);
        if (found == null) {
            throw new IllegalStateException("no weight " + name);
        }
        return found;
    }
}
