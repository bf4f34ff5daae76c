package io.crysdk.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter); without decay it is Adam as Kingma and Ba have it. Its state
 * is plain arrays beside the weights. Not the engine's own, so that what a step does can be read, and its state saved.
 */
final class AdamW implements AutoCloseable {
    /** What the names of its state begin with. */
    static final String STATE = "adam.";

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double decay;
    private final List<Weight> weights;
    private int step;

    /** A weight with the running means of its gradient and of the gradient's square. */
    private record Weight(String name, NDArray array, NDArray first, NDArray second) {
        Map<String, NDArray> moments() {
            return Map.of(STATE + "first." + name, first, STATE + "second." + name, second);
        }
    }

    /** Optimises those of the weights that have a gradient. */
    AdamW(Map<String, NDArray> parameters, double decay) {
        this.decay = decay;
        this.weights = parameters.entrySet().stream()
                .filter(e -> e.getValue().hasGradient())
                .map(e -> new Weight(
                        e.getKey(),
                        e.getValue(),
                        e.getValue().zerosLike(),
                        e.getValue().zerosLike()))
                .toList();
    }

    /** Takes one step along the gradients, and clears them. */
    void step(double rate) {
        step++;
        double correction1 = 1.0 - Math.pow(BETA1, step);
        double correction2 = 1.0 - Math.pow(BETA2, step);
        for (Weight weight : weights) {
            NDArray m = weight.first();
            NDArray v = weight.second();
            try (NDArray gradient = weight.array().getGradient();
                    NDArray values = weight.array().stopGradient()) {
                try (NDArray add = gradient.mul(1.0 - BETA1)) {
                    m.muli(BETA1).addi(add);
                }
                try (NDArray square = gradient.square();
                        NDArray add = square.mul(1.0 - BETA2)) {
                    v.muli(BETA2).addi(add);
                }
                // Only weights shrink; pulling biases or normalisations to zero would fight what they are for.
                if (weight.name().endsWith(".weight")) {
                    values.muli(1.0 - rate * decay);
                }
                try (NDArray root = v.div(correction2);
                        NDArray denominator = root.sqrt();
                        NDArray change = m.div(correction1)) {
                    change.divi(denominator.addi(EPSILON)).muli(rate);
                    values.subi(change);
                }
                gradient.subi(gradient);
            }
        }
    }

    /** The running means, by name. */
    Map<String, float[]> state() {
        Map<String, float[]> state = new LinkedHashMap<>();
        weights.forEach(w -> w.moments().forEach((name, array) -> state.put(name, array.toFloatArray())));
        return state;
    }

    /** Goes on from running means after so many steps. */
    void load(Map<String, float[]> state, int steps) {
        step = steps;
        weights.forEach(w -> w.moments().forEach((name, array) -> {
            float[] values = state.get(name);
            if (values == null || values.length != array.size()) {
                throw new IllegalArgumentException("no " + array.size() + " values of " + name);
            }
            try (NDArray copy = array.getManager().create(values, array.getShape())) {
                copy.copyTo(array);
            }
        }));
    }

    @Override
    public void close() {
        for (Weight weight : weights) {
            weight.first().close();
            weight.second().close();
        }
    }
}
