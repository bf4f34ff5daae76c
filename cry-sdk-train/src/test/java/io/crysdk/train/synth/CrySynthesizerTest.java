package io.crysdk.train.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.dsp.WavWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrySynthesizerTest {
    private static final CryVoice STEADY_VOICE = new CryVoice(450, 1150, 3200, 5100, 6, 0, 0, 0, 0, 0);
    private static final CryStyle LEVEL = new CryStyle(1, 1, 0.4, CryStyle.Melody.PLATEAU, 0, 0.6, 0, 0.5);

    @Test
    void theSameSeedGivesTheSameSamples() {
        assertThat(cry(7)).isEqualTo(cry(7)).isNotEqualTo(cry(8));
    }

    @Test
    void oneBabyCriesOnDifferently() {
        CrySynthesizer baby = new CrySynthesizer(CryVoice.newborn(), CryStyle.steady(), 7);
        assertThat(baby.cry(2)).isNotEqualTo(baby.cry(2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 1.0, 4.0, 30.0})
    void itLastsAsLongAsAsked(double seconds) {
        float[] cry = new CrySynthesizer(CryVoice.newborn(), CryStyle.steady(), 3).cry(seconds);
        assertThat(cry).hasSize((int) Math.round(seconds * 16_000));
        double energy = 0.0;
        for (float sample : cry) {
            assertThat(Math.abs(sample)).isLessThanOrEqualTo(0.8f);
            energy += sample * sample;
        }
        assertThat(Math.sqrt(energy / cry.length)).isGreaterThan(0.05);
    }

    @ParameterizedTest
    @ValueSource(doubles = {300, 450, 600})
    void theVoiceHasItsPitch(double hz) {
        float[] cry = new CrySynthesizer(STEADY_VOICE.withPitch(hz), LEVEL, 5).cry(1.4);
        // The pitch of one breath may lie some semitones off the voice's middle.
        assertThat(pitch(cry, 8_000)).isCloseTo(hz, within(0.2 * hz));
    }

    @ParameterizedTest
    @EnumSource(CryStyle.Melody.class)
    void theMelodyTakesItsCourse(CryStyle.Melody melody) {
        CryStyle style = new CryStyle(1.2, 1.2, 0.4, melody, 6, 0.6, 0, 0.5);
        float[] cry = new CrySynthesizer(STEADY_VOICE, style, 11).cry(1.5);
        double early = pitch(cry, 5_500);
        double late = pitch(cry, 16_500);
        switch (melody) {
            case RISE_FALL, FALLING -> assertThat(late).isLessThan(0.93 * early);
            case RISING -> assertThat(late).isGreaterThan(1.07 * early);
            case PLATEAU -> assertThat(late).isCloseTo(early, within(0.07 * early));
        }
    }

    @Test
    void thereIsQuietBetweenTheBreaths() {
        CryStyle style = new CryStyle(0.8, 0.8, 1.0, CryStyle.Melody.RISE_FALL, 4, 0.6, 0, 0);
        float[] cry = new CrySynthesizer(STEADY_VOICE, style, 2).cry(3.0);
        int quiet = 0;
        for (int at = 0; at + 400 <= cry.length; at += 400) {
            quiet += level(cry, at, 400) < 0.01 ? 1 : 0;
        }
        assertThat(quiet / (cry.length / 400.0)).isBetween(0.3, 0.7);
    }

    static Stream<CryStyle> extremes() {
        return Stream.of(CryStyle.Melody.values())
                .flatMap(melody -> Stream.of(
                        new CryStyle(0.2, 0.2, 0.1, melody, 0, 0, 0, 0), new CryStyle(3, 3, 2, melody, 12, 1, 1, 1)));
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void theExtremesAreSoundToo(CryStyle style) {
        CryVoice low = new CryVoice(250, 700, 2000, 4300, 3, 1, 0.1, 0.5, 12, 2);
        CryVoice high = new CryVoice(700, 1800, 4200, 6500, 18, 0, 0, 0, 0, 0);
        for (CryVoice voice : new CryVoice[] {low, high}) {
            float[] cry = new CrySynthesizer(voice, style, 1).cry(5);
            for (float sample : cry) {
                assertThat(Float.isFinite(sample)).isTrue();
            }
            assertThat(level(cry, 0, cry.length)).isGreaterThan(0.01);
        }
    }

    @Test
    void impossibleBabiesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CryVoice.newborn().withPitch(90))
                .withMessageContaining("pitchHz");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CryStyle(1, 0.5, 0.4, CryStyle.Melody.RISING, 1, 0, 0, 0))
                .withMessageContaining("longestSeconds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CrySynthesizer(CryVoice.newborn(), CryStyle.steady(), 1).cry(Double.NaN));
    }

    /** The clip in the examples is what this code makes, and anyone can make it again. */
    @Test
    void theBundledClipIsMadeHere(@TempDir Path folder) throws IOException {
        Path made = folder.resolve("cry.wav");
        WavWriter.write(SampleCry.clip(), made);
        Path bundled = Path.of("../cry-sdk-examples/src/main/resources/io/crysdk/examples/sample-cry.wav");
        assertThat(Files.readAllBytes(made)).isEqualTo(Files.readAllBytes(bundled));
    }

    private static float[] cry(long seed) {
        return new CrySynthesizer(CryVoice.newborn(), CryStyle.steady(), seed).cry(2);
    }

    private static double level(float[] samples, int at, int count) {
        double energy = 0.0;
        for (int i = at; i < at + count; i++) {
            energy += samples[i] * samples[i];
        }
        return Math.sqrt(energy / count);
    }

    /** Pitch of 1 200 samples by autocorrelation, 200 to 1 000 Hz. */
    private static double pitch(float[] samples, int at) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int lag = 16; lag <= 80; lag++) {
            double sum = 0.0;
            for (int i = at; i < at + 1_200; i++) {
                sum += samples[i] * samples[i + lag];
            }
            // Of equal peaks the first is the pitch, the others its multiples.
            if (sum > 1.02 * most) {
                most = sum;
                best = lag;
            }
        }
        return 16_000.0 / best;
    }
}
