package io.crysdk.dsp;

import java.util.Objects;

/**
 * What is done to a clip before the network hears it. The settings belong to a model: it answers rightly only under
 * those it was trained with.
 *
 * @param preEmphasis the weight {@code a} of {@code y[t] = x[t] - a x[t-1]}, from 0 (none) to less than 1
 * @param zScore whether the clip, after pre-emphasis, has its mean subtracted and is divided by its standard deviation
 * @param shortClip what fills the window of a clip that is too short for one
 * @param hopFrames how many frames (of 10 ms) each window begins after the one before it, 1 to
 *     {@value io.crysdk.dsp.LogMelExtractor#PATCH_FRAMES}
 * @since 0.1.0
 */
public record FrontEndSettings(double preEmphasis, boolean zScore, ShortClipPolicy shortClip, int hopFrames) {
    /** The samples as they are, windows that overlap by half: what VGGish itself expects. */
    public static final FrontEndSettings PLAIN = new FrontEndSettings(0.0, false, ShortClipPolicy.REPEAT, 48);

    /**
     * Pre-emphasis of 0.97 and z-score, windows that overlap by half: the preprocessing of Zhao, Lee, Atif, Park and
     * Chung, <i>Infant cry recognition using a deep transfer learning method</i>.
     */
    public static final FrontEndSettings PAPER = new FrontEndSettings(0.97, true, ShortClipPolicy.REPEAT, 48);

    /**
     * Creates settings.
     *
     * @param preEmphasis from 0 (none) to less than 1
     * @param zScore whether to normalise the clip
     * @param shortClip what fills a window that the clip cannot
     * @param hopFrames from one window's start to the next, 1 to {@value io.crysdk.dsp.LogMelExtractor#PATCH_FRAMES}
     * @throws IllegalArgumentException if a value is out of range
     */
    public FrontEndSettings {
        if (!(preEmphasis >= 0.0 && preEmphasis < 1.0)) {
            throw new IllegalArgumentException(
                    "pre-emphasis must be 0 (none) or more and below 1, found " + preEmphasis);
        }
        Objects.requireNonNull(shortClip, "shortClip");
        if (hopFrames < 1 || hopFrames > LogMelExtractor.PATCH_FRAMES) {
            throw new IllegalArgumentException("windows are 1 to " + LogMelExtractor.PATCH_FRAMES
                    + " frames apart, so that none goes unheard; found " + hopFrames);
        }
    }
}
