package io.crysdk.media;

import java.util.Random;

/** Signals to encode, and ways to compare what came back. */
final class Sounds {
    /** Everything that is compared is first limited to this band, which a telephone codec keeps. */
    private static final double BAND_HZ = 3600.0;

    private static final double HALF_WIDTH_SECONDS = 0.005;

    private static final int OUT_RATE = 8_000;

    private Sounds() {}

    /** A whole number of 16-bit steps for each sample, so that 16-bit formats must return it exactly. */
    static float[] noise16(int samples, long seed) {
        Random random = new Random(seed);
        float[] noise = new float[samples];
        for (int i = 0; i < samples; i++) {
            noise[i] = (random.nextInt(65536) - 32768) / 32768.0f;
        }
        return noise;
    }

    /** A gliding tone with overtones, different in each channel. */
    static float[] tune(double seconds, int rate, int channels) {
        int n = (int) Math.round(seconds * rate);
        float[] tune = new float[n * channels];
        for (int c = 0; c < channels; c++) {
            double phase = 0.0;
            for (int i = 0; i < n; i++) {
                double t = (double) i / rate;
                phase += 2 * Math.PI * (330.0 + 110.0 * c + 60.0 * Math.sin(2 * Math.PI * 0.7 * t)) / rate;
                double value = 0.25 * Math.sin(phase) + 0.1 * Math.sin(2 * phase) + 0.05 * Math.sin(5 * phase);
                tune[i * channels + c] = (float) (value * (0.6 + 0.4 * Math.sin(2 * Math.PI * 2.3 * t)));
            }
        }
        return tune;
    }

    static float[] channel(float[] interleaved, int channels, int channel) {
        float[] one = new float[interleaved.length / channels];
        for (int i = 0; i < one.length; i++) {
            one[i] = interleaved[i * channels + channel];
        }
        return one;
    }

    /** The mono signal limited to the band below 4 kHz, at 8 kHz, whatever its rate was. */
    static double[] band(float[] samples, int rate) {
        int n = (int) (samples.length * (long) OUT_RATE / rate);
        double cutoff = 2.0 * BAND_HZ;
        double[] limited = new double[n];
        int reach = (int) (HALF_WIDTH_SECONDS * rate);
        for (int i = 0; i < n; i++) {
            double centre = i * (double) rate / OUT_RATE;
            int from = Math.max(0, (int) centre - reach);
            int to = Math.min(samples.length - 1, (int) centre + reach + 1);
            double sum = 0.0;
            for (int k = from; k <= to; k++) {
                double t = (k - centre) / rate;
                double window = 0.5 + 0.5 * Math.cos(Math.PI * Math.min(1.0, Math.abs(t) / HALF_WIDTH_SECONDS));
                double x = Math.PI * cutoff * t;
                sum += samples[k] * window * (Math.abs(x) < 1e-9 ? 1.0 : Math.sin(x) / x);
            }
            limited[i] = sum * cutoff / rate;
        }
        return limited;
    }

    /** Correlation over the common length, without a shift. */
    static double correlation(double[] a, double[] b) {
        double ab = 0.0;
        double aa = 0.0;
        double bb = 0.0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }
}
