package io.crysdk.train.weights;

import ai.onnx.proto.OnnxMl;
import io.crysdk.dsp.LogMelExtractor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The layers of VGGish in an ONNX graph, whoever exported it.
 *
 * <p>{@link OnnxPath} finds them. Here normalisations are folded into their convolutions, and the first dense layer's
 * columns are put into the order (time, band, channel).
 */
final class OnnxBody {
    static final String FORMAT = "ONNX";

    private final OnnxFile graph;
    private final OnnxPath path;

    private OnnxBody(OnnxFile graph, OnnxPath path) {
        this.graph = graph;
        this.path = path;
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @param otherwise what to say of it if it is no ONNX file
     */
    static OnnxBody read(FileBytes file, Supplier<String> otherwise) throws IOException {
        OnnxFile graph = OnnxFile.read(file, otherwise);
        return new OnnxBody(graph, OnnxPath.of(graph));
    }

    /** The names of the file's constants. */
    Set<String> constants() {
        return graph.constants();
    }

    /** The name of the graph's input. */
    String input() {
        return path.input();
    }

    /** The order of the input's axes: n, t and b, and perhaps c, which is 1. */
    List<String> inputAxes() {
        return path.inputAxes();
    }

    /** The name of the tensor in the graph that is the embedding. */
    String embedding() {
        return path.dense().get(path.dense().size() - 1).output;
    }

    /** The layers, in this project's layout. */
    List<Layer> layers() throws IOException {
        List<Layer> layers = new ArrayList<>();
        for (int c = 0; c < path.convolutions().size(); c++) {
            layers.add(layer("conv" + (c + 1), path.convolutions().get(c)));
        }
        int last = path.dense().size() - 1;
        int number = 1;
        for (int d = 0; d <= last; d++) {
            boolean inner = path.inner(d);
            String name = d < last - (inner ? 1 : 0) ? "fc" + number : "embedding";
            layers.add(layer(inner ? name + ".inner" : name, path.dense().get(d), d == 0, inner));
            number += inner ? 0 : 1;
        }
        return layers;
    }

    private Layer layer(String name, OnnxPath.Conv convolution) throws IOException {
        OnnxMl.NodeProto node = convolution.node;
        OnnxMl.TensorProto proto = graph.required(node.getInputCount() > 1 ? node.getInput(1) : "");
        Tensor weight = graph.tensor(proto);
        Tensor bias = node.getInputCount() > 2 && !node.getInput(2).isEmpty()
                ? graph.tensor(graph.required(node.getInput(2)))
                : zeros(proto, proto.getDimsCount() > 0 ? proto.getDims(0) : 0);
        OnnxMl.NodeProto normalisation = convolution.normalisation;
        if (normalisation == null) {
            return new Layer(name, weight, bias);
        }
        if (normalisation.getInputCount() != 5) {
            throw path.unexpected(normalisation);
        }
        List<Tensor> statistics = new ArrayList<>();
        for (String statistic : normalisation.getInputList().subList(1, 5)) {
            statistics.add(graph.tensor(graph.required(statistic)));
            if (!statistics.get(statistics.size() - 1).shape().equals(bias.shape())) {
                throw path.unexpected(normalisation);
            }
        }
        float epsilon = OnnxFile.attribute(normalisation, "epsilon")
                .map(OnnxMl.AttributeProto::getF)
                .orElse(1e-5f);
        return new Layer(
                name,
                new Tensor(weight.name(), weight.shape(), () -> {
                    float[] scales = scales(statistics, epsilon);
                    float[] values = weight.values().read().clone();
                    for (int i = 0; i < values.length; i++) {
                        values[i] *= scales[i / (values.length / scales.length)];
                    }
                    return values;
                }),
                new Tensor(bias.name(), bias.shape(), () -> {
                    float[] scales = scales(statistics, epsilon);
                    float[] values = bias.values().read().clone();
                    float[] shifts = statistics.get(1).values().read();
                    float[] means = statistics.get(2).values().read();
                    for (int i = 0; i < values.length; i++) {
                        values[i] = shifts[i] + (values[i] - means[i]) * scales[i];
                    }
                    return values;
                }));
    }

    /** What a normalisation multiplies each channel by: its scale over the root of its variance. */
    private static float[] scales(List<Tensor> statistics, float epsilon) throws IOException {
        float[] scales = statistics.get(0).values().read().clone();
        float[] variances = statistics.get(3).values().read();
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) (scales[i] / Math.sqrt((double) variances[i] + epsilon));
        }
        return scales;
    }

    private Layer layer(String name, OnnxPath.Dense layer, boolean first, boolean inner) throws IOException {
        Tensor weight = graph.tensor(layer.weight);
        if (weight.shape().size() != 2) {
            throw graph.broken("the weights " + weight.name() + " of a dense layer are " + weight.shape());
        }
        int out = (int) Math.min(layer.width(), Integer.MAX_VALUE);
        long in = weight.shape().get(layer.rows ? 1 : 0);
        Tensor bias = null;
        if (!inner) {
            bias = layer.bias.isEmpty() ? zeros(layer.weight, out) : vector(layer.bias, out);
        }
        List<String> order = first ? path.flat() : OnnxPath.OUR_ORDER;
        return new Layer(
                name,
                new Tensor(weight.name(), List.of((long) out, in), () -> {
                    float[] values = weight.values().read();
                    return layer.rows && order.equals(OnnxPath.OUR_ORDER)
                            ? values
                            : sorted(values, out, (int) in, layer.rows, order);
                }),
                bias);
    }

    /** Puts weights into rows, and their columns into the order (time, band, channel). */
    private static float[] sorted(float[] from, int out, int in, boolean rows, List<String> order) {
        int times = LogMelExtractor.PATCH_FRAMES / 16;
        int bands = LogMelExtractor.BANDS / 16;
        boolean moved = !order.equals(OnnxPath.OUR_ORDER);
        int channels = moved ? in / (times * bands) : in;
        int[] source = new int[in];
        for (int i = 0; i < in && moved && channels * times * bands == in; i++) {
            Map<String, Integer> place =
                    Map.of("c", i % channels, "b", i / channels % bands, "t", i / channels / bands);
            Map<String, Integer> sizes = Map.of("c", channels, "b", bands, "t", times);
            for (String axis : order) {
                source[i] = source[i] * sizes.getOrDefault(axis, 1) + place.getOrDefault(axis, 0);
            }
        }
        float[] to = new float[from.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                int column = moved ? source[i] : i;
                to[o * in + i] = from[rows ? o * in + column : column * out + o];
            }
        }
        return to;
    }

    /** The bias of a layer that has none; its weights say how many outputs there are, and may lie. */
    private Tensor zeros(OnnxMl.TensorProto weight, long out) {
        return new Tensor("(none)", List.of(out), () -> {
            if (out < 0 || out > weight.getSerializedSize()) {
                throw graph.broken(weight.getName() + " has the shape " + weight.getDimsList() + " and fewer values");
            }
            return new float[(int) out];
        });
    }

    /** A bias, which some exporters store as one row. */
    private Tensor vector(String name, int out) throws IOException {
        Tensor tensor = graph.tensor(graph.required(name));
        return tensor.shape().equals(List.of(1L, (long) out))
                ? new Tensor(tensor.name(), List.of((long) out), tensor.values())
                : tensor;
    }
}
