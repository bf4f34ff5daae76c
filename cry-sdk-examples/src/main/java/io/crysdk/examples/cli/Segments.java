package io.crysdk.examples.cli;

import io.crysdk.CryClassifier;
import io.crysdk.ModelId;
import io.crysdk.dsp.CrySegmenter;
import io.crysdk.dsp.CryUnit;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The cries of a signal.
 *
 * @param units what is a cry, in order
 * @param refused what the rule took for a cry and the gate does not
 * @param threshold the cry probability from which the gate confirms a unit; empty if none was asked
 * @param model the gate's model, if one was asked
 */
record Segments(List<CryUnit> units, List<CryUnit> refused, OptionalDouble threshold, Optional<ModelId> model) {
    /** Cuts by the rule alone. */
    static Segments byRule(Signal signal) {
        return new Segments(CrySegmenter.units(signal), List.of(), OptionalDouble.empty(), Optional.empty());
    }

    /** Cuts by the rule, and lets a model that has a gate confirm each unit. */
    static Segments confirmed(Signal signal, CryClassifier classifier, double threshold) {
        List<CryUnit> all =
                CrySegmenter.units(signal, sound -> classifier.classify(sound).cryProbability());
        return new Segments(
                all.stream().filter(unit -> passes(unit, threshold)).toList(),
                all.stream().filter(unit -> !passes(unit, threshold)).toList(),
                OptionalDouble.of(threshold),
                Optional.of(classifier.model().id()));
    }

    /** The same cries at the times of the file, which may be a video whose audio begins later or has gaps. */
    Segments at(FileTime time) {
        return new Segments(at(time, units), at(time, refused), threshold, model);
    }

    private static List<CryUnit> at(FileTime time, List<CryUnit> units) {
        return units.stream()
                .map(unit -> new CryUnit(
                        samples(time.begin(unit.startSeconds())),
                        samples(time.end(unit.endSeconds())),
                        unit.pitchHz(),
                        unit.lowPitchHz(),
                        unit.highPitchHz(),
                        unit.levelDbfs(),
                        unit.score(),
                        unit.cryProbability()))
                .toList();
    }

    private static long samples(double seconds) {
        return Math.round(seconds * LogMelExtractor.SAMPLE_RATE);
    }

    private static boolean passes(CryUnit unit, double threshold) {
        return unit.cryProbability().orElseThrow() >= threshold;
    }
}
