package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.SignalQuality;
import io.crysdk.testing.Npy;
import io.crysdk.testing.Shared;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalMeterTest {
    @Test
    void silenceIsSilent() {
        assertThat(measured(new float[32_000])).isEqualTo(new SignalQuality(2.0, 0.0, 0.0, 1.0, 0.0));
    }

    @ParameterizedTest
    @CsvSource({"1000, 1250", "940, 1000", "3900, 4000", "130, 250", "7990, 8000"})
    void aToneEndsWithItsBand(double hz, double bandwidth) {
        SignalQuality quality = measured(Clips.tone(48_000, hz, 0.5, 16_000));

        assertThat(quality.durationSeconds()).isEqualTo(3.0);
        assertThat(quality.peak()).isCloseTo(0.5, within(1e-3));
        assertThat(quality.clippedShare()).isZero();
        assertThat(quality.silentShare()).isZero();
        assertThat(quality.bandwidthHz()).isEqualTo(bandwidth);
    }

    @Test
    void ofTwoTonesTheUpperOneCountsDownToFiftyDecibelsUnderTheOther() {
        assertThat(measured(twoTones(0.5, 0.5e-2)).bandwidthHz()).isEqualTo(6_250.0);
        assertThat(measured(twoTones(0.5, 0.5e-3)).bandwidthHz()).isEqualTo(500.0);
    }

    @Test
    void theFloorKeepsRoundingNoiseOut() {
        // A quiet recording: its strongest band is less than 50 dB above what 16 bits round away.
        float[] quiet = Clips.tone(48_000, 440.0, 1e-4, 16_000);
        for (int i = 0; i < quiet.length; i++) {
            quiet[i] = Math.round(quiet[i] * 32768.0f) / 32768.0f;
        }

        assertThat(measured(quiet).silentShare()).isEqualTo(1.0);
        assertThat(measured(Clips.tone(48_000, 440.0, 1e-6, 16_000)).bandwidthHz())
                .isZero();
        assertThat(measured(Clips.tone(48_000, 440.0, 1e-4, 16_000)).bandwidthHz())
                .isEqualTo(500.0);
    }

    @Test
    void clippedStretchesDoNotWidenAClip() {
        float[] clip = Clips.tone(64_000, 700.0, 4.0, 16_000);
        for (int i = 0; i < clip.length; i++) {
            clip[i] = i < 32_000 ? Math.max(-1.0f, Math.min(1.0f, clip[i])) : clip[i] / 8.0f;
        }

        SignalQuality quality = measured(clip);
        assertThat(quality.bandwidthHz()).isBetween(750.0, 1_000.0);
        assertThat(quality.clippedShare()).isBetween(0.3, 0.5);
        assertThat(measured(Arrays.copyOf(clip, 32_000)).bandwidthHz()).isGreaterThan(7_000.0);
    }

    @Test
    void onlyRunsOfClippedSamplesCount() {
        float[] clip = new float[1000];
        clip[10] = 1.0f; // alone
        clip[20] = 1.0f;
        clip[21] = -1.5f;
        clip[998] = 0.999f;
        clip[999] = 0.9995f;
        clip[997] = -0.9991f;

        assertThat(measured(clip).clippedShare()).isEqualTo(5e-3);
        assertThat(measured(clip).peak()).isEqualTo(1.5);
    }

    @Test
    void theLevelOfAFrameDecidesItsSilence() {
        float[] clip = new float[400 * 4 + 399];
        Arrays.fill(clip, 0, 400, 0.00317f); // -49.98 dBFS
        Arrays.fill(clip, 400, 800, -0.00316f); // -50.01 dBFS
        Arrays.fill(clip, 1600, clip.length, 1.0f); // no whole frame

        assertThat(measured(clip).silentShare()).isEqualTo(0.75);
        assertThat(measured(new float[] {0.5f, 0.0f}).silentShare()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 399, 1023, 1024, 1025, 2047, 2048, 5000, 65_535, 65_536, 65_537, 100_001})
    void theMeasureIsThatOfTheDefinition(int samples) {
        float[] clip = Clips.noise(samples, samples);

        assertThat(measured(clip).bandwidthHz()).isEqualTo(PlainQuality.bandwidth(Clips.widened(clip)));
    }

    @Property(tries = 100)
    void piecesDoNotMatter(
            @ForAll @IntRange(min = 1, max = 140_000) int samples,
            @ForAll @IntRange(min = 1, max = 20_000) int piece,
            @ForAll long seed) {
        double[] clip = Clips.widened(Clips.noise(samples, seed));
        for (int i = 0; i < samples; i++) {
            clip[i] = Math.max(-1.0, Math.min(1.0, clip[i] * 2.5 * Math.sin(i / 3000.0)));
        }
        SignalMeter whole = new SignalMeter();
        whole.restart(samples);
        whole.measure(clip, 0, samples);
        SignalMeter pieces = new SignalMeter();
        for (int round = 0; round < 2; round++) {
            pieces.restart(samples);
            for (int i = 0; i < samples; i += piece) {
                pieces.measure(clip, i, Math.min(piece, samples - i));
            }
        }

        assertThat(pieces.quality()).isEqualTo(whole.quality());
        assertThat(whole.quality().bandwidthHz()).isEqualTo(PlainQuality.bandwidth(clip));
    }

    @Test
    void aClipThatIsNotThereYetHasNoQuality() {
        SignalMeter meter = new SignalMeter();
        meter.restart(100);
        meter.measure(new double[99], 0, 99);

        assertThatThrownBy(meter::quality).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void telephoneAudioIsNarrow() {
        assertThat(measured(AudioClip.of(Clips.noise(24_000, 1), 8_000, 1)).bandwidthHz())
                .isBetween(3_750.0, 4_250.0);
        assertThat(measured(AudioClip.of(Clips.noise(48_000, 1), 16_000, 1)).bandwidthHz())
                .isEqualTo(8_000.0);
        assertThat(measured(AudioClip.of(Clips.noise(132_300, 1), 44_100, 1)).bandwidthHz())
                .isGreaterThan(7_000.0);
    }

    @Test
    void aCryOverTheTelephoneIsNarrow() {
        Path golden = Shared.folder("golden", "the bandwidth of an 8 kHz recording of a cry");
        float[] cry = Clips.narrowed(Npy.samples(Npy.file(golden.resolve("resample/e2e_8k_cry.s16"))));

        assertThat(measured(AudioClip.of(cry, 8_000, 1)).bandwidthHz()).isBetween(2_500.0, 4_250.0);
    }

    private static float[] twoTones(double lower, double upper) {
        float[] clip = Clips.tone(48_000, 400.0, lower, 16_000);
        float[] over = Clips.tone(48_000, 6_100.0, upper, 16_000);
        for (int i = 0; i < clip.length; i++) {
            clip[i] += over[i];
        }
        return clip;
    }

    private static SignalQuality measured(float[] pcm) {
        return measured(AudioClip.of(pcm, 16_000, 1));
    }

    private static SignalQuality measured(AudioClip clip) {
        double[] samples = Clips.all(Signal.of(clip));
        SignalMeter meter = new SignalMeter();
        meter.restart(samples.length);
        meter.measure(samples, 0, samples.length);
        return meter.quality();
    }
}
