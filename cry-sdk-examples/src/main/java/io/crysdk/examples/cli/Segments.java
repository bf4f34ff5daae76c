package io.crysdk.examples.cli;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.ModelId;
import io.crysdk.dsp.CrySegmenter;
import io.crysdk.dsp.CryUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The cries of a clip.
 *
 * @param units what is a cry, in order
 * @param refused what the rule took for a cry and the gate does not
 * @param threshold the cry probability from which the gate confirms a unit; empty if none was asked
 * @param model the gate's model, if one was asked
 */
record Segments(List<CryUnit> units, List<CryUnit> refused, OptionalDouble threshold, Optional<ModelId> model) {
    /** Cuts by the rule alone. */
    static Segments byRule(AudioClip clip) {
        return new Segments(CrySegmenter.units(clip), List.of(), OptionalDouble.empty(), Optional.empty());
    }

    /** Cuts by the rule, and lets a model that has a gate confirm each unit. */
    static Segments confirmed(AudioClip clip, CryClassifier classifier, double threshold) {
        List<CryUnit> all =
                CrySegmenter.units(clip, sound -> classifier.classify(sound).cryProbability());
        return new Segments(
                all.stream().filter(unit -> passes(unit, threshold)).toList(),
                all.stream().filter(unit -> !passes(unit, threshold)).toList(),
                OptionalDouble.of(threshold),
                Optional.of(classifier.model().id()));
    }

    private static boolean passes(CryUnit unit, double threshold) {
        return unit.cryProbability().orElseThrow() >= threshold;
    }
}
