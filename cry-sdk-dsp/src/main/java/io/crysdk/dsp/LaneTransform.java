package io.crysdk.dsp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The windowed real Fourier transform of length 512, of many frames side by side: bit for bit the transform of one
 * frame in the pinned order of operations, which is that of FFTPACK's real forward transform (P. N. Swarztrauber,
 * <i>Vectorizing the FFTs</i>, in Parallel Computations, 1982) with radix-4 passes over (ido, l1) = (1, 128), (4, 32),
 * (16, 8), (64, 2) and a radix-2 pass over (256, 1).
 *
 * <p>An array holds rows of {@link #LANES} elements, one lane for each frame, and each scalar operation of the textbook
 * becomes a loop along the lanes. Every pass works in place. What the textbook calls element {@code i} of {@code l1}
 * groups is here a block of rows, and a block's place never matters, only its neighbours: real and imaginary part of
 * one frequency lie side by side (a <i>pair</i>), so that a butterfly over a pair is a loop over eight sub-blocks at
 * constant distances, and its four results are pairs again. The first and the last element stand alone (the
 * <i>ends</i>). Which pair a block holds after each pass, and with it the twiddle factors, is worked out once, in the
 * {@link Schedule}s.
 *
 * <p>The loops are written for the compiler's vectoriser. It wants short bodies (a whole butterfly of 34 operations
 * stays scalar, five loops of 6 to 10 do not), one array, and distances that are constants at compile time: with the
 * distance as a parameter the same five loops run at 6.6 instead of 22 operations a nanosecond (Java 17, AMD Zen 4,
 * 2026). Hence three classes that differ in one number.
 */
final class LaneTransform {
    /**
     * Frames side by side: half an example, and as many as a stream has new ones from one window to the next. With 32 a
     * frame takes a tenth longer, and half as long again in a stream, whose 48 fill them one and a half times; 64 and 96
     * gain nothing.
     */
    static final int LANES = 48;

    /** The transform's work: 512 rows. */
    static final int WORK = 512 * LANES;

    /** One of four planes of the spectrum: bins 0..128 real, bins 256..128 real, and the imaginary parts of both. */
    static final int PLANE = 129 * LANES;

    /** Seven planes: four that {@link #spectrum} writes and three that {@link LaneMagnitude} works in. */
    static final int SPECTRUM = 7 * PLANE;

    private static final double SQRT_HALF = 0.7071067811865476;
    private static final int QUARTER = 128 * LANES;
    private static final int WINDOWED_ROWS_OF_LAST_QUARTER = LogMelExtractor.FRAME_SAMPLES - 3 * 128;

    private static final double[] HANN = LogMelTables.HANN;

    private static final Schedule PASS_32;
    private static final Schedule PASS_8;
    private static final Schedule PASS_2;
    private static final Schedule LAST_PASS;

    static {
        List<Pair> pairs = List.of(new Pair(2, 256));
        PASS_32 = new Schedule(4, 32, 128, pairs);
        PASS_8 = new Schedule(16, 8, 32, PASS_32.results());
        PASS_2 = new Schedule(64, 2, 8, PASS_8.results());
        LAST_PASS = new Schedule(256, 1, 2, PASS_2.results());
    }

    private LaneTransform() {}

    /** Where {@link #spectrum} puts a bin's real part, 5 to 239; its imaginary part is two planes on. */
    static int row(int bin) {
        return bin <= 128 ? bin * LANES : PLANE + (256 - bin) * LANES;
    }

    /**
     * Transforms 400 rows of samples, in place, up to the last pass.
     *
     * @param work {@link #WORK} elements, rows 0..399 the samples of the frames; the rest may hold anything
     */
    static void transform(double[] work) {
        for (int k = 0; k < 128; k++) {
            int p = k * LANES;
            if (k < WINDOWED_ROWS_OF_LAST_QUARTER) {
                window(work, p, HANN[k], HANN[k + 128], HANN[k + 256], HANN[k + 384]);
                first(work, p);
            } else {
                firstWithoutLastQuarter(work, p, HANN[k], HANN[k + 128], HANN[k + 256]);
            }
        }
        Pass32.run(work, PASS_32);
        Pass8.run(work, PASS_8);
        Pass2.run(work, PASS_2);
    }

    /** The last pass, for bins 5..239, from {@code work} to the planes of {@code spectrum}. */
    static void spectrum(double[] work, double[] spectrum) {
        Schedule pass = LAST_PASS;
        for (int n = 0; n < pass.blocks.length; n++) {
            int bin = pass.frequencies[n];
            if (bin < MelBank.FIRST_BIN) {
                continue; // and its mirror image is above the last band
            }
            int p = pass.blocks[n];
            last(work, p, pass.twiddles[2 * n], pass.twiddles[2 * n + 1]);
            // Four copies cost less than stores to a second array at a varying distance, which stay scalar.
            int to = bin * LANES;
            System.arraycopy(work, p, spectrum, to, LANES);
            System.arraycopy(work, p + LANES, spectrum, to + PLANE, LANES);
            System.arraycopy(work, p + 2 * LANES, spectrum, to + 2 * PLANE, LANES);
            System.arraycopy(work, p + 3 * LANES, spectrum, to + 3 * PLANE, LANES);
        }
        int middle = row(128);
        for (int lane = 0; lane < LANES; lane++) {
            spectrum[middle + lane] = work[pass.lastEnd + lane];
            spectrum[middle + 2 * PLANE + lane] = -work[pass.lastEnd + LANES + lane];
        }
    }

    private static void window(double[] w, int p, double h0, double h1, double h2, double h3) {
        for (int j = p; j < p + LANES; j++) {
            w[j] = h0 * w[j];
            w[j + QUARTER] = h1 * w[j + QUARTER];
            w[j + 2 * QUARTER] = h2 * w[j + 2 * QUARTER];
            w[j + 3 * QUARTER] = h3 * w[j + 3 * QUARTER];
        }
    }

    private static void first(double[] w, int p) {
        for (int j = p; j < p + LANES; j++) {
            double x0 = w[j];
            double x1 = w[j + QUARTER];
            double x2 = w[j + 2 * QUARTER];
            double x3 = w[j + 3 * QUARTER];
            double odd = x3 + x1;
            double even = x0 + x2;
            w[j] = even + odd;
            w[j + QUARTER] = even - odd;
            w[j + 2 * QUARTER] = x0 - x2;
            w[j + 3 * QUARTER] = x3 - x1;
        }
    }

    /** Window and first pass in one, where the last quarter is the zeros that fill the frame up to 512. */
    private static void firstWithoutLastQuarter(double[] w, int p, double h0, double h1, double h2) {
        for (int j = p; j < p + LANES; j++) {
            double x0 = h0 * w[j];
            double x1 = h1 * w[j + QUARTER];
            double x2 = h2 * w[j + 2 * QUARTER];
            double even = x0 + x2;
            w[j] = even + x1;
            w[j + QUARTER] = even - x1;
            w[j + 2 * QUARTER] = x0 - x2;
            w[j + 3 * QUARTER] = 0 - x1;
        }
    }

    private static void last(double[] w, int p, double cos, double sin) {
        for (int j = p; j < p + LANES; j++) {
            double r0 = w[j];
            double i0 = w[j + 2 * LANES];
            double r = cos * w[j + LANES] + sin * w[j + 3 * LANES];
            double i = cos * w[j + 3 * LANES] - sin * w[j + LANES];
            w[j] = r0 + r;
            w[j + LANES] = r0 - r;
            w[j + 2 * LANES] = i + i0;
            w[j + 3 * LANES] = i - i0;
        }
    }

    /** Elements {@code i - 1} and {@code i} of a pass, {@code i} even, and the row where their block begins. */
    private record Pair(int i, int row) {}

    /** What one pass finds where: offsets are of elements, not rows. */
    private static final class Schedule {
        final int firstEnd = 0;
        final int lastEnd;
        final int[] blocks;

        /** Number {@code i / 2} of each block's pair; after the last pass this is its bin. */
        final int[] frequencies;

        /**
         * Cosine and sine for the second, third and fourth quarter of each block; in the last pass for its second half.
         */
        final double[] twiddles;

        private final int ido;
        private final int l1;
        private final List<Pair> pairs;

        Schedule(int ido, int l1, int lastEndRow, List<Pair> unordered) {
            this.ido = ido;
            this.l1 = l1;
            lastEnd = lastEndRow * LANES;
            pairs = new ArrayList<>(unordered);
            pairs.sort(Comparator.comparingInt(Pair::row));
            int roots = l1 == 1 ? 1 : 3;
            blocks = new int[pairs.size()];
            frequencies = new int[pairs.size()];
            twiddles = new double[2 * roots * pairs.size()];
            int next = 0;
            for (int n = 0; n < blocks.length; n++) {
                blocks[n] = pairs.get(n).row() * LANES;
                frequencies[n] = pairs.get(n).i() / 2;
                for (int quarter = 1; quarter <= roots; quarter++) {
                    int root = quarter * l1 * frequencies[n];
                    twiddles[next++] = LogMelTables.ROOTS[2 * root];
                    twiddles[next++] = LogMelTables.ROOTS[2 * root + 1];
                }
            }
        }

        /** The pairs that a radix-4 pass leaves, in the places where the loops below put them. */
        List<Pair> results() {
            List<Pair> results = new ArrayList<>();
            results.add(new Pair(2 * ido, 2 * l1));
            results.add(new Pair(ido, lastEnd / LANES));
            results.add(new Pair(3 * ido, lastEnd / LANES + 2 * l1));
            for (Pair pair : pairs) {
                int mirror = ido - pair.i();
                results.add(new Pair(pair.i(), pair.row()));
                results.add(new Pair(pair.i() + 2 * ido, pair.row() + 2 * l1));
                results.add(new Pair(mirror + 3 * ido, pair.row() + 4 * l1));
                results.add(new Pair(mirror + ido, pair.row() + 6 * l1));
            }
            return results;
        }
    }

    /** The radix-4 pass over (4, 32). One pair. */
    private static final class Pass32 {
        private static final int S = 32 * LANES;

        static void run(double[] w, Schedule pass) {
            firstEnd(w, pass.firstEnd);
            lastEnd(w, pass.lastEnd);
            int t = 0;
            for (int p : pass.blocks) {
                second(w, p, pass.twiddles[t], pass.twiddles[t + 1]);
                third(w, p, pass.twiddles[t + 2], pass.twiddles[t + 3]);
                fourth(w, p, pass.twiddles[t + 4], pass.twiddles[t + 5]);
                outer(w, p);
                inner(w, p);
                t += 6;
            }
        }

        private static void firstEnd(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double x0 = w[j];
                double x1 = w[j + S];
                double x2 = w[j + 2 * S];
                double x3 = w[j + 3 * S];
                double odd = x3 + x1;
                double even = x0 + x2;
                w[j] = even + odd;
                w[j + S] = even - odd;
                w[j + 2 * S] = x0 - x2;
                w[j + 3 * S] = x3 - x1;
            }
        }

        private static void lastEnd(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double x0 = w[j];
                double x1 = w[j + S];
                double x2 = w[j + 2 * S];
                double x3 = w[j + 3 * S];
                double i = -SQRT_HALF * (x1 + x3);
                double r = SQRT_HALF * (x1 - x3);
                w[j] = x0 + r;
                w[j + S] = i - x2;
                w[j + 2 * S] = x0 - r;
                w[j + 3 * S] = i + x2;
            }
        }

        private static void second(double[] w, int p, double cos, double sin) {
            for (int j = p; j < p + S; j++) {
                double r = w[j + S];
                double i = w[j + 5 * S];
                w[j + S] = cos * r + sin * i;
                w[j + 5 * S] = cos * i - sin * r;
            }
        }

        private static void third(double[] w, int p, double cos, double sin) {
            for (int j = p; j < p + S; j++) {
                double r0 = w[j];
                double i0 = w[j + 4 * S];
                double r = cos * w[j + 2 * S] + sin * w[j + 6 * S];
                double i = cos * w[j + 6 * S] - sin * w[j + 2 * S];
                w[j] = r0 + r;
                w[j + 2 * S] = r0 - r;
                w[j + 4 * S] = i0 + i;
                w[j + 6 * S] = i0 - i;
            }
        }

        private static void fourth(double[] w, int p, double cos, double sin) {
            for (int j = p; j < p + S; j++) {
                double r1 = w[j + S];
                double i1 = w[j + 5 * S];
                double r = cos * w[j + 3 * S] + sin * w[j + 7 * S];
                double i = cos * w[j + 7 * S] - sin * w[j + 3 * S];
                w[j + S] = r + r1;
                w[j + 3 * S] = r - r1;
                w[j + 5 * S] = i1 + i;
                w[j + 7 * S] = i1 - i;
            }
        }

        private static void outer(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double r1 = w[j + S];
                double r2 = w[j];
                double i1 = w[j + 5 * S];
                double i2 = w[j + 4 * S];
                w[j] = r2 + r1;
                w[j + S] = i1 + i2;
                w[j + 4 * S] = r2 - r1;
                w[j + 5 * S] = i1 - i2;
            }
        }

        private static void inner(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double r3 = w[j + 2 * S];
                double r4 = w[j + 3 * S];
                double i3 = w[j + 6 * S];
                double i4 = w[j + 7 * S];
                w[j + 2 * S] = r3 + i4;
                w[j + 3 * S] = r4 + i3;
                w[j + 6 * S] = r3 - i4;
                w[j + 7 * S] = r4 - i3;
            }
        }
    }

    /** The radix-4 pass over (16, 8). Seven pairs. */
    private static final class Pass8 {
        private static final int S = 8 * LANES;

        static void run(double[] w, Schedule pass) {
            firstEnd(w, pass.firstEnd);
            lastEnd(w, pass.lastEnd);
            int t = 0;
            for (int p : pass.blocks) {
                second(w, p, pass.twiddles[t], pass.twiddles[t + 1]);
                third(w, p, pass.twiddles[t + 2], pass.twiddles[t + 3]);
                fourth(w, p, pass.twiddles[t + 4], pass.twiddles[t + 5]);
                outer(w, p);
                inner(w, p);
                t += 6;
            }
        }

        private static void firstEnd(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double x0 = w[j];
                double x1 = w[j + S];
                double x2 = w[j + 2 * S];
                double x3 = w[j + 3 * S];
                double odd = x3 + x1;
                double even = x0 + x2;
                w[j] = even + odd;
                w[j + S] = even - odd;
                w[j + 2 * S] = x0 - x2;
                w[j + 3 * S] = x3 - x1;
            }
        }

        private static void lastEnd(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double x0 = w[j];
                double x1 = w[j + S];
                double x2 = w[j + 2 * S];
                double x3 = w[j + 3 * S];
                double i = -SQRT_HALF * (x1 + x3);
                double r = SQRT_HALF * (x1 - x3);
                w[j] = x0 + r;
                w[j + S] = i - x2;
                w[j + 2 * S] = x0 - r;
                w[j + 3 * S] = i + x2;
            }
        }

        private static void second(double[] w, int p, double cos, double sin) {
            for (int j = p; j < p + S; j++) {
                double r = w[j + S];
                double i = w[j + 5 * S];
                w[j + S] = cos * r + sin * i;
                w[j + 5 * S] = cos * i - sin * r;
            }
        }

        private static void third(double[] w, int p, double cos, double sin) {
            for (int j = p; j < p + S; j++) {
                double r0 = w[j];
                double i0 = w[j + 4 * S];
                double r = cos * w[j + 2 * S] + sin * w[j + 6 * S];
                double i = cos * w[j + 6 * S] - sin * w[j + 2 * S];
                w[j] = r0 + r;
                w[j + 2 * S] = r0 - r;
                w[j + 4 * S] = i0 + i;
                w[j + 6 * S] = i0 - i;
            }
        }

        private static void fourth(double[] w, int p, double cos, double sin) {
            for (int j = p; j < p + S; j++) {
                double r1 = w[j + S];
                double i1 = w[j + 5 * S];
                double r = cos * w[j + 3 * S] + sin * w[j + 7 * S];
                double i = cos * w[j + 7 * S] - sin * w[j + 3 * S];
                w[j + S] = r + r1;
                w[j + 3 * S] = r - r1;
                w[j + 5 * S] = i1 + i;
                w[j + 7 * S] = i1 - i;
            }
        }

        private static void outer(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double r1 = w[j + S];
                double r2 = w[j];
                double i1 = w[j + 5 * S];
                double i2 = w[j + 4 * S];
                w[j] = r2 + r1;
                w[j + S] = i1 + i2;
                w[j + 4 * S] = r2 - r1;
                w[j + 5 * S] = i1 - i2;
            }
        }

        private static void inner(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double r3 = w[j + 2 * S];
                double r4 = w[j + 3 * S];
                double i3 = w[j + 6 * S];
                double i4 = w[j + 7 * S];
                w[j + 2 * S] = r3 + i4;
                w[j + 3 * S] = r4 + i3;
                w[j + 6 * S] = r3 - i4;
                w[j + 7 * S] = r4 - i3;
            }
        }
    }

    /** The radix-4 pass over (64, 2). Thirty-one pairs. */
    private static final class Pass2 {
        private static final int S = 2 * LANES;

        static void run(double[] w, Schedule pass) {
            firstEnd(w, pass.firstEnd);
            lastEnd(w, pass.lastEnd);
            int t = 0;
            for (int p : pass.blocks) {
                second(w, p, pass.twiddles[t], pass.twiddles[t + 1]);
                third(w, p, pass.twiddles[t + 2], pass.twiddles[t + 3]);
                fourth(w, p, pass.twiddles[t + 4], pass.twiddles[t + 5]);
                outer(w, p);
                inner(w, p);
                t += 6;
            }
        }

        private static void firstEnd(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double x0 = w[j];
                double x1 = w[j + S];
                double x2 = w[j + 2 * S];
                double x3 = w[j + 3 * S];
                double odd = x3 + x1;
                double even = x0 + x2;
                w[j] = even + odd;
                w[j + S] = even - odd;
                w[j + 2 * S] = x0 - x2;
                w[j + 3 * S] = x3 - x1;
            }
        }

        private static void lastEnd(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double x0 = w[j];
                double x1 = w[j + S];
                double x2 = w[j + 2 * S];
                double x3 = w[j + 3 * S];
                double i = -SQRT_HALF * (x1 + x3);
                double r = SQRT_HALF * (x1 - x3);
                w[j] = x0 + r;
                w[j + S] = i - x2;
                w[j + 2 * S] = x0 - r;
                w[j + 3 * S] = i + x2;
            }
        }

        private static void second(double[] w, int p, double cos, double sin) {
            for (int j = p; j < p + S; j++) {
                double r = w[j + S];
                double i = w[j + 5 * S];
                w[j + S] = cos * r + sin * i;
                w[j + 5 * S] = cos * i - sin * r;
            }
        }

        private static void third(double[] w, int p, double cos, double sin) {
            for (int j = p; j < p + S; j++) {
                double r0 = w[j];
                double i0 = w[j + 4 * S];
                double r = cos * w[j + 2 * S] + sin * w[j + 6 * S];
                double i = cos * w[j + 6 * S] - sin * w[j + 2 * S];
                w[j] = r0 + r;
                w[j + 2 * S] = r0 - r;
                w[j + 4 * S] = i0 + i;
                w[j + 6 * S] = i0 - i;
            }
        }

        private static void fourth(double[] w, int p, double cos, double sin) {
            for (int j = p; j < p + S; j++) {
                double r1 = w[j + S];
                double i1 = w[j + 5 * S];
                double r = cos * w[j + 3 * S] + sin * w[j + 7 * S];
                double i = cos * w[j + 7 * S] - sin * w[j + 3 * S];
                w[j + S] = r + r1;
                w[j + 3 * S] = r - r1;
                w[j + 5 * S] = i1 + i;
                w[j + 7 * S] = i1 - i;
            }
        }

        private static void outer(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double r1 = w[j + S];
                double r2 = w[j];
                double i1 = w[j + 5 * S];
                double i2 = w[j + 4 * S];
                w[j] = r2 + r1;
                w[j + S] = i1 + i2;
                w[j + 4 * S] = r2 - r1;
                w[j + 5 * S] = i1 - i2;
            }
        }

        private static void inner(double[] w, int p) {
            for (int j = p; j < p + S; j++) {
                double r3 = w[j + 2 * S];
                double r4 = w[j + 3 * S];
                double i3 = w[j + 6 * S];
                double i4 = w[j + 7 * S];
                w[j + 2 * S] = r3 + i4;
                w[j + 3 * S] = r4 + i3;
                w[j + 6 * S] = r3 - i4;
                w[j + 7 * S] = r4 - i3;
            }
        }
    }
}
