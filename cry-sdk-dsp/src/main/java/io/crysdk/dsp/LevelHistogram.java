package io.crysdk.dsp;

import java.util.Arrays;

/**
 * How many frames had which level, in steps of a quarter of a decibel from -100 to 20 dBFS; what lies beyond counts as
 * the end. Frames come and go, so that percentiles of the last seconds cost no sorting. For one thread.
 */
final class LevelHistogram {
    private static final double LOWEST = -100.0;
    private static final double STEP = 0.25;
    private static final int STEPS = 480;

    private final int[] counts = new int[STEPS];
    private int frames;

    void clear() {
        Arrays.fill(counts, 0);
        frames = 0;
    }

    void add(double level) {
        counts[step(level)]++;
        frames++;
    }

    /** Takes out a frame that was added. */
    void remove(double level) {
        counts[step(level)]--;
        frames--;
    }

    /** The level, to an eighth of a decibel, that so large a share of the frames do not pass; there is one frame or more. */
    double percentile(double share) {
        double rank = share * (frames - 1);
        int below = 0;
        int step = -1;
        while (below <= rank) {
            below += counts[++step];
        }
        return LOWEST + (step + 0.5) * STEP;
    }

    private static int step(double level) {
        return (int) Math.max(0.0, Math.min(STEPS - 1.0, (level - LOWEST) / STEP));
    }
}
