package io.crysdk.dsp;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.util.Objects;

/**
 * From a clip to the patches that the network sees: pre-emphasis, z-score, log-mel frames, windows.
 *
 * <p>Windows are {@value LogMelExtractor#PATCH_FRAMES} frames (0.975 s) long. They begin at frames 0, hop, 2 hop and so
 * on while a whole one fits; if frames remain after the last of these, one more window ends with the last frame, so
 * that nothing at the end goes unheard but less than one hop of samples. A clip with fewer frames gives exactly one
 * window: it is preprocessed as it is, then filled up to {@value LogMelExtractor#PATCH_SAMPLES} samples by the
 * {@linkplain ShortClipPolicy short-clip policy}.
 *
 * <p>Immutable and safe for use by several threads: each opens its own readers. Work space (some 0.3 MB for each reader
 * that is open at once) is kept and used again.
 *
 * @since 0.1.0
 */
public final class FrontEnd {
    private final FrontEndSettings settings;
    private final LogMelExtractor extractor = new LogMelExtractor();
    private final Pool<WindowReader.Workspace> workspaces;

    /**
     * Creates a front end.
     *
     * @param settings what is done to a clip, as the model's contract has it
     */
    public FrontEnd(FrontEndSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.workspaces = new Pool<>(() -> new WindowReader.Workspace(settings.preEmphasis()));
    }

    /**
     * Returns the settings.
     *
     * @return as they were given
     */
    public FrontEndSettings settings() {
        return settings;
    }

    /**
     * Says how many windows a clip gives.
     *
     * @param samples the clip's length at 16 kHz, 1 or more
     * @return 1 or more
     * @throws IllegalArgumentException if there are no samples
     */
    public int windows(int samples) {
        if (samples < 1) {
            throw new IllegalArgumentException("a clip has one sample or more, found " + samples);
        }
        return windows(LogMelExtractor.frames(samples), settings.hopFrames());
    }

    /**
     * Says how many windows so many frames give, by the rule above.
     *
     * @param frames the clip's frames, 0 or more
     * @param hopFrames from one window's start to the next, 1 or more
     * @return 1 or more
     */
    public static int windows(int frames, int hopFrames) {
        int beyondFirst = frames - LogMelExtractor.PATCH_FRAMES;
        return beyondFirst <= 0 ? 1 : 1 + (beyondFirst + hopFrames - 1) / hopFrames;
    }

    /**
     * Says where a window begins, by the rule above.
     *
     * @param window 0 or more, less than {@code windows(frames, hopFrames)}
     * @param frames the clip's frames, or {@value LogMelExtractor#PATCH_FRAMES} of a shorter one
     * @param hopFrames from one window's start to the next, 1 or more
     * @return its first frame
     */
    public static int startFrame(int window, int frames, int hopFrames) {
        return Math.min(window * hopFrames, frames - LogMelExtractor.PATCH_FRAMES);
    }

    /**
     * Opens a clip for one pass over its windows.
     *
     * @param signal the clip; it is read while the reader is, each sample once, or twice under z-score
     * @return a reader for one thread, to be closed after use
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO} under z-score if a sample is not
     *     finite
     */
    public WindowReader open(Signal signal) {
        return new WindowReader(signal, settings, windows(signal.length()), extractor, workspaces);
    }

    /**
     * Opens an unbroken stretch of audio that comes in piece by piece.
     *
     * @param sampleRate of its input, {@value CryClassifier#MIN_SAMPLE_RATE} to {@value CryClassifier#MAX_SAMPLE_RATE} Hz
     * @param channels of its input, 1 or more
     * @return a reader for one thread
     * @throws CryException {@link CryErrorCode#UNSUPPORTED_FORMAT} if the rate is outside that
     * @throws IllegalArgumentException if there is no channel
     * @throws IllegalStateException under z-score, which takes the mean and deviation of a whole clip: a stretch without
     *     an end has none
     */
    public StreamWindowReader openStream(int sampleRate, int channels) {
        if (settings.zScore()) {
            throw new IllegalStateException("the z-score of a clip is known at its end, and a stream has none");
        }
        Resampler.checkRate(sampleRate);
        if (channels < 1) {
            throw new IllegalArgumentException("a stream has one channel or more, found " + channels);
        }
        return new StreamWindowReader(settings, sampleRate, channels, extractor::frames);
    }
}
