package io.crysdk.dsp;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;

/**
 * A clip as the model hears it: one channel at 16 kHz, full scale -1 to 1, read in pieces and in any order.
 *
 * <p>Nothing is copied whole: channels are averaged and rates converted as the samples are read, in constant memory,
 * and any two ways of reading give the same bits. The signals made here are views of the caller's array: leave that
 * alone while the signal is in use. Then they are safe for use by several threads. A {@link FileSignal} is decoded as it
 * is read.
 *
 * @since 0.1.0
 */
public interface Signal {
    /**
     * Views mono samples at 16 kHz.
     *
     * @param pcm16k one sample or more, full scale -1 to 1; not copied
     * @return the signal; each float becomes the double of the same value
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO} if there are no samples
     */
    static Signal of(float[] pcm16k) {
        return of(AudioClip.of(pcm16k, LogMelExtractor.SAMPLE_RATE, 1));
    }

    /**
     * Views a clip of any rate and channel count. Its channels are averaged (the sum in double, then one division), and
     * then a rate other than 16 kHz is converted by band-limited sinc interpolation with the parameters of resampy
     * 0.4.2's {@code kaiser_best}.
     *
     * @param clip the clip, whose samples are not copied
     * @return the signal, of {@code (int) (n * 16000.0 / rate)} samples
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO} if the clip does not fill one sample at 16 kHz;
     *     {@link CryErrorCode#UNSUPPORTED_FORMAT} if the rate is outside {@value CryClassifier#MIN_SAMPLE_RATE} to
     *     {@value CryClassifier#MAX_SAMPLE_RATE} Hz
     */
    static Signal of(AudioClip clip) {
        Resampler.checkRate(clip.sampleRate());
        return ResampledSignal.of(new MonoSignal(clip), clip.sampleRate());
    }

    /**
     * Returns how many samples there are.
     *
     * @return one or more
     */
    int length();

    /**
     * Reads a stretch of the signal.
     *
     * @param from the first sample to read, 0 or more
     * @param out receives the samples
     * @param outOffset where in {@code out} the first goes
     * @param count how many, at most {@code length() - from}
     * @throws IndexOutOfBoundsException if the stretch does not lie within the signal or within {@code out}
     */
    void read(int from, double[] out, int outOffset, int count);
}
