package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.AudioClip;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
    @Test
    void monoAtSixteenKilohertzIsTakenAsItIs() {
        float[] pcm = {0.1f, -1.0f, Float.MIN_VALUE, 3.0f};

        assertThat(Clips.all(Signal.of(pcm))).isEqualTo(Clips.widened(pcm));
    }

    @Test
    void channelsAreSummedAndDividedOnce() {
        float[] threeChannels = {0.1f, 0.2f, 0.4f, -0.3f, 0.7f, 0.01f};

        assertThat(Clips.all(Signal.of(AudioClip.of(threeChannels, 16_000, 3))))
                .containsExactly(
                        ((double) 0.1f + (double) 0.2f + (double) 0.4f) / 3,
                        ((double) -0.3f + (double) 0.7f + (double) 0.01f) / 3);
    }

    @Test
    void channelsAreAveragedBeforeResampling() {
        float[] mono = Clips.noise(3_000, 1);
        float[] stereo = new float[6_000];
        for (int i = 0; i < 3_000; i++) {
            stereo[2 * i] = mono[i] + 0.25f;
            stereo[2 * i + 1] = mono[i] - 0.25f;
        }

        assertThat(Clips.all(Signal.of(AudioClip.of(stereo, 44_100, 2)))).isEqualTo(Clips.resampled(mono, 44_100));
    }

    @ParameterizedTest
    @CsvSource({"48000, 16000", "44100, 16000", "44101, 15999", "1, 0", "2, 1", "11025, 16000"})
    void theLengthIsTruncated(int samples, int expected) {
        int rate = samples < 10 ? 32_000 : samples == 44_101 ? 44_103 : samples;
        assertThat(new Resampler(rate).length(samples)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3_999, 192_001, Integer.MAX_VALUE})
    void ratesOutOfRangeAreRefused(int rate) {
        assertRefused(AudioClip.of(new float[1000], rate, 1), CryErrorCode.UNSUPPORTED_FORMAT, "found " + rate + " Hz");
    }

    @ParameterizedTest
    @ValueSource(ints = {4_000, 16_000, 192_000})
    void ratesInRangeAreTaken(int rate) {
        assertThat(Signal.of(AudioClip.of(new float[rate], rate, 1)).length()).isEqualTo(16_000);
    }

    @Test
    void aClipOfLessThanOneSampleIsRefused() {
        assertRefused(AudioClip.of(new float[2], 48_000, 1), CryErrorCode.INVALID_AUDIO, "found 2 at 48000 Hz");
        assertRefused(AudioClip.of(new float[0], 16_000, 2), CryErrorCode.INVALID_AUDIO, "found 0 at 16000 Hz");
        assertThat(Signal.of(AudioClip.of(new float[3], 48_000, 1)).length()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {16_000, 44_100})
    void whatLiesOutsideIsRefused(int rate) {
        Signal signal = Signal.of(AudioClip.of(new float[rate], rate, 1));
        double[] out = new double[100];

        assertThatThrownBy(() -> signal.read(-1, out, 0, 10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> signal.read(15_991, out, 0, 10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> signal.read(0, out, 91, 10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> signal.read(0, out, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        signal.read(16_000, out, 100, 0);
    }

    private static void assertRefused(AudioClip clip, CryErrorCode code, String message) {
        assertThatThrownBy(() -> Signal.of(clip)).isInstanceOfSatisfying(CryException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(message);
        });
    }
}
