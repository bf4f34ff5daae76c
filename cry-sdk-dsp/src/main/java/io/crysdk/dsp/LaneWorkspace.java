package io.crysdk.dsp;

import java.util.Arrays;

/**
 * Room for {@link #LANES} frames side by side, and the stages they go through: {@link #load}, {@link #transform},
 * {@link #magnitudes}, {@link #mel}, {@link #log}, in this order. Some 640 kB. One thread at a time.
 *
 * <p>Each frame keeps its lane, and its result depends on no other: a frame comes out the same in any lane, with any
 * neighbours. Lanes beyond the loaded frames compute whatever an earlier batch left there, and nothing reads them.
 */
final class LaneWorkspace {
    static final int LANES = LaneTransform.LANES;

    private static final int HOP = LogMelExtractor.FRAME_HOP;
    private static final int BANDS = LogMelExtractor.BANDS;

    /** A frame spans two whole hops and half of a third, so the last lanes reach into two further columns. */
    private static final int COLUMNS = LANES + 2;

    /** Transposed eight columns, one cache line, at a time. */
    private static final int BLOCK = 8;

    /** Mel sums within these bounds, and zero, come from magnitudes that {@link LaneMagnitude#rows} has right. */
    private static final double LEAST_MEL = 0x1p-300;

    private static final double MOST_MEL = 0x1p300;

    /** Samples within these bounds, and zero, make spectra within {@link LaneMagnitude#LEAST} and its counterpart. */
    private static final double LEAST_SAMPLE = 0x1p-149;

    private static final double MOST_SAMPLE = 0x1p128;

    /** The signal by hops: sample {@code 160 c + r} in row r, column c. */
    private final double[] hops = new double[HOP * COLUMNS];

    private final double[] work = new double[LaneTransform.WORK];
    private final double[] spectrum = new double[LaneTransform.SPECTRUM];
    private final double[] melWork = new double[MelBank.WORK];
    private final double[] mel = new double[BANDS * LANES];
    private int frames;

    /** Takes in {@code frames} frames, 1 to {@link #LANES}, the first of which begins at {@code samples[offset]}. */
    void load(double[] samples, int offset, int frames) {
        this.frames = frames;
        int column = 0;
        for (; column + BLOCK <= frames + 1; column += BLOCK) {
            transpose(samples, offset + HOP * column, hops, column);
        }
        for (; column < frames + 2; column++) {
            int begin = offset + HOP * column;
            for (int r = 0; r < samplesIn(column); r++) {
                hops[r * COLUMNS + column] = samples[begin + r];
            }
        }
    }

    /** The same for samples that are floats; each becomes the double of the same value. */
    void load(float[] samples, int offset, int frames) {
        this.frames = frames;
        int column = 0;
        for (; column + BLOCK <= frames + 1; column += BLOCK) {
            transpose(samples, offset + HOP * column, hops, column);
        }
        for (; column < frames + 2; column++) {
            int begin = offset + HOP * column;
            for (int r = 0; r < samplesIn(column); r++) {
                hops[r * COLUMNS + column] = samples[begin + r];
            }
        }
    }

    /** Window and transform, bins 5..239. */
    void transform() {
        // Row n of all frames is one row of hops, from column n / 160 on. The copy brings every row to a constant
        // place.
        for (int n = 0; n < LogMelExtractor.FRAME_SAMPLES; n++) {
            System.arraycopy(hops, n % HOP * COLUMNS + n / HOP, work, n * LANES, LANES);
        }
        LaneTransform.transform(work);
        LaneTransform.spectrum(work, spectrum);
    }

    /** Turns the spectrum into magnitudes; {@link #re} and {@link #im} are gone then. */
    void magnitudes() {
        LaneMagnitude.rows(spectrum, LaneTransform.row(MelBank.FIRST_BIN), LaneTransform.row(128) + LANES);
        LaneMagnitude.rows(spectrum, LaneTransform.row(MelBank.LAST_BIN), LaneTransform.row(129) + LANES);
    }

    /** Sums the magnitudes into bands; does the magnitudes over, one by one, if numbers far from audio demand it. */
    void mel() {
        MelBank.sums(spectrum, melWork, mel);
        if (!melWithin() && !samplesWithin()) {
            transform();
            exactMagnitudes();
            MelBank.sums(spectrum, melWork, mel);
        }
    }

    /** Writes {@code ln(mel + 0.01)}, each the nearest float, frame after frame. */
    void log(float[] out, int outOffset) {
        int to = outOffset;
        for (int lane = 0; lane < frames; lane++) {
            for (int at = lane; at < BANDS * LANES; at += LANES) {
                double x = mel[at] + LogMelExtractor.LOG_OFFSET;
                out[to++] = (float) (x <= MOST_MEL ? TableLog.log(x) : Math.log(x));
            }
        }
    }

    /** All stages but the loading. */
    void run(float[] out, int outOffset) {
        transform();
        magnitudes();
        mel();
        log(out, outOffset);
    }

    double re(int bin, int lane) {
        return spectrum[LaneTransform.row(bin) + lane];
    }

    double im(int bin, int lane) {
        return spectrum[LaneTransform.row(bin) + 2 * LaneTransform.PLANE + lane];
    }

    double magnitude(int bin, int lane) {
        return re(bin, lane);
    }

    double mel(int band, int lane) {
        return mel[band * LANES + lane];
    }

    private int samplesIn(int column) {
        return column <= frames ? HOP : LogMelExtractor.FRAME_SAMPLES - 2 * HOP;
    }

    private static void transpose(double[] samples, int begin, double[] hops, int column) {
        for (int r = 0; r < HOP; r++) {
            int from = begin + r;
            int to = r * COLUMNS + column;
            hops[to] = samples[from];
            hops[to + 1] = samples[from + HOP];
            hops[to + 2] = samples[from + 2 * HOP];
            hops[to + 3] = samples[from + 3 * HOP];
            hops[to + 4] = samples[from + 4 * HOP];
            hops[to + 5] = samples[from + 5 * HOP];
            hops[to + 6] = samples[from + 6 * HOP];
            hops[to + 7] = samples[from + 7 * HOP];
        }
    }

    private static void transpose(float[] samples, int begin, double[] hops, int column) {
        for (int r = 0; r < HOP; r++) {
            int from = begin + r;
            int to = r * COLUMNS + column;
            hops[to] = samples[from];
            hops[to + 1] = samples[from + HOP];
            hops[to + 2] = samples[from + 2 * HOP];
            hops[to + 3] = samples[from + 3 * HOP];
            hops[to + 4] = samples[from + 4 * HOP];
            hops[to + 5] = samples[from + 5 * HOP];
            hops[to + 6] = samples[from + 6 * HOP];
            hops[to + 7] = samples[from + 7 * HOP];
        }
    }

    /** False for what is far from audio, and for silence, which {@link #samplesWithin} then tells from it. */
    private boolean melWithin() {
        for (int band = 0; band < BANDS; band++) {
            for (int at = band * LANES; at < band * LANES + frames; at++) {
                if (!(mel[at] >= LEAST_MEL && mel[at] <= MOST_MEL)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean samplesWithin() {
        for (int column = 0; column < frames + 2; column++) {
            for (int r = 0; r < samplesIn(column); r++) {
                double size = Math.abs(hops[r * COLUMNS + column]);
                if (size != 0 && !(size >= LEAST_SAMPLE && size <= MOST_SAMPLE)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void exactMagnitudes() {
        for (int bin = MelBank.FIRST_BIN; bin <= MelBank.LAST_BIN; bin++) {
            int row = LaneTransform.row(bin);
            for (int lane = 0; lane < frames; lane++) {
                spectrum[row + lane] = LaneMagnitude.exact(re(bin, lane), im(bin, lane));
            }
            // Lanes without a frame may hold anything, but nothing that slows the sums.
            Arrays.fill(spectrum, row + frames, row + LANES, 0.0);
        }
    }
}
