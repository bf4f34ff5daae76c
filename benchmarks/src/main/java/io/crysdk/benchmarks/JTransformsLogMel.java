package io.crysdk.benchmarks;

import org.jtransforms.fft.DoubleFFT_1D;

/**
 * The baseline: the same features, one frame after the other, over a good FFT library. Equal to the exact ones but for
 * about one value in twenty million, which differs by one unit in the last place.
 */
final class JTransformsLogMel {
    private static final int RATE = 16_000;
    private static final int WINDOW = 400;
    private static final int HOP = 160;
    private static final int FFT = 512;
    private static final int BANDS = 64;

    private final DoubleFFT_1D fft = new DoubleFFT_1D(FFT);
    private final double[] hann = new double[WINDOW];
    private final double[][] weights = new double[BANDS][];
    private final int[] firstBin = new int[BANDS];
    private final double[] spectrum = new double[FFT];
    private final double[] magnitude = new double[FFT / 2 + 1];

    JTransformsLogMel() {
        for (int i = 0; i < WINDOW; i++) {
            hann[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI / WINDOW * i);
        }
        double low = mel(125);
        double step = (mel(7500) - low) / (BANDS + 1);
        for (int b = 0; b < BANDS; b++) {
            double left = low + b * step;
            double centre = low + (b + 1) * step;
            double right = low + (b + 2) * step;
            int first = 1;
            while (mel(first * (double) RATE / FFT) <= left) {
                first++;
            }
            int end = first;
            while (mel(end * (double) RATE / FFT) < right) {
                end++;
            }
            firstBin[b] = first;
            weights[b] = new double[end - first];
            for (int k = first; k < end; k++) {
                double m = mel(k * (double) RATE / FFT);
                weights[b][k - first] = Math.min((m - left) / (centre - left), (right - m) / (right - centre));
            }
        }
    }

    /** Writes [frames][64]. */
    void frames(double[] samples, float[] out) {
        int frames = 1 + (samples.length - WINDOW) / HOP;
        for (int f = 0; f < frames; f++) {
            for (int i = 0; i < WINDOW; i++) {
                spectrum[i] = samples[f * HOP + i] * hann[i];
            }
            java.util.Arrays.fill(spectrum, WINDOW, FFT, 0.0);
            fft.realForward(spectrum);
            for (int k = 1; k < FFT / 2; k++) {
                double re = spectrum[2 * k];
                double im = spectrum[2 * k + 1];
                magnitude[k] = Math.sqrt(re * re + im * im);
            }
            for (int b = 0; b < BANDS; b++) {
                double sum = 0;
                for (int k = 0; k < weights[b].length; k++) {
                    sum += weights[b][k] * magnitude[firstBin[b] + k];
                }
                out[f * BANDS + b] = (float) Math.log(sum + 0.01);
            }
        }
    }

    private static double mel(double hertz) {
        return 1127.0 * Math.log(1.0 + hertz / 700.0);
    }
}
