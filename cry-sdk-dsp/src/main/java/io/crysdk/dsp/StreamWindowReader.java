package io.crysdk.dsp;

import io.crysdk.CryClassifier;
import java.util.Objects;

/**
 * The windows of audio that has no end yet: one unbroken stretch of a live stream, written piece by piece. For one
 * thread.
 *
 * <p>The windows are those of a {@link WindowReader} over the same samples, bit for bit, however the stretch was cut
 * into pieces: the resampler's times, the frames and the order of every sum depend on the position in the stretch alone.
 * (Beyond two hours the resampler counts its time from a later hour, so that memory and precision stay what they were.)
 * Each frame is computed once, whatever the hop. Work space is some 0.2 MB, and after the first window nothing is
 * allocated.
 *
 * <p>Positions are samples at 16 kHz from the stretch's beginning, unless they are called input. One goes forward like
 * this: {@link #inputFor} says how much input a position needs, {@link #write} takes it, {@link #advance} goes there, and
 * at the position {@link #nextWindowEnd} a window can be {@linkplain #read read}. {@link #finish} says that no more input
 * comes; then there may be one or two windows left, by the rule of {@link FrontEnd}.
 *
 * @since 0.1.0
 */
public final class StreamWindowReader {
    private static final int HOP = LogMelExtractor.FRAME_HOP;
    private static final int BANDS = LogMelExtractor.BANDS;
    private static final int PATCH_FRAMES = LogMelExtractor.PATCH_FRAMES;
    private static final int PATCH_SAMPLES = LogMelExtractor.PATCH_SAMPLES;
    private static final int PATCH = PATCH_FRAMES * BANDS;
    /** Whole hops in a window; its level is taken over these. */
    private static final int LEVEL_HOPS = PATCH_SAMPLES / HOP;

    private static final long NONE = Long.MAX_VALUE;

    /** What makes frames of samples: {@link LogMelExtractor#frames(double[], int, int, float[], int)}. */
    @FunctionalInterface
    interface Extractor {
        void frames(double[] samples, int offset, int count, float[] out, int outOffset);
    }

    private final FrontEndSettings settings;
    private final Extractor extractor;
    private final StreamSignal input;
    private final PreEmphasis preEmphasis;
    private final long leastInput;

    /** Preprocessed samples that frames are still to be made of; the last of them is that before {@link #position}. */
    private final double[] samples = new double[PATCH_SAMPLES + HOP];

    private int held;
    /** The frames from {@link #firstFrame} on, and room for a patch more. */
    private final float[] frames = new float[2 * PATCH];

    private long firstFrame;
    private long endFrame;

    private long position;
    /** All samples of the stretch, once it is finished. */
    private long length = NONE;

    /** Where the next window begins, in frames, and the one before it began. */
    private long nextStart;

    private long windowStart;

    private final double[] hopSquares = new double[LEVEL_HOPS];
    private final Energy hopEnergy = new Energy();
    private final Energy levelEnergy = new Energy();
    private long levelFrom;

    StreamWindowReader(FrontEndSettings settings, int rate, int channels, Extractor extractor) {
        this.settings = settings;
        this.extractor = extractor;
        this.input = new StreamSignal(rate, channels, StreamSignal.EPOCH_SECONDS);
        this.preEmphasis = new PreEmphasis(settings.preEmphasis());
        this.leastInput = (long) Math.ceil(CryClassifier.MIN_SECONDS * rate);
    }

    /**
     * Says how much input a position needs.
     *
     * @param to a position
     * @return samples of each channel from the stretch's beginning, after which that position can be reached
     */
    public long inputFor(long to) {
        return input.inputFor(to);
    }

    /**
     * Returns how much input was written.
     *
     * @return samples of each channel from the stretch's beginning
     */
    public long written() {
        return input.written();
    }

    /**
     * Takes the next input. Write no more than the next step needs: what lies beyond it is kept until it is needed.
     *
     * @param interleaved finite samples, interleaved by channel; neither kept nor changed
     * @param offset the first value
     * @param count how many samples each channel has
     * @throws IndexOutOfBoundsException if the array does not have them
     * @throws IllegalStateException after {@link #finish}
     */
    public void write(float[] interleaved, int offset, int count) {
        if (length != NONE) {
            throw new IllegalStateException("the stretch is finished");
        }
        input.write(interleaved, offset, count);
    }

    /**
     * Says that the stretch ends with what was written.
     *
     * @return how many samples it has at 16 kHz, 0 or more
     */
    public long finish() {
        length = input.finish();
        long allFrames = frames(length);
        if (length < PATCH_SAMPLES) {
            // The short-clip policy makes one window of it, if there was none and it is not too short to be judged.
            nextStart = input.written() >= leastInput ? 0 : NONE;
        } else if (nextStart + PATCH_FRAMES > allFrames) {
            // One more ends with the last frame, if that has not been in a window yet.
            nextStart = windowStart + PATCH_FRAMES < allFrames ? allFrames - PATCH_FRAMES : NONE;
        }
        return length;
    }

    /**
     * Returns how far the stretch has been heard.
     *
     * @return a position
     */
    public long position() {
        return position;
    }

    /**
     * Returns where the next window will be complete.
     *
     * @return a position, or {@link Long#MAX_VALUE} if the stretch is finished and has no more windows
     */
    public long nextWindowEnd() {
        return nextStart == NONE ? NONE : Math.min(nextStart * HOP + PATCH_SAMPLES, length);
    }

    /**
     * Goes forward. No step may leave out a window: read each where it is complete.
     *
     * @param to a position that is not before this one, nor beyond {@link #nextWindowEnd} or the end
     * @throws IllegalArgumentException if it is
     * @throws IllegalStateException if the input for it has not been written
     */
    public void advance(long to) {
        if (to < position || to > Math.min(nextWindowEnd(), length)) {
            throw new IllegalArgumentException("from " + position + " on to " + to + ", beyond the next window's end "
                    + nextWindowEnd() + " or the stretch's, " + length);
        }
        if (length == NONE && input.inputFor(to) > input.written()) {
            throw new IllegalStateException(
                    to + " needs " + input.inputFor(to) + " samples of input, found " + input.written());
        }
        int count = (int) (to - position);
        input.read(position, samples, held, count);
        measure(held, count);
        preEmphasis.filter(samples, held, count);
        held += count;
        position += count;
    }

    /**
     * Reads the window that is complete here.
     *
     * @param out receives {@code [96][64]} values, row by row
     * @param outOffset where in {@code out} the first goes
     * @throws IllegalStateException if no window is complete here
     * @throws IndexOutOfBoundsException if {@code out} has no room for it
     */
    public void read(float[] out, int outOffset) {
        Objects.checkFromIndexSize(outOffset, PATCH, out.length);
        if (position < nextWindowEnd()) {
            throw new IllegalStateException(
                    "here, at " + position + ", no window is complete: the next is at " + nextWindowEnd());
        }
        if (length < PATCH_SAMPLES) {
            settings.shortClip().fill(samples, (int) length);
            extractor.frames(samples, 0, PATCH_SAMPLES, frames, 0);
            endFrame = PATCH_FRAMES;
        } else {
            makeFrames();
        }
        System.arraycopy(frames, (int) (nextStart - firstFrame) * BANDS, out, outOffset, PATCH);
        windowStart = nextStart;
        if (length == NONE) {
            nextStart += settings.hopFrames();
        } else {
            long allFrames = Math.max(frames(length), PATCH_FRAMES);
            long next = Math.min(nextStart + settings.hopFrames(), allFrames - PATCH_FRAMES);
            nextStart = next > windowStart ? next : NONE;
        }
    }

    /**
     * Returns where the window that was read last begins.
     *
     * @return a position
     */
    public long windowStart() {
        return windowStart * HOP;
    }

    /**
     * Returns how loud the window that was read last is: the mean square of its samples before pre-emphasis, over its
     * whole frame hops.
     *
     * @return 0 to 1 for audio within full scale
     */
    public double windowMeanSquare() {
        long end = position / HOP;
        long begin = Math.max(windowStart, end - LEVEL_HOPS);
        double sum = 0.0;
        for (long hop = begin; hop < end; hop++) {
            sum += hopSquares[(int) (hop % LEVEL_HOPS)];
        }
        return sum / ((end - begin) * HOP);
    }

    /**
     * Returns the mean square of the samples since {@link #restartLevel}, before pre-emphasis.
     *
     * @return 0 where there are none
     */
    public double levelMeanSquare() {
        return position == levelFrom ? 0.0 : levelEnergy.sum() / (position - levelFrom);
    }

    /**
     * Returns the largest absolute sample since {@link #restartLevel}.
     *
     * @return full scale being 1
     */
    public double levelPeak() {
        return levelEnergy.largest();
    }

    /** Begins to measure the level anew. */
    public void restartLevel() {
        levelFrom = position;
        levelEnergy.restart();
    }

    private void measure(int from, int count) {
        levelEnergy.add(samples, from, from + count);
        int done = 0;
        while (done < count) {
            int inHop = (int) ((position + done) % HOP);
            int piece = Math.min(HOP - inHop, count - done);
            hopEnergy.add(samples, from + done, from + done + piece);
            done += piece;
            if (inHop + piece == HOP) {
                hopSquares[(int) ((position + done - 1) / HOP % LEVEL_HOPS)] = hopEnergy.sum();
                hopEnergy.restart();
            }
        }
    }

    /** Makes all frames that the samples at hand allow, and forgets those that no window needs any more. */
    private void makeFrames() {
        int made = LogMelExtractor.frames(held);
        // Frames since the last window's start suffice for any window to come, the last of a finished stretch too.
        int dropped = (int) Math.min(windowStart - firstFrame, endFrame - firstFrame);
        int kept = (int) (endFrame - firstFrame) - dropped;
        System.arraycopy(frames, dropped * BANDS, frames, 0, kept * BANDS);
        firstFrame += dropped;
        extractor.frames(samples, 0, held, frames, kept * BANDS);
        endFrame += made;
        held -= made * HOP;
        System.arraycopy(samples, made * HOP, samples, 0, held);
    }

    private static long frames(long samples) {
        return samples < LogMelExtractor.FRAME_SAMPLES ? 0 : 1 + (samples - LogMelExtractor.FRAME_SAMPLES) / HOP;
    }
}
