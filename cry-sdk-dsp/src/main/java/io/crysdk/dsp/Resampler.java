package io.crysdk.dsp;

import java.util.Arrays;

/**
 * Band-limited sinc interpolation from one sample rate to 16 kHz: output {@code t} is the input, weighted by the
 * {@linkplain SincTable filter} centred at the time {@code t * rate / 16000}. Bit for bit the direct form that the
 * tests keep, only faster. Immutable and safe for use by several threads.
 *
 * <p>The direct form looks up two weights in the filter's table for every product, each in another cache line. Here
 * outputs that fall equally far between two input samples are computed side by side, one array lane each: they share
 * the looked-up weights, and the input is laid out so that the lanes lie together and the compiler can use vector
 * instructions. For the ratio {@code up / down} in lowest terms those are every {@code up}-th output. Within a lane the
 * terms and their order are those of the direct form.
 *
 * <p>"Equally far" holds only but for rounding. The reference computes the time as {@code t * increment} in floating
 * point and so strays from the exact ratio by up to half an ulp of the time, 1e-8 samples after an hour; features show
 * that. So each lane interpolates between the table's entries by its own rounded time, and the few whose rounded time
 * lies at another entry than that of their phase are computed one by one.
 */
final class Resampler {
    /** Fewer lanes than this do not repay their arrangement. */
    private static final int LANES_AT_LEAST = 4;

    private static final int LANES_AT_MOST = 64;

    /** Ratios with few phases count them several times over, so that laying out a filter's length serves this many. */
    private static final int PHASES_AT_LEAST = 64;

    /** The most outputs of one go, which bounds the work space. */
    private static final int OUTPUTS_AT_MOST = 16_384;

    private static final Pool<Workspace> WORKSPACES = new Pool<>(Workspace::new);

    private final int rate;
    private final double scale;
    private final double increment;
    private final int step;
    /** The ratio in lowest terms: so many outputs take as long as {@link #down} inputs. */
    private final int up;

    private final int down;
    /** The most weights that one wing has. */
    private final int taps;
    /** Outputs until the lanes' turn comes again: a multiple of {@link #up}; 0 where there would be too few lanes. */
    private final int phases;

    /** Scratch arrays that grow to what the rates in use need. */
    private static final class Workspace {
        double[] input = new double[0];
        double[] laidOut = new double[0];
        double[] weights = new double[0];
        double[] slopes = new double[0];
        final double[] between = new double[LANES_AT_MOST];
        final double[] betweenRight = new double[LANES_AT_MOST];
        final double[] sums = new double[LANES_AT_MOST];
        final boolean[] stray = new boolean[LANES_AT_MOST];

        void makeRoom(int inputs, int laidOutInputs, int taps) {
            input = atLeast(input, inputs);
            laidOut = atLeast(laidOut, laidOutInputs);
            weights = atLeast(weights, taps);
            slopes = atLeast(slopes, taps);
        }

        private static double[] atLeast(double[] array, int length) {
            return array.length >= length ? array : new double[length];
        }
    }

    Resampler(int rate) {
        double ratio = (double) LogMelExtractor.SAMPLE_RATE / rate;
        this.rate = rate;
        this.scale = Math.min(1.0, ratio);
        this.increment = 1.0 / ratio;
        this.step = (int) (scale * SincTable.STEPS);
        int common = greatestCommonDivisor(LogMelExtractor.SAMPLE_RATE, rate);
        this.up = LogMelExtractor.SAMPLE_RATE / common;
        this.down = rate / common;
        this.taps = SincTable.LENGTH / step;
        this.phases = up * LANES_AT_LEAST > OUTPUTS_AT_MOST ? 0 : up * Math.max(1, PHASES_AT_LEAST / up);
    }

    /** How many samples at 16 kHz come of so many. */
    int length(int samples) {
        return (int) (samples * (double) LogMelExtractor.SAMPLE_RATE / rate);
    }

    /** Computes outputs {@code from} to {@code from + count}; how they are asked for does not change what they are. */
    void read(Signal source, int from, double[] out, int outOffset, int count) {
        Workspace workspace = WORKSPACES.take();
        int most = phases == 0 ? OUTPUTS_AT_MOST / 16 : Math.min(OUTPUTS_AT_MOST / phases, LANES_AT_MOST) * phases;
        int done = 0;
        for (int pieces = (count - 1) / most + 1; done < count; pieces--) {
            int piece = (count - done - 1) / pieces + 1; // of even size, so that the last has its lanes too
            if (phases == 0) {
                oneByOne(source, from + done, out, outOffset + done, piece, workspace);
            } else {
                sideBySide(source, from + done, out, outOffset + done, piece, workspace);
            }
            done += piece;
        }
        WORKSPACES.give(workspace);
    }

    private void sideBySide(Signal source, int from, double[] out, int outOffset, int count, Workspace workspace) {
        int lanes = (count - 1) / phases + 1;
        int laneInputs = phases / up * down;
        int base = nearest(from) - taps; // one to spare: a stray's rounded time may lie before its phase's
        int rows = laneInputs + 2 * taps + 1;
        int inputs = (lanes - 1) * laneInputs + rows;
        workspace.makeRoom(inputs, rows * lanes, taps);
        double[] input = workspace.input;
        readAround(source, base, input, inputs);
        double[] laidOut = workspace.laidOut;
        for (int row = 0; row < rows; row++) {
            for (int lane = 0; lane < lanes; lane++) {
                laidOut[row * lanes + lane] = input[lane * laneInputs + row];
            }
        }
        boolean[] stray = workspace.stray;
        double[] sums = workspace.sums;
        for (int phase = 0; phase < Math.min(phases, count); phase++) {
            int first = from + phase;
            int used = (count - phase - 1) / phases + 1;
            int nearest = nearest(first);
            double fraction = scale * ((long) first * down % up / (double) up);
            int left = (int) (fraction * SincTable.STEPS);
            int right = (int) ((scale - fraction) * SincTable.STEPS);
            boolean strays = false;
            for (int lane = 0; lane < used; lane++) {
                double time = (first + lane * phases) * increment;
                int before = (int) time;
                double exactFraction = scale * (time - before);
                double leftEntry = exactFraction * SincTable.STEPS;
                double rightEntry = (scale - exactFraction) * SincTable.STEPS;
                stray[lane] =
                        before != nearest + lane * laneInputs || (int) leftEntry != left || (int) rightEntry != right;
                strays |= stray[lane];
                workspace.between[lane] = leftEntry - left;
                workspace.betweenRight[lane] = rightEntry - right;
            }
            Arrays.fill(sums, 0, used, 0.0);
            int row = (nearest - base) * lanes;
            addWing(left, laidOut, row, -lanes, workspace.between, sums, used, workspace);
            addWing(right, laidOut, row + lanes, lanes, workspace.betweenRight, sums, used, workspace);
            for (int lane = 0; lane < used; lane++) {
                out[outOffset + phase + lane * phases] = sums[lane];
            }
            if (strays) {
                for (int lane = 0; lane < used; lane++) {
                    if (stray[lane]) {
                        int t = phase + lane * phases;
                        out[outOffset + t] = one(from + t, input, base);
                    }
                }
            }
        }
    }

    /** Adds one wing's products, from the middle outwards, to the sum of each lane. */
    private void addWing(
            int entry,
            double[] laidOut,
            int row,
            int rowStep,
            double[] between,
            double[] sums,
            int lanes,
            Workspace workspace) {
        int count = (SincTable.LENGTH - entry) / step;
        double[] weights = workspace.weights;
        double[] slopes = workspace.slopes;
        double[] wing = SincTable.WING;
        for (int i = 0, at = entry; i < count; i++, at += step) {
            weights[i] = scale * wing[at];
            slopes[i] = scale * wing[at + 1] - weights[i];
        }
        int i = 0;
        // Four at once, so that the sums are fetched and stored a fourth as often; their order stays.
        for (; i + 4 <= count; i += 4) {
            double w0 = weights[i];
            double w1 = weights[i + 1];
            double w2 = weights[i + 2];
            double w3 = weights[i + 3];
            double s0 = slopes[i];
            double s1 = slopes[i + 1];
            double s2 = slopes[i + 2];
            double s3 = slopes[i + 3];
            int r0 = row + i * rowStep;
            int r1 = r0 + rowStep;
            int r2 = r1 + rowStep;
            int r3 = r2 + rowStep;
            for (int lane = 0; lane < lanes; lane++) {
                double eta = between[lane];
                sums[lane] = sums[lane]
                        + (w0 + eta * s0) * laidOut[r0 + lane]
                        + (w1 + eta * s1) * laidOut[r1 + lane]
                        + (w2 + eta * s2) * laidOut[r2 + lane]
                        + (w3 + eta * s3) * laidOut[r3 + lane];
            }
        }
        for (; i < count; i++) {
            double weight = weights[i];
            double slope = slopes[i];
            int r = row + i * rowStep;
            for (int lane = 0; lane < lanes; lane++) {
                sums[lane] += (weight + between[lane] * slope) * laidOut[r + lane];
            }
        }
    }

    private void oneByOne(Signal source, int from, double[] out, int outOffset, int count, Workspace workspace) {
        int base = nearest(from) - taps;
        int end = nearest(from + count - 1) + taps + 1;
        workspace.makeRoom(end - base, 0, 0);
        double[] input = workspace.input;
        readAround(source, base, input, end - base);
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = one(from + i, input, base);
        }
    }

    /** The direct form for one output; {@code input} begins with sample {@code base}, and is zero outside the signal. */
    private double one(int t, double[] input, int base) {
        double time = t * increment;
        int before = (int) time;
        double fraction = scale * (time - before);
        double leftEntry = fraction * SincTable.STEPS;
        double rightEntry = (scale - fraction) * SincTable.STEPS;
        double sum = addWing(leftEntry, input, before - base, -1, 0.0);
        return addWing(rightEntry, input, before - base + 1, 1, sum);
    }

    private double addWing(double position, double[] input, int first, int inputStep, double sum) {
        int entry = (int) position;
        double eta = position - entry;
        double[] wing = SincTable.WING;
        int count = (SincTable.LENGTH - entry) / step;
        for (int i = 0, at = entry; i < count; i++, at += step) {
            double weight = scale * wing[at];
            double slope = scale * wing[at + 1] - weight;
            sum += (weight + eta * slope) * input[first + i * inputStep];
        }
        return sum;
    }

    /** The input sample at or before output {@code t}, by the exact ratio. */
    private int nearest(int t) {
        return (int) ((long) t * down / up);
    }

    /** Reads samples that may lie outside the signal, where it is zero: those terms the direct form leaves out. */
    private static void readAround(Signal source, int from, double[] input, int count) {
        int begin = Math.min(Math.max(from, 0), source.length());
        int end = Math.max(begin, (int) Math.min((long) from + count, source.length()));
        Arrays.fill(input, 0, begin - from, 0.0);
        source.read(begin, input, begin - from, end - begin);
        Arrays.fill(input, end - from, count, 0.0);
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
