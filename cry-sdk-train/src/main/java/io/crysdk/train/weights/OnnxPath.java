package io.crysdk.train.weights;

import ai.onnx.proto.OnnxMl;
import io.crysdk.dsp.LogMelExtractor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one path from a graph's input to its embedding.
 *
 * <p>It goes through six convolutions of 3x3 (normalised or not) with ReLUs and four pools between, the flattening, and
 * dense layers with ReLUs between. The embedding is the dense layer whose output is called {@code embedding}, or else the
 * last one of width 128; what follows it is a head and is left alone. A dense layer without bias and ReLU is the first of
 * two that stand for one, as a product. How axes are moved is followed too.
 */
final class OnnxPath {
    /** The order of the values that reach the first dense layer here. */
    static final List<String> OUR_ORDER = List.of("t", "b", "c");

    private static final int CONVOLUTIONS = 6;
    private static final int EMBEDDING = 128;
    private static final int MOST_DENSE = 8;

    private static final List<String> LAYERS = List.of(
            "Conv Relu MaxPool Conv Relu MaxPool Conv Relu Conv Relu MaxPool Conv Relu Conv Relu MaxPool".split(" "));

    /** Axes by letter: n for the window, t for time, b for the band, c for the channel, f for all three in a row. */
    private static final List<String> IMAGE = List.of("n", "c", "t", "b");

    private final OnnxFile graph;
    private final List<Conv> convolutions = new ArrayList<>();
    private final List<Dense> dense = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private final String input;
    private final List<String> inputAxes;
    private List<String> axes;
    private List<String> flat = List.of();
    private int embedding = -1;

    /** A convolution, and its normalisation where it has one. */
    static final class Conv {
        final OnnxMl.NodeProto node;
        OnnxMl.@Nullable NodeProto normalisation;

        Conv(OnnxMl.NodeProto node) {
            this.node = node;
        }
    }

    /** A dense layer: weights as rows [out,in] or columns [in,out], and the name of its bias, which may be empty. */
    static final class Dense {
        final OnnxMl.TensorProto weight;
        final boolean rows;
        String bias;
        String output;
        boolean activated;

        Dense(OnnxMl.TensorProto weight, boolean rows, String bias, String output) {
            this.weight = weight;
            this.rows = rows;
            this.bias = bias;
            this.output = output;
        }

        long width() {
            return weight.getDimsCount() == 2 ? weight.getDims(rows ? 0 : 1) : -1;
        }
    }

    private OnnxPath(OnnxFile graph) throws IOException {
        this.graph = graph;
        OnnxMl.ValueInfoProto value = graph.input();
        input = value.getName();
        inputAxes = inputAxes(value);
        axes = inputAxes;
    }

    /** Follows a graph, and complains if it is no VGGish. */
    static OnnxPath of(OnnxFile graph) throws IOException {
        OnnxPath path = new OnnxPath(graph);
        path.follow();
        path.check();
        return path;
    }

    /** The name of the graph's input. */
    String input() {
        return input;
    }

    /** The order of the input's axes: n, t and b, and perhaps c, which is 1. */
    List<String> inputAxes() {
        return inputAxes;
    }

    List<Conv> convolutions() {
        return convolutions;
    }

    /** The dense layers up to the embedding, which is the last. */
    List<Dense> dense() {
        return dense.subList(0, embedding + 1);
    }

    /** The order of the values that reach the first dense layer. */
    List<String> flat() {
        return flat;
    }

    private List<String> inputAxes(OnnxMl.ValueInfoProto value) throws IOException {
        List<OnnxMl.TensorShapeProto.Dimension> dims =
                value.getType().getTensorType().getShape().getDimList();
        List<String> found = new ArrayList<>();
        for (int d = 0; d < dims.size(); d++) {
            long size = dims.get(d).getDimValue();
            found.add(d == 0 ? "n" : axis(size));
        }
        List<String> sorted = found.stream().sorted().toList();
        if (!sorted.equals(List.of("b", "n", "t")) && !sorted.equals(List.of("b", "c", "n", "t"))) {
            throw graph.broken("its graph's input '" + value.getName() + "' is "
                    + dims.stream()
                            .map(d -> d.hasDimValue() ? Long.toString(d.getDimValue()) : "N")
                            .toList()
                    + ", expected [N, 96, 64], with or without an axis of 1 for the channel");
        }
        return found;
    }

    private static String axis(long size) {
        return size == LogMelExtractor.PATCH_FRAMES ? "t" : size == LogMelExtractor.BANDS ? "b" : size == 1 ? "c" : "?";
    }

    /** Goes from node to node until the path ends, forks, or comes to something that is no layer. */
    private void follow() throws IOException {
        String at = input;
        for (int i = 0; i < graph.nodes(); i++) {
            List<OnnxMl.NodeProto> next = graph.readers(at);
            if (next.size() != 1 || next.get(0).getOutputCount() == 0) {
                return;
            }
            OnnxMl.NodeProto node = next.get(0);
            if (!step(node, at)) {
                steps.add(node.getOpType());
                return;
            }
            at = node.getOutput(0);
        }
    }

    private boolean step(OnnxMl.NodeProto node, String from) throws IOException {
        switch (node.getOpType()) {
            case "Identity", "Dropout" -> {}
            case "Cast" -> {
                if (OnnxFile.integer(node, "to", 1) != OnnxMl.TensorProto.DataType.FLOAT.getNumber()) {
                    return false;
                }
            }
            case "Unsqueeze" -> unsqueeze(node);
            case "Transpose" -> transpose(node);
            case "Reshape" -> reshape(node);
            case "Flatten" -> {
                if (OnnxFile.integer(node, "axis", 1) != 1) {
                    return false;
                }
                flatten();
            }
            case "Conv" -> convolve(node);
            case "BatchNormalization" -> {
                if (steps.isEmpty() || !steps.get(steps.size() - 1).equals("Conv")) {
                    return false;
                }
                convolutions.get(convolutions.size() - 1).normalisation = node;
            }
            case "Relu" -> {
                if (dense.isEmpty()) {
                    steps.add("Relu");
                } else {
                    dense.get(dense.size() - 1).activated = true;
                }
            }
            case "MaxPool" -> pool(node);
            case "Gemm", "MatMul" -> {
                return connect(node, from);
            }
            case "Add" -> {
                return shift(node, from);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void unsqueeze(OnnxMl.NodeProto node) throws IOException {
        List<Long> at = node.getInputCount() > 1
                ? graph.integers(node.getInput(1))
                : OnnxFile.attribute(node, "axes")
                        .map(OnnxMl.AttributeProto::getIntsList)
                        .orElse(List.of());
        long axis = at.size() == 1 ? at.get(0) : Long.MIN_VALUE;
        axis += axis < 0 ? axes.size() + 1 : 0;
        if (axis < 0 || axis > axes.size() || axes.contains("c")) {
            throw unexpected(node);
        }
        axes = new ArrayList<>(axes);
        axes.add((int) axis, "c");
    }

    private void transpose(OnnxMl.NodeProto node) throws IOException {
        List<Long> order = OnnxFile.attribute(node, "perm")
                .map(OnnxMl.AttributeProto::getIntsList)
                .orElse(List.of());
        if (order.stream().distinct().filter(d -> d >= 0 && d < axes.size()).count() != axes.size()) {
            throw unexpected(node);
        }
        List<String> before = axes;
        axes = order.stream().map(d -> before.get(d.intValue())).toList();
    }

    /** Before the convolutions a reshaping adds the channel; after them it flattens, whatever computes its sizes. */
    private void reshape(OnnxMl.NodeProto node) throws IOException {
        if (!convolutions.isEmpty()) {
            flatten();
            return;
        }
        List<Long> sizes = graph.integers(node.getInput(node.getInputCount() - 1));
        List<String> after = new ArrayList<>();
        for (int d = 0; d < sizes.size(); d++) {
            after.add(d == 0 ? "n" : axis(sizes.get(d)));
        }
        // An axis of 1 may come or go; the others must keep their order, or values would change places.
        if (!after.stream()
                .filter(a -> !a.equals("c"))
                .toList()
                .equals(axes.stream().filter(a -> !a.equals("c")).toList())) {
            throw unexpected(node);
        }
        axes = after;
    }

    private void flatten() {
        if (axes.size() == 4) {
            flat = axes.subList(1, 4);
            axes = List.of("n", "f");
        }
    }

    private void convolve(OnnxMl.NodeProto node) throws IOException {
        if (!axes.equals(IMAGE)) {
            throw graph.broken("its graph convolves over the axes " + axes + ", expected " + IMAGE
                    + " (windows, channel, time, band)");
        }
        steps.add("Conv");
        boolean same = Set.of("SAME_UPPER", "SAME_LOWER").contains(OnnxFile.text(node, "auto_pad"));
        if (!same && !OnnxFile.ints(node, "pads", 0, 4).equals(List.of(1L, 1L, 1L, 1L))
                || !OnnxFile.ints(node, "strides", 1, 2).equals(List.of(1L, 1L))
                || !OnnxFile.ints(node, "dilations", 1, 2).equals(List.of(1L, 1L))
                || OnnxFile.integer(node, "group", 1) != 1) {
            throw unexpected(node);
        }
        convolutions.add(new Conv(node));
    }

    private void pool(OnnxMl.NodeProto node) throws IOException {
        steps.add("MaxPool");
        // Every map halves evenly, so that padding "SAME" adds nothing.
        boolean same = Set.of("SAME_UPPER", "SAME_LOWER").contains(OnnxFile.text(node, "auto_pad"));
        if (!OnnxFile.ints(node, "kernel_shape", 1, 2).equals(List.of(2L, 2L))
                || !OnnxFile.ints(node, "strides", 1, 2).equals(List.of(2L, 2L))
                || !same && !OnnxFile.ints(node, "pads", 0, 4).equals(List.of(0L, 0L, 0L, 0L))) {
            throw unexpected(node);
        }
    }

    private boolean connect(OnnxMl.NodeProto node, String from) throws IOException {
        boolean gemm = node.getOpType().equals("Gemm");
        if (dense.size() == MOST_DENSE
                || node.getInputCount() < 2
                || !node.getInput(0).equals(from)) {
            return false;
        }
        if (gemm
                && (OnnxFile.real(node, "alpha") != 1.0f
                        || OnnxFile.real(node, "beta") != 1.0f
                        || OnnxFile.integer(node, "transA", 0) != 0)) {
            throw unexpected(node);
        }
        if (!axes.equals(List.of("n", "f"))) {
            throw unexpected(node);
        }
        OnnxMl.TensorProto weight = graph.constant(node.getInput(1))
                .orElseThrow(() -> graph.broken("the weights '" + node.getInput(1) + "' of '" + OnnxFile.label(node)
                        + "' are no constant of the graph: quantised, or computed"));
        String bias = gemm && node.getInputCount() > 2 ? node.getInput(2) : "";
        dense.add(new Dense(weight, gemm && OnnxFile.integer(node, "transB", 0) != 0, bias, node.getOutput(0)));
        return true;
    }

    /** A bias that is added in a node of its own. */
    private boolean shift(OnnxMl.NodeProto node, String from) throws IOException {
        Dense last = dense.isEmpty() ? null : dense.get(dense.size() - 1);
        if (last == null || !last.bias.isEmpty() || last.activated || node.getInputCount() != 2) {
            return false;
        }
        String bias = node.getInput(node.getInput(0).equals(from) ? 1 : 0);
        if (graph.constant(bias).isEmpty()) {
            return false;
        }
        last.bias = bias;
        last.output = node.getOutput(0);
        return true;
    }

    /** Whether the path went through the layers of VGGish. */
    private void check() throws IOException {
        List<String> found = steps.subList(0, Math.min(steps.size(), LAYERS.size()));
        if (!found.equals(LAYERS) || convolutions.size() != CONVOLUTIONS) {
            throw graph.broken("its graph goes " + String.join(" ", steps) + ", expected " + String.join(" ", LAYERS)
                    + " and then dense layers");
        }
        for (int d = 0; d < dense.size(); d++) {
            if (dense.get(d).width() == EMBEDDING) {
                embedding = d;
            }
        }
        for (int d = 0; d < dense.size(); d++) {
            if (dense.get(d).output.toLowerCase(Locale.ROOT).equals("embedding")) {
                embedding = d;
            }
        }
        if (embedding < 0) {
            throw graph.broken("its graph has dense layers of the widths "
                    + dense.stream().map(Dense::width).toList()
                    + ", expected one of " + EMBEDDING + ", or one whose output is called 'embedding'"
                    + (steps.size() > LAYERS.size() ? "; it goes on with " + steps.get(LAYERS.size()) : ""));
        }
        for (int d = 0; d < embedding; d++) {
            // Without a ReLU and without a bias a layer and the one after it are a product.
            if (!dense.get(d).activated && (!dense.get(d).bias.isEmpty() || inner(d - 1))) {
                throw graph.broken("its graph has no ReLU after the dense layer '" + dense.get(d).output + "'");
            }
        }
    }

    /** Whether a dense layer is the first of two that are a product. */
    boolean inner(int d) {
        return d >= 0 && d < embedding && !dense.get(d).activated;
    }

    WeightsException unexpected(OnnxMl.NodeProto node) {
        return graph.broken("its graph's " + OnnxFile.label(node) + " is not what VGGish has there: "
                + node.getInputList() + " "
                + node.getAttributeList().stream()
                        .map(a -> a.getName() + "=" + (a.getIntsCount() > 0 ? a.getIntsList() : a.getI()))
                        .toList()
                + " over the axes " + axes);
    }
}
