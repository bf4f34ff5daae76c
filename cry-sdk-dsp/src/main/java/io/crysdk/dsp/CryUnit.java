package io.crysdk.dsp;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One cry: what a baby lets out with one breath, 0.18 to 2.5 s.
 *
 * <p>A unit covers the whole of every frame of 40 ms that is heard as voiced, and for that a third of the frame is enough, in
 * noise at 10 dB somewhat more than half. So a sound is told to begin 5 to 35 ms before it does, and to end as much after it:
 * one of 0.18 s is a unit of 0.21 to 0.24 s.
 *
 * @param startSample where it begins, in samples at 16 kHz from the beginning of the signal
 * @param endSample where it ends: the sample after its last
 * @param pitchHz the median pitch of its voiced frames, about 200 to 1000 Hz
 * @param lowPitchHz the pitch that a tenth of its voiced frames stay under
 * @param highPitchHz the pitch that a tenth of its voiced frames pass
 * @param levelDbfs its loudness: ten times the decimal logarithm of its mean square, 0 being that of a full-scale
 *     square wave
 * @param score how much of it sounds like crying: the share of its frames that are clearly periodic with a pitch of 250
 *     to 700 Hz, 0.4 to 1
 * @param cryProbability how probable a model's gate holds it that a baby cries here, 0 to 1; empty if none was asked
 * @since 0.1.0
 */
public record CryUnit(
        long startSample,
        long endSample,
        double pitchHz,
        double lowPitchHz,
        double highPitchHz,
        double levelDbfs,
        double score,
        OptionalDouble cryProbability) {
    /**
     * Creates a unit.
     *
     * @throws IllegalArgumentException if it does not end after it begins, or the probability is out of range
     */
    public CryUnit {
        if (startSample < 0 || endSample <= startSample) {
            throw new IllegalArgumentException(
                    "a unit begins at 0 or later and ends after that, found " + startSample + " to " + endSample);
        }
        Objects.requireNonNull(cryProbability, "cryProbability");
        cryProbability.ifPresent(probability -> {
            if (!(probability >= 0.0 && probability <= 1.0)) {
                throw new IllegalArgumentException("a probability is within 0 to 1, found " + probability);
            }
        });
    }

    /**
     * Returns the same unit with what a gate said of it.
     *
     * @param probability 0 to 1, or empty if the model has no gate
     * @return a new unit
     * @throws IllegalArgumentException if it is outside that
     */
    public CryUnit withCryProbability(OptionalDouble probability) {
        return new CryUnit(startSample, endSample, pitchHz, lowPitchHz, highPitchHz, levelDbfs, score, probability);
    }

    /**
     * Returns where it begins.
     *
     * @return seconds from the beginning of the signal
     */
    public double startSeconds() {
        return (double) startSample / LogMelExtractor.SAMPLE_RATE;
    }

    /**
     * Returns where it ends.
     *
     * @return seconds from the beginning of the signal
     */
    public double endSeconds() {
        return (double) endSample / LogMelExtractor.SAMPLE_RATE;
    }

    /**
     * Returns how long it lasts.
     *
     * @return seconds
     */
    public double durationSeconds() {
        return (double) (endSample - startSample) / LogMelExtractor.SAMPLE_RATE;
    }
}
