package io.crysdk.dsp;

import io.crysdk.SignalQuality;
import java.util.Arrays;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Measures a clip's {@link SignalQuality} from its samples, which arrive in pieces, each once and in order. For one
 * thread; {@link #restart} makes it ready for the next clip.
 *
 * <p>The 25 ms frames of the silent share follow each other without overlap, and a clip shorter than one is one frame;
 * a frame's level is ten times the decimal logarithm of its mean square.
 *
 * <p>The spectrum is the mean power, under a periodic Hann window, of at most {@value #BLOCKS_AT_MOST} blocks of
 * {@value #BLOCK} samples spread evenly from the clip's beginning to its end; a clip shorter than one block is followed
 * by zeros. Blocks with a clipped sample count only if there are no others, since clipping makes overtones of its own.
 * Sound reaches up to the highest 250 Hz band that is less than 50 dB under the strongest and above -100 dBFS, which is
 * more than 16-bit rounding leaves in a band. By this rule 268 uploads of 8 kHz telephone codecs ended at 4750 Hz or
 * below, most of what lay above 4 kHz being the images their resampler had left, and 196 of 16 kHz all above; at 60 dB,
 * without floor and with clipped blocks, 32 of the former reached 5 kHz and beyond.
 */
final class SignalMeter {
    private static final double CLIPPED = 0.999;
    private static final int FRAME = LogMelExtractor.FRAME_SAMPLES;
    /** -50 dBFS as a mean square. */
    private static final double SILENT = 1e-5;

    private static final int BLOCK = 1024;
    private static final int BLOCKS_AT_MOST = 64;
    private static final double BAND_HZ = 250.0;
    /** 16 bins of 15.625 Hz. */
    private static final int BAND_BINS = (int) (BAND_HZ * BLOCK / LogMelExtractor.SAMPLE_RATE);

    private static final int BANDS = BLOCK / 2 / BAND_BINS;
    /** 50 dB as a ratio of powers. */
    private static final double BELOW_STRONGEST = 1e5;

    /** -100 dBFS as a mean square. */
    private static final double FLOOR = 1e-10;

    /** From the squared values of half a spectrum to the mean square; 3/8 is that of the window. */
    private static final double TO_MEAN_SQUARE = 2.0 / (BLOCK * (0.375 * BLOCK));

    private static final double[] HANN = new double[BLOCK];

    static {
        for (int i = 0; i < BLOCK; i++) {
            HANN[i] = 0.5 - 0.5 * StrictMath.cos(2.0 * Math.PI * i / BLOCK);
        }
    }

    private final DoubleFFT_1D fft = new DoubleFFT_1D(BLOCK);
    private final double[] recent = new double[BLOCK];
    private final double[] block = new double[BLOCK];
    private final double[] power = new double[BANDS];
    private final double[] clippedPower = new double[BANDS];

    private int length;
    private int seen;
    private double peak;
    private long clipped;
    /** How many clipped samples in a row the last ones were. */
    private int clippedRun;

    private final Energy frame = new Energy();
    private int frameFill;
    private int frames;
    private int silentFrames;
    private int blocks;
    private int blocksDone;
    private int clippedBlocks;

    /** Makes ready for a clip of so many samples, one or more. */
    void restart(int samples) {
        length = samples;
        seen = 0;
        peak = 0.0;
        clipped = 0;
        clippedRun = 0;
        frame.restart();
        frameFill = 0;
        frames = 0;
        silentFrames = 0;
        blocks = Math.min(BLOCKS_AT_MOST, (samples - 1) / BLOCK + 1);
        blocksDone = 0;
        clippedBlocks = 0;
        Arrays.fill(power, 0.0);
        Arrays.fill(clippedPower, 0.0);
    }

    /** Takes the next samples of the clip. */
    void measure(double[] samples, int offset, int count) {
        int piece;
        for (int i = offset; i < offset + count; i += piece) {
            piece = Math.min(FRAME - frameFill, offset + count - i);
            frame.add(samples, i, i + piece);
            peak = Math.max(peak, frame.largest());
            if (clippedRun > 0 || frame.largest() >= CLIPPED) {
                countClipped(samples, i, i + piece);
            }
            frameFill += piece;
            if (frameFill == FRAME) {
                endFrame();
            }
        }
        addToBlocks(samples, offset, count);
        seen += count;
    }

    private void countClipped(double[] samples, int from, int to) {
        for (int i = from; i < to; i++) {
            clippedRun = Math.abs(samples[i]) >= CLIPPED ? clippedRun + 1 : 0;
            if (clippedRun >= 2) {
                clipped += clippedRun == 2 ? 2 : 1; // the first of a run counts once there is a second
            }
        }
    }

    private void addToBlocks(double[] samples, int offset, int count) {
        int done = 0;
        while (done < count && blocksDone < blocks) {
            // Up to where the ring of recent samples ends, or up to where the next block does.
            int at = (seen + done) % BLOCK;
            int toBlockEnd = blockEnd() - (seen + done);
            int piece = Math.min(Math.min(BLOCK - at, toBlockEnd), count - done);
            System.arraycopy(samples, offset + done, recent, at, piece);
            done += piece;
            if (piece == toBlockEnd) {
                addBlock((seen + done) % BLOCK);
            }
        }
    }

    /** The largest absolute sample so far; not a number if there was one among the samples. */
    double peak() {
        return peak;
    }

    /** What was found, once the whole clip has been taken. */
    SignalQuality quality() {
        if (seen != length) {
            throw new IllegalStateException(seen + " of the clip's " + length + " samples have been measured");
        }
        if (frames == 0) {
            endFrame();
        }
        return new SignalQuality(
                (double) length / LogMelExtractor.SAMPLE_RATE,
                peak,
                (double) clipped / length,
                (double) silentFrames / frames,
                bandwidth());
    }

    private void endFrame() {
        frames++;
        if (frame.sum() < SILENT * frameFill) {
            silentFrames++;
        }
        frame.restart();
        frameFill = 0;
    }

    /** After how many samples the next block is complete. */
    private int blockEnd() {
        return blocks == 1
                ? Math.min(length, BLOCK)
                : BLOCK + (int) ((long) (length - BLOCK) * blocksDone / (blocks - 1));
    }

    /** Adds the spectrum of the block in the ring, whose oldest sample is at {@code oldest}. */
    private void addBlock(int oldest) {
        if (length < BLOCK) {
            Arrays.fill(recent, length, BLOCK, 0.0);
            oldest = 0;
        }
        System.arraycopy(recent, oldest, block, 0, BLOCK - oldest);
        System.arraycopy(recent, 0, block, BLOCK - oldest, oldest);
        int clippedSamples = 0;
        for (int i = 0; i < BLOCK; i++) {
            clippedSamples += Math.abs(block[i]) >= CLIPPED ? 1 : 0;
            block[i] *= HANN[i];
        }
        fft.realForward(block);
        // The value at Nyquist stands in the imaginary place of the first bin; it belongs to no band below it.
        block[1] = 0.0;
        double[] sums = clippedSamples == 0 ? power : clippedPower;
        for (int band = 0; band < BANDS; band++) {
            double re0 = 0.0;
            double im0 = 0.0;
            double re1 = 0.0;
            double im1 = 0.0;
            for (int i = 2 * BAND_BINS * band; i < 2 * BAND_BINS * (band + 1); i += 4) {
                re0 += block[i] * block[i];
                im0 += block[i + 1] * block[i + 1];
                re1 += block[i + 2] * block[i + 2];
                im1 += block[i + 3] * block[i + 3];
            }
            sums[band] += (re0 + im0) + (re1 + im1);
        }
        blocksDone++;
        clippedBlocks += clippedSamples == 0 ? 0 : 1;
    }

    private double bandwidth() {
        boolean allClipped = clippedBlocks == blocks;
        double[] sums = allClipped ? clippedPower : power;
        double toMeanSquare = TO_MEAN_SQUARE / (allClipped ? blocks : blocks - clippedBlocks);
        double strongest = 0.0;
        for (double band : sums) {
            strongest = Math.max(strongest, band);
        }
        for (int band = BANDS - 1; band >= 0; band--) {
            if (sums[band] * BELOW_STRONGEST > strongest && sums[band] * toMeanSquare > FLOOR) {
                return (band + 1) * BAND_HZ;
            }
        }
        return 0.0;
    }
}
