package io.crysdk.dsp;

/**
 * The first-order high-pass {@code y[t] = x[t] - a x[t-1]}, {@code y[0] = x[0]}, over a clip that arrives in pieces.
 * For one thread.
 */
final class PreEmphasis {
    private final double weight;
    private double previous;

    PreEmphasis(double weight) {
        this.weight = weight;
    }

    /** Forgets the clip so far. */
    void restart() {
        previous = 0.0;
    }

    /** Filters the next samples of the clip in place. */
    void filter(double[] samples, int offset, int count) {
        if (weight == 0.0 || count == 0) {
            return;
        }
        double last = samples[offset + count - 1];
        for (int i = offset + count - 1; i > offset; i--) {
            samples[i] -= weight * samples[i - 1];
        }
        samples[offset] -= weight * previous;
        previous = last;
    }
}
