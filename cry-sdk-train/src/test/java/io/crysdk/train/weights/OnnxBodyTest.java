package io.crysdk.train.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import io.crysdk.CryException;
import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.ReasonAggregation;
import io.crysdk.train.NetSettings;
import io.crysdk.train.OnnxExporter;
import io.crysdk.train.VggishNet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs as exporters write them; ONNX Runtime says whether what was taken out of them is the same function. */
class OnnxBodyTest {
    private static final float SUMS = 1e-5f;

    @TempDir
    Path folder;

    /** The ways in which exporters differ. */
    private static final class Graph {
        final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("g");
        final VggishWeights weights;
        List<String> input = List.of("n", "t", "b");
        List<String> flat = List.of("t", "b", "c");
        boolean matMul;
        boolean normalised;
        boolean halves;
        boolean head;
        String embedding = "d3";
        String activation = "Relu";

        Graph(VggishWeights weights) {
            this.weights = weights;
        }

        /** The same function in another dress. */
        void write(Path file) throws IOException {
            String x = shaped();
            int in = 1;
            for (int c = 0; c < 6; c++) {
                int out = weights.channels().get(c);
                String name = "conv" + (c + 1);
                float[] weight = value(name + ".weight");
                float[] bias = value(name + ".bias");
                if (normalised) {
                    // scale * (w x + 0 - mean) / sqrt(variance + epsilon) + shift, so that the sum is w' x + b'.
                    float[] scale = new float[out];
                    float[] mean = new float[out];
                    float[] variance = new float[out];
                    float[] shift = new float[out];
                    weight = weight.clone();
                    for (int o = 0; o < out; o++) {
                        scale[o] = 0.5f + o;
                        mean[o] = 0.25f * o - 1;
                        variance[o] = 2 + o;
                        double factor = scale[o] / Math.sqrt(variance[o] + 1e-3);
                        shift[o] = (float) (bias[o] + mean[o] * factor);
                        for (int i = 0; i < in * 9; i++) {
                            weight[o * in * 9 + i] = (float) (weight[o * in * 9 + i] / factor);
                        }
                    }
                    constant("s" + c, scale, out);
                    constant("h" + c, shift, out);
                    constant("m" + c, mean, out);
                    constant("v" + c, variance, out);
                }
                constant("w" + c, weight, out, in, 3, 3);
                OnnxMl.NodeProto.Builder conv = node("Conv", "c" + c, x, handed("w" + c));
                if (normalised) {
                    conv.addAttribute(attribute("auto_pad", "SAME_UPPER"));
                    graph.addNode(conv);
                    x = add(node("BatchNormalization", "n" + c, "c" + c, "s" + c, "h" + c, "m" + c, "v" + c)
                            .addAttribute(OnnxMl.AttributeProto.newBuilder()
                                    .setName("epsilon")
                                    .setType(OnnxMl.AttributeProto.AttributeType.FLOAT)
                                    .setF(1e-3f)));
                } else {
                    constant("b" + c, bias, out);
                    conv.addInput(handed("b" + c)).addAttribute(attribute("pads", 1, 1, 1, 1));
                    x = add(conv);
                }
                x = add(node(activation, "r" + c, x));
                if (c == 0 || c == 1 || c == 3 || c == 5) {
                    x = add(node("MaxPool", "p" + c, x)
                            .addAttribute(attribute("kernel_shape", 2, 2))
                            .addAttribute(attribute("strides", 2, 2)));
                }
                in = out;
            }
            List<String> image = List.of("n", "c", "t", "b");
            if (!flat.equals(List.of("c", "t", "b"))) {
                long[] order = new long[4];
                for (int d = 1; d < 4; d++) {
                    order[d] = image.indexOf(flat.get(d - 1));
                }
                x = add(node("Transpose", "turned", x).addAttribute(attribute("perm", order)));
            }
            x = add(node("Flatten", "flat", x));
            x = dense(x, "fc1", "d1", in * 24, 12);
            x = add(node(activation, "r6", x));
            x = dense(x, "fc2", "d2", 12, 10);
            x = add(node("Relu", "r7", x));
            x = dense(x, "embedding", embedding, 10, weights.embedding());
            String answer = x;
            if (head) {
                constant("hw", new float[3 * weights.embedding()], weights.embedding(), 3);
                x = add(node("MatMul", "logits", x, "hw"));
                answer = add(node("Softmax", "answer", x));
            }
            graph.addOutput(info(answer));
            OnnxMl.ModelProto.newBuilder()
                    .setIrVersion(8)
                    .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(13))
                    .setGraph(graph)
                    .build()
                    .writeTo(Files.newOutputStream(file));
        }

        /** From whatever the input's axes are to (window, channel, time, band). */
        private String shaped() {
            OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
            input.forEach(axis -> shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder()
                    .setDimValue(axis.equals("n") ? 2 : axis.equals("t") ? 96 : axis.equals("b") ? 64 : 1)));
            graph.addInput(OnnxMl.ValueInfoProto.newBuilder()
                    .setName("x")
                    .setType(OnnxMl.TypeProto.newBuilder()
                            .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                    .setElemType(1)
                                    .setShape(shape))));
            if (input.equals(List.of("n", "c", "t", "b"))) {
                return "x";
            }
            if (input.equals(List.of("n", "t", "b"))) {
                sizes("axis", -3);
                return add(node("Unsqueeze", "image", "x", "axis"));
            }
            if (input.size() == 3) {
                String turned = add(node("Transpose", "straight", "x").addAttribute(attribute("perm", 0, 2, 1)));
                sizes("sizes", -1, 1, 96, 64);
                return add(node("Reshape", "image", turned, "sizes"));
            }
            long[] order = List.of("n", "c", "t", "b").stream()
                    .mapToLong(input::indexOf)
                    .toArray();
            return add(node("Transpose", "image", "x").addAttribute(attribute("perm", order)));
        }

        private String dense(String x, String name, String output, int in, int out) {
            float[] rows = value(name + ".weight");
            float[] moved = rows.clone();
            if (name.equals("fc1")) {
                int[] sizes = {6, 4, in / 24};
                for (int i = 0; i < in; i++) {
                    Map<String, Integer> place =
                            Map.of("t", i / sizes[2] / 4, "b", i / sizes[2] % 4, "c", i % sizes[2]);
                    int column = 0;
                    for (String axis : flat) {
                        column = column * sizes[List.of("t", "b", "c").indexOf(axis)] + place.get(axis);
                    }
                    for (int o = 0; o < out; o++) {
                        moved[o * in + column] = rows[o * in + i];
                    }
                }
            }
            if (!matMul) {
                constant(name + ".w", moved, out, in);
                constant(name + ".b", value(name + ".bias"), out);
                return add(node("Gemm", output, x, handed(name + ".w"), handed(name + ".b"))
                        .addAttribute(attribute("transB", 1L)));
            }
            float[] columns = new float[moved.length];
            for (int i = 0; i < columns.length; i++) {
                columns[i] = moved[i % out * in + i / out];
            }
            constant(name + ".w", columns, in, out);
            constant(name + ".b", value(name + ".bias"), 1, out);
            add(node("MatMul", output + ".product", x, handed(name + ".w")));
            return add(node("Add", output, handed(name + ".b"), output + ".product"));
        }

        /** A weight as it is, or stored as half a float and widened by a node. */
        private String handed(String name) {
            return halves ? name + ".wide" : name;
        }

        private float[] value(String name) {
            return weights.values().get(name);
        }

        private void constant(String name, float[] values, long... dims) {
            OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder().setName(name);
            Arrays.stream(dims).forEach(tensor::addDims);
            boolean shorten = halves && !name.startsWith("h");
            ByteBuffer bytes =
                    ByteBuffer.allocate((shorten ? 2 : 4) * values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                if (shorten) {
                    bytes.putShort(shortened(value));
                } else {
                    bytes.putFloat(value);
                }
            }
            tensor.setDataType(shorten ? 10 : 1).setRawData(ByteString.copyFrom(bytes.array()));
            if (values.length == 7) {
                // One of them is kept in a node instead, as some exporters do.
                graph.addNode(OnnxMl.NodeProto.newBuilder()
                        .setOpType("Constant")
                        .addOutput(name)
                        .addAttribute(OnnxMl.AttributeProto.newBuilder()
                                .setName("value")
                                .setType(OnnxMl.AttributeProto.AttributeType.TENSOR)
                                .setT(tensor.clearName())));
            } else {
                graph.addInitializer(tensor);
            }
            if (shorten) {
                add(node("Cast", name + ".wide", name).addAttribute(attribute("to", 1L)));
            }
        }

        /** The upper bits of a float of middling size as those of a half. */
        private static short shortened(float value) {
            int bits = Float.floatToIntBits(value);
            int exponent = (bits >> 23 & 0xff) - 112;
            return (short) (exponent <= 0 ? 0 : bits >>> 16 & 0x8000 | exponent << 10 | bits >> 13 & 0x3ff);
        }

        private void sizes(String name, long... values) {
            OnnxMl.TensorProto.Builder tensor =
                    OnnxMl.TensorProto.newBuilder().setName(name).setDataType(7).addDims(values.length);
            Arrays.stream(values).forEach(tensor::addInt64Data);
            graph.addInitializer(tensor);
        }

        private static OnnxMl.NodeProto.Builder node(String op, String output, String... inputs) {
            return OnnxMl.NodeProto.newBuilder()
                    .setOpType(op)
                    .setName(output)
                    .addAllInput(List.of(inputs))
                    .addOutput(output);
        }

        private String add(OnnxMl.NodeProto.Builder node) {
            graph.addNode(node);
            return node.getOutput(0);
        }

        private static OnnxMl.ValueInfoProto info(String name) {
            return OnnxMl.ValueInfoProto.newBuilder()
                    .setName(name)
                    .setType(OnnxMl.TypeProto.newBuilder()
                            .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder().setElemType(1)))
                    .build();
        }

        private static OnnxMl.AttributeProto attribute(String name, long value) {
            return OnnxMl.AttributeProto.newBuilder()
                    .setName(name)
                    .setType(OnnxMl.AttributeProto.AttributeType.INT)
                    .setI(value)
                    .build();
        }

        private static OnnxMl.AttributeProto attribute(String name, String value) {
            return OnnxMl.AttributeProto.newBuilder()
                    .setName(name)
                    .setType(OnnxMl.AttributeProto.AttributeType.STRING)
                    .setS(ByteString.copyFromUtf8(value))
                    .build();
        }

        private static OnnxMl.AttributeProto attribute(String name, long... values) {
            OnnxMl.AttributeProto.Builder attribute =
                    OnnxMl.AttributeProto.newBuilder().setName(name).setType(OnnxMl.AttributeProto.AttributeType.INTS);
            Arrays.stream(values).forEach(attribute::addInts);
            return attribute.build();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ntb,  tbc, false, false, false, false",
        "nctb, ctb, false, false, false, false",
        "ntbc, tbc, true,  false, false, true",
        "nbt,  bct, true,  true,  false, false",
        "ncbt, ctb, false, true,  false, true",
        "ntb,  btc, true,  false, true,  false",
        "ntb,  cbt, false, false, true,  true",
    })
    void anyDressOfTheSameFunction(
            String input, String flat, boolean matMul, boolean normalised, boolean halves, boolean head)
            throws IOException {
        Graph graph = new Graph(Fixtures.drawn(128));
        graph.input = List.of(input.split(""));
        graph.flat = List.of(flat.split(""));
        graph.matMul = matMul;
        graph.normalised = normalised;
        graph.halves = halves;
        graph.head = head;
        Path file = folder.resolve("theirs.onnx");
        graph.write(file);
        WeightsImport found = WeightsImport.read(file);
        assertThat(found.weights().settings(false, 2))
                .isEqualTo(Fixtures.drawn(128).settings(false, 2));
        if (!halves) {
            Fixtures.drawn(128)
                    .values()
                    .forEach((name, values) ->
                            assertThat(found.weights().values().get(name)).containsExactly(values, within(2e-6f)));
        }
        Path ours = folder.resolve("ours.onnx");
        found.weights().write(ours, Map.of());
        float[] answer = EmbeddingRun.of(ours, Fixtures.patches());
        assertThat(answer).hasSize(256);
        assertThat(EmbeddingRun.of(file, found.graph(), Fixtures.patches())).containsExactly(answer, within(SUMS));
        double largest = 0;
        for (float a : answer) {
            largest = Math.max(largest, Math.abs(a));
        }
        assertThat(largest).isGreaterThan(1.0);
    }

    @Test
    void theEmbeddingIsKnownByItsNameWhateverItsWidth() throws IOException {
        Graph graph = new Graph(Fixtures.drawn(8));
        graph.embedding = "embedding";
        graph.head = true;
        Path file = folder.resolve("named.onnx");
        graph.write(file);
        assertThat(VggishWeights.read(file).embedding()).isEqualTo(8);

        Graph nameless = new Graph(Fixtures.drawn(8));
        nameless.head = true;
        nameless.write(file);
        assertThatThrownBy(() -> VggishWeights.read(file))
                .isInstanceOf(CryException.class)
                .hasMessageContaining("dense layers of the widths [12, 10, 8, 3], expected one of 128");
    }

    @Test
    void readsWhatTheTrainerExports() throws IOException {
        for (boolean batchNorm : new boolean[] {true, false}) {
            // The first dense layer, 144 by 20, is a product of rank 4; the second, 20 by 4, is smaller whole.
            NetSettings settings = new NetSettings(List.of(2, 3, 4, 4, 5, 6), List.of(20, 4), 9, batchNorm, 4)
                    .withRank(batchNorm ? 4 : 0);
            try (VggishNet net = VggishNet.create(settings, new SplittableRandom(1))) {
                Path file = folder.resolve("net.onnx");
                OnnxExporter.export(
                        net,
                        new ModelContract(
                                "t",
                                "1",
                                List.of(CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT),
                                FrontEndSettings.PLAIN,
                                GateContract.PLAIN,
                                ReasonAggregation.MEAN,
                                1.0,
                                0.5,
                                "",
                                "",
                                ""),
                        file,
                        Fixtures.patches());
                WeightsImport found = WeightsImport.read(file);
                net.body()
                        .values()
                        .forEach((name, values) ->
                                assertThat(found.weights().values().get(name)).isEqualTo(values));
                assertThat(found.weights().settings(batchNorm, 4)).isEqualTo(settings);
                assertThat(found.leftAlone())
                        .containsExactly("channel_axis", "gate.bias", "gate.weight", "reasons.bias", "reasons.weight");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Tanh", "LeakyRelu", "Sigmoid"})
    void otherActivationsAreAnotherNetwork(String activation) throws IOException {
        Graph graph = new Graph(Fixtures.drawn(128));
        graph.activation = activation;
        Path file = folder.resolve("other.onnx");
        graph.write(file);
        assertThatThrownBy(() -> VggishWeights.read(file))
                .isInstanceOf(CryException.class)
                .hasMessageContaining("its graph goes Conv " + activation + ", expected Conv Relu MaxPool Conv");
    }

    @Test
    void whatDoesNotFitIsTold() throws IOException {
        refused("no ReLU after the dense layer 'd1'", g -> {
            OnnxMl.NodeProto.Builder relu = builder(g, "r6");
            relu.setOpType("Identity");
        });
        refused("Conv c2 is not what VGGish has there", g -> builder(g, "c2").clearAttribute());
        refused("MaxPool p1 is not what VGGish has there", g -> builder(g, "p1").clearAttribute());
        refused(
                "Gemm d2 is not what VGGish has there",
                g -> builder(g, "d2")
                        .addAttribute(OnnxMl.AttributeProto.newBuilder()
                                .setName("alpha")
                                .setF(2)
                                .setType(OnnxMl.AttributeProto.AttributeType.FLOAT)));
        refused(
                "the weights 'nowhere' of 'Gemm d2' are no constant",
                g -> builder(g, "d2").setInput(1, "nowhere"));
        refused("'nowhere' is no constant of the graph", g -> builder(g, "c3").setInput(1, "nowhere"));
        refused(
                "w3 lies in another file",
                g -> g.getInitializerBuilderList().stream()
                        .filter(t -> t.getName().equals("w3"))
                        .forEach(t -> t.setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)));
        refused(
                "w3 is of ONNX's type 3",
                g -> g.getInitializerBuilderList().stream()
                        .filter(t -> t.getName().equals("w3"))
                        .forEach(t -> t.setDataType(3)));
        refused(
                "w3 has the shape [4, 5, 3, 3] and 8 bytes",
                g -> g.getInitializerBuilderList().stream()
                        .filter(t -> t.getName().equals("w3"))
                        .forEach(t -> t.setRawData(ByteString.copyFrom(new byte[8]))));
        refused(
                "w3 has the shape [4, 5, 3, 30000000] and b3 [4], expected [n, 5, 3, 3] and [n]",
                g -> g.getInitializerBuilderList().stream()
                        .filter(t -> t.getName().equals("w3"))
                        .forEach(t -> t.setDims(3, 30_000_000)));
        refused(
                "input 'x' is [2, 96, 65], expected [N, 96, 64]",
                g -> g.getInputBuilder(0)
                        .getTypeBuilder()
                        .getTensorTypeBuilder()
                        .getShapeBuilder()
                        .getDimBuilder(2)
                        .setDimValue(65));
        refused("its graph has 2 inputs", g -> g.addInput(Graph.info("y")));
        refused("convolves over the axes [n, c, b, t]", g -> {
            OnnxMl.TensorShapeProto.Builder shape =
                    g.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
            shape.getDimBuilder(1).setDimValue(64);
            shape.getDimBuilder(2).setDimValue(96);
        });
        refused(
                "its graph goes Conv Relu MaxPool, expected",
                g -> builder(g, "c1").setInput(0, "elsewhere"));
    }

    @Test
    void productsAreOfOneRankAndOnlyWhereTheyAreSmaller() throws IOException {
        // Without its bias and its ReLU the second layer becomes the first factor of the embedding.
        refused("embedding is a product, expected a whole layer", g -> {
            builder(g, "d2").clearInput().addInput("r6").addInput("fc2.w");
            builder(g, "r7").setOpType("Identity");
        });
        // And with a bias it is no factor.
        refused("no ReLU after the dense layer 'd2'", g -> builder(g, "r7").setOpType("Identity"));
    }

    @Test
    void aShapeThatLiesIsNotMadeRoomFor() throws IOException {
        refused("and fewer values", g -> {
            builder(g, "c0").clearInput().addInput("image").addInput("w0");
            g.getInitializerBuilderList().stream()
                    .filter(t -> t.getName().equals("w0"))
                    .forEach(t -> t.setDims(0, 1 << 30));
        });
        refused("and fewer values", g -> {
            builder(g, "d1").clearInput().addInput("r5.flat").addInput("fc1.w");
            builder(g, "flat").setOutput(0, "r5.flat");
            g.getInitializerBuilderList().stream()
                    .filter(t -> t.getName().equals("fc1.w"))
                    .forEach(t -> t.setDims(0, Integer.MAX_VALUE));
        });
    }

    /** A graph may go round in circles; the way through it ends all the same. */
    @Test
    void aCircleEnds() throws IOException {
        refused("its graph goes ", g -> {
            builder(g, "image").setOpType("Identity").setOutput(0, "x");
            builder(g, "c0").setInput(0, "elsewhere");
        });
    }

    @Test
    void aSeventhConvolutionIsAnotherNetwork() throws IOException {
        refused("its graph goes Conv Relu MaxPool", g -> {
            g.addInitializer(OnnxMl.TensorProto.newBuilder()
                    .setName("w6")
                    .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                    .addAllDims(List.of(6L, 6L, 3L, 3L))
                    .setRawData(ByteString.copyFrom(new byte[6 * 6 * 9 * Float.BYTES])));
            g.addNode(Graph.node("Conv", "c6", "p5", "w6").addAttribute(Graph.attribute("pads", 1, 1, 1, 1)));
            builder(g, "turned").setInput(0, "c6");
        });
    }

    private void refused(String message, Consumer<OnnxMl.GraphProto.Builder> change) throws IOException {
        Path file = folder.resolve("changed.onnx");
        new Graph(Fixtures.drawn(128)).write(file);
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        change.accept(model.getGraphBuilder());
        Files.write(file, model.build().toByteArray());
        assertThatThrownBy(() -> Memory.bounded(() -> VggishWeights.read(file)))
                .isInstanceOf(CryException.class)
                .hasMessageContaining(message);
    }

    private static OnnxMl.NodeProto.Builder builder(OnnxMl.GraphProto.Builder graph, String output) {
        return graph.getNodeBuilderList().stream()
                .filter(n -> n.getOutput(0).equals(output))
                .findFirst()
                .orElseThrow();
    }
}
