package io.crysdk.examples.cli;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Models of a few hundred bytes. All they hear is loudness, the mean of a patch: the louder, the surer of hunger and,
 * where there is a gate, of a cry.
 */
final class TestModels {
    private TestModels() {}

    /** Two reasons and a gate. */
    static Path gated(Path folder) throws IOException {
        GraphProto.Builder graph = reasons();
        graph.addInitializer(floats("three", 3)).addInitializer(ints("column", -1, 1));
        graph.addNode(node("Add", "cry_sum", "mean", "three"));
        graph.addNode(node("Sigmoid", "cry_flat", "cry_sum"));
        graph.addNode(node("Reshape", "cry_probability", "cry_flat", "column"));
        graph.addOutput(value("cry_probability", 1));
        return write(folder.resolve("gated.onnx"), graph);
    }

    /** Two reasons and no gate. */
    static Path gateless(Path folder) throws IOException {
        return write(folder.resolve("gateless.onnx"), reasons());
    }

    private static GraphProto.Builder reasons() {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("loudness").addInput(value("log_mel", 96, 64));
        graph.addInitializer(ints("row", -1, 1)).addInitializer(matrix("weights", 1, -1));
        NodeProto.Builder mean = node("ReduceMean", "mean", "log_mel");
        mean.addAttribute(AttributeProto.newBuilder()
                .setName("axes")
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(1)
                .addInts(2));
        mean.addAttribute(AttributeProto.newBuilder()
                .setName("keepdims")
                .setType(AttributeProto.AttributeType.INT)
                .setI(0));
        graph.addNode(mean);
        graph.addNode(node("Reshape", "mean_row", "mean", "row"));
        graph.addNode(node("MatMul", "reason_logits", "mean_row", "weights"));
        graph.addNode(node("Softmax", "probabilities", "reason_logits"));
        graph.addOutput(value("probabilities", 2));
        return graph;
    }

    private static Path write(Path file, GraphProto.Builder graph) throws IOException {
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .addMetadataProps(StringStringEntryProto.newBuilder()
                        .setKey("crysdk.labels")
                        .setValue("hunger,tiredness"))
                .build();
        return Files.write(file, model.toByteArray());
    }

    private static NodeProto.Builder node(String type, String output, String... inputs) {
        return NodeProto.newBuilder().setOpType(type).addOutput(output).addAllInput(List.of(inputs));
    }

    private static TensorProto floats(String name, float value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addFloatData(value)
                .build();
    }

    private static TensorProto ints(String name, long first, long second) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(2)
                .addInt64Data(first)
                .addInt64Data(second)
                .build();
    }

    private static TensorProto matrix(String name, float first, float second) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addDims(1)
                .addDims(2)
                .addFloatData(first)
                .addFloatData(second)
                .build();
    }

    private static ValueInfoProto.Builder value(String name, long... rest) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
        for (long dimension : rest) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dimension));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)));
    }
}
