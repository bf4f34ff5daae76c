package io.crysdk.dsp;

import java.util.function.IntToDoubleFunction;

/** The direct form of the sinc interpolation as its specification reads: two table look-ups for each product. */
final class PlainResampler {
    private final double[] win = new double[SincTable.LENGTH];
    private final double[] delta = new double[SincTable.LENGTH];
    private final int rate;
    private final double scale;
    private final double inc;
    private final int step;

    PlainResampler(int rate) {
        double ratio = 16000.0 / rate;
        for (int i = 0; i < win.length; i++) {
            win[i] = ratio < 1.0 ? ratio * SincTable.WING[i] : SincTable.WING[i];
        }
        for (int i = 0; i + 1 < win.length; i++) {
            delta[i] = win[i + 1] - win[i];
        }
        this.rate = rate;
        this.scale = Math.min(1.0, ratio);
        this.inc = 1.0 / ratio;
        this.step = (int) (scale * SincTable.STEPS);
    }

    static double[] resample(double[] x, int rate) {
        return new PlainResampler(rate).resample(x.length, i -> x[i]);
    }

    double[] resample(int n, IntToDoubleFunction x) {
        double[] y = new double[(int) (n * 16000.0 / rate)];
        for (int t = 0; t < y.length; t++) {
            y[t] = at(t, n, x);
        }
        return y;
    }

    double at(int t, int n, IntToDoubleFunction x) {
        double time = t * inc;
        int n0 = (int) time;
        double acc = 0.0;

        double frac = scale * (time - n0);
        double f = frac * SincTable.STEPS;
        int off = (int) f;
        double eta = f - off;
        int left = Math.min(n0 + 1, (win.length - off) / step);
        for (int i = 0; i < left; i++) {
            acc += (win[off + i * step] + eta * delta[off + i * step]) * x.applyAsDouble(n0 - i);
        }

        frac = scale - frac;
        f = frac * SincTable.STEPS;
        off = (int) f;
        eta = f - off;
        int right = Math.min(n - n0 - 1, (win.length - off) / step);
        for (int k = 0; k < right; k++) {
            acc += (win[off + k * step] + eta * delta[off + k * step]) * x.applyAsDouble(n0 + k + 1);
        }
        return acc;
    }
}
