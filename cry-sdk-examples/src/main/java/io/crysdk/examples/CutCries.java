package io.crysdk.examples;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import io.crysdk.dsp.CrySegmenter;
import io.crysdk.dsp.CryUnit;
import java.nio.file.Path;

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
     * Prints where each cry is, how long, how high and how loud.
     *
     * @param args the file
     */
    public static void main(String[] args) {
        try (CryClassifier classifier = CryClassifier.create()) {
            AudioClip clip = AudioClip.read(Path.of(args[0]));
            for (CryUnit unit :
                    CrySegmenter.units(clip, sound -> classifier.classify(sound).cryProbability())) {
                if (unit.cryProbability().orElse(1) >= THRESHOLD) {
                    System.out.printf(
                            "%.2f s: %.2f s, %.0f Hz, %.0f dBFS%n",
                            unit.startSeconds(), unit.durationSeconds(), unit.pitchHz(), unit.levelDbfs());
                }
            }
        } catch (CryException e) {
            System.err.println(e.code() + ": " + e.getMessage());
            System.exit(1);
        }
    }
}
