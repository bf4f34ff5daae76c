package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.testing.Npy;
import io.crysdk.testing.PlainResampler;
import io.crysdk.testing.Shared;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {
    /** The reference steps through its table in whole entries, which at 192 kHz is a thousandth too short. */
    private static final double GAIN = 5e-4;

    /** resampy 0.4.2's own numbers; its table and ours differ by 3e-16. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r8000_noise",
                "r8000_sweep",
                "r22050_noise",
                "r22050_sweep",
                "r32000_sweep",
                "r44100_noise",
                "r48000_noise"
            })
    void theReferencesSamplesComeOut(String name) {
        float[] input = Clips.narrowed(Npy.samples(Npy.resource("resample/" + name + ".s16")));
        double[] expected = Npy.doubles(Npy.resource("resample/" + name + ".resampy0.4.2.f64.npy"));

        double[] resampled = Clips.resampled(input, Integer.parseInt(name.substring(1, name.indexOf('_'))));

        assertThat(resampled).hasSameSizeAs(expected).containsExactly(expected, within(1e-12));
        assertThat(logMel(resampled)).isEqualTo(logMel(expected));
    }

    @ParameterizedTest
    @CsvSource({"e2e_44k1_stereo, 44100, 2", "e2e_11k025, 11025, 1"})
    void theReferencesFeaturesComeOut(String name, int rate, int channels) {
        assertFeatures(
                AudioClip.ofPcm16(Npy.resource("resample/" + name + ".s16"), rate, channels),
                Npy.floats(Npy.resource("resample/" + name + ".examples.f32.npy")));
    }

    @Test
    void theReferencesFeaturesOfACryOverTheTelephoneComeOut() {
        Path golden = Shared.folder("golden/resample", "the features of an 8 kHz recording of a cry");

        assertFeatures(
                AudioClip.ofPcm16(Npy.file(golden.resolve("e2e_8k_cry.s16")), 8_000, 1),
                Npy.floats(Npy.file(golden.resolve("e2e_8k_cry.examples.f32.npy"))));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                4_000, 6_000, 7_999, 8_000, 9_600, 11_024, 11_025, 12_000, 15_999, 16_001, 18_900, 22_050, 24_000,
                32_000, 37_800, 44_056, 44_100, 44_101, 44_110, 47_250, 48_000, 50_000, 88_200, 96_000, 112_000,
                176_400, 191_999, 192_000
            })
    void everyRateGivesTheBitsOfTheDirectForm(int rate) {
        float[] clip = Clips.noise(rate / 4, rate);

        assertThat(Clips.resampled(clip, rate)).isEqualTo(PlainResampler.resample(Clips.widened(clip), rate));
    }

    @Property(tries = 60)
    void anyRateAndLengthGivesTheBitsOfTheDirectForm(
            @ForAll @IntRange(min = 4_000, max = 192_000) int rate,
            @ForAll @IntRange(min = 12, max = 6_000) int samples,
            @ForAll long seed) {
        float[] clip = Clips.noise(samples, seed);

        assertThat(Clips.resampled(clip, rate)).isEqualTo(PlainResampler.resample(Clips.widened(clip), rate));
    }

    /** Late in a long clip the rounded time lies to one side of the exact one, and at other table entries. */
    @ParameterizedTest
    @ValueSource(ints = {8_000, 9_600, 11_025, 12_345, 22_050, 44_100, 48_000, 88_200, 192_000})
    void anHourLaterTheBitsAreStillThoseOfTheDirectForm(int rate) {
        int samples = rate * 3_600;
        Signal endless = new Signal() {
            @Override
            public int length() {
                return samples;
            }

            @Override
            public void read(int from, double[] out, int outOffset, int count) {
                for (int i = 0; i < count; i++) {
                    out[outOffset + i] = hash(from + i);
                }
            }
        };
        Signal signal = new ResampledSignal(endless, new Resampler(rate));
        PlainResampler plain = new PlainResampler(rate);
        assertThat(signal.length()).isEqualTo(16_000 * 3_600);

        for (int from : new int[] {0, 1_000_000, 30_000_000, signal.length() - 6_001}) {
            double[] heard = new double[6_001];
            signal.read(from, heard, 0, heard.length);
            double[] expected = new double[heard.length];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = plain.at(from + i, samples, ResamplerTest::hash);
            }
            assertThat(heard).isEqualTo(expected);
        }
    }

    @Property(tries = 100)
    void anyStretchIsThatOfTheWhole(@ForAll @IntRange(min = 0, max = 5) int which, @ForAll long seed) {
        int rate = new int[] {8_000, 11_025, 22_050, 44_100, 48_000, 44_101}[which];
        SplittableRandom random = new SplittableRandom(seed);
        Signal signal = Signal.of(AudioClip.of(Clips.noise(random.nextInt(2_000, 60_000), seed), rate, 1));
        double[] whole = Clips.all(signal);
        int from = random.nextInt(whole.length);
        int count = random.nextInt(whole.length - from + 1);
        double[] stretch = new double[count + 2];
        signal.read(from, stretch, 1, count);

        assertThat(Arrays.copyOfRange(stretch, 1, count + 1)).isEqualTo(Arrays.copyOfRange(whole, from, from + count));
        assertThat(stretch[0]).isZero();
        assertThat(stretch[count + 1]).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 11_025, 44_100, 48_000, 44_101})
    void resamplingIsLinear(int rate) {
        float[] one = Clips.noise(5_000, 1);
        float[] two = Clips.noise(5_000, 2);
        float[] both = new float[5_000];
        for (int i = 0; i < both.length; i++) {
            both[i] = 0.5f * one[i] - 0.25f * two[i]; // exact in a float
        }
        double[] a = Clips.resampled(one, rate);
        double[] b = Clips.resampled(two, rate);
        double[] combined = new double[a.length];
        for (int i = 0; i < combined.length; i++) {
            combined[i] = 0.5 * a[i] - 0.25 * b[i];
        }

        assertThat(Clips.resampled(both, rate)).containsExactly(combined, within(1e-13));
    }

    @ParameterizedTest
    @ValueSource(ints = {4_000, 8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000})
    void tonesAndConstantsPassUnchanged(int rate) {
        float[] constant = new float[rate];
        Arrays.fill(constant, 0.5f);
        double[] flat = Clips.resampled(constant, rate);
        double[] tone = Clips.resampled(Clips.tone(rate, 700.0, 0.5, rate), rate);

        assertThat(flat).hasSize(16_000);
        for (int t = 2_000; t < 14_000; t++) {
            assertThat(flat[t]).isCloseTo(0.5, within(GAIN));
            assertThat(tone[t]).isCloseTo(0.5 * Math.sin(2.0 * Math.PI * 700.0 * t / 16_000), within(GAIN));
        }
    }

    @ParameterizedTest
    @CsvSource({"22050, 9000", "44100, 9000", "44100, 20000", "48000, 12345", "96000, 40000", "192000, 90000"})
    void whatSixteenKilohertzCannotHoldIsGone(int rate, double hz) {
        double[] tone = Clips.resampled(Clips.tone(rate, hz, 1.0, rate), rate);

        for (int t = 2_000; t < 14_000; t++) {
            assertThat(tone[t]).isCloseTo(0.0, within(1e-4)); // -80 dB
        }
    }

    private static double hash(int i) {
        long h = (i + 1) * 0x9e3779b97f4a7c15L;
        h = (h ^ h >>> 32) * 0xd6e8feb86659fd93L;
        return (h >> 48) / 32768.0;
    }

    private static float[] logMel(double[] samples) {
        float[] frames = new float[LogMelExtractor.frames(samples.length) * LogMelExtractor.BANDS];
        new LogMelExtractor().frames(samples, 0, samples.length, frames, 0);
        return frames;
    }

    /** The reference's examples follow each other; what remains after them is our own window. */
    private static void assertFeatures(AudioClip clip, float[] examples) {
        FrontEndSettings settings = new FrontEndSettings(0.0, false, ShortClipPolicy.REPEAT, 96);
        try (WindowReader reader = new FrontEnd(settings).open(Signal.of(clip))) {
            float[] windows = new float[examples.length];
            int expected = examples.length / (LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS);
            assertThat(reader.read(windows, 0, expected)).isEqualTo(expected);
            assertThat(windows).isEqualTo(examples);
        }
    }
}
