package io.crysdk.train.weights;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The graph in an ONNX file: who reads what, the constants, and a node's attributes. */
final class OnnxFile {
    private final FileBytes file;
    private final OnnxMl.GraphProto graph;
    private final Map<String, OnnxMl.TensorProto> constants = new HashMap<>();
    private final Map<String, OnnxMl.NodeProto> producers = new HashMap<>();
    private final Map<String, List<OnnxMl.NodeProto>> consumers = new HashMap<>();

    private OnnxFile(FileBytes file, OnnxMl.GraphProto graph) {
        this.file = file;
        this.graph = graph;
        graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("Constant") && node.getOutputCount() == 1) {
                attribute(node, "value").ifPresent(value -> constants.put(node.getOutput(0), value.getT()));
            }
            node.getOutputList().forEach(output -> producers.put(output, node));
            node.getInputList().stream()
                    .distinct()
                    .forEach(name -> consumers
                            .computeIfAbsent(name, n -> new ArrayList<>())
                            .add(node));
        }
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @param otherwise what to say of it if it is no ONNX file
     */
    static OnnxFile read(FileBytes file, Supplier<String> otherwise) throws IOException {
        OnnxMl.ModelProto model;
        try {
            CodedInputStream in =
                    UnsafeByteOperations.unsafeWrap(file.read(0, file.size())).newCodedInput();
            in.enableAliasing(true);
            model = OnnxMl.ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw file.broken(otherwise.get());
        }
        if (model.getGraph().getNodeCount() == 0) {
            throw file.broken(otherwise.get());
        }
        return new OnnxFile(file, model.getGraph());
    }

    /** The one input that is no constant. */
    OnnxMl.ValueInfoProto input() throws WeightsException {
        List<OnnxMl.ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(i -> !constants.containsKey(i.getName()))
                .toList();
        if (inputs.size() != 1) {
            throw file.broken("its graph has " + inputs.size() + " inputs, expected one, [N,96,64]");
        }
        return inputs.get(0);
    }

    int nodes() {
        return graph.getNodeCount();
    }

    /** The names of the file's constants. */
    Set<String> constants() {
        return new TreeSet<>(constants.keySet());
    }

    /** The nodes that compute with a value, bar those that only ask for its shape. */
    List<OnnxMl.NodeProto> readers(String value) {
        return consumers.getOrDefault(value, List.of()).stream()
                .filter(n -> !n.getOpType().equals("Shape"))
                .toList();
    }

    WeightsException broken(String problem) {
        return file.broken(problem);
    }

    List<Long> integers(String name) throws IOException {
        OnnxMl.TensorProto proto =
                constant(name).orElseThrow(() -> file.broken("'" + name + "' is no constant of the graph"));
        if (proto.getDataType() != OnnxMl.TensorProto.DataType.INT64.getNumber()
                || proto.getRawData().size() > 64) {
            throw file.broken("'" + name + "' holds no sizes");
        }
        if (proto.getInt64DataCount() > 0) {
            return proto.getInt64DataList();
        }
        LongBuffer longs = proto.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        List<Long> values = new ArrayList<>();
        while (longs.hasRemaining()) {
            values.add(longs.get());
        }
        return values;
    }

    /** A constant, also one that is handed on or widened first. */
    Optional<OnnxMl.TensorProto> constant(String name) {
        String at = name;
        for (int i = 0; i < 8; i++) {
            OnnxMl.TensorProto found = constants.get(at);
            if (found != null) {
                return Optional.of(
                        found.getName().isEmpty()
                                ? found.toBuilder().setName(at).build()
                                : found);
            }
            OnnxMl.NodeProto producer = producers.get(at);
            if (producer == null
                    || producer.getInputCount() != 1
                    || !Set.of("Identity", "Cast").contains(producer.getOpType())) {
                break;
            }
            at = producer.getInput(0);
        }
        return Optional.empty();
    }

    OnnxMl.TensorProto required(String name) throws IOException {
        return constant(name)
                .orElseThrow(() -> file.broken("'" + name + "' is no constant of the graph: quantised, or computed"));
    }

    Tensor tensor(OnnxMl.TensorProto proto) {
        return new Tensor(proto.getName(), proto.getDimsList(), () -> values(proto));
    }

    private float[] values(OnnxMl.TensorProto proto) throws IOException {
        String name = proto.getName();
        int count = Tensor.count(proto.getDimsList()).orElse(-1);
        if (proto.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL) {
            throw file.broken(name + " lies in another file; save the model with its weights inside");
        }
        Optional<Element> element = Optional.ofNullable(OnnxMl.TensorProto.DataType.forNumber(proto.getDataType()))
                .map(type -> switch (type) {
                    case FLOAT -> Element.FLOAT;
                    case DOUBLE -> Element.DOUBLE;
                    case FLOAT16 -> Element.HALF;
                    case BFLOAT16 -> Element.BFLOAT16;
                    default -> null;
                });
        if (element.isEmpty()) {
            throw file.broken(name + " is of ONNX's type " + proto.getDataType() + ", expected a float");
        }
        ByteString raw = proto.getRawData();
        if (count > 0 && raw.size() == (long) count * element.get().bytes()) {
            return element.get().floats(raw.asReadOnlyByteBuffer());
        }
        if (count > 0 && raw.isEmpty() && proto.getFloatDataCount() == count && element.get() == Element.FLOAT) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = proto.getFloatData(i);
            }
            return values;
        }
        throw file.broken(name + " has the shape " + proto.getDimsList() + " and " + raw.size() + " bytes");
    }

    static Optional<OnnxMl.AttributeProto> attribute(OnnxMl.NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(a -> a.getName().equals(name))
                .findFirst();
    }

    static long integer(OnnxMl.NodeProto node, String name, long otherwise) {
        return attribute(node, name).map(OnnxMl.AttributeProto::getI).orElse(otherwise);
    }

    static float real(OnnxMl.NodeProto node, String name) {
        return attribute(node, name).map(OnnxMl.AttributeProto::getF).orElse(1.0f);
    }

    static String text(OnnxMl.NodeProto node, String name) {
        return attribute(node, name).map(a -> a.getS().toStringUtf8()).orElse("");
    }

    static List<Long> ints(OnnxMl.NodeProto node, String name, long otherwise, int count) {
        Long[] values = new Long[count];
        Arrays.fill(values, otherwise);
        return attribute(node, name).map(OnnxMl.AttributeProto::getIntsList).orElse(List.of(values));
    }

    static String label(OnnxMl.NodeProto node) {
        return node.getOpType() + " " + (node.getName().isEmpty() ? node.getOutputList() : node.getName());
    }
}
