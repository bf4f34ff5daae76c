package io.crysdk.train;

import java.util.Arrays;

/**
 * What is done about labels that are rarer than others.
 *
 * @since 0.1.0
 */
public enum Weighing {
    /** Nothing: every unit counts once. */
    NONE,
    /** Units of a rare label weigh more in the loss, so that all labels weigh the same together. */
    CLASS_WEIGHTS,
    /** All labels are drawn equally often. */
    BALANCED_SAMPLING;

    /** What a unit of each label weighs in the loss. */
    double[] weights(int[] counts) {
        double all = Arrays.stream(counts).sum();
        return Arrays.stream(counts)
                .mapToDouble(n -> n == 0 ? 0.0 : this == CLASS_WEIGHTS ? all / (counts.length * n) : 1.0)
                .toArray();
    }
}
