package io.crysdk.dsp;

/**
 * One wing of the interpolation filter: a sinc rolled off below Nyquist under half a Kaiser window, sampled
 * {@value #STEPS} times for each of its {@value #CROSSINGS} zero crossings. The parameters are those of resampy 0.4.2's
 * {@code kaiser_best}; the method is J. O. Smith's (<i>Digital Audio Resampling Home Page</i>).
 *
 * <p>{@link StrictMath} and polynomials only, so that the table has the same bits on every machine.
 */
final class SincTable {
    static final int CROSSINGS = 50;
    static final int STEPS = 8192;
    static final int LENGTH = CROSSINGS * STEPS + 1;

    private static final double BETA = 12.984585247040012;
    private static final double ROLL_OFF = 0.9173473712608761;

    /** The Bessel function of order 0 as a series: at its largest argument, {@link #BETA}, the last term is 1e-23 of it. */
    private static final double[] BESSEL = new double[32];

    /** {@value #LENGTH} values from the filter's middle outwards. Computed when first asked for; never written again. */
    static final double[] WING = new double[LENGTH];

    static {
        BESSEL[0] = 1.0;
        for (int k = 1; k < BESSEL.length; k++) {
            BESSEL[k] = BESSEL[k - 1] * (BETA / (2 * k)) * (BETA / (2 * k));
        }
        double whole = bessel(1.0);
        for (int i = 0; i < LENGTH; i++) {
            double along = i / (double) (LENGTH - 1);
            double angle = Math.PI * (ROLL_OFF * i / STEPS);
            double sinc = i == 0 ? 1.0 : StrictMath.sin(angle) / angle;
            WING[i] = ROLL_OFF * sinc * (bessel(1.0 - along * along) / whole);
        }
    }

    private SincTable() {}

    /** I0(BETA sqrt(x)) for x from 0 to 1. */
    private static double bessel(double x) {
        double sum = 0.0;
        for (int k = BESSEL.length - 1; k >= 0; k--) {
            sum = sum * x + BESSEL[k];
        }
        return sum;
    }
}
