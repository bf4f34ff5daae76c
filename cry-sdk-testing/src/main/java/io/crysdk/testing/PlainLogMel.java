package io.crysdk.testing;

import java.util.Arrays;

/**
 * The log-mel front end as it reads on the page: one frame at a time, one value at a time, dense mel rows. It is the
 * twin of the lane-parallel production path and shares no code and no tables with it.
 *
 * <p>Every stage stays readable after {@link #frame}: {@link #windowed}, {@link #re}, {@link #im}, {@link #magnitude},
 * {@link #mel}, {@link #logMel}.
 */
public final class PlainLogMel {
    private static final double[] HANN = Npy.doubles(Npy.resource("tables/hann400.f64.npy"));
    private static final double[] COS_SIN = Npy.doubles(Npy.resource("tables/pocketfft_cos_sin_512.f64.npy"));
    private static final double[][] WEIGHTS = byBand(Npy.doubles(Npy.resource("tables/mel257x64.f64.npy")));

    /** [400] samples under the window. */
    public final double[] windowed = new double[400];
    /** [257] real parts. */
    public final double[] re = new double[257];
    /** [257] imaginary parts. */
    public final double[] im = new double[257];
    /** [257]. */
    public final double[] magnitude = new double[257];
    /** [64] sums. */
    public final double[] mel = new double[64];
    /** [64] their logarithms. */
    public final double[] logMel = new double[64];

    /** Computes every stage of the frame that starts at {@code samples[at]}. */
    public void frame(double[] samples, int at) {
        for (int i = 0; i < 400; i++) {
            windowed[i] = HANN[i] * samples[at + i];
        }
        double[] packed = transform(Arrays.copyOf(windowed, 512));
        re[0] = packed[0];
        im[0] = 0;
        for (int k = 1; k < 256; k++) {
            re[k] = packed[2 * k - 1];
            im[k] = packed[2 * k];
        }
        re[256] = packed[511];
        im[256] = 0;
        for (int k = 0; k <= 256; k++) {
            magnitude[k] = magnitude(re[k], im[k]);
        }
        for (int b = 0; b < 64; b++) {
            double sum = 0;
            for (int k = 0; k <= 256; k++) {
                sum += magnitude[k] * WEIGHTS[b][k];
            }
            mel[b] = sum;
            logMel[b] = Math.log(sum + 0.01);
        }
    }

    /** All frames of {@code samples}, row-major. */
    public float[] frames(double[] samples) {
        int frames = samples.length < 400 ? 0 : 1 + (samples.length - 400) / 160;
        float[] out = new float[frames * 64];
        for (int f = 0; f < frames; f++) {
            frame(samples, 160 * f);
            for (int b = 0; b < 64; b++) {
                out[64 * f + b] = (float) logMel[b];
            }
        }
        return out;
    }

    /** Real forward transform of 512 values in the pinned order; returns re0, re1, im1, ..., re255, im255, re256. */
    public static double[] transform(double[] input) {
        double[] x = radix4(input, 1, 128);
        x = radix4(x, 4, 32);
        x = radix4(x, 16, 8);
        x = radix4(x, 64, 2);
        return radix2(x, 256);
    }

    /** {@code in[a + ido * (k + l1 * c)]} to {@code out[a + ido * (c + 4 * k)]}. */
    private static double[] radix4(double[] in, int ido, int l1) {
        double[] out = new double[512];
        int row = ido * l1;
        double half = 0.7071067811865476; // sqrt(1/2)
        for (int k = 0; k < l1; k++) {
            int i0 = ido * k;
            int o0 = 4 * ido * k;
            int o1 = o0 + ido;
            int o2 = o1 + ido;
            int o3 = o2 + ido;
            double odd = in[i0 + 3 * row] + in[i0 + row];
            double even = in[i0] + in[i0 + 2 * row];
            out[o2] = in[i0 + 3 * row] - in[i0 + row];
            out[o1 + ido - 1] = in[i0] - in[i0 + 2 * row];
            out[o0] = even + odd;
            out[o3 + ido - 1] = even - odd;
            if (ido == 1) {
                continue;
            }
            int last = i0 + ido - 1;
            double ti = -half * (in[last + row] + in[last + 3 * row]);
            double tr = half * (in[last + row] - in[last + 3 * row]);
            out[o0 + ido - 1] = in[last] + tr;
            out[o2 + ido - 1] = in[last] - tr;
            out[o3] = ti + in[last + 2 * row];
            out[o1] = ti - in[last + 2 * row];
            for (int i = 2; i < ido; i += 2) {
                int mirror = ido - i;
                double[] c2 = rotate(in, i0 + row + i, l1 * (i / 2));
                double[] c3 = rotate(in, i0 + 2 * row + i, 2 * l1 * (i / 2));
                double[] c4 = rotate(in, i0 + 3 * row + i, 3 * l1 * (i / 2));
                double tr1 = c4[0] + c2[0];
                double tr4 = c4[0] - c2[0];
                double ti1 = c2[1] + c4[1];
                double ti4 = c2[1] - c4[1];
                double tr2 = in[i0 + i - 1] + c3[0];
                double tr3 = in[i0 + i - 1] - c3[0];
                double ti2 = in[i0 + i] + c3[1];
                double ti3 = in[i0 + i] - c3[1];
                out[o0 + i - 1] = tr2 + tr1;
                out[o3 + mirror - 1] = tr2 - tr1;
                out[o0 + i] = ti1 + ti2;
                out[o3 + mirror] = ti1 - ti2;
                out[o2 + i - 1] = tr3 + ti4;
                out[o1 + mirror - 1] = tr3 - ti4;
                out[o2 + i] = tr4 + ti3;
                out[o1 + mirror] = tr4 - ti3;
            }
        }
        return out;
    }

    private static double[] radix2(double[] in, int ido) {
        double[] out = new double[512];
        out[0] = in[0] + in[ido];
        out[2 * ido - 1] = in[0] - in[ido];
        out[ido] = -in[2 * ido - 1];
        out[ido - 1] = in[ido - 1];
        for (int i = 2; i < ido; i += 2) {
            int mirror = ido - i;
            double[] c = rotate(in, ido + i, i / 2);
            out[i - 1] = in[i - 1] + c[0];
            out[ido + mirror - 1] = in[i - 1] - c[0];
            out[i] = c[1] + in[i];
            out[ido + mirror] = c[1] - in[i];
        }
        return out;
    }

    /** The complex value at {@code (at - 1, at)} times the conjugate of root number {@code n} of 512. */
    private static double[] rotate(double[] in, int at, int n) {
        double cos = COS_SIN[2 * n];
        double sin = COS_SIN[2 * n + 1];
        return new double[] {cos * in[at - 1] + sin * in[at], cos * in[at] - sin * in[at - 1]};
    }

    /** The magnitude of a complex value, rounded as the reference rounds it. */
    public static double magnitude(double re, double im) {
        double ax = Math.max(Math.abs(re), Math.abs(im));
        double ay = Math.min(Math.abs(re), Math.abs(im));
        if (ay <= ax * 0x1p-54) {
            return ax + ay;
        }
        // Beyond these bounds the squares would overflow, or lose bits below the normal range.
        if (ax > 0x1p511) {
            return kernel(ax * 0x1p-600, ay * 0x1p-600) * 0x1p600;
        }
        if (ay < 0x1p-459) {
            return kernel(ax * 0x1p600, ay * 0x1p600) * 0x1p-600;
        }
        return kernel(ax, ay);
    }

    private static double kernel(double ax, double ay) {
        double h = Math.sqrt(ax * ax + ay * ay);
        double t1;
        double t2;
        if (h <= 2 * ay) {
            double d = h - ay;
            t1 = ax * (2 * d - ax);
            t2 = (d - 2 * (ax - ay)) * d;
        } else {
            double d = h - ax;
            t1 = 2 * d * (ax - 2 * ay);
            t2 = (4 * d - ay) * ay + d * d;
        }
        return h - (t1 + t2) / (2 * h);
    }

    private static double[][] byBand(double[] binMajor) {
        double[][] rows = new double[64][257];
        for (int k = 0; k < 257; k++) {
            for (int b = 0; b < 64; b++) {
                rows[b][k] = binMajor[64 * k + b];
            }
        }
        return rows;
    }
}
