package io.crysdk.examples;

import io.crysdk.AudioOptions;
import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import io.crysdk.dsp.CrySegmenter;
import io.crysdk.dsp.CryUnit;
import io.crysdk.dsp.FileSignal;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Cuts a recording into single cries, by rule, and lets the model's gate strike out what is none.
 *
 * <p>Run it with the file as its argument.
 */
public final class CutCries {
    /** What is more probably a cry than not. */
    private static final double THRESHOLD = 0.5;

    private CutCries() {}

    /**
     * Prints when each cry begins, how long it is, how high and how loud, with decimal points everywhere.
     *
     * @param args the file
     */
    public static void main(String[] args) {
        try (CryClassifier classifier = CryClassifier.create()) {
            cut(Path.of(args[0]), classifier);
        } catch (CryException e) {
            System.err.println(e.code() + ": " + e.getMessage());
            System.exit(1);
        }
    }

    /** The file is cut as it is read, in pieces; what is printed are times of the file, which may be a video. */
    private static void cut(Path file, CryClassifier classifier) {
        try (FileSignal signal = FileSignal.open(file, AudioOptions.defaults(), 1)) {
            for (CryUnit unit : CrySegmenter.units(
                    signal, sound -> classifier.classify(sound).cryProbability())) {
                if (unit.cryProbability().orElse(1) >= THRESHOLD) {
                    double start = unit.startSeconds() + signal.offsetSeconds(unit.startSeconds());
                    System.out.printf(
                            Locale.ROOT,
                            "%.2f s: %.2f s, %.0f Hz, %.0f dBFS%n",
                            start,
                            unit.durationSeconds(),
                            unit.pitchHz(),
                            unit.levelDbfs());
                }
            }
        }
    }
}
