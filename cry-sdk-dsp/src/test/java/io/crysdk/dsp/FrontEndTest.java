package io.crysdk.dsp;

import static io.crysdk.dsp.LogMelExtractor.BANDS;
import static io.crysdk.dsp.LogMelExtractor.PATCH_FRAMES;
import static io.crysdk.dsp.LogMelExtractor.PATCH_SAMPLES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.SignalQuality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontEndTest {
    private static final int PATCH = PATCH_FRAMES * BANDS;

    @ParameterizedTest
    @CsvSource({
        "1, 48, 1", "15599, 48, 1", "15600, 48, 1", "15759, 48, 1", "15760, 48, 2", "23279, 48, 2", "23280, 48, 2",
        "23440, 48, 3", "16000, 1, 3", "16000, 96, 2", "30959, 96, 2", "30960, 96, 2", "31120, 96, 3", "160000, 48, 20"
    })
    void aClipHasAWindowForEachHopAndOneMoreForWhatRemains(int samples, int hop, int windows) {
        FrontEnd frontEnd = new FrontEnd(new FrontEndSettings(0.0, false, ShortClipPolicy.REPEAT, hop));

        assertThat(frontEnd.windows(samples)).isEqualTo(windows);
        try (WindowReader reader = frontEnd.open(Signal.of(new float[samples]))) {
            assertThat(reader.windows()).isEqualTo(windows);
            assertThat(reader.read(new float[windows * PATCH + PATCH], 0, windows + 1))
                    .isEqualTo(windows);
            assertThat(reader.read(new float[0], 0, 7)).isZero();
        }
    }

    @Test
    void noSamplesAreNoClip() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FrontEnd(FrontEndSettings.PLAIN).windows(0));
        assertThatThrownBy(() -> Signal.of(new float[0]))
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.INVALID_AUDIO));
    }

    @Test
    void windowTimesRunFromTheFirstSampleToTheLastFrame() {
        try (WindowReader reader = new FrontEnd(FrontEndSettings.PLAIN).open(Signal.of(new float[16000]))) {
            assertThat(reader.windows()).isEqualTo(2);
            assertThat(reader.startSeconds(0)).isZero();
            assertThat(reader.endSeconds(0)).isEqualTo(0.975);
            assertThat(reader.startSeconds(1)).isEqualTo(0.02); // frames 2 to 97 of 98
            assertThat(reader.endSeconds(1)).isEqualTo(0.995);
            assertThatThrownBy(() -> reader.startSeconds(2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> reader.endSeconds(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        try (WindowReader reader = new FrontEnd(FrontEndSettings.PLAIN).open(Signal.of(new float[4000]))) {
            assertThat(reader.startSeconds(0)).isZero();
            assertThat(reader.endSeconds(0)).isEqualTo(0.25);
        }
    }

    /** The promise: every patch is the extractor's own frames, however they are asked for. */
    @Property(tries = 150)
    void plainPatchesAreTheExtractorsFrames(
            @ForAll @IntRange(min = PATCH_SAMPLES, max = 70_000) int samples,
            @ForAll @IntRange(min = 1, max = 96) int hop,
            @ForAll @IntRange(min = 1, max = 40) int atATime,
            @ForAll long seed) {
        float[] clip = Clips.noise(samples, seed);
        FrontEndSettings settings = new FrontEndSettings(0.0, false, ShortClipPolicy.REPEAT, hop);

        assertThat(windows(settings, Signal.of(clip), atATime)).isEqualTo(patches(Clips.widened(clip), hop));
    }

    @Property(tries = 60)
    void preprocessedPatchesAreThoseOfTheWholeClipPreprocessed(
            @ForAll @IntRange(min = 1, max = 50_000) int samples,
            @ForAll ShortClipPolicy policy,
            @ForAll @DoubleRange(min = 0.0, max = 0.99) double preEmphasis,
            @ForAll boolean zScore,
            @ForAll @IntRange(min = 1, max = 5) int atATime,
            @ForAll long seed) {
        float[] clip = Clips.noise(samples, seed);
        double[] whole = Clips.widened(clip);
        new PreEmphasis(preEmphasis).filter(whole, 0, samples);
        if (zScore) {
            ZScore normaliser = new ZScore();
            for (int i = 0; i < samples; i += PATCH_SAMPLES) {
                normaliser.measure(whole, i, Math.min(PATCH_SAMPLES, samples - i));
            }
            normaliser.normalise(whole, 0, samples);
        }
        if (samples < PATCH_SAMPLES) {
            double[] filled = new double[PATCH_SAMPLES];
            for (int i = 0; i < PATCH_SAMPLES; i++) {
                filled[i] = i < samples ? whole[i] : policy == ShortClipPolicy.REPEAT ? whole[i % samples] : 0.0;
            }
            whole = filled;
        }

        assertThat(windows(new FrontEndSettings(preEmphasis, zScore, policy, 48), Signal.of(clip), atATime))
                .isEqualTo(patches(whole, 48));
    }

    @Test
    void aResampledClipIsHeardAsItsResampledSamplesAre() {
        float[] clip = Clips.noise(100_000, 8);
        Signal signal = Signal.of(AudioClip.of(clip, 44_100, 1));

        assertThat(windows(FrontEndSettings.PLAIN, signal, 2)).isEqualTo(patches(Clips.all(signal), 48));
    }

    @ParameterizedTest
    @EnumSource
    void aConstantClipStaysZeroUnderZScore(ShortClipPolicy policy) {
        float[] clip = new float[30_000];
        Arrays.fill(clip, 0.3f);

        float[] heard = windows(new FrontEndSettings(0.0, true, policy, 48), Signal.of(clip), 4);

        assertThat(heard).containsOnly((float) Math.log(0.01));
    }

    @Test
    void theQualityIsKnownAfterTheLastWindowAndOutlivesTheReader() {
        WindowReader reader = new FrontEnd(FrontEndSettings.PLAIN).open(Signal.of(Clips.noise(16_000, 3)));
        reader.read(new float[PATCH], 0, 1);
        assertThatThrownBy(reader::quality).isInstanceOf(IllegalStateException.class);
        reader.read(new float[PATCH], 0, 1);
        reader.close();
        reader.close();

        assertThat(reader.quality().durationSeconds()).isEqualTo(1.0);
        assertThatThrownBy(() -> reader.read(new float[PATCH], 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(reader.startSeconds(1)).isEqualTo(0.02);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 399, 15_599, 15_600, 15_759, 16_000, 47_123, 70_000})
    void theQualityIsThatOfTheSignalWhateverThePreprocessing(int samples) {
        Signal signal = Signal.of(Clips.noise(samples, samples));
        SignalMeter meter = new SignalMeter();
        meter.restart(samples);
        meter.measure(Clips.all(signal), 0, samples);

        assertThat(quality(FrontEndSettings.PLAIN, signal)).isEqualTo(meter.quality());
        assertThat(quality(FrontEndSettings.PAPER, signal)).isEqualTo(meter.quality());
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aSampleThatIsNotFiniteIsRefused(float value) {
        for (FrontEndSettings settings : List.of(FrontEndSettings.PLAIN, FrontEndSettings.PAPER)) {
            for (int at : new int[] {0, 12_000, 20_000, 31_999}) {
                float[] clip = Clips.noise(32_000, 1);
                clip[at] = value;
                assertThatThrownBy(() -> windows(settings, Signal.of(clip), 2))
                        .isInstanceOfSatisfying(CryException.class, e -> {
                            assertThat(e.code()).isEqualTo(CryErrorCode.INVALID_AUDIO);
                            assertThat(e).hasMessageContaining("found " + value + " at " + at / 16_000.0 + " s");
                        });
            }
        }
    }

    @Test
    void eachSampleIsReadOnceAndTwiceForZScore() {
        assertThat(samplesRead(FrontEndSettings.PLAIN, 50_123)).isEqualTo(50_123);
        assertThat(samplesRead(FrontEndSettings.PLAIN, 9_000)).isEqualTo(9_000);
        assertThat(samplesRead(FrontEndSettings.PAPER, 50_123)).isBetween(50_123L + 50_123 - 160, 2 * 50_123L);
        assertThat(samplesRead(FrontEndSettings.PAPER, 9_000)).isEqualTo(18_000);
    }

    @Test
    void manyThreadsShareOneFrontEnd() throws Exception {
        FrontEnd frontEnd = new FrontEnd(FrontEndSettings.PAPER);
        Signal signal = Signal.of(AudioClip.of(Clips.noise(60_000, 11), 22_050, 1));
        float[] expected = windows(FrontEndSettings.PAPER, signal, 3);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<float[]>> answers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                int atATime = 1 + i % 5;
                answers.add(threads.submit(() -> windows(frontEnd, signal, atATime)));
            }
            for (Future<float[]> answer : answers) {
                assertThat(answer.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aPassAllocatesTheReaderAndTheQualityAndNothingElse() {
        assertThat(allocated(FrontEndSettings.PLAIN, Signal.of(Clips.noise(64_000, 2))))
                .isLessThan(256.0);
        assertThat(allocated(FrontEndSettings.PAPER, Signal.of(Clips.noise(64_000, 2))))
                .isLessThan(256.0);
        assertThat(allocated(FrontEndSettings.PLAIN, Signal.of(AudioClip.of(Clips.noise(264_600, 2), 44_100, 2))))
                .isLessThan(256.0);
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrontEndSettings(1.0, false, ShortClipPolicy.REPEAT, 48));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrontEndSettings(-0.1, false, ShortClipPolicy.REPEAT, 48));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrontEndSettings(Double.NaN, false, ShortClipPolicy.REPEAT, 48));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrontEndSettings(0.0, false, ShortClipPolicy.REPEAT, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrontEndSettings(0.0, false, ShortClipPolicy.REPEAT, 97));
        assertThat(ShortClipPolicy.ofId("repeat")).isEqualTo(ShortClipPolicy.REPEAT);
        assertThat(ShortClipPolicy.ofId("zero_pad")).isEqualTo(ShortClipPolicy.ZERO_PAD);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShortClipPolicy.ofId("mirror"))
                .withMessageContaining("repeat, zero_pad");
    }

    @Test
    void preEmphasisIsTheSameInPieces() {
        double[] whole = Clips.widened(Clips.noise(1000, 4));
        double[] pieces = whole.clone();
        double[] expected = whole.clone();
        for (int i = 999; i > 0; i--) {
            expected[i] = whole[i] - 0.97 * whole[i - 1];
        }
        PreEmphasis filter = new PreEmphasis(0.97);
        for (int round = 0; round < 2; round++) {
            filter.restart();
            pieces = whole.clone();
            for (int i = 0; i < 1000; i += 125) {
                filter.filter(pieces, i, 125);
                filter.filter(pieces, i, 0);
            }
        }

        assertThat(pieces).isEqualTo(expected);
    }

    @Test
    void zScoreLosesNothingToAnOffset() {
        double[] samples = Clips.widened(Clips.noise(10_000, 6));
        double mean = Arrays.stream(samples).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(samples)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElseThrow());
        double[] shifted = Arrays.stream(samples).map(x -> x + 1e6).toArray();
        ZScore score = new ZScore();
        score.measure(shifted, 0, 1);
        score.measure(shifted, 1, 2_999);
        score.measure(shifted, 3_000, 0);
        score.measure(shifted, 3_000, 7_000);

        assertThat(score.mean() - 1e6).isCloseTo(mean, within(1e-9));
        assertThat(score.deviation()).isCloseTo(deviation, within(1e-9));
        score.normalise(shifted, 0, 10_000);
        assertThat(Arrays.stream(shifted).average().orElseThrow()).isCloseTo(0.0, within(1e-9));
        assertThat(Arrays.stream(shifted).map(x -> x * x).average().orElseThrow())
                .isCloseTo(1.0, within(1e-9));
    }

    /** The windows by the rule, from the extractor's frames of the whole clip. */
    private static float[] patches(double[] samples, int hop) {
        int frames = LogMelExtractor.frames(samples.length);
        float[] all = new float[frames * BANDS];
        new LogMelExtractor().frames(samples, 0, samples.length, all, 0);
        List<Integer> starts = new ArrayList<>();
        int start = 0;
        for (; start + PATCH_FRAMES <= frames; start += hop) {
            starts.add(start);
        }
        if (start - hop + PATCH_FRAMES < frames) {
            starts.add(frames - PATCH_FRAMES);
        }
        float[] patches = new float[starts.size() * PATCH];
        for (int i = 0; i < starts.size(); i++) {
            System.arraycopy(all, starts.get(i) * BANDS, patches, i * PATCH, PATCH);
        }
        return patches;
    }

    private static float[] windows(FrontEndSettings settings, Signal signal, int atATime) {
        return windows(new FrontEnd(settings), signal, atATime);
    }

    private static float[] windows(FrontEnd frontEnd, Signal signal, int atATime) {
        try (WindowReader reader = frontEnd.open(signal)) {
            float[] out = new float[3 + reader.windows() * PATCH];
            int done = 0;
            int read;
            do {
                read = reader.read(out, 3 + done * PATCH, atATime);
                done += read;
            } while (read == atATime);
            assertThat(done).isEqualTo(reader.windows());
            return Arrays.copyOfRange(out, 3, out.length);
        }
    }

    private static SignalQuality quality(FrontEndSettings settings, Signal signal) {
        try (WindowReader reader = new FrontEnd(settings).open(signal)) {
            float[] out = new float[PATCH];
            while (reader.read(out, 0, 1) > 0) {
                assertThat(out).doesNotContain(Float.NaN);
            }
            return reader.quality();
        }
    }

    private static long samplesRead(FrontEndSettings settings, int samples) {
        class Counting implements Signal {
            private long read;

            @Override
            public int length() {
                return samples;
            }

            @Override
            public void read(int from, double[] out, int outOffset, int count) {
                assertThat(from + count).isLessThanOrEqualTo(samples);
                read += count;
            }
        }
        Counting signal = new Counting();
        quality(settings, signal);
        return signal.read;
    }

    private static double allocated(FrontEndSettings settings, Signal signal) {
        FrontEnd frontEnd = new FrontEnd(settings);
        float[] out = new float[4 * PATCH];
        return Allocation.bytesPerCall(30, 20, () -> {
            WindowReader reader = frontEnd.open(signal);
            while (reader.read(out, 0, 4) > 0) {
                out[0] = 0.0f;
            }
            reader.close();
        });
    }
}
