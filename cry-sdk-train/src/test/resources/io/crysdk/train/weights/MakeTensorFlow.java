import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.Tensors;

/** Lets TensorFlow 1.15 write the checkpoints beside this file, and say what the network in them answers. See README.md. */
public final class MakeTensorFlow {
    private static final String[] CONVOLUTIONS = {
        "vggish/conv1", "vggish/conv2", "vggish/conv3/conv3_1", "vggish/conv3/conv3_2", "vggish/conv4/conv4_1", "vggish/conv4/conv4_2"
    };
    private static final String[] DENSE = {"vggish/fc1/fc1_1", "vggish/fc1/fc1_2", "vggish/fc2"};

    private final Graph graph = new Graph();
    private final List<Tensor<?>> constants = new ArrayList<>();
    private final Map<String, Output<?>> variables = new LinkedHashMap<>();
    private int names;

    private MakeTensorFlow() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        if (args.length > 1) {
            // The widths of VGGish itself: 289 MB, for a look by hand.
            MakeTensorFlow large = new MakeTensorFlow();
            large.network(new int[] {64, 128, 256, 256, 512, 512}, new int[] {4096, 4096, 128});
            large.save(folder.resolve("full.ckpt"), "Save");
            return;
        }
        MakeTensorFlow small = new MakeTensorFlow();
        Output<?> embedding = small.network(new int[] {2, 3, 5, 4, 7, 6}, new int[] {12, 10, 8});
        Files.writeString(folder.resolve("tensorflow.txt"), small.answer(embedding), StandardCharsets.UTF_8);
        small.save(folder.resolve("v1.ckpt"), "Save");

        // What a training run leaves beside the weights.
        Output<?> slot = small.constant(new long[] {3, 3, 1, 2}, new float[18]);
        small.variables.put("vggish/conv1/weights/Adam", slot);
        small.variables.put("global_step", small.keep(Tensors.create(7L), org.tensorflow.DataType.INT64));
        small.save(folder.resolve("v1-training.ckpt"), "Save");
        small.save(folder.resolve("v2"), "SaveV2");

        MakeTensorFlow parts = new MakeTensorFlow();
        parts.network(new int[] {2, 3, 5, 4, 7, 6}, new int[] {12, 10, 8});
        parts.save(folder.resolve("v1-parts.ckpt"), "SaveSlices");
    }

    /** Random weights in TensorFlow's layout, from the same numbers as those of the other generator. */
    private Output<?> network(int[] channels, int[] dense) {
        Numbers numbers = new Numbers(1);
        Output<?> patches = constant(new long[] {2, 96, 64, 1}, new Numbers(2).draw(2 * 96 * 64, -4.6, 3.0));
        Output<?> x = patches;
        int in = 1;
        for (int c = 0; c < channels.length; c++) {
            int out = channels[c];
            float[] oihw = numbers.weights(out * in * 9, in * 9);
            float[] hwio = new float[oihw.length];
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < in; i++) {
                    for (int hw = 0; hw < 9; hw++) {
                        hwio[(hw * in + i) * out + o] = oihw[(o * in + i) * 9 + hw];
                    }
                }
            }
            Output<?> weights = variable(CONVOLUTIONS[c] + "/weights", new long[] {3, 3, in, out}, hwio);
            Output<?> biases = variable(CONVOLUTIONS[c] + "/biases", new long[] {out}, numbers.draw(out, -0.5, 0.5));
            x = op("Conv2D", b -> b.setAttr("strides", new long[] {1, 1, 1, 1}).setAttr("padding", "SAME"), x, weights);
            x = op("Relu", b -> b, op("BiasAdd", b -> b, x, biases));
            if (c == 0 || c == 1 || c == 3 || c == 5) {
                x = op(
                        "MaxPool",
                        b -> b.setAttr("ksize", new long[] {1, 2, 2, 1})
                                .setAttr("strides", new long[] {1, 2, 2, 1})
                                .setAttr("padding", "SAME"),
                        x);
            }
            in = out;
        }
        in *= 24;
        x = op("Reshape", b -> b, x, keep(Tensors.create(new int[] {2, in}), org.tensorflow.DataType.INT32));
        for (int d = 0; d < dense.length; d++) {
            int out = dense[d];
            float[] rows = numbers.weights(out * in, in);
            float[] columns = new float[rows.length];
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < in; i++) {
                    columns[i * out + o] = rows[o * in + i];
                }
            }
            Output<?> weights = variable(DENSE[d] + "/weights", new long[] {in, out}, columns);
            Output<?> biases = variable(DENSE[d] + "/biases", new long[] {out}, numbers.draw(out, -0.5, 0.5));
            x = op("BiasAdd", b -> b, op("MatMul", b -> b, x, weights), biases);
            x = d < dense.length - 1 ? op("Relu", b -> b, x) : x;
            in = out;
        }
        return x;
    }

    private String answer(Output<?> embedding) {
        try (Session session = new Session(graph);
                Tensor<?> result = session.runner().fetch(embedding).run().get(0)) {
            FloatBuffer values = FloatBuffer.allocate(result.numElements());
            result.writeTo(values);
            StringBuilder text = new StringBuilder();
            for (float value : values.array()) {
                text.append(value).append('\n');
            }
            return text.toString();
        }
    }

    private void save(Path file, String kind) {
        byte[][] names = variables.keySet().stream()
                .map(n -> n.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        OperationBuilder save = graph.opBuilder(kind, name())
                .addInput(keep(Tensors.create(file.toString()), org.tensorflow.DataType.STRING))
                .addInput(keep(Tensors.create(names), org.tensorflow.DataType.STRING));
        if (kind.equals("SaveV2")) {
            byte[][] whole = new byte[names.length][0];
            save.addInput(keep(Tensors.create(whole), org.tensorflow.DataType.STRING));
        } else if (kind.equals("SaveSlices")) {
            // As if each variable were the first half of one twice as wide.
            byte[][] halves = variables.values().stream()
                    .map(v -> half(v.shape()).getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            save.addInput(keep(Tensors.create(halves), org.tensorflow.DataType.STRING));
        }
        Operation op = save.addInputList(variables.values().toArray(new Output<?>[0])).build();
        try (Session session = new Session(graph)) {
            session.runner().addTarget(op).run();
        }
    }

    private static String half(org.tensorflow.Shape shape) {
        StringBuilder text = new StringBuilder();
        StringBuilder slice = new StringBuilder();
        int last = shape.numDimensions() - 1;
        for (int d = 0; d <= last; d++) {
            text.append(d < last ? shape.size(d) : 2 * shape.size(d)).append(' ');
            slice.append(d == 0 ? "" : ":").append(d < last ? "-" : "0," + shape.size(d));
        }
        return text.append(slice).toString();
    }

    private Output<?> variable(String name, long[] shape, float[] values) {
        Output<?> constant = constant(shape, values);
        variables.put(name, constant);
        return constant;
    }

    private Output<?> constant(long[] shape, float[] values) {
        return keep(Tensor.create(shape, FloatBuffer.wrap(values)), org.tensorflow.DataType.FLOAT);
    }

    private Output<?> keep(Tensor<?> tensor, org.tensorflow.DataType type) {
        constants.add(tensor);
        return graph.opBuilder("Const", name())
                .setAttr("dtype", type)
                .setAttr("value", tensor)
                .build()
                .output(0);
    }

    private Output<?> op(String kind, java.util.function.UnaryOperator<OperationBuilder> attributes, Output<?>... inputs) {
        OperationBuilder builder = graph.opBuilder(kind, name());
        for (Output<?> input : inputs) {
            builder.addInput(input);
        }
        return attributes.apply(builder).build().output(0);
    }

    private String name() {
        return "n" + names++;
    }

    /** A linear congruential generator: the same numbers in every language. */
    private static final class Numbers {
        private long state;

        Numbers(long seed) {
            state = seed;
        }

        float[] weights(int count, int fanIn) {
            double bound = Math.sqrt(6.0 / fanIn);
            return draw(count, -bound, bound);
        }

        float[] draw(int count, double low, double high) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                values[i] = (float) (low + (high - low) * ((state >>> 40) / 16777216.0));
            }
            return values;
        }
    }
}
