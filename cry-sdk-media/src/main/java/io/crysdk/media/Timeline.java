package io.crysdk.media;

import java.util.Arrays;

/**
 * Where decoded audio lies in its file. Decoded samples follow each other without a break; in the file there may be a
 * beginning without audio, gaps where packets are missing or damaged, and a clock that runs a little faster or slower than
 * the samples. The file's times are followed in steps, and never go back.
 */
final class Timeline {
    /** A block of a codec with blocks of several lengths may be this far off without meaning it (Vorbis: 10 ms). */
    static final double TOLERANCE_SECONDS = 0.05;

    /** Beyond this, time stamps that lag behind are no slow clock but mistaken, and the samples are believed. */
    private static final double LAG_AT_MOST = 0.1;

    /** A clock that loses more than the tolerance in less than this is no clock. */
    private static final double LAG_NOT_BEFORE = 10.0;

    /** Time stamps that jump more often than this are not worth following any more. */
    private static final int STEPS_AT_MOST = 10_000;

    /** From so many decoded seconds on ... */
    private double[] from = new double[4];
    /** ... the file is so much later, */
    private double[] later = new double[4];
    /** but not before this time, to which it had come. */
    private double[] floor = new double[4];

    private int steps;

    /** Sets the file's time of the first decoded sample. */
    void begin(double fileSeconds) {
        steps = 0;
        add(0.0, Math.max(0.0, fileSeconds), 0.0);
    }

    /**
     * Takes note of a time stamp.
     *
     * @param seconds decoded so far
     * @param fileSeconds where the next sample lies in the file by its time stamp
     * @param tolerance by how many seconds it may be late without meaning it
     * @return how many seconds of the file are skipped, or 0 if the time stamp is as expected
     */
    double follow(double seconds, double fileSeconds, double tolerance) {
        double late = fileSeconds - (seconds + later[steps - 1]);
        boolean gap = late > tolerance;
        boolean lag = late < -TOLERANCE_SECONDS && late > -LAG_AT_MOST && seconds - from[steps - 1] > LAG_NOT_BEFORE;
        if (!gap && !lag || steps == STEPS_AT_MOST) {
            return 0.0;
        }
        double reached = seconds + offset(seconds);
        add(seconds, fileSeconds - seconds, reached);
        return Math.max(0.0, fileSeconds - reached);
    }

    private void add(double seconds, double shift, double reached) {
        if (steps == from.length) {
            from = Arrays.copyOf(from, 2 * steps);
            later = Arrays.copyOf(later, 2 * steps);
            floor = Arrays.copyOf(floor, 2 * steps);
        }
        from[steps] = seconds;
        later[steps] = shift;
        floor[steps] = reached;
        steps++;
    }

    /** Returns how much later a decoded moment lies in the file, 0 or more. */
    double offset(double seconds) {
        int found = Arrays.binarySearch(from, 0, steps, seconds);
        int step = found >= 0 ? found : Math.max(0, -found - 2);
        return Math.max(later[step], floor[step] - seconds);
    }
}
