package io.crysdk.dsp;

import java.util.Objects;

/**
 * The log-mel front end of VGGish, bit for bit: every float equals the one of the Python program whose output the
 * network was trained on, and as doubles every stage up to and including the mel sums equals it too.
 *
 * <p>Samples are mono, 16 kHz, normally in [-1, 1] (a 16-bit sample {@code s} is {@code s / 32768.0}). A <i>frame</i>
 * is 400 samples, 25 ms; the next begins 160 samples, 10 ms, later. A frame becomes 64 <i>bands</i>: periodic Hann
 * window, real Fourier transform of length 512, magnitude, the sums under 64 triangles evenly spaced on the HTK mel
 * scale {@code 1127 ln(1 + f / 700)} between 125 and 7500 Hz, and {@code ln(sum + 0.01)}, so that silence is
 * {@code -4.6051702f}. 96 frames are one <i>example</i> (or <i>patch</i>), the network's input; the next begins 96
 * frames later. Nothing is padded: what does not fill a frame, or an example, is dropped. One example needs
 * {@value #PATCH_SAMPLES} samples, 0.975 s.
 *
 * <p>The formulas are those of Hershey et al., <i>CNN architectures for large-scale audio classification</i>, ICASSP
 * 2017, in the published VGGish program ({@code mel_features.py}, {@code vggish_params.py}).
 *
 * <p><b>Threads.</b> One extractor serves any number of threads at once without a lock. <b>Memory.</b> Work space of
 * some 640 kB for each thread at work is kept and used again, for at most as many threads as there are processors (or
 * four): once it is there, {@link #frames(double[], int, int, float[], int)} allocates nothing. No array handed in is
 * kept or changed, but for the output.
 *
 * <p><b>NaN and infinity</b> in one sample spoil every frame that covers it. They are not looked for here; whoever
 * takes audio in rejects them.
 *
 * @since 0.1.0
 */
public final class LogMelExtractor {
    /** Samples per second, in hertz. */
    public static final int SAMPLE_RATE = 16000;

    /** Samples in a frame: 25 ms. */
    public static final int FRAME_SAMPLES = 400;

    /** Samples from the start of one frame to the start of the next: 10 ms. */
    public static final int FRAME_HOP = 160;

    /** Values in a frame's result, from the lowest band upwards. */
    public static final int BANDS = 64;

    /** Frames in an example, and from the start of one example to the start of the next. */
    public static final int PATCH_FRAMES = 96;

    /** Samples that the first example needs: 0.975 s. */
    public static final int PATCH_SAMPLES = FRAME_SAMPLES + (PATCH_FRAMES - 1) * FRAME_HOP;

    /** Added to each mel sum before the logarithm. */
    static final double LOG_OFFSET = 0.01;

    private final Pool<LaneWorkspace> workspaces = new Pool<>(LaneWorkspace::new);

    /** Creates an extractor. It holds no memory until it is used. */
    public LogMelExtractor() {}

    /**
     * How many frames fit into a clip.
     *
     * @param samples the clip's length, 0 or more
     * @return {@code 1 + (samples - 400) / 160}, or 0 for less than 400 samples
     * @throws IllegalArgumentException if {@code samples} is negative
     */
    public static int frames(int samples) {
        if (samples < 0) {
            throw new IllegalArgumentException("a clip has 0 samples or more, not " + samples);
        }
        return samples < FRAME_SAMPLES ? 0 : 1 + (samples - FRAME_SAMPLES) / FRAME_HOP;
    }

    /**
     * How many examples fit into a clip.
     *
     * @param samples the clip's length, 0 or more
     * @return {@code frames(samples) / 96}
     * @throws IllegalArgumentException if {@code samples} is negative
     */
    public static int examples(int samples) {
        return frames(samples) / PATCH_FRAMES;
    }

    /**
     * Computes all frames of a stretch of samples.
     *
     * @param samples mono samples at 16 kHz, finite, normally in [-1, 1]; read only
     * @param offset where the first frame begins
     * @param count how many samples there are from there on; those beyond the last whole frame are not looked at
     * @param out receives {@code frames(count)} rows of 64 values, {@code [frame][band]}
     * @param outOffset where in {@code out} the first row begins
     * @throws IndexOutOfBoundsException if the samples or the rows reach beyond their arrays
     */
    public void frames(double[] samples, int offset, int count, float[] out, int outOffset) {
        Objects.requireNonNull(samples, "samples");
        Objects.requireNonNull(out, "out");
        Objects.checkFromIndexSize(offset, count, samples.length);
        int frames = frames(count);
        Objects.checkFromIndexSize(outOffset, frames * BANDS, out.length);
        extract(samples, offset, frames, out, outOffset);
    }

    /**
     * Computes all frames of a stretch of samples, each sample widened to the double of the same value.
     *
     * @param samples mono samples at 16 kHz, finite, normally in [-1, 1]; read only
     * @param offset where the first frame begins
     * @param count how many samples there are from there on; those beyond the last whole frame are not looked at
     * @param out receives {@code frames(count)} rows of 64 values, {@code [frame][band]}
     * @param outOffset where in {@code out} the first row begins
     * @throws IndexOutOfBoundsException if the samples or the rows reach beyond their arrays
     */
    public void frames(float[] samples, int offset, int count, float[] out, int outOffset) {
        Objects.requireNonNull(samples, "samples");
        Objects.requireNonNull(out, "out");
        Objects.checkFromIndexSize(offset, count, samples.length);
        int frames = frames(count);
        Objects.checkFromIndexSize(outOffset, frames * BANDS, out.length);
        extract(samples, offset, frames, out, outOffset);
    }

    /**
     * Computes the examples of a whole clip.
     *
     * @param samples mono samples at 16 kHz, finite, normally in [-1, 1]; read only
     * @return a new array of {@code examples(samples.length)} times 96 x 64 values, {@code [example][frame][band]};
     *     empty for a clip of less than {@value #PATCH_SAMPLES} samples
     */
    public float[] examples(double[] samples) {
        Objects.requireNonNull(samples, "samples");
        int frames = examples(samples.length) * PATCH_FRAMES;
        float[] out = new float[frames * BANDS];
        extract(samples, 0, frames, out, 0);
        return out;
    }

    /**
     * Computes the examples of a whole clip, each sample widened to the double of the same value.
     *
     * @param samples mono samples at 16 kHz, finite, normally in [-1, 1]; read only
     * @return a new array of {@code examples(samples.length)} times 96 x 64 values, {@code [example][frame][band]};
     *     empty for a clip of less than {@value #PATCH_SAMPLES} samples
     */
    public float[] examples(float[] samples) {
        Objects.requireNonNull(samples, "samples");
        int frames = examples(samples.length) * PATCH_FRAMES;
        float[] out = new float[frames * BANDS];
        extract(samples, 0, frames, out, 0);
        return out;
    }

    private void extract(double[] samples, int offset, int frames, float[] out, int outOffset) {
        LaneWorkspace workspace = workspaces.take();
        for (int done = 0; done < frames; done += LaneWorkspace.LANES) {
            workspace.load(samples, offset + done * FRAME_HOP, Math.min(LaneWorkspace.LANES, frames - done));
            workspace.run(out, outOffset + done * BANDS);
        }
        workspaces.give(workspace);
    }

    private void extract(float[] samples, int offset, int frames, float[] out, int outOffset) {
        LaneWorkspace workspace = workspaces.take();
        for (int done = 0; done < frames; done += LaneWorkspace.LANES) {
            workspace.load(samples, offset + done * FRAME_HOP, Math.min(LaneWorkspace.LANES, frames - done));
            workspace.run(out, outOffset + done * BANDS);
        }
        workspaces.give(workspace);
    }
}
