package io.crysdk.train.weights;

import io.crysdk.train.NetSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes layers one after the other, checks each against the one before, and turns it into this project's layout. */
final class BodyCheck {
    /** No weight of a network that was trained is as large. */
    private static final double LARGEST = 1000.0;

    /** The root mean square of a layer's weights times the root of its fan-in; 1.4 after He's initialisation. */
    private static final double LEAST_GAIN = 1e-3;

    private static final double LARGEST_GAIN = 1e3;

    private static final long UNKNOWN = -1;

    private final boolean tensorFlow;
    private final List<String> problems;
    private final List<WeightsImport.Row> rows = new ArrayList<>();
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final List<Integer> channels = new ArrayList<>();
    private final List<Integer> dense = new ArrayList<>();
    private long in = 1;
    private int rank;
    private boolean inner;

    /**
     * A check.
     *
     * @param tensorFlow whether weights are [3,3,in,out] and [in,out] instead of [out,in,3,3] and [out,in]
     * @param problems takes what is wrong; what is there already counts too
     */
    BodyCheck(boolean tensorFlow, List<String> problems) {
        this.tensorFlow = tensorFlow;
        this.problems = problems;
    }

    List<WeightsImport.Row> rows() {
        return rows;
    }

    /** Takes every layer in turn; one that is missing is null, and was reported. */
    void take(List<@Nullable Layer> layers) throws IOException {
        for (Layer layer : layers) {
            if (layer == null) {
                in = UNKNOWN;
            } else {
                take(layer);
            }
        }
    }

    /** What was taken, if nothing is wrong. */
    VggishWeights weights(FileBytes file) throws WeightsException {
        if (problems.isEmpty()) {
            products();
        }
        if (!problems.isEmpty()) {
            throw new WeightsException(String.valueOf(file.path().getFileName()), problems);
        }
        return new VggishWeights(channels, hidden(), dense.get(dense.size() - 1), rank, values);
    }

    private List<Integer> hidden() {
        return dense.subList(0, dense.size() - 1);
    }

    /** Products must stand just where a network of that rank has them. */
    private void products() {
        NetSettings settings =
                new NetSettings(channels, hidden(), dense.get(dense.size() - 1), false, 2).withRank(rank);
        int before = channels.get(channels.size() - 1) * VggishWeights.mapSize();
        for (int d = 0; d < dense.size(); d++) {
            boolean product = d < dense.size() - 1 && settings.product(before, dense.get(d));
            String name = d < dense.size() - 1 ? "fc" + (d + 1) : "embedding";
            if (product != values.containsKey(name + ".inner.weight")) {
                problems.add(name + " is " + (product ? "whole" : "a product") + ", expected "
                        + (product ? "a product" : "a whole layer") + " where others are products of rank " + rank);
            }
            before = dense.get(d);
        }
    }

    private void take(Layer layer) throws IOException {
        boolean convolution = layer.convolution();
        if (!convolution && dense.isEmpty() && !inner && in != UNKNOWN) {
            in *= VggishWeights.mapSize();
        }
        Tensor weight = layer.weight();
        Tensor bias = layer.bias();
        inner = bias == null;
        int outAt = tensorFlow ? weight.shape().size() - 1 : 0;
        int inAt = tensorFlow ? weight.shape().size() - 2 : 1;
        boolean ranks = weight.shape().size() == (convolution ? 4 : 2);
        long inputs = in != UNKNOWN || !ranks ? in : weight.shape().get(inAt);
        long out = ranks ? weight.shape().get(outAt) : UNKNOWN;
        if (!ranks
                || out < 1
                || out > Integer.MAX_VALUE
                || inputs < 1
                || !weight.shape().equals(shape(convolution, inputs, out))
                || bias != null && !bias.shape().equals(List.of(out))) {
            problems.add(weight.name() + " has the shape " + weight.shape()
                    + (bias == null ? "" : " and " + bias.name() + " " + bias.shape()) + ", expected "
                    + expected(convolution, inputs) + (bias == null ? "" : " and [n]"));
            in = UNKNOWN;
            (convolution ? channels : dense).add(1);
            return;
        }
        long fanIn = inputs * (convolution ? 9 : 1);
        values(weight, layer.name() + ".weight", fanIn)
                .ifPresent(
                        v -> values.put(layer.name() + ".weight", tensorFlow ? turned(v, (int) out, convolution) : v));
        in = out;
        if (bias != null) {
            values(bias, layer.name() + ".bias", 0).ifPresent(v -> values.put(layer.name() + ".bias", v));
            (convolution ? channels : dense).add((int) out);
        } else if (rank == 0 || rank == out) {
            rank = (int) out;
        } else {
            problems.add(weight.name() + " makes a product of rank " + out + ", expected " + rank + " as before");
        }
    }

    private List<Long> shape(boolean convolution, long inputs, long out) {
        if (convolution) {
            return tensorFlow ? List.of(3L, 3L, inputs, out) : List.of(out, inputs, 3L, 3L);
        }
        return tensorFlow ? List.of(inputs, out) : List.of(out, inputs);
    }

    private String expected(boolean convolution, long inputs) {
        String m = inputs == UNKNOWN ? "m" : Long.toString(inputs);
        if (convolution) {
            return tensorFlow ? "[3, 3, " + m + ", n]" : "[n, " + m + ", 3, 3]";
        }
        return tensorFlow ? "[" + m + ", n]" : "[n, " + m + "]";
    }

    /** Reads an array and looks at its range; a fan-in of 0 stands for a bias, which may well be all zeros. */
    private Optional<float[]> values(Tensor tensor, String name, long fanIn) throws IOException {
        float[] read;
        try {
            read = tensor.values().read();
        } catch (WeightsException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
        double least = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        double sum = 0.0;
        double squares = 0.0;
        int infinite = 0;
        for (float value : read) {
            infinite += Float.isFinite(value) ? 0 : 1;
            least = Math.min(least, value);
            largest = Math.max(largest, value);
            sum += value;
            squares += (double) value * value;
        }
        double mean = sum / read.length;
        double gain = Math.sqrt(squares / read.length * fanIn);
        if (infinite > 0) {
            problems.add(tensor.name() + " has " + infinite + " values that are not finite");
        } else if (Math.max(-least, largest) > LARGEST) {
            problems.add(tensor.name() + " goes from " + least + " to " + largest + ", expected values within -"
                    + LARGEST + " to " + LARGEST);
        } else if (fanIn > 0 && !(gain >= LEAST_GAIN && gain <= LARGEST_GAIN)) {
            problems.add(tensor.name() + " makes its layer's output " + gain
                    + " times its input, expected " + LEAST_GAIN + " to " + LARGEST_GAIN
                    + " (root mean square times the root of " + fanIn + " inputs)");
        }
        double deviation = Math.sqrt(Math.max(0.0, squares / read.length - mean * mean));
        rows.add(new WeightsImport.Row(name, tensor.name(), tensor.shape(), least, largest, mean, deviation));
        return Optional.of(read);
    }

    /** From [3,3,in,out] to [out,in,3,3], or from [in,out] to [out,in]. */
    private static float[] turned(float[] from, int out, boolean convolution) {
        float[] to = new float[from.length];
        int places = convolution ? 9 : 1;
        int inputs = from.length / out / places;
        for (int p = 0; p < places; p++) {
            for (int i = 0; i < inputs; i++) {
                int row = (p * inputs + i) * out;
                for (int o = 0; o < out; o++) {
                    to[(o * inputs + i) * places + p] = from[row + o];
                }
            }
        }
        return to;
    }
}
