package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamWindowReaderTest {
    private static final int PATCH = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;
    private static final int[] RATES = {16_000, 8_000, 11_025, 22_050, 44_100, 48_000, 44_101, 4_000, 192_000};

    /** A window with its place. */
    private record Window(double startSeconds, List<Float> patch) {
        static Window of(double startSeconds, float[] patch) {
            List<Float> values = new ArrayList<>(PATCH);
            for (float value : patch) {
                values.add(value);
            }
            return new Window(startSeconds, values);
        }
    }

    /** The promise: the windows are those of the same samples as one clip, to the bit, however they came in. */
    @Property(tries = 60)
    void theWindowsAreThoseOfTheWholeClip(
            @ForAll @IntRange(min = 0, max = 8) int which,
            @ForAll @IntRange(min = 1, max = 3) int channels,
            @ForAll @IntRange(min = 0, max = 4_000) int milliseconds,
            @ForAll @IntRange(min = 1, max = 96) int hop,
            @ForAll ShortClipPolicy policy,
            @ForAll @DoubleRange(min = 0.0, max = 0.99) double preEmphasis,
            @ForAll long seed) {
        int rate = RATES[which];
        int samples = (int) (rate * (0.18 + milliseconds / 1000.0)) + 1;
        float[] clip = Clips.noise(samples * channels, seed);
        FrontEnd frontEnd = new FrontEnd(new FrontEndSettings(preEmphasis, false, policy, hop));

        assertThat(streamed(frontEnd, clip, rate, channels, new SplittableRandom(seed)))
                .isEqualTo(whole(frontEnd, AudioClip.of(clip, rate, channels)));
    }

    @Test
    void whatIsTooShortToBeJudgedHasNoWindow() {
        FrontEnd frontEnd = new FrontEnd(FrontEndSettings.PLAIN);
        assertThat(streamed(frontEnd, new float[2_879], 16_000, 1, new SplittableRandom(1)))
                .isEmpty();
        assertThat(streamed(frontEnd, new float[2_880], 16_000, 1, new SplittableRandom(1)))
                .hasSize(1);
        assertThat(streamed(frontEnd, new float[0], 48_000, 2, new SplittableRandom(1)))
                .isEmpty();
    }

    /** Whoever waits for the very last window must not wait for input that a clip of that length does not have. */
    @ParameterizedTest
    @ValueSource(ints = {4_000, 8_000, 16_000, 44_100, 48_000, 192_000})
    void aWindowNeedsHardlyMoreInputThanItLasts(int rate) {
        StreamWindowReader reader = new FrontEnd(FrontEndSettings.PLAIN).openStream(rate, 1);
        assertThat(reader.inputFor(0)).isZero();
        double seconds = (double) reader.inputFor(reader.nextWindowEnd()) / rate;
        assertThat(seconds).isBetween(0.975, 0.975 + (rate == 16_000 ? 0.0 : 0.016));
    }

    @Property(tries = 40)
    void levelsAreThoseOfTheSamples(@ForAll @IntRange(min = 1, max = 300) int hops, @ForAll long seed) {
        float[] clip = Clips.noise(hops * 160 + 17, seed);
        StreamWindowReader reader = new FrontEnd(FrontEndSettings.PLAIN).openStream(16_000, 1);
        reader.write(clip, 0, clip.length);
        float[] patch = new float[PATCH];
        SplittableRandom random = new SplittableRandom(seed);
        int from = 0;
        for (long to = 0; to < hops * 160L; to = reader.position()) {
            reader.advance(Math.min(reader.nextWindowEnd(), Math.min(to + random.nextInt(1, 4_000), hops * 160L)));
            if (reader.position() == reader.nextWindowEnd()) {
                reader.read(patch, 0);
                int start = (int) reader.windowStart();
                assertThat(reader.windowMeanSquare())
                        .isCloseTo(meanSquare(clip, start, start + 97 * 160), within(1e-12));
            }
            if (random.nextInt(3) == 0) {
                int end = (int) reader.position();
                float peak = 0;
                for (int i = from; i < end; i++) {
                    peak = Math.max(peak, Math.abs(clip[i]));
                }
                assertThat(reader.levelMeanSquare()).isCloseTo(meanSquare(clip, from, end), within(1e-12));
                assertThat(reader.levelPeak()).isEqualTo(peak);
                reader.restartLevel();
                assertThat(reader.levelMeanSquare()).isZero();
                from = end;
            }
        }
    }

    /** From the second hour on the resampler counts anew; here an hour is a second, so that it can be seen. */
    @ParameterizedTest
    @ValueSource(ints = {8_000, 11_025, 44_100, 48_000})
    void timeCanBeCountedFromALaterHour(int rate) {
        float[] clip = Clips.noise(rate * 4, rate);
        double[] expected = Clips.resampled(clip, rate);
        double[] atOnce = resampled(clip, rate, 16_000 * 4);
        assertThat(resampled(clip, rate, 1_997)).isEqualTo(atOnce);
        assertThat(Arrays.copyOf(atOnce, 32_000)).isEqualTo(Arrays.copyOf(expected, 32_000));
        assertThat(atOnce).containsExactly(expected, within(1e-9));
    }

    /** From windows that begin with every frame to windows that share none. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 48, 95, 96})
    void eachFrameIsComputedOnceWhateverTheHop(int hopFrames) {
        float[] clip = Clips.noise(160_000, 5);
        LogMelExtractor extractor = new LogMelExtractor();
        long[] made = {0};
        FrontEndSettings plain = FrontEndSettings.PLAIN;
        StreamWindowReader reader = new StreamWindowReader(
                new FrontEndSettings(plain.preEmphasis(), false, plain.shortClip(), hopFrames),
                16_000,
                1,
                (samples, offset, count, out, outOffset) -> {
                    made[0] += LogMelExtractor.frames(count);
                    extractor.frames(samples, offset, count, out, outOffset);
                });
        reader.write(clip, 0, clip.length);
        reader.finish();
        float[] patch = new float[PATCH];
        int windows = 0;
        for (; reader.nextWindowEnd() != Long.MAX_VALUE; windows++) {
            reader.advance(reader.nextWindowEnd());
            reader.read(patch, 0);
        }
        assertThat(windows).isEqualTo(1 + (998 - 96 + hopFrames - 1) / hopFrames);
        assertThat(made[0]).isEqualTo(998);
    }

    @Test
    void onceUnderWayNothingIsAllocated() {
        StreamWindowReader reader = new FrontEnd(FrontEndSettings.PLAIN).openStream(48_000, 2);
        float[] second = Clips.noise(2 * 48_000, 3);
        float[] patch = new float[PATCH];
        double bytes = Allocation.bytesPerCall(20, 50, () -> {
            int needed = (int) (reader.inputFor(reader.nextWindowEnd()) - reader.written());
            reader.write(second, 0, needed);
            reader.advance(reader.nextWindowEnd());
            reader.read(patch, 0);
        });
        assertThat(bytes).isLessThan(64);
    }

    @Test
    void stepsThatCannotBeMadeAreRefused() {
        FrontEnd frontEnd = new FrontEnd(FrontEndSettings.PLAIN);
        StreamWindowReader reader = frontEnd.openStream(16_000, 1);
        assertThatIllegalStateException().isThrownBy(() -> reader.advance(1)).withMessageContaining("needs 1 samples");
        reader.write(new float[20_000], 0, 20_000);
        assertThatIllegalArgumentException().isThrownBy(() -> reader.advance(15_601));
        assertThatIllegalStateException().isThrownBy(() -> reader.read(new float[PATCH], 0));
        reader.advance(15_600);
        assertThatIllegalArgumentException().isThrownBy(() -> reader.advance(15_599));
        assertThatIllegalArgumentException().isThrownBy(() -> reader.advance(15_601));
        assertThatThrownBy(() -> reader.read(new float[PATCH], 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> reader.write(new float[3], 0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        reader.finish();
        assertThatIllegalStateException().isThrownBy(() -> reader.write(new float[1], 0, 1));

        assertThatThrownBy(() -> frontEnd.openStream(3_999, 1))
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.UNSUPPORTED_FORMAT));
        assertThatIllegalArgumentException().isThrownBy(() -> frontEnd.openStream(16_000, 0));
        assertThatIllegalStateException()
                .isThrownBy(() -> new FrontEnd(FrontEndSettings.PAPER).openStream(16_000, 1))
                .withMessageContaining("z-score");
    }

    private static List<Window> whole(FrontEnd frontEnd, AudioClip clip) {
        List<Window> windows = new ArrayList<>();
        try (WindowReader reader = frontEnd.open(Signal.of(clip))) {
            for (int w = 0; w < reader.windows(); w++) {
                float[] patch = new float[PATCH];
                reader.read(patch, 0, 1);
                windows.add(Window.of(reader.startSeconds(w), patch));
            }
        }
        return windows;
    }

    /** Writes in random pieces, no more than a step needs, and takes random steps in between. */
    private static List<Window> streamed(
            FrontEnd frontEnd, float[] clip, int rate, int channels, SplittableRandom random) {
        StreamWindowReader reader = frontEnd.openStream(rate, channels);
        int total = clip.length / channels;
        int longest = 1 + (int) Math.pow(10, random.nextInt(0, 6));
        List<Window> windows = new ArrayList<>();
        float[] patch = new float[PATCH];
        long length = Long.MAX_VALUE;
        while (true) {
            long to = reader.nextWindowEnd();
            if (random.nextInt(4) == 0) {
                to = Math.min(to, Math.min(reader.position() + random.nextInt(1, 20_000), length));
            }
            while (reader.inputFor(to) > reader.written() && reader.written() < total) {
                int at = (int) reader.written();
                int count = (int) Math.min(
                        Math.min(random.nextInt(1, longest + 1), total - at), reader.inputFor(to) - reader.written());
                reader.write(clip, at * channels, count);
            }
            if (length == Long.MAX_VALUE && reader.inputFor(to) > reader.written()) {
                length = reader.finish();
                continue;
            }
            if (reader.nextWindowEnd() == Long.MAX_VALUE) {
                return windows;
            }
            if (to > reader.position()) {
                reader.advance(to);
            }
            if (reader.position() >= reader.nextWindowEnd()) {
                reader.read(patch, 0);
                windows.add(Window.of(reader.windowStart() / 16_000.0, patch));
            }
        }
    }

    private static double[] resampled(float[] clip, int rate, int atOnce) {
        StreamSignal signal = new StreamSignal(rate, 1, 1);
        double[] out = new double[4 * 16_000];
        for (int done = 0; done < out.length; done += atOnce) {
            int count = Math.min(atOnce, out.length - done);
            int needed = (int) (Math.min(signal.inputFor(done + count), clip.length) - signal.written());
            signal.write(clip, (int) signal.written(), needed);
            if (signal.written() == clip.length) {
                assertThat(signal.finish()).isEqualTo(out.length);
            }
            signal.read(done, out, done, count);
        }
        return out;
    }

    private static double meanSquare(float[] clip, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) clip[i] * clip[i];
        }
        return to == from ? 0 : sum / (to - from);
    }
}
