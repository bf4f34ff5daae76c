package io.crysdk.dsp;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.util.Arrays;

/**
 * Band-limited sinc interpolation from one sample rate to 16 kHz: output {@code t} is the input, weighted by the
 * {@linkplain SincTable filter} centred at the time {@code t * rate / 16000}. Bit for bit the direct form that the
 * tests keep, only faster. Immutable and safe for use by several threads.
 *
 * <p>The direct form looks up two weights in the filter's table for every product, each in another cache line. Here
 * outputs that fall equally far between two input samples are computed side by side, one array lane each: they share
 * the looked-up weights, and the input is laid out so that the lanes lie together. For the ratio {@code up / down} in
 * lowest terms those are every {@code up}-th output. Within a lane the terms and their order are those of the direct
 * form.
 *
 * <p>"Equally far" holds only but for rounding. The reference computes the time as {@code t * increment} in floating
 * point and so strays from the exact ratio by up to half an ulp of the time, 1e-8 samples after an hour; features show
 * that. So each lane interpolates between the table's entries by its own rounded time, and the few whose rounded time
 * lies at another entry than that of their phase are computed one by one. So are all outputs of a ratio that repeats
 * itself too seldom, such as 44 101 Hz.
 */
final class Resampler {
    private static final int LANES = 64;

    /**
     * Elements of a row of laid-out input: one sample for each lane, then room for the lanes' sums and then for how far
     * each lies between two entries. Sums wander along with the rows, since the compiler vectorises only loops over one
     * array at distances it knows.
     */
    private static final int ROW = 3 * LANES;

    private static final int SUMS = LANES;
    private static final int BETWEEN = 2 * LANES;

    /** The most products that one loop adds; weights beyond a wing's end are zero, so that none are left over. */
    private static final int AT_ONCE = 4;

    /** Ratios with few phases count them several times over, so that laying out a filter's length serves this many. */
    private static final int PHASES_AT_LEAST = 64;

    private static final int PHASES_AT_MOST = 1024;
    private static final int ROWS_AT_MOST = 4096;
    private static final int ONE_BY_ONE_AT_MOST = 1024;

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
    /** Outputs until a lane's neighbour begins: a multiple of {@link #up}. */
    private final int phases;
    /** Inputs from the beginning of a lane to that of its neighbour. */
    private final int laneInputs;
    /** Inputs that one lane needs. */
    private final int rows;

    /** Scratch arrays that grow to what the rates in use need. */
    private static final class Workspace {
        double[] input = new double[0];
        double[] laidOut = new double[0];
        double[] weights = new double[0];
        double[] slopes = new double[0];
        final double[] betweenLeft = new double[LANES];
        final double[] betweenRight = new double[LANES];
        final boolean[] stray = new boolean[LANES];

        void makeRoom(int inputs, int rows, int taps) {
            input = atLeast(input, inputs);
            laidOut = atLeast(laidOut, rows * ROW);
            weights = atLeast(weights, taps + AT_ONCE);
            slopes = atLeast(slopes, taps + AT_ONCE);
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
        this.phases = up * Math.max(1, PHASES_AT_LEAST / up);
        this.laneInputs = phases / up * down;
        this.rows = laneInputs + 2 * (taps + AT_ONCE) + 1;
    }

    static void checkRate(int rate) {
        if (rate < CryClassifier.MIN_SAMPLE_RATE || rate > CryClassifier.MAX_SAMPLE_RATE) {
            throw new CryException(
                    CryErrorCode.UNSUPPORTED_FORMAT,
                    "expected a sample rate of " + CryClassifier.MIN_SAMPLE_RATE + " to "
                            + CryClassifier.MAX_SAMPLE_RATE + " Hz, found " + rate + " Hz");
        }
    }

    /** How many samples at 16 kHz come of so many. */
    int length(int samples) {
        return (int) (samples * (double) LogMelExtractor.SAMPLE_RATE / rate);
    }

    /** Computes outputs {@code from} to {@code from + count}; how they are asked for does not change what they are. */
    void read(Signal source, int from, double[] out, int outOffset, int count) {
        Workspace workspace = WORKSPACES.take();
        boolean lanes = phases <= PHASES_AT_MOST && rows <= ROWS_AT_MOST;
        int most = lanes ? phases * LANES : ONE_BY_ONE_AT_MOST;
        int done = 0;
        for (int pieces = (count - 1) / most + 1; done < count; pieces--) {
            int piece = (count - done - 1) / pieces + 1; // of even size, so that the last has its lanes too
            if (lanes) {
                sideBySide(source, from + done, out, outOffset + done, piece, workspace);
            } else {
                oneByOne(source, from + done, out, outOffset + done, piece, workspace);
            }
            done += piece;
        }
        WORKSPACES.give(workspace);
    }

    private void sideBySide(Signal source, int from, double[] out, int outOffset, int count, Workspace workspace) {
        int lanes = (count - 1) / phases + 1;
        int inputs = (lanes - 1) * laneInputs + rows;
        int base = nearest(from) - taps - AT_ONCE;
        workspace.makeRoom(inputs, rows, taps);
        double[] input = workspace.input;
        readAround(source, base, input, inputs);
        double[] laidOut = workspace.laidOut;
        for (int row = 0; row < rows; row++) {
            for (int lane = 0; lane < lanes; lane++) {
                laidOut[row * ROW + lane] = input[lane * laneInputs + row];
            }
        }
        for (int phase = 0; phase < Math.min(phases, count); phase++) {
            int first = from + phase;
            int used = (count - phase - 1) / phases + 1;
            double fraction = scale * ((long) first * down % up / (double) up);
            int left = (int) (fraction * SincTable.STEPS);
            int right = (int) ((scale - fraction) * SincTable.STEPS);
            boolean strays = time(first, used, left, right, workspace);

            int row = (nearest(first) - base) * ROW;
            Arrays.fill(laidOut, row + SUMS, row + SUMS + used, 0.0);
            int sums = addLeft(laidOut, row, used, left, workspace);
            System.arraycopy(laidOut, sums, laidOut, row + ROW + SUMS, used);
            sums = addRight(laidOut, row + ROW, used, right, workspace);
            for (int lane = 0; lane < used; lane++) {
                int t = phase + lane * phases;
                out[outOffset + t] =
                        strays && workspace.stray[lane] ? one(from + t, input, base) : laidOut[sums + lane];
            }
        }
    }

    /** Works out how far each lane's rounded time lies beyond a table entry, and which lanes it leads astray. */
    private boolean time(int first, int lanes, int left, int right, Workspace workspace) {
        int nearest = nearest(first);
        boolean strays = false;
        for (int lane = 0; lane < lanes; lane++) {
            double fraction = (first + lane * phases) * increment - (nearest + lane * laneInputs);
            double scaled = scale * fraction;
            double leftBetween = scaled * SincTable.STEPS - left;
            double rightBetween = (scale - scaled) * SincTable.STEPS - right;
            boolean stray = !(fraction >= 0.0 && fraction < 1.0)
                    || !(leftBetween >= 0.0 && leftBetween < 1.0)
                    || !(rightBetween >= 0.0 && rightBetween < 1.0);
            workspace.betweenLeft[lane] = leftBetween;
            workspace.betweenRight[lane] = rightBetween;
            workspace.stray[lane] = stray;
            strays |= stray;
        }
        return strays;
    }

    /**
     * Adds the products of one wing, from its middle towards earlier samples, to the sums in the middle's row.
     *
     * @return where the sums have got to
     */
    private int addLeft(double[] laidOut, int row, int lanes, int entry, Workspace workspace) {
        int count = (SincTable.LENGTH - entry) / step;
        double[] w = workspace.weights;
        double[] s = workspace.slopes;
        boolean together = lookUp(entry, count, workspace.betweenLeft, lanes, workspace);
        System.arraycopy(workspace.betweenLeft, 0, laidOut, row + BETWEEN, lanes);
        int p = row;
        for (int i = 0; i < count && together; i += 4, p -= 4 * ROW) {
            addLeft(laidOut, p, lanes, w[i], w[i + 1], w[i + 2], w[i + 3]);
        }
        for (int i = 0; i < count && !together; i += 2, p -= 2 * ROW) {
            System.arraycopy(laidOut, p + BETWEEN, laidOut, p - 2 * ROW + BETWEEN, lanes);
            addLeftBetween(laidOut, p, lanes, w[i], s[i], w[i + 1], s[i + 1]);
        }
        return p + SUMS;
    }

    /** The same from the middle towards later samples. */
    private int addRight(double[] laidOut, int row, int lanes, int entry, Workspace workspace) {
        int count = (SincTable.LENGTH - entry) / step;
        double[] w = workspace.weights;
        double[] s = workspace.slopes;
        boolean together = lookUp(entry, count, workspace.betweenRight, lanes, workspace);
        System.arraycopy(workspace.betweenRight, 0, laidOut, row + BETWEEN, lanes);
        int p = row;
        for (int i = 0; i < count && together; i += 4, p += 4 * ROW) {
            addRight(laidOut, p, lanes, w[i], w[i + 1], w[i + 2], w[i + 3]);
        }
        for (int i = 0; i < count && !together; i += 2, p += 2 * ROW) {
            System.arraycopy(laidOut, p + BETWEEN, laidOut, p + 2 * ROW + BETWEEN, lanes);
            addRightBetween(laidOut, p, lanes, w[i], s[i], w[i + 1], s[i + 1]);
        }
        return p + SUMS;
    }

    /**
     * Looks a wing's weights up, and how much each grows to the next table entry. Of rates whose times are exact all
     * lanes lie equally far between two entries; then the weights are interpolated once for all.
     *
     * @return whether they were
     */
    private boolean lookUp(int entry, int count, double[] between, int lanes, Workspace workspace) {
        boolean together = true;
        for (int lane = 1; lane < lanes; lane++) {
            together &= between[lane] == between[0];
        }
        double[] weights = workspace.weights;
        double[] slopes = workspace.slopes;
        double[] wing = SincTable.WING;
        double eta = together ? between[0] : 0.0;
        for (int i = 0, at = entry; i < count; i++, at += step) {
            double weight = scale * wing[at];
            slopes[i] = scale * wing[at + 1] - weight;
            weights[i] = weight + eta * slopes[i];
        }
        Arrays.fill(weights, count, count + AT_ONCE, 0.0);
        Arrays.fill(slopes, count, count + AT_ONCE, 0.0);
        return together;
    }

    private static void addLeft(double[] rows, int p, int lanes, double w0, double w1, double w2, double w3) {
        for (int j = p; j < p + lanes; j++) {
            rows[j - 4 * ROW + SUMS] = rows[j + SUMS]
                    + w0 * rows[j]
                    + w1 * rows[j - ROW]
                    + w2 * rows[j - 2 * ROW]
                    + w3 * rows[j - 3 * ROW];
        }
    }

    private static void addRight(double[] rows, int p, int lanes, double w0, double w1, double w2, double w3) {
        for (int j = p; j < p + lanes; j++) {
            rows[j + 4 * ROW + SUMS] = rows[j + SUMS]
                    + w0 * rows[j]
                    + w1 * rows[j + ROW]
                    + w2 * rows[j + 2 * ROW]
                    + w3 * rows[j + 3 * ROW];
        }
    }

    private static void addLeftBetween(double[] rows, int p, int lanes, double w0, double s0, double w1, double s1) {
        for (int j = p; j < p + lanes; j++) {
            double eta = rows[j + BETWEEN];
            rows[j - 2 * ROW + SUMS] = rows[j + SUMS] + (w0 + eta * s0) * rows[j] + (w1 + eta * s1) * rows[j - ROW];
        }
    }

    private static void addRightBetween(double[] rows, int p, int lanes, double w0, double s0, double w1, double s1) {
        for (int j = p; j < p + lanes; j++) {
            double eta = rows[j + BETWEEN];
            rows[j + 2 * ROW + SUMS] = rows[j + SUMS] + (w0 + eta * s0) * rows[j] + (w1 + eta * s1) * rows[j + ROW];
        }
    }

    private void oneByOne(Signal source, int from, double[] out, int outOffset, int count, Workspace workspace) {
        int base = nearest(from) - taps; // a sample to spare, should the rounded time lie before the exact one
        int inputs = nearest(from + count - 1) + taps + 1 - base;
        workspace.makeRoom(inputs, 0, 0);
        readAround(source, base, workspace.input, inputs);
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = one(from + i, workspace.input, base);
        }
    }

    /** The direct form for one output; {@code input} begins with sample {@code base}, and is zero outside the signal. */
    private double one(int t, double[] input, int base) {
        double time = t * increment;
        int before = (int) time;
        double fraction = scale * (time - before);
        double sum = addWing(fraction * SincTable.STEPS, input, before - base, -1, 0.0);
        return addWing((scale - fraction) * SincTable.STEPS, input, before - base + 1, 1, sum);
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

    /** The first input sample that is read for output {@code t}. */
    long firstInput(long t) {
        return t * down / up - taps - AT_ONCE;
    }

    /** The input sample after the last that counts for output {@code t}. */
    long endInput(long t) {
        return t * down / up + taps + 1;
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
