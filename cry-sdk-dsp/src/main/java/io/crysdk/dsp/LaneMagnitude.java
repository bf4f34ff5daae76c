package io.crysdk.dsp;

/**
 * The length of a complex number as the pinned reference computes it: the rounded square root, then one correction
 * term.
 *
 * <p>With {@code ax >= ay >= 0}: if {@code ay <= ax 2^-54} the result is {@code ax + ay}. Otherwise
 * {@code h = sqrt(ax ax + ay ay)}; if {@code h <= 2 ay} ("steep") {@code d = h - ay}, {@code t1 = ax (2 d - ax)},
 * {@code t2 = (d - 2 (ax - ay)) d}; else ("flat") {@code d = h - ax}, {@code t1 = 2 d (ax - 2 ay)},
 * {@code t2 = (4 d - ay) ay + d d}; the result is {@code h - (t1 + t2) / (2 h)}. It is the algorithm of C. F. Borges,
 * <i>An improved algorithm for hypot(a,b)</i>, arXiv:1904.09481, without fused multiply-add.
 *
 * <p>{@link #rows} does it for many numbers in straight lines, {@link #exact} for one of any size.
 */
final class LaneMagnitude {
    /**
     * Bounds on {@code ax}, if not zero, within which the straight lines are exact: no square that matters leaves the
     * normal range, and {@code 2 ay - h}, if not zero, is at least 2^-506.
     */
    static final double LEAST = 0x1p-451;

    static final double MOST = 0x1p400;

    /** Elements that go through all steps before the next ones do: five rows of it stay in the first-level cache. */
    private static final int CHUNK = 512;

    private static final int PLANE = LaneTransform.PLANE;

    // Where a value stands relative to its number's real part, and later to its magnitude. Each place serves twice.
    private static final int IMAGINARY = 2 * PLANE;
    private static final int SMALLER = 2 * PLANE;
    private static final int STEEP_MASK = 2 * PLANE;
    private static final int ROOT = 4 * PLANE;
    private static final int STEEP = 5 * PLANE;

    private LaneMagnitude() {}

    /**
     * Replaces real parts by magnitudes, from element {@code from} to {@code to} of {@code spectrum}; every number
     * there must be zero or within {@link #LEAST} and {@link #MOST}, or its result means nothing.
     *
     * <p>Both corrections are computed and one is selected by a mask of exactly 0 or 1, because the compiler turns
     * neither branches nor conditional moves into vector code. Likewise six short loops over one array, all offsets
     * constant multiples of a vector: one loop of this length, or one over two arrays at different places, stays
     * scalar.
     */
    static void rows(double[] spectrum, int from, int to) {
        for (int begin = from; begin < to; begin += CHUNK) {
            int end = Math.min(begin + CHUNK, to);
            sort(spectrum, begin, end);
            root(spectrum, begin, end);
            steep(spectrum, begin, end);
            flat(spectrum, begin, end);
            mask(spectrum, begin, end);
            correct(spectrum, begin, end);
        }
    }

    private static void sort(double[] s, int begin, int end) {
        for (int j = begin; j < end; j++) {
            double re = Math.abs(s[j]);
            double im = Math.abs(s[j + IMAGINARY]);
            s[j] = Math.max(re, im);
            s[j + SMALLER] = Math.min(re, im);
        }
    }

    private static void root(double[] s, int begin, int end) {
        for (int j = begin; j < end; j++) {
            double ax = s[j];
            double ay = s[j + SMALLER];
            s[j + ROOT] = Math.sqrt(ax * ax + ay * ay);
        }
    }

    private static void steep(double[] s, int begin, int end) {
        for (int j = begin; j < end; j++) {
            double ax = s[j];
            double ay = s[j + SMALLER];
            double d = s[j + ROOT] - ay;
            s[j + STEEP] = ax * (2 * d - ax) + (d - 2 * (ax - ay)) * d;
        }
    }

    /** Where ay is below ax 2^-54 this correction is too small to change h, and h is ax: no third case is needed. */
    private static void flat(double[] s, int begin, int end) {
        for (int j = begin; j < end; j++) {
            double ax = s[j];
            double ay = s[j + SMALLER];
            double d = s[j + ROOT] - ax;
            s[j] = 2 * d * (ax - 2 * ay) + ((4 * d - ay) * ay + d * d);
        }
    }

    /** 1 where h <= 2 ay, else 0: the difference, if not zero, is so enlarged that clamping leaves nothing between. */
    private static void mask(double[] s, int begin, int end) {
        for (int j = begin; j < end; j++) {
            double excess = 2 * s[j + SMALLER] - s[j + ROOT];
            s[j + STEEP_MASK] = Math.min(1.0, Math.max(0.0, excess * 0x1p510 + 1));
        }
    }

    private static void correct(double[] s, int begin, int end) {
        for (int j = begin; j < end; j++) {
            double h = s[j + ROOT];
            double isSteep = s[j + STEEP_MASK];
            double t = isSteep * s[j + STEEP] + (1 - isSteep) * s[j];
            s[j] = h - t / Math.max(2 * h, 0x1p-600); // of zero, 0 / 2^-600
        }
    }

    /**
     * The same for one number of any size: squares that would overflow or fall below the normal range are scaled first.
     */
    static double exact(double re, double im) {
        double ax = Math.max(Math.abs(re), Math.abs(im));
        double ay = Math.min(Math.abs(re), Math.abs(im));
        if (ay <= ax * 0x1p-54) {
            return ax + ay;
        }
        if (ax > 0x1p511) {
            return corrected(ax * 0x1p-600, ay * 0x1p-600) * 0x1p600;
        }
        if (ay < 0x1p-459) {
            return corrected(ax * 0x1p600, ay * 0x1p600) * 0x1p-600;
        }
        return corrected(ax, ay);
    }

    private static double corrected(double ax, double ay) {
        double h = Math.sqrt(ax * ax + ay * ay);
        double t;
        if (h <= 2 * ay) {
            double d = h - ay;
            t = ax * (2 * d - ax) + (d - 2 * (ax - ay)) * d;
        } else {
            double d = h - ax;
            t = 2 * d * (ax - 2 * ay) + ((4 * d - ay) * ay + d * d);
        }
        return h - t / (2 * h);
    }
}
