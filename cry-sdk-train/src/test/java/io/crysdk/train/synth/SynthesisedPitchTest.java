package io.crysdk.train.synth;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.dsp.CrySegmenter;
import io.crysdk.dsp.CryUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The segmenter hears the pitch that the synthesiser sang, with vibrato, jitter, shimmer and noise at 10 dB. */
class SynthesisedPitchTest {
    private static final int RATE = CrySynthesizer.SAMPLE_RATE;
    private static final int CRIES = 80;

    @Test
    void thePitchIsWithinThreePercent() {
        List<Double> errors = new ArrayList<>();
        for (int seed = 0; seed < CRIES; seed++) {
            Random random = new Random(seed);
            CryVoice newborn = CryVoice.newborn();
            CryVoice voice = new CryVoice(
                    290 + 310 * random.nextDouble(),
                    900 + 500 * random.nextDouble(),
                    2600 + 1200 * random.nextDouble(),
                    newborn.formant3Hz(),
                    4 + 6 * random.nextDouble(),
                    0.3,
                    0.01,
                    0.08,
                    4 + 4 * random.nextDouble(),
                    0.2 + 0.6 * random.nextDouble());
            CryStyle.Melody melody = CryStyle.Melody.values()[seed % CryStyle.Melody.values().length];
            CryStyle style = new CryStyle(0.5, 1.2, 0.3, melody, 3, 0.6, 0, 0);
            double seconds = 0.5 + 0.7 * random.nextDouble();
            Expiration cry = new Expiration(voice, style, new Tract(voice), seconds, random);
            float[] track = new float[3 * RATE];
            cry.addTo(track, RATE, 1.0);
            addNoise(track, (int) (seconds * RATE), random);

            List<CryUnit> units = CrySegmenter.units(AudioClip.of(track, RATE, 1));
            assertThat(units).as("seed %d", seed).hasSize(1);
            errors.add(Math.abs(units.get(0).pitchHz() / truth(cry, seconds, units.get(0)) - 1));
        }
        long near = errors.stream().filter(error -> error < 0.03).count();
        errors.sort(null);
        assertThat(errors.get(CRIES / 2)).as("median error").isLessThan(0.01);
        assertThat(near).as("cries within 3 %%: %s", errors).isEqualTo(CRIES);
    }

    /** White noise 10 dB under the cry, and the whole at a tenth of full scale. */
    private static void addNoise(float[] track, int length, Random random) {
        double energy = 0.0;
        for (float sample : track) {
            energy += sample * sample;
        }
        double rms = Math.sqrt(energy / length);
        for (int i = 0; i < track.length; i++) {
            track[i] = (float) (0.1 * (track[i] / rms + Math.sqrt(0.1) * random.nextGaussian()));
        }
    }

    private static double truth(Expiration cry, double seconds, CryUnit unit) {
        double[] pitches = new double[1000];
        int count = 0;
        for (int i = 0; i < pitches.length; i++) {
            double t = (double) i / pitches.length * seconds;
            if (1 + t >= unit.startSeconds() && 1 + t < unit.endSeconds()) {
                pitches[count++] = cry.pitchAt(t / seconds, t);
            }
        }
        Arrays.sort(pitches, 0, count);
        return pitches[count / 2];
    }
}
