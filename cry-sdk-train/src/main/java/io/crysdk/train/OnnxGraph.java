package io.crysdk.train;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.onnx.ModelContract;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes weights as an ONNX graph (IR 8, opset 17): input {@code log_mel} float [N,96,64]; outputs {@code
 * probabilities} [N,K], {@code cry_probability} [N,1], {@code embedding} [N,D].
 *
 * <p>With {@linkplain ActivationRanges ranges} the convolutions are in integers of 8 bits, as pairs of quantise and
 * dequantise around float operators: activations unsigned with one scale each, weights signed with a scale for each
 * output channel, biases of 32 bits. Pooling stands between pairs of the same scale, so that ONNX Runtime takes the
 * whole stack for integer operators. The dense layers stay in float: they are read once for each window and little
 * faster in integers, and what they answer is the answer.
 */
final class OnnxGraph {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    /**
     * Weights have 7 bits and a sign less: the x86 instruction for unsigned times signed bytes adds two products in 16
     * bits, which 255 times 127 twice overflows where there is no VNNI. With 64 it cannot, and answers are the same on
     * every processor.
     */
    private static final int LARGEST_WEIGHT = 63;

    private final NetSettings settings;
    private final Map<String, float[]> weights;
    private final @Nullable ActivationRanges ranges;
    private final OnnxMl.GraphProto.Builder graph =
            OnnxMl.GraphProto.newBuilder().setName("cry");

    private OnnxGraph(NetSettings settings, Map<String, float[]> weights, @Nullable ActivationRanges ranges) {
        this.settings = settings;
        this.weights = weights;
        this.ranges = ranges;
    }

    /** The graph in float; weights are without normalisations, see {@link OnnxExporter#fold}. */
    static OnnxMl.ModelProto of(NetSettings settings, Map<String, float[]> weights, ModelContract contract) {
        return of(settings, weights, contract, Map.of());
    }

    /** The same with metadata beside the contract's. */
    static OnnxMl.ModelProto of(
            NetSettings settings, Map<String, float[]> weights, ModelContract contract, Map<String, String> more) {
        OnnxGraph made = new OnnxGraph(settings, weights, null);
        made.network();
        return made.model(metadata(contract, more));
    }

    /** The same without the gate. */
    static OnnxMl.ModelProto ungated(
            NetSettings settings, Map<String, float[]> weights, ModelContract contract, Map<String, String> more) {
        OnnxGraph made = new OnnxGraph(settings, weights, null);
        made.network(false);
        return made.model(metadata(contract, more));
    }

    /** The graph with convolutions of 8 bits. */
    static OnnxMl.ModelProto int8(
            NetSettings settings,
            Map<String, float[]> weights,
            ModelContract contract,
            Map<String, String> more,
            ActivationRanges ranges) {
        OnnxGraph made = new OnnxGraph(settings, weights, ranges);
        made.network();
        return made.model(metadata(contract, more));
    }

    /** The graph in float with what comes out of each convolution as outputs {@code conv1.relu} and so on. */
    static OnnxMl.ModelProto observed(NetSettings settings, Map<String, float[]> weights, ModelContract contract) {
        OnnxGraph made = new OnnxGraph(settings, weights, null);
        made.network();
        int height = LogMelExtractor.PATCH_FRAMES;
        int width = LogMelExtractor.BANDS;
        for (int c = 0; c < settings.channels().size(); c++) {
            made.graph.addOutput(
                    tensorInfo(conv(c) + ".relu", settings.channels().get(c), height, width));
            height /= NetSettings.pooled(c) ? 2 : 1;
            width /= NetSettings.pooled(c) ? 2 : 1;
        }
        return made.model(contract.toMetadata());
    }

    /** The graph in float that ends with the embedding. */
    static OnnxMl.ModelProto body(NetSettings settings, Map<String, float[]> weights, Map<String, String> metadata) {
        OnnxGraph made = new OnnxGraph(settings, weights, null);
        made.graph.addOutput(tensorInfo(made.body(), settings.embedding()));
        return made.model(metadata);
    }

    private static Map<String, String> metadata(ModelContract contract, Map<String, String> more) {
        Map<String, String> metadata = new LinkedHashMap<>(contract.toMetadata());
        metadata.putAll(more);
        return metadata;
    }

    private void network() {
        network(true);
    }

    private void network(boolean gated) {
        String embedding = body();
        String gate = gated ? dense("gate", "gate_logit", embedding, settings.embedding(), 1) : "";
        String reasons = dense("reasons", "reason_logits", embedding, settings.embedding(), settings.reasons());
        node("Softmax", "probabilities", new String[] {reasons}, integer("axis", 1));
        graph.addOutput(tensorInfo("probabilities", settings.reasons()));
        if (gated) {
            node("Sigmoid", "cry_probability", gate);
            graph.addOutput(tensorInfo("cry_probability", 1));
        }
        graph.addOutput(tensorInfo("embedding", settings.embedding()));
    }

    private String body() {
        graph.addInput(tensorInfo("log_mel", LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS));
        graph.addInitializer(OnnxMl.TensorProto.newBuilder()
                .setName("channel_axis")
                .setDataType(DataType.INT64.getNumber())
                .addDims(1)
                .addInt64Data(1));
        String x = node("Unsqueeze", "unsqueezed", "log_mel", "channel_axis");
        x = ranges == null ? convolutions(x) : convolutions(x, ranges);
        x = node("Transpose", "time_band_channel", new String[] {x}, ints("perm", 0, 2, 3, 1));
        x = node("Flatten", "flat", new String[] {x}, integer("axis", 1));
        int in = settings.flat();
        for (int d = 0; d < settings.hidden().size(); d++) {
            String name = "fc" + (d + 1);
            int out = settings.hidden().get(d);
            if (settings.product(in, out)) {
                weight(name + ".inner.weight", settings.rank(), in);
                x = node("Gemm", name + ".inner", new String[] {x, name + ".inner.weight"}, integer("transB", 1));
                in = settings.rank();
            }
            x = node("Relu", name + ".relu", dense(name, name, x, in, out));
            in = out;
        }
        return dense("embedding", "embedding", x, in, settings.embedding());
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

    static String conv(int convolution) {
        return "conv" + (convolution + 1);
    }

    private String convolutions(String input) {
        String x = input;
        int in = 1;
        for (int c = 0; c < settings.channels().size(); c++) {
            String name = conv(c);
            int out = settings.channels().get(c);
            weight(name + ".weight", out, in, 3, 3);
            weight(name + ".bias", out);
            x = convolution(name, x, name + ".weight", name + ".bias");
            x = node("Relu", name + ".relu", x);
            if (NetSettings.pooled(c)) {
                x = pool(name + ".pool", x);
            }
            in = out;
        }
        return x;
    }

    private String convolutions(String input, ActivationRanges known) {
        float inputScale = (known.inputHigh() - known.inputLow()) / 255;
        scale("input", inputScale, Math.round(-known.inputLow() / inputScale));
        String x = quantised("input", input, "input");
        float scale = inputScale;
        int in = 1;
        for (int c = 0; c < settings.channels().size(); c++) {
            String name = conv(c);
            int out = settings.channels().get(c);
            quantisedWeights(name, in, out, scale);
            scale = known.highs().get(c) / 255;
            scale(name + ".relu", scale, 0);
            // What would be negative becomes 0 by being quantised: no ReLU is needed.
            String y = convolution(name, x, name + ".weight", name + ".bias");
            x = quantised(name + ".relu", y, name + ".relu");
            if (NetSettings.pooled(c)) {
                x = quantised(name + ".pool", pool(name + ".pooled", x), name + ".relu");
            }
            in = out;
        }
        return x;
    }

    private String convolution(String name, String x, String weight, String bias) {
        return node("Conv", name, new String[] {x, weight, bias}, ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1));
    }

    private String pool(String name, String x) {
        return node("MaxPool", name, new String[] {x}, ints("kernel_shape", 2, 2), ints("strides", 2, 2));
    }

    /** Rounds to 8 bits and back, by the scale of that name. */
    private String quantised(String name, String x, String scale) {
        String rounded = node("QuantizeLinear", name + ".q", x, scale + ".scale", scale + ".zero");
        return node("DequantizeLinear", name + ".dq", rounded, scale + ".scale", scale + ".zero");
    }

    private void scale(String name, float scale, int zero) {
        if (!(scale > 0.0f && scale < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " spans nothing that 8 bits could divide: " + scale);
        }
        initializer(name + ".scale", DataType.FLOAT, floats(scale));
        initializer(name + ".zero", DataType.UINT8, new byte[] {(byte) zero});
    }

    /** The weights of a convolution by output channel, and its bias in units of their products with the input's. */
    private void quantisedWeights(String name, int in, int out, float inputScale) {
        float[] weight = value(name + ".weight", out * in * 9);
        float[] bias = value(name + ".bias", out);
        byte[] rounded = new byte[weight.length];
        float[] scales = new float[out];
        float[] biasScales = new float[out];
        ByteBuffer biases = ByteBuffer.allocate(out * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int each = in * 9;
        for (int o = 0; o < out; o++) {
            float largest = 0.0f;
            for (int i = o * each; i < (o + 1) * each; i++) {
                largest = Math.max(largest, Math.abs(weight[i]));
            }
            // A bias must fit into 32 bits, also that of a channel whose weights have all but gone.
            float least = Math.abs(bias[o]) / (inputScale * 1e9f);
            scales[o] = Math.max(Math.max(largest / LARGEST_WEIGHT, least), Float.MIN_NORMAL);
            for (int i = o * each; i < (o + 1) * each; i++) {
                rounded[i] = (byte) Math.round(weight[i] / scales[o]);
            }
            biasScales[o] = scales[o] * inputScale;
            biases.putInt(Math.round(bias[o] / biasScales[o]));
        }
        initializer(name + ".weight.q", DataType.INT8, rounded, out, in, 3, 3);
        initializer(name + ".weight.scale", DataType.FLOAT, floats(scales), out);
        initializer(name + ".weight.zero", DataType.INT8, new byte[out], out);
        initializer(name + ".bias.q", DataType.INT32, biases.array(), out);
        initializer(name + ".bias.scale", DataType.FLOAT, floats(biasScales), out);
        initializer(name + ".bias.zero", DataType.INT32, new byte[out * Integer.BYTES], out);
        for (String part : new String[] {".weight", ".bias"}) {
            String p = name + part;
            node("DequantizeLinear", p, new String[] {p + ".q", p + ".scale", p + ".zero"}, integer("axis", 0));
        }
    }

    private String dense(String name, String output, String x, int in, int out) {
        weight(name + ".weight", out, in);
        weight(name + ".bias", out);
        return node("Gemm", output, new String[] {x, name + ".weight", name + ".bias"}, integer("transB", 1));
    }

    private void weight(String name, int... dims) {
        int size = Arrays.stream(dims).reduce(1, Math::multiplyExact);
        initializer(name, DataType.FLOAT, floats(value(name, size)), dims);
    }

    private void initializer(String name, DataType type, byte[] littleEndian, int... dims) {
        ByteString raw = UnsafeByteOperations.unsafeWrap(littleEndian);
        OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(raw);
        for (int dim : dims) {
            tensor.addDims(dim);
        }
        graph.addInitializer(tensor);
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
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
                                .setElemType(DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }

    private float[] value(String name, int size) {
        float[] found = weights.get(name);
        if (found == null) {
            throw new IllegalStateException("no weight " + name);
        }
        if (found.length != size) {
            throw new IllegalStateException(name + " has " + found.length + " values, expected " + size);
        }
        return found;
    }
}
