package io.crysdk.onnx;

import java.util.Arrays;

/**
 * How the gate's logits of a clip's windows become one logit for the clip.
 *
 * @since 0.1.0
 */
public enum GateAggregation {
    /** The mean over all windows: for clips that were cut to the cry. */
    MEAN("mean") {
        @Override
        public double aggregate(double[] logits) {
            return mean(logits, 0);
        }
    },
    /** The mean of the three largest, or of all where there are fewer: one cry in a long clip is a cry. */
    TOP3_MEAN("top3_mean_logit") {
        @Override
        public double aggregate(double[] logits) {
            double[] sorted = logits.clone();
            Arrays.sort(sorted);
            return mean(sorted, Math.max(0, sorted.length - 3));
        }
    };

    private final String id;

    GateAggregation(String id) {
        this.id = id;
    }

    /**
     * Returns the name in a model's metadata.
     *
     * @return for example {@code top3_mean_logit}
     */
    public String id() {
        return id;
    }

    /**
     * Aggregates.
     *
     * @param logits one for each window, at least one; not changed
     * @return the clip's logit
     */
    public abstract double aggregate(double[] logits);

    /** A loop, since every answer comes through here and a {@code java.util.stream} would be most of what it allocates. */
    private static double mean(double[] values, int from) {
        double sum = 0.0;
        for (int i = from; i < values.length; i++) {
            sum += values[i];
        }
        return sum / (values.length - from);
    }
}
