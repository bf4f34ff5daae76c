package io.crysdk.testing;

import java.util.function.IntToDoubleFunction;

/**
 * The direct form of the sinc interpolation to 16 kHz as its specification reads: two table look-ups for each product. It
 * is the twin of the production path and shares no code and no table with it.
 */
public final class PlainResampler {
    private static final int CROSSINGS = 50;
    private static final int STEPS = 8192;
    private static final double BETA = 12.984585247040012;
    private static final double ROLL_OFF = 0.9173473712608761;
    private static final double[] HALF = half();

    private final double[] win = new double[HALF.length];
    private final double[] delta = new double[HALF.length];
    private final int rate;
    private final double scale;
    private final double inc;
    private final int step;

    /**
     * Makes the table for a rate.
     *
     * @param rate of the input, in hertz
     */
    public PlainResampler(int rate) {
        double ratio = 16000.0 / rate;
        for (int i = 0; i < win.length; i++) {
            win[i] = ratio < 1.0 ? ratio * HALF[i] : HALF[i];
        }
        for (int i = 0; i + 1 < win.length; i++) {
            delta[i] = win[i + 1] - win[i];
        }
        this.rate = rate;
        this.scale = Math.min(1.0, ratio);
        this.inc = 1.0 / ratio;
        this.step = (int) (scale * STEPS);
    }

    /** All outputs of a clip. */
    public static double[] resample(double[] x, int rate) {
        return new PlainResampler(rate).resample(x.length, i -> x[i]);
    }

    /** All outputs of a clip of {@code n} samples. */
    public double[] resample(int n, IntToDoubleFunction x) {
        double[] y = new double[(int) (n * 16000.0 / rate)];
        for (int t = 0; t < y.length; t++) {
            y[t] = at(t, n, x);
        }
        return y;
    }

    /** Output {@code t} of a clip of {@code n} samples. */
    public double at(int t, int n, IntToDoubleFunction x) {
        double time = t * inc;
        int n0 = (int) time;
        double acc = 0.0;

        double frac = scale * (time - n0);
        double f = frac * STEPS;
        int off = (int) f;
        double eta = f - off;
        int left = Math.min(n0 + 1, (win.length - off) / step);
        for (int i = 0; i < left; i++) {
            acc += (win[off + i * step] + eta * delta[off + i * step]) * x.applyAsDouble(n0 - i);
        }

        frac = scale - frac;
        f = frac * STEPS;
        off = (int) f;
        eta = f - off;
        int right = Math.min(n - n0 - 1, (win.length - off) / step);
        for (int k = 0; k < right; k++) {
            acc += (win[off + k * step] + eta * delta[off + k * step]) * x.applyAsDouble(n0 + k + 1);
        }
        return acc;
    }

    /** Half of the window: roll-off * sinc(roll-off * t) under half a Kaiser window, whose Bessel function is a series. */
    private static double[] half() {
        double[] bessel = new double[32];
        bessel[0] = 1.0;
        for (int k = 1; k < bessel.length; k++) {
            bessel[k] = bessel[k - 1] * (BETA / (2 * k)) * (BETA / (2 * k));
        }
        double whole = polynomial(bessel, 1.0);
        double[] half = new double[CROSSINGS * STEPS + 1];
        for (int i = 0; i < half.length; i++) {
            double along = i / (double) (half.length - 1);
            double angle = Math.PI * (ROLL_OFF * i / STEPS);
            double sinc = i == 0 ? 1.0 : StrictMath.sin(angle) / angle;
            half[i] = ROLL_OFF * sinc * (polynomial(bessel, 1.0 - along * along) / whole);
        }
        return half;
    }

    private static double polynomial(double[] coefficients, double x) {
        double sum = 0.0;
        for (int k = coefficients.length - 1; k >= 0; k--) {
            sum = sum * x + coefficients[k];
        }
        return sum;
    }
}
