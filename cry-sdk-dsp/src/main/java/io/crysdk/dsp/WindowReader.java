package io.crysdk.dsp;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.SignalQuality;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the windows of one clip, in order. For one thread. {@link #close} hands its work space back; the
 * windows' times and the quality, once measured, remain.
 *
 * <p>However few or many windows are asked for at a time, they are the same to the bit. Each frame is computed once,
 * whatever the hop, and memory does not grow with the clip.
 *
 * @since 0.1.0
 */
public final class WindowReader implements AutoCloseable {
    private static final int BANDS = LogMelExtractor.BANDS;
    private static final int PATCH_FRAMES = LogMelExtractor.PATCH_FRAMES;
    private static final int PATCH_SAMPLES = LogMelExtractor.PATCH_SAMPLES;
    private static final int PATCH = PATCH_FRAMES * BANDS;
    /** Samples that a frame shares with the next. */
    private static final int OVERLAP = LogMelExtractor.FRAME_SAMPLES - LogMelExtractor.FRAME_HOP;

    /** Scratch room for one clip at a time. */
    static final class Workspace {
        final double[] samples = new double[PATCH_SAMPLES];
        /** The frames from the next window's first onwards, and room for a patch more. */
        final float[] frames = new float[2 * PATCH];

        final PreEmphasis preEmphasis;
        final ZScore zScore = new ZScore();
        final SignalMeter meter = new SignalMeter();

        Workspace(double preEmphasis) {
            this.preEmphasis = new PreEmphasis(preEmphasis);
        }
    }

    private final Signal signal;
    private final int length;
    private final int frames;
    private final int windows;
    private final FrontEndSettings settings;
    private final LogMelExtractor extractor;
    private final Pool<Workspace> pool;
    private @Nullable Workspace workspace;
    private @Nullable SignalQuality quality;

    /** The next window to read. */
    private int next;
    /** Samples that have been read for frames. */
    private int taken;
    /** The frames in the work space are {@code firstFrame} to {@code endFrame}. */
    private int firstFrame;

    private int endFrame;

    WindowReader(
            Signal signal, FrontEndSettings settings, int windows, LogMelExtractor extractor, Pool<Workspace> pool) {
        this.signal = signal;
        this.length = signal.length();
        this.frames = Math.max(LogMelExtractor.frames(length), PATCH_FRAMES);
        this.windows = windows;
        this.settings = settings;
        this.extractor = extractor;
        this.pool = pool;
        Workspace own = pool.take();
        own.preEmphasis.restart();
        own.meter.restart(length);
        if (settings.zScore()) {
            measureWhole(own);
        }
        this.workspace = own;
    }

    /**
     * Returns how many windows the clip has.
     *
     * @return one or more
     */
    public int windows() {
        return windows;
    }

    /**
     * Returns where a window begins.
     *
     * @param window 0 to {@code windows() - 1}
     * @return seconds from the beginning of the clip
     * @throws IndexOutOfBoundsException if there is no such window
     */
    public double startSeconds(int window) {
        return seconds(startFrame(Objects.checkIndex(window, windows)) * LogMelExtractor.FRAME_HOP);
    }

    /**
     * Returns where a window ends: 0.975 s after it begins, or with the clip if that is shorter.
     *
     * @param window 0 to {@code windows() - 1}
     * @return seconds from the beginning of the clip
     * @throws IndexOutOfBoundsException if there is no such window
     */
    public double endSeconds(int window) {
        int start = startFrame(Objects.checkIndex(window, windows)) * LogMelExtractor.FRAME_HOP;
        return seconds(Math.min(start + PATCH_SAMPLES, length));
    }

    /**
     * Reads the next windows.
     *
     * @param out receives {@code [n][96][64]} values, row by row
     * @param outOffset where in {@code out} the first goes
     * @param maxWindows how many windows at most, 0 or more
     * @return how many were written: fewer than asked for only at the clip's end, and then 0
     * @throws IndexOutOfBoundsException if {@code out} has no room for those that would be written
     * @throws IllegalStateException if the reader has been closed
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO} if a sample is not finite
     */
    public int read(float[] out, int outOffset, int maxWindows) {
        Workspace open = open();
        int count = Math.min(maxWindows, windows - next);
        Objects.checkFromIndexSize(outOffset, (long) count * PATCH, (long) out.length);
        for (int i = 0; i < count; i++) {
            int at = nextPatch(open);
            System.arraycopy(open.frames, at, out, outOffset + i * PATCH, PATCH);
        }
        return count;
    }

    /**
     * Returns how fit the clip is to be judged: its {@link Signal}, before pre-emphasis and z-score. It is known once
     * the last window has been read.
     *
     * @return the measurement
     * @throws IllegalStateException if windows remain to be read
     */
    public SignalQuality quality() {
        if (quality == null) {
            throw new IllegalStateException(
                    "the quality is known after the last window: " + next + " of " + windows + " have been read");
        }
        return quality;
    }

    /** Hands the work space back. Closing twice is harmless. */
    @Override
    public void close() {
        Workspace open = workspace;
        workspace = null;
        if (open != null) {
            pool.give(open);
        }
    }

    private Workspace open() {
        if (workspace == null) {
            throw new IllegalStateException("the reader is closed");
        }
        return workspace;
    }

    /** Makes the next window's frames and returns where in the work space they begin. */
    private int nextPatch(Workspace open) {
        int start = startFrame(next);
        while (endFrame < start + PATCH_FRAMES) {
            if (length < PATCH_SAMPLES) {
                extractShort(open);
            } else {
                extractBlock(open, start);
            }
        }
        next++;
        if (next == windows) {
            finish(open);
        }
        return (start - firstFrame) * BANDS;
    }

    private void extractShort(Workspace open) {
        double[] samples = open.samples;
        take(open, 0, length);
        settings.shortClip().fill(samples, length);
        extractor.frames(samples, 0, PATCH_SAMPLES, open.frames, 0);
        endFrame = PATCH_FRAMES;
    }

    /** Drops the frames before {@code start} and adds up to a patch of new ones: many at once are faster. */
    private void extractBlock(Workspace open, int start) {
        int kept = endFrame - start;
        System.arraycopy(open.frames, (start - firstFrame) * BANDS, open.frames, 0, kept * BANDS);
        firstFrame = start;

        int block = Math.min(PATCH_FRAMES, frames - endFrame);
        int carried = taken == 0 ? 0 : OVERLAP;
        int needed = block * LogMelExtractor.FRAME_HOP + OVERLAP;
        take(open, carried, needed - carried);
        extractor.frames(open.samples, 0, needed, open.frames, kept * BANDS);
        System.arraycopy(open.samples, needed - OVERLAP, open.samples, 0, OVERLAP);
        endFrame += block;
    }

    /** Reads and preprocesses the next samples. */
    private void take(Workspace open, int offset, int count) {
        double[] samples = open.samples;
        signal.read(taken, samples, offset, count);
        if (!settings.zScore()) {
            measure(open, taken, offset, count);
        }
        open.preEmphasis.filter(samples, offset, count);
        if (settings.zScore()) {
            open.zScore.normalise(samples, offset, count);
        }
        taken += count;
    }

    /** The extra pass for the mean and deviation of the whole clip, which then serves the meter too. */
    private void measureWhole(Workspace open) {
        open.zScore.restart();
        int piece;
        for (int done = 0; done < length; done += piece) {
            piece = Math.min(PATCH_SAMPLES, length - done);
            signal.read(done, open.samples, 0, piece);
            measure(open, done, 0, piece);
            open.preEmphasis.filter(open.samples, 0, piece);
            open.zScore.measure(open.samples, 0, piece);
        }
        open.preEmphasis.restart();
    }

    private void measure(Workspace open, int from, int offset, int count) {
        open.meter.measure(open.samples, offset, count);
        if (!Double.isFinite(open.meter.peak())) {
            for (int i = 0; i < count; i++) {
                if (!Double.isFinite(open.samples[offset + i])) {
                    throw new CryException(
                            CryErrorCode.INVALID_AUDIO,
                            "expected finite samples, found " + open.samples[offset + i] + " at " + seconds(from + i)
                                    + " s");
                }
            }
        }
    }

    /** Lets the meter hear the last samples, which fill no frame. */
    private void finish(Workspace open) {
        if (!settings.zScore() && taken < length) {
            int rest = length - taken;
            signal.read(taken, open.samples, 0, rest);
            measure(open, taken, 0, rest);
            taken = length;
        }
        quality = open.meter.quality();
    }

    private int startFrame(int window) {
        return FrontEnd.startFrame(window, frames, settings.hopFrames());
    }

    private static double seconds(int samples) {
        return (double) samples / LogMelExtractor.SAMPLE_RATE;
    }
}
