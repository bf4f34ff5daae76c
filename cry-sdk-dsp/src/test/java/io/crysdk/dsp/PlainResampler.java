package io.crysdk.dsp;

/** The direct form of the sinc interpolation as the specification writes it, two table look-ups for each product. */
final class PlainResampler {
    private PlainResampler() {}

    static double[] resample(double[] x, int rate) {
        int n = x.length;
        double ratio = 16000.0 / rate;
        double[] win = new double[SincTable.LENGTH];
        double[] delta = new double[win.length];
        for (int i = 0; i < win.length; i++) {
            win[i] = ratio < 1.0 ? ratio * SincTable.WING[i] : SincTable.WING[i];
        }
        for (int i = 0; i + 1 < win.length; i++) {
            delta[i] = win[i + 1] - win[i];
        }
        double scale = Math.min(1.0, ratio);
        double inc = 1.0 / ratio;
        int step = (int) (scale * SincTable.STEPS);
        double[] y = new double[(int) (n * 16000.0 / rate)];
        for (int t = 0; t < y.length; t++) {
            double time = t * inc;
            int n0 = (int) time;
            double acc = 0.0;

            double frac = scale * (time - n0);
            double f = frac * SincTable.STEPS;
            int off = (int) f;
            double eta = f - off;
            int left = Math.min(n0 + 1, (win.length - off) / step);
            for (int i = 0; i < left; i++) {
                acc += (win[off + i * step] + eta * delta[off + i * step]) * x[n0 - i];
            }

            frac = scale - frac;
            f = frac * SincTable.STEPS;
            off = (int) f;
            eta = f - off;
            int right = Math.min(n - n0 - 1, (win.length - off) / step);
            for (int k = 0; k < right; k++) {
                acc += (win[off + k * step] + eta * delta[off + k * step]) * x[n0 + k + 1];
            }
            y[t] = acc;
        }
        return y;
    }
}
