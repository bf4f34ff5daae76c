package io.crysdk.dsp;

/**
 * The natural logarithm of positive normal numbers by table and polynomial, off by less than one unit in the last
 * place; it takes about two thirds of the time of {@link Math#log}.
 *
 * <p>{@code x = 2^k z} with z in [0.6875, 1.375). The table holds, for each of 128 intervals of z, a reciprocal
 * {@code c ~ 1/z} of at most 11 bits and {@code -ln c} in two parts. Then {@code r = c z - 1} is small and known almost
 * exactly, since c times the upper 40 bits of z fits a double, and {@code ln x = k ln 2 - ln c + ln(1 + r)}, the last
 * by its Taylor series. The high parts of ln 2 and of -ln c are multiples of 2^-42, so their sum is exact. The same
 * plan as in P. T. P. Tang, <i>Table-driven implementation of the logarithm function in IEEE floating-point
 * arithmetic</i>, ACM TOMS 16 (1990).
 */
final class TableLog {
    static final double LN2_HIGH = 0x1.62e42fefa38p-1;
    static final double LN2_LOW = 0x1.ef35793c7673p-45;

    /** Bits of 0.6875, where z begins. */
    private static final long Z_BEGIN = 0x3fe6_0000_0000_0000L;

    private static final long EXPONENT = 0xfffL << 52;
    private static final long UPPER_40_BITS = -1L << 13;

    private static final double[] ROWS = LogMelTables.LOG;

    private TableLog() {}

    /** {@code ln x} for x in [2^-1022, 2^1023]; for anything else the result means nothing. */
    static double log(double x) {
        double q = x - 1;
        if (Math.abs(q) < 0x1p-7) {
            return nearOne(q);
        }
        long bits = Double.doubleToRawLongBits(x);
        long offset = bits - Z_BEGIN;
        long zBits = bits - (offset & EXPONENT);
        double z = Double.longBitsToDouble(zBits);
        double zUpper = Double.longBitsToDouble(zBits & UPPER_40_BITS);
        double k = offset >> 52;
        int row = 3 * ((int) (offset >>> 45) & LogMelTables.LOG_ROWS - 1);
        double c = ROWS[row];
        double r = (zUpper * c - 1) + (z - zUpper) * c;
        double high = k * LN2_HIGH + ROWS[row + 1];
        double low = k * LN2_LOW + ROWS[row + 2];
        double sum = high + r;
        double rest = (high - sum) + r + low;
        double r2 = r * r;
        double series = (-0.5 + r * (1 / 3.0)) + r2 * ((-0.25 + r * 0.2) + r2 * (-1 / 6.0 + r * (1 / 7.0)));
        return sum + (rest + r2 * series);
    }

    /** {@code ln(1 + q)}; here ln x itself is small, and only the series alone keeps its last bits. */
    private static double nearOne(double q) {
        double q2 = q * q;
        double series =
                (-0.5 + q * (1 / 3.0)) + q2 * ((-0.25 + q * 0.2) + q2 * ((-1 / 6.0 + q * (1 / 7.0)) + q2 * -0.125));
        return q + q2 * series;
    }
}
