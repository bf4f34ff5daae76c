package io.crysdk.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Small graphs with the face of a real one. The gate hears loudness: it is the sigmoid of the patch's mean log-mel plus
 * three, so silence (-4.6) is 0.17 and full-scale noise near 1. The reasons are a random but fixed linear map.
 */
final class TinyModels {
    private static final int VALUES = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;

    private final OnnxMl.GraphProto.Builder graph =
            OnnxMl.GraphProto.newBuilder().setName("tiny");
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private long batch = -1;

    private TinyModels() {}

    /** A graph with two reasons and nothing else: no metadata, no gate. */
    static TinyModels plain() {
        TinyModels model = new TinyModels();
        model.dense("reason_logits", 2, randomWeights(2, 7), new float[2]);
        model.node("Softmax", "reason_logits", "reasons_out", "axis", 1);
        return model;
    }

    /** A graph with four reasons, gate and embedding, and the metadata of a trained one. */
    static TinyModels full() {
        TinyModels model = new TinyModels();
        model.dense("reason_logits", 4, randomWeights(4, 7), new float[4]);
        model.node("Softmax", "reason_logits", "probabilities", "axis", 1);
        model.gate();
        model.dense("embedding", 128, randomWeights(128, 11), new float[128]);
        return model.meta("crysdk.id", "tiny")
                .meta("crysdk.version", "1")
                .meta("crysdk.labels", "hunger,boredom,tiredness,discomfort");
    }

    /** Both heads and all metadata in a file of some hundred bytes: what the network hears is the patch's mean. */
    static TinyModels small() {
        TinyModels model = new TinyModels();
        model.graph.addNode(OnnxMl.NodeProto.newBuilder()
                .setOpType("ReduceMean")
                .addInput("flat")
                .addOutput("mean")
                .addAttribute(OnnxMl.AttributeProto.newBuilder()
                        .setName("axes")
                        .setType(OnnxMl.AttributeProto.AttributeType.INTS)
                        .addInts(1)));
        model.graph.addInitializer(tensor("weights", new float[] {-0.5f, -0.25f, 0.25f, 0.5f}, 1, 4));
        model.graph.addNode(OnnxMl.NodeProto.newBuilder()
                .setOpType("MatMul")
                .addInput("mean")
                .addInput("weights")
                .addOutput("reason_logits"));
        model.node("Softmax", "reason_logits", "probabilities", "axis", 1);
        model.node("Sigmoid", "mean", "cry_probability", null, 0);
        model.metadata.putAll(new ModelContract(
                        "small",
                        "1",
                        List.of(CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT),
                        FrontEndSettings.PLAIN,
                        GateContract.PLAIN,
                        ReasonAggregation.MEAN,
                        1.0,
                        0.5,
                        "",
                        "",
                        "")
                .toMetadata());
        return model;
    }

    /** As {@link #full}, but the reasons end without softmax. */
    static TinyModels logits() {
        TinyModels model = new TinyModels();
        model.dense("probabilities", 4, randomWeights(4, 7), new float[] {1, 2, 3, 4});
        return model.meta("crysdk.labels", "hunger,boredom,tiredness,discomfort");
    }

    /** As {@link #plain} with labels, but sqrt makes the logits of loud audio no numbers. */
    static TinyModels overflowing() {
        TinyModels model = new TinyModels();
        float[] minusMean = new float[2 * VALUES];
        Arrays.fill(minusMean, -1.0f / VALUES);
        model.dense("minus_mean", 2, minusMean, new float[2]);
        model.node("Sqrt", "minus_mean", "reason_logits", null, 0);
        model.node("Softmax", "reason_logits", "reasons_out", "axis", 1);
        return model.meta("crysdk.labels", "hunger,boredom");
    }

    /** As {@link #overflowing}, with the gate of {@link #full}. */
    static TinyModels overflowingWithGate() {
        TinyModels model = new TinyModels();
        float[] minusMean = new float[4 * VALUES];
        Arrays.fill(minusMean, -1.0f / VALUES);
        model.dense("minus_mean", 4, minusMean, new float[4]);
        model.node("Sqrt", "minus_mean", "reason_logits", null, 0);
        model.node("Softmax", "reason_logits", "probabilities", "axis", 1);
        model.gate();
        return model.meta("crysdk.labels", "hunger,boredom,tiredness,discomfort");
    }

    /** As {@link #full} without an embedding, but loud audio sends the graph around a loop that takes weeks. */
    static TinyModels looping() {
        TinyModels model = new TinyModels();
        model.dense("reason_bias", 4, randomWeights(4, 7), new float[4]);
        model.graph.addInitializer(tensor("many", new float[] {1e12f}));
        model.graph.addInitializer(tensor("zero", new float[] {0.0f}));
        model.node("ReduceMax", "flat", "loudest", "keepdims", 0);
        model.node("Relu", "loudest", "above_silence", null, 0);
        model.graph.addNode(OnnxMl.NodeProto.newBuilder()
                .setOpType("Mul")
                .addInput("above_silence")
                .addInput("many")
                .addOutput("rounds_float"));
        model.node("Cast", "rounds_float", "rounds", "to", OnnxMl.TensorProto.DataType.INT64.getNumber());
        model.graph.addNode(OnnxMl.NodeProto.newBuilder()
                .setOpType("Loop")
                .addInput("rounds")
                .addInput("")
                .addInput("zero")
                .addOutput("looped")
                .addAttribute(OnnxMl.AttributeProto.newBuilder()
                        .setName("body")
                        .setType(OnnxMl.AttributeProto.AttributeType.GRAPH)
                        .setG(OnnxMl.GraphProto.newBuilder()
                                .setName("body")
                                .addInput(scalar("round", OnnxMl.TensorProto.DataType.INT64))
                                .addInput(scalar("go_on", OnnxMl.TensorProto.DataType.BOOL))
                                .addInput(scalar("sum", OnnxMl.TensorProto.DataType.FLOAT))
                                .addNode(unary("Identity", "go_on", "go_on_then"))
                                .addNode(unary("Sin", "sum", "sum_then"))
                                .addOutput(scalar("go_on_then", OnnxMl.TensorProto.DataType.BOOL))
                                .addOutput(scalar("sum_then", OnnxMl.TensorProto.DataType.FLOAT)))));
        model.graph.addNode(OnnxMl.NodeProto.newBuilder()
                .setOpType("Add")
                .addInput("reason_bias")
                .addInput("looped")
                .addOutput("reason_logits"));
        model.node("Softmax", "reason_logits", "probabilities", "axis", 1);
        model.gate();
        return model.meta("crysdk.labels", "hunger,boredom,tiredness,discomfort");
    }

    private static OnnxMl.NodeProto unary(String type, String input, String output) {
        return OnnxMl.NodeProto.newBuilder()
                .setOpType(type)
                .addInput(input)
                .addOutput(output)
                .build();
    }

    private static OnnxMl.ValueInfoProto scalar(String name, OnnxMl.TensorProto.DataType type) {
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(OnnxMl.TensorShapeProto.getDefaultInstance())))
                .build();
    }

    TinyModels meta(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    TinyModels fixedBatch(int windows) {
        batch = windows;
        return this;
    }

    byte[] bytes() {
        return bytes(LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS);
    }

    byte[] bytes(long... patch) {
        OnnxMl.GraphProto.Builder whole = graph.clone();
        whole.addInput(value("log_mel", patch));
        whole.addNode(
                0,
                OnnxMl.NodeProto.newBuilder()
                        .setOpType("Flatten")
                        .addInput("log_mel")
                        .addOutput("flat"));
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            String name = node.getOutput(0);
            int columns = switch (name) {
                case "probabilities" -> 4;
                case "reasons_out" -> 2;
                case "cry_probability" -> 1;
                case "embedding" -> 128;
                default -> 0;
            };
            if (columns > 0) {
                whole.addOutput(value(name, columns));
            }
        }
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("cry-sdk tests")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(whole);
        metadata.forEach((key, value) -> model.addMetadataProps(
                OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build().toByteArray();
    }

    private OnnxMl.ValueInfoProto value(String name, long... rest) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        OnnxMl.TensorShapeProto.Dimension.Builder first = OnnxMl.TensorShapeProto.Dimension.newBuilder();
        shape.addDim(batch > 0 ? first.setDimValue(batch) : first.setDimParam("N"));
        for (long dimension : rest) {
            shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(dimension));
        }
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }

    private void dense(String output, int columns, float[] weights, float[] bias) {
        graph.addInitializer(tensor(output + "_w", weights, columns, VALUES));
        graph.addInitializer(tensor(output + "_b", bias, columns));
        graph.addNode(OnnxMl.NodeProto.newBuilder()
                .setOpType("Gemm")
                .addInput("flat")
                .addInput(output + "_w")
                .addInput(output + "_b")
                .addOutput(output)
                .addAttribute(integer("transB", 1)));
    }

    /** The louder the likelier. */
    private void gate() {
        float[] mean = new float[VALUES];
        Arrays.fill(mean, 1.0f / VALUES);
        dense("cry_logit", 1, mean, new float[] {3.0f});
        node("Sigmoid", "cry_logit", "cry_probability", null, 0);
    }

    private void node(String type, String input, String output, String attribute, int value) {
        OnnxMl.NodeProto.Builder node =
                OnnxMl.NodeProto.newBuilder().setOpType(type).addInput(input).addOutput(output);
        if (attribute != null) {
            node.addAttribute(integer(attribute, value));
        }
        graph.addNode(node);
    }

    private static OnnxMl.AttributeProto integer(String name, int value) {
        return OnnxMl.AttributeProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static OnnxMl.TensorProto tensor(String name, float[] values, long... shape) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder()
                .setName(name)
                .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                .setRawData(ByteString.copyFrom(raw));
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        return tensor.build();
    }

    private static float[] randomWeights(int rows, long seed) {
        Random random = new Random(seed);
        float[] weights = new float[rows * VALUES];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() / Math.sqrt(VALUES));
        }
        return weights;
    }
}
