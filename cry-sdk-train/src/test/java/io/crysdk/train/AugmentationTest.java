package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.dsp.LogMelExtractor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    @Test
    void mixHasTheRatioAsked() {
        float[] signal = filled(2.0f);
        float[] noise = filled(0.1f);
        Augmentation.mix(signal, noise, 0.0);
        assertThat(signal[0]).isCloseTo((float) Math.sqrt(8.0), within(1e-5f));
        float[] quiet = filled(2.0f);
        Augmentation.mix(quiet, noise, 20.0);
        assertThat(quiet[0]).isCloseTo((float) Math.sqrt(4.04), within(1e-5f));
    }

    @Test
    void silenceMixesWithNothing() {
        float[] signal = filled(2.0f);
        Augmentation.mix(signal, filled(0.0f), 0.0);
        assertThat(signal).containsOnly(2.0f);
        float[] silent = filled(0.0f);
        Augmentation.mix(silent, filled(1.0f), 0.0);
        assertThat(silent).containsOnly(0.0f);
    }

    @Test
    void aRoomCarriesASoundOnAndLeavesItsBeginningAlone() {
        float[] patch = filled(0.0f);
        patch[10 * Augmentation.BANDS + 5] = 1.0f;
        Augmentation.reverberate(patch, 0.3, 0.5);
        assertThat(patch[9 * Augmentation.BANDS + 5]).isZero();
        assertThat(patch[10 * Augmentation.BANDS + 5]).isEqualTo(1.0f);
        // 60 dB in 30 frames is 2 dB a frame.
        double ratio = patch[21 * Augmentation.BANDS + 5] / patch[11 * Augmentation.BANDS + 5];
        assertThat(20 * Math.log10(ratio)).isCloseTo(-20.0, within(1e-3));
        assertThat(patch[11 * Augmentation.BANDS + 6]).isZero();
    }

    @Test
    void whatATeacherSaysOfTwoSoundsGoesByTheirLevels() {
        float[] said = {0.8f, 0.0f, Float.NaN};
        Augmentation.mixSaid(said, new float[] {0.0f, 0.6f, 0.5f}, 20.0);
        assertThat(said[0]).isCloseTo(0.8f, within(1e-3f));
        assertThat(said[1]).isBetween(0.0f, 0.02f);
        assertThat(said[2]).isNaN();
        float[] even = {0.8f, 0.0f};
        Augmentation.mixSaid(even, new float[] {0.0f, 0.6f}, 0.0);
        assertThat(even[0]).isGreaterThan(0.7f);
        assertThat(even[1]).isGreaterThan(0.5f);
    }

    @Test
    void aQuietCryIsNotMadeInaudible() {
        float[] patch = filled(1.0f);
        Augmentation.gain(patch, -60.0, true);
        assertThat(patch[0]).isCloseTo(0.08f, within(1e-6f));
        float[] faint = filled(0.05f);
        Augmentation.gain(faint, -20.0, true);
        assertThat(faint[0]).isEqualTo(0.05f);
        float[] other = filled(1.0f);
        Augmentation.gain(other, -60.0, false);
        assertThat(other[0]).isCloseTo(0.001f, within(1e-9f));
    }

    @Test
    void logMelAndMagnitudeAreInverse() {
        float[] logMel = filled((float) Math.log(3.0 + 0.01));
        float[] magnitude = new float[Augmentation.PATCH];
        Augmentation.toMagnitude(logMel, 0, magnitude);
        assertThat(magnitude[7]).isCloseTo(3.0f, within(1e-5f));
        float[] back = new float[Augmentation.PATCH];
        Augmentation.toLogMel(magnitude, back, 0);
        assertThat(back[7]).isCloseTo(logMel[7], within(1e-6f));
    }

    @Test
    void bandOfFourKilohertz() {
        double step = (mel(7500) - mel(125)) / 65;
        double centre = mel(125) + (Augmentation.BAND_4_KHZ + 1) * step;
        assertThat(centre).isGreaterThan(mel(4000));
        assertThat(centre - step).isLessThan(mel(4000));
    }

    @Test
    void shortensAsAShortClipWouldBeFilled() {
        float[] patch = new float[Augmentation.PATCH];
        for (int f = 0; f < 96; f++) {
            Arrays.fill(patch, f * 64, f * 64 + 64, f);
        }
        float[] padded = patch.clone();
        Augmentation.shorten(patch, 10, 20, true);
        assertThat(patch[0]).isEqualTo(10);
        assertThat(patch[20 * 64]).isEqualTo(10);
        assertThat(patch[95 * 64]).isEqualTo(10 + 95 % 20);
        Augmentation.shorten(padded, 10, 20, false);
        assertThat(padded[19 * 64]).isEqualTo(29);
        assertThat(padded[20 * 64]).isZero();
    }

    @Test
    void windowsCoverAClipToItsLastFrame() {
        assertThat(Scorer.starts(96, 48)).containsExactly(0);
        assertThat(Scorer.starts(144, 48)).containsExactly(0, 48);
        assertThat(Scorer.starts(150, 48)).containsExactly(0, 48, 54);
    }

    @Test
    void overlapCountsNothingTwice() {
        Manifest.Entry entry = new Manifest.Entry(
                java.nio.file.Path.of("x"),
                "x",
                "",
                "g",
                0,
                Manifest.Cry.YES,
                List.of(new Manifest.Span(0, 1000), new Manifest.Span(800, 2000), new Manifest.Span(15000, 99000)),
                "",
                "",
                "",
                "",
                "",
                "",
                "");
        Clip clip = new Clip(entry, new float[200 * 64], "");
        assertThat(clip.overlap(0)).isEqualTo(2000 + LogMelExtractor.PATCH_SAMPLES - 15000);
        assertThat(clip.overlap(10)).isEqualTo(400 + 1600 + LogMelExtractor.PATCH_SAMPLES - 15000);
    }

    private static double mel(double hertz) {
        return 1127 * Math.log(1 + hertz / 700);
    }

    private static float[] filled(float value) {
        float[] patch = new float[Augmentation.PATCH];
        Arrays.fill(patch, value);
        return patch;
    }
}
