package io.crysdk.dsp;

import io.crysdk.AudioClip;
import java.util.OptionalDouble;

/**
 * Says whether a sound that was cut out by rule is a cry. With a model that has a gate:
 *
 * <pre>{@code
 * CrySegmenter.units(clip, sound -> classifier.classify(sound).cryProbability());
 * }</pre>
 *
 * <p>It is called by the thread that asked for the units, one sound after the other.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface UnitGate {
    /**
     * Judges one unit.
     *
     * @param surroundings the unit with what is around it: mono, 16 kHz, the unit or 0.975 s, whichever is longer, in the
     *     middle of 0.4 s more, less what lies outside the clip
     * @return how probable it is that a baby cries in it, 0 to 1; empty if that cannot be said
     */
    OptionalDouble cryProbability(AudioClip surroundings);
}
