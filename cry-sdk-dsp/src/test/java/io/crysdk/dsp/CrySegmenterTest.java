package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.dsp.CrySound.Voice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrySegmenterTest {
    @Test
    void aCryHasItsPlacePitchAndLevel() {
        CrySound sound = new CrySound(3, 1).cry(1.0, 1.8, Voice.steady(440)).noise(40);
        List<CryUnit> units = units(sound.samples);

        assertThat(units).hasSize(1);
        CryUnit unit = units.get(0);
        assertThat(unit.startSeconds()).isCloseTo(1.0, within(0.04));
        assertThat(unit.endSeconds()).isCloseTo(1.8, within(0.04));
        assertThat(unit.durationSeconds()).isEqualTo(unit.endSeconds() - unit.startSeconds(), within(1e-12));
        assertThat(unit.pitchHz()).isCloseTo(440, within(1.0));
        assertThat(unit.lowPitchHz()).isCloseTo(440, within(2.0));
        assertThat(unit.highPitchHz()).isCloseTo(440, within(2.0));
        assertThat(unit.levelDbfs()).isCloseTo(-20, within(0.5));
        assertThat(unit.score()).isBetween(0.9, 1.0);
        assertThat(unit.cryProbability()).isEmpty();
    }

    @Test
    void thePitchIsWithinThreePercentAtTenDecibels() {
        List<Double> errors = new ArrayList<>();
        for (int seed = 0; seed < 60; seed++) {
            Voice voice = Voice.any(new Random(seed));
            CrySound sound = new CrySound(2.5, seed).cry(0.8, 1.7, voice).noise(10);
            List<CryUnit> units = units(sound.samples);
            assertThat(units).as("seed %d, %s", seed, voice).hasSize(1);
            CryUnit unit = units.get(0);
            double truth = sound.medianPitch(unit.startSample(), unit.endSample());
            errors.add(Math.abs(unit.pitchHz() / truth - 1));
            assertThat(unit.lowPitchHz()).isLessThan(unit.pitchHz());
            assertThat(unit.highPitchHz()).isGreaterThan(unit.pitchHz());
        }
        assertThat(errors).allMatch(error -> error < 0.03);
        errors.sort(null);
        assertThat(errors.get(errors.size() / 2)).as("median error").isLessThan(0.005);
    }

    @Test
    void thePitchTrackFollowsTheMelody() {
        Voice voice = new Voice(420, 5, 5, 0.5, 0.01);
        CrySound sound = new CrySound(2, 3).cry(0.5, 1.5, voice).noise(20);
        double[] track = CrySegmenter.pitchTrack(clip(sound.samples));

        assertThat(track).hasSize(197);
        int voiced = 0;
        for (int t = 0; t < track.length; t++) {
            double truth = sound.pitch[160 * t + 320];
            if (!Double.isNaN(track[t]) && truth > 0) {
                assertThat(track[t]).as("frame %d", t).isCloseTo(truth, within(0.04 * truth));
                voiced++;
            }
        }
        assertThat(voiced).isBetween(90, 102);
        assertThat(CrySegmenter.pitchTrack(AudioClip.of(new float[639], 16_000, 1)))
                .isEmpty();
    }

    @Test
    void criesApartAreUnitsOfTheirOwnAndCriesTogetherAreOne() {
        CrySound apart = new CrySound(4, 5)
                .cry(0.5, 1.0, Voice.steady(400))
                .cry(1.3, 2.1, Voice.steady(450))
                .cry(2.6, 2.9, Voice.steady(350))
                .noise(30);
        CrySound together = new CrySound(3, 5)
                .cry(0.5, 1.0, Voice.steady(400))
                .cry(1.06, 1.6, Voice.steady(450))
                .noise(30);

        assertThat(units(apart.samples))
                .extracting(unit -> (int) Math.rint(unit.pitchHz()))
                .containsExactly(400, 450, 350);
        assertThat(units(together.samples)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.1, 0.13})
    void whatIsShorterIsNoUnit(double seconds) {
        assertThat(units(new CrySound(2, 1)
                        .cry(1, 1 + seconds, Voice.steady(440))
                        .noise(40)
                        .samples))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.18, 0.2, 0.25})
    void theShortestCriesAreUnitsALittleLongerThanTheyAre(double seconds) {
        for (int noise : new int[] {10, 20, 40}) {
            for (int hz = 260; hz <= 680; hz += 30) {
                List<CryUnit> units = units(new CrySound(2, hz)
                        .cry(1, 1 + seconds, Voice.steady(hz))
                        .noise(noise)
                        .samples);
                assertThat(units).as("%s Hz, %s dB", hz, noise).hasSize(1);
                CryUnit unit = units.get(0);
                assertThat(unit.startSeconds()).isBetween(0.965, 0.995);
                assertThat(unit.endSeconds() - 1 - seconds).isBetween(0.005, 0.035);
                assertThat(unit.durationSeconds()).isBetween(0.2099, seconds + 0.0601);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {2.7, 3.9, 4.3, 9.0, 21.0})
    void longCryingIsSplitWhereItIsQuietest(double seconds) {
        CrySound sound = new CrySound(seconds + 1, 1).cry(0.5, 0.5 + seconds, Voice.steady(440));
        for (int at = 17_600; at < sound.samples.length; at += 19_200) {
            // Every 1.2 s the voice is lower for 60 ms.
            for (int i = at; i < Math.min(at + 960, sound.samples.length); i++) {
                sound.samples[i] *= 0.4;
            }
        }
        List<CryUnit> units = units(sound.noise(40).samples);

        assertThat(units).allMatch(unit -> unit.durationSeconds() >= 0.18 && unit.durationSeconds() <= 2.5);
        for (int i = 1; i < units.size(); i++) {
            assertThat(units.get(i).startSample()).isEqualTo(units.get(i - 1).endSample());
            double intoPeriod = (units.get(i).startSeconds() - 1.13 + 1.2) % 1.2;
            assertThat(Math.min(intoPeriod, 1.2 - intoPeriod))
                    .as("split at %s", units.get(i))
                    .isLessThan(0.05);
        }
        assertThat(units.stream().mapToDouble(CryUnit::durationSeconds).sum()).isCloseTo(seconds, within(0.08));
    }

    @ParameterizedTest
    @ValueSource(doubles = {110, 180, 800, 950})
    void otherPitchesAreNoCries(double hz) {
        assertThat(units(new CrySound(3, 1).cry(1, 2, Voice.steady(hz)).noise(30).samples))
                .isEmpty();
    }

    @Test
    void silenceNoiseAndHumAreNoCries() {
        Random random = new Random(1);
        assertThat(units(new double[80_000])).isEmpty();
        assertThat(units(random.doubles(80_000, -0.5, 0.5).toArray())).isEmpty();
        assertThat(units(random.doubles(80_000, -1e-3, 1e-3).toArray())).isEmpty();
        double[] hum = new double[80_000];
        for (int i = 0; i < hum.length; i++) {
            for (int k = 1; k < 20; k++) {
                hum[i] += 0.1 / k * Math.sin(2 * Math.PI * 50 * k * i / 16000.0);
            }
        }
        assertThat(units(hum)).isEmpty();
        assertThat(units(new double[] {0.1})).isEmpty();
    }

    @Test
    void aCryUnderTheLeastLevelIsNotHeard() {
        assertThat(units(new CrySound(3, 1).cry(1, 2, Voice.steady(440), 1e-3).samples))
                .isEmpty();
        assertThat(units(new CrySound(3, 1).cry(1, 2, Voice.steady(440), 5e-3).samples))
                .hasSize(1);
    }

    @Test
    void quietCryingBesideLoudCryingIsNotHeardUntilThatIsTenSecondsAgo() {
        CrySound sound = new CrySound(30, 1)
                .cry(1, 3, Voice.steady(440), 0.3)
                .cry(4, 5, Voice.steady(400), 4e-3)
                .cry(20, 21, Voice.steady(400), 4e-3);
        assertThat(units(sound.samples)).extracting(CryUnit::startSeconds).satisfies(starts -> {
            assertThat(starts).hasSize(2);
            assertThat(starts.get(0)).isCloseTo(1.0, within(0.04));
            assertThat(starts.get(1)).isCloseTo(20.0, within(0.04));
        });
    }

    @Test
    void anotherRateAndTwoChannelsGiveTheSameUnits() {
        double[] samples = scene(7, 12);
        float[] stereo = new float[2 * samples.length];
        for (int i = 0; i < samples.length; i++) {
            stereo[2 * i] = (float) samples[i];
            stereo[2 * i + 1] = (float) samples[i];
        }
        List<CryUnit> mono = CrySegmenter.units(clip(samples));
        assertThat(mono).hasSizeGreaterThan(3).isEqualTo(units(Clips.widened(Clips.narrowed(samples))));
        assertThat(CrySegmenter.units(AudioClip.of(stereo, 16_000, 2))).isEqualTo(mono);
        // Played twice as fast the pitch doubles and the length halves: it is another sound, but cut without complaint.
        assertThat(CrySegmenter.units(AudioClip.of(stereo, 32_000, 2))).allMatch(unit -> unit.endSeconds() < 6.1);
    }

    @Test
    void theGateHearsEachUnitInItsSurroundings() {
        CrySound sound = new CrySound(5, 5)
                .cry(0.1, 0.5, Voice.steady(400))
                .cry(1.5, 3.5, Voice.steady(450))
                .noise(30);
        List<Double> heard = new ArrayList<>();
        List<CryUnit> units = CrySegmenter.units(clip(sound.samples), surroundings -> {
            assertThat(surroundings.sampleRate()).isEqualTo(16_000);
            heard.add(surroundings.durationSeconds());
            return heard.size() == 1 ? OptionalDouble.of(0.25) : OptionalDouble.empty();
        });

        assertThat(units)
                .extracting(CryUnit::cryProbability)
                .containsExactly(OptionalDouble.of(0.25), OptionalDouble.empty());
        // The first is short and near the beginning, the second longer than a window.
        assertThat(heard.get(0)).isCloseTo(0.3 + 0.975 / 2 + 0.2, within(0.05));
        assertThat(heard.get(1)).isCloseTo(2.4, within(0.06));
        assertThatThrownBy(() -> CrySegmenter.units(clip(sound.samples), sounds -> OptionalDouble.of(1.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.5");
    }

    @Property(tries = 15)
    void piecesDoNotMatter(
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(min = 1, max = 160_000) int piece,
            @ForAll @IntRange(max = 500) int lookAhead) {
        double[] samples = scene(seed, 12);
        List<CryUnit> whole = units(samples, lookAhead);
        List<CryUnit> pieces = new ArrayList<>();
        CrySegmenter segmenter = new CrySegmenter(pieces::add, Duration.ofMillis(10L * lookAhead));
        Random random = new Random(seed);
        for (int round = 0; round < 2; round++) {
            pieces.clear();
            int count;
            for (int i = 0; i < samples.length; i += count) {
                count = Math.min(round == 0 ? piece : 1 + random.nextInt(piece), samples.length - i);
                segmenter.push(samples, i, count);
            }
            segmenter.finish();
            assertThat(pieces).isEqualTo(whole);
        }
    }

    @Property(tries = 10)
    void floatsAreTheDoublesOfTheSameValue(
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed, @ForAll @IntRange(min = 1, max = 5000) int piece) {
        float[] samples = Clips.narrowed(scene(seed, 6));
        List<CryUnit> units = new ArrayList<>();
        CrySegmenter segmenter = new CrySegmenter(units::add);
        for (int i = 0; i < samples.length; i += piece) {
            segmenter.push(samples, i, Math.min(piece, samples.length - i));
        }
        segmenter.finish();

        assertThat(units).isEqualTo(units(Clips.widened(samples)));
    }

    @Test
    void oneSampleAtATimeIsTheSame() {
        double[] samples = scene(11, 8);
        List<CryUnit> units = new ArrayList<>();
        CrySegmenter segmenter = new CrySegmenter(units::add);
        for (double sample : samples) {
            segmenter.push(new double[] {sample}, 0, 1);
        }
        segmenter.finish();

        assertThat(units).hasSizeGreaterThan(2).isEqualTo(units(samples));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void theUnitsAreThoseOfTheDefinition(int seed) {
        int lookAhead = seed % 2 == 0 ? 400 : 71 * seed;
        double[] samples = scene(seed, seed == 0 ? 25 : 9);
        List<CryUnit> plain = PlainSegmenter.units(samples, lookAhead);
        List<CryUnit> units = units(samples, lookAhead);

        assertThat(units).as("units").isNotEmpty();
        assertThat(units)
                .usingRecursiveFieldByFieldElementComparator(RecursiveComparisonConfiguration.builder()
                        .withComparatorForType((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1, Double.class)
                        .build())
                .containsExactlyElementsOf(plain);
    }

    @Property(tries = 10)
    void unitsComeInTimeAndInOrder(
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed, @ForAll @IntRange(max = 500) int lookAhead) {
        double[] samples = scene(seed, 12);
        List<CryUnit> units = new ArrayList<>();
        CrySegmenter segmenter = new CrySegmenter(units::add, Duration.ofMillis(10L * lookAhead));
        List<CryUnit> all = units(samples, lookAhead);
        for (int i = 0; i < samples.length; i += 160) {
            segmenter.push(samples, i, 160);
            double now = (i + 160) / 16000.0;
            long due = all.stream()
                    .filter(unit -> unit.startSeconds() + 0.01 * lookAhead + 4.15 <= now)
                    .count();
            assertThat(units.size()).as("units by %s s", now).isGreaterThanOrEqualTo((int) due);
        }
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).startSample())
                    .isGreaterThanOrEqualTo(all.get(i - 1).endSample());
        }
    }

    @Test
    void aSingleCryComesOutOneLookAheadAfterIt() {
        CrySound sound = new CrySound(8, 1).cry(1.0, 1.8, Voice.steady(440)).noise(40);
        List<CryUnit> units = new ArrayList<>();
        CrySegmenter segmenter = new CrySegmenter(units::add, Duration.ofSeconds(2));
        int pushed = 0;
        while (units.isEmpty()) {
            segmenter.push(sound.samples, pushed, 1);
            pushed++;
        }
        assertThat(pushed).isEqualTo(units.get(0).endSample() + (200 + 11) * 160);
    }

    @Test
    void samplesThatAreNoAudioAreRefusedBeforeAnyIsTaken() {
        double[] samples = scene(3, 6);
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -Double.MAX_VALUE, 8.001, 32_768}) {
            List<CryUnit> units = new ArrayList<>();
            CrySegmenter segmenter = new CrySegmenter(units::add);
            segmenter.push(samples, 0, 40_000);
            double[] spoilt = Arrays.copyOfRange(samples, 40_000, 50_000);
            spoilt[9_999] = bad;
            assertThatThrownBy(() -> segmenter.push(spoilt, 0, spoilt.length))
                    .isInstanceOfSatisfying(
                            CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.INVALID_AUDIO));
            assertThatThrownBy(() -> segmenter.push(new float[] {(float) bad}, 0, 1))
                    .isInstanceOf(CryException.class);
            segmenter.push(samples, 40_000, samples.length - 40_000);
            segmenter.finish();
            assertThat(units).isEqualTo(units(samples));
        }
    }

    @Test
    void wrongArgumentsAreRefused() {
        CrySegmenter segmenter = new CrySegmenter(unit -> {});
        assertThatThrownBy(() -> segmenter.push(new double[10], 5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> segmenter.push(new float[10], -1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CrySegmenter(unit -> {}, Duration.ofMillis(5001)))
                .withMessageContaining("PT5.001S");
        assertThatIllegalArgumentException().isThrownBy(() -> new CrySegmenter(unit -> {}, Duration.ofMillis(-1)));
        assertThatThrownBy(() -> new CrySegmenter(null)).isInstanceOf(NullPointerException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CryUnit(10, 10, 400, 400, 400, -20, 1, OptionalDouble.empty()));
    }

    @Test
    void framesAllocateNothing() {
        Random random = new Random(1);
        double[] noise = random.doubles(16_000, -0.5, 0.5).toArray();
        CrySegmenter segmenter = new CrySegmenter(unit -> {});
        assertThat(Allocation.bytesPerCall(60, 20, () -> segmenter.push(noise, 0, noise.length)))
                .isLessThan(64);
    }

    @Test
    void soundThatDiesAwayDoesNotSlowTheFilterDown() {
        // What is left in the filter after a sound shrinks towards numbers that a processor handles slowly.
        BandPass filter = new BandPass();
        double[] hop = new double[160];
        hop[0] = 1;
        filter.filter(hop, 0, 160);
        for (int i = 0; i < 500; i++) {
            Arrays.fill(hop, 0);
            filter.filter(hop, 0, 160);
            for (double y : hop) {
                assertThat(y == 0 || Math.abs(y) >= 1e-300).as("%s", y).isTrue();
            }
        }
        assertThat(hop).containsOnly(0.0);
    }

    /** Cries of any kind in noise of any level, some of them long, with pauses of any length. */
    private static double[] scene(long seed, double seconds) {
        Random random = new Random(seed);
        CrySound sound = new CrySound(seconds, seed);
        double at = random.nextDouble();
        while (at < seconds - 0.3) {
            double length = random.nextInt(6) == 0 ? 6 * random.nextDouble() : 0.1 + 1.2 * random.nextDouble();
            double end = Math.min(at + length, seconds);
            sound.cry(at, end, Voice.any(random), Math.pow(10, -2.2 + 1.5 * random.nextDouble()));
            at = end + 0.05 + 0.8 * random.nextDouble() * random.nextDouble();
        }
        return sound.noise(10 + 30 * random.nextDouble()).samples;
    }

    private static AudioClip clip(double[] samples) {
        return AudioClip.of(Clips.narrowed(samples), 16_000, 1);
    }

    private static List<CryUnit> units(double[] samples) {
        return units(samples, 400);
    }

    private static List<CryUnit> units(double[] samples, int lookAhead) {
        List<CryUnit> units = new ArrayList<>();
        CrySegmenter segmenter = new CrySegmenter(units::add, Duration.ofMillis(10L * lookAhead));
        segmenter.push(samples, 0, samples.length);
        segmenter.finish();
        return units;
    }
}
