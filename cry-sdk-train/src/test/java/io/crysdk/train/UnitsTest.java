package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.WavWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitsTest {
    private static final List<String> LABELS = List.of("hunger", "discomfort");

    @TempDir
    Path folder;

    @Test
    void segmentsBecomeUnitsHeardByThemselves() throws IOException {
        Manifest manifest = manifest("one.wav,hunger,a,,1,3000-9000;10000-12000;20000-90000", 100_000);
        List<Unit> units = new Units(LABELS, FrontEndSettings.PAPER, 0).segments(manifest);
        // The second is shorter than 0.18 s; the third is longer than 2.5 s and falls in two.
        assertThat(units).extracting(Unit::id).containsExactly("one.wav@3000", "one.wav@20000", "one.wav@55000");
        double[] samples = FeatureStore.samples(folder.resolve("one.wav"));
        assertThat(units.get(0).logMel())
                .isEqualTo(FeatureStore.frames(
                        new Stretch(samples, 3000, 9000), FeatureStore.everyFrame(FrontEndSettings.PAPER)));
        assertThat(units.get(0).frames()).as("filled up to one patch").isEqualTo(96);
        assertThat(units.get(1).frames()).isEqualTo(1 + (35000 - 400) / 160);
    }

    @Test
    void aShortClipWithoutSegmentsIsOneUnitAndOtherSoundsAreNone() throws IOException {
        Manifest manifest = manifest(
                "one.wav,hunger,a,r1,1,\ntwo.wav,boredom,a,,1,\nthree.wav,,a,,0,\nfour.wav,discomfort,b,r1,?,", 8_000);
        List<Unit> units = new Units(LABELS, FrontEndSettings.PLAIN, 0).segments(manifest);
        assertThat(units).singleElement().satisfies(u -> {
            assertThat(u.id()).isEqualTo("one.wav@0");
            assertThat(u.recording()).isEqualTo("r1");
            assertThat(u.group()).isEqualTo("a");
            assertThat(u.label()).isZero();
        });
    }

    @Test
    void noMoreThanSoManyOfOneRecordingEvenly() throws IOException {
        StringBuilder segments = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            segments.append(i == 0 ? "" : ";").append(i * 8000).append('-').append(i * 8000 + 4000);
        }
        Manifest manifest = manifest("one.wav,hunger,a,,1," + segments, 80_000);
        assertThat(new Units(LABELS, FrontEndSettings.PLAIN, 3).segments(manifest))
                .extracting(Unit::id)
                .containsExactly("one.wav@8000", "one.wav@40000", "one.wav@64000");
    }

    @Test
    void overlappingWindowsHearCrying() throws IOException {
        Manifest manifest = manifest("one.wav,hunger,a,,1,20000-24000", 48_000);
        List<Unit> units = new Units(LABELS, FrontEndSettings.PLAIN, 0).overlapping(manifest);
        // From 24 000 - 15 600 + ... to 20 800: multiples of 3840 that hear 3200 samples of the segment or more.
        assertThat(units)
                .extracting(Unit::id)
                .containsExactly("one.wav@7680", "one.wav@11520", "one.wav@15360", "one.wav@19200");
    }

    @Test
    void everyRungKeepsApartWhatItSays() {
        List<Unit> units = units();
        for (long seed = 1; seed < 4; seed++) {
            assertThat(shared(units, Rung.GROUP.folds(units, 3, seed), true)).isEmpty();
            assertThat(shared(units, Rung.RECORDING.folds(units, 3, seed), false))
                    .isEmpty();
            assertThat(shared(units, Rung.SEGMENT.folds(units, 3, seed), false)).isNotEmpty();
        }
    }

    @Test
    void oversamplingMakesAllLabelsAsFrequentByVariedCopies() throws IOException {
        Manifest manifest = manifest(
                "one.wav,hunger,a,,1,0-4000;5000-9000;10000-14000;15000-19000;20000-24000\ntwo.wav,discomfort,b,,1,0-4000;"
                        + "5000-9000",
                24_000);
        List<Unit> units = Rung.OVERSAMPLED.multiplied(
                Rung.OVERSAMPLED.cut(new Units(LABELS, FrontEndSettings.PLAIN, 0), manifest));
        assertThat(units).filteredOn(u -> u.label() == 0).hasSize(5);
        assertThat(units)
                .filteredOn(u -> u.label() == 1)
                .extracting(Unit::id)
                .containsExactly("two.wav@0", "two.wav@5000", "two.wav@0#1", "two.wav@5000#1", "two.wav@0#2");
        Unit copy = units.get(units.size() - 1);
        Unit original = units.get(5);
        assertThat(copy.logMel()).hasSameSizeAs(original.logMel()).isNotEqualTo(original.logMel());
        for (float value : copy.logMel()) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void everyUnitOnceAnEpochAndNothingOfTheGate() {
        List<Unit> units = units();
        UnitSampler sampler =
                new UnitSampler(units, 2, Weighing.CLASS_WEIGHTS, AugmentationSettings.NONE, new PlainSounds(1));
        for (int epoch = 0; epoch < 2; epoch++) {
            sampler.epoch(new SplittableRandom(epoch));
            List<Float> first = new ArrayList<>();
            double[] weights = new double[2];
            for (int b = 0; b < UnitSampler.steps(units.size(), 7); b++) {
                Batch batch = sampler.next(7);
                for (int i = 0; i < batch.size(); i++) {
                    assertThat(batch.gate()[i]).isNaN();
                    first.add(batch.patches()[i * Augmentation.PATCH]);
                    weights[0] += batch.reasons()[2 * i];
                    weights[1] += batch.reasons()[2 * i + 1];
                }
            }
            assertThat(first)
                    .containsExactlyInAnyOrderElementsOf(
                            units.stream().map(u -> u.logMel()[0]).toList());
            assertThat(weights[0]).isCloseTo(weights[1], org.assertj.core.api.Assertions.within(1e-4));
        }
    }

    @Test
    void balancedSamplingDrawsLabelsAlike() {
        List<Unit> units = units();
        UnitSampler sampler =
                new UnitSampler(units, 2, Weighing.BALANCED_SAMPLING, AugmentationSettings.DEFAULT, new PlainSounds(1));
        sampler.epoch(new SplittableRandom(5));
        float[] drawn = new float[2];
        for (int b = 0; b < UnitSampler.steps(units.size(), 8); b++) {
            Batch batch = sampler.next(8);
            for (int i = 0; i < batch.size(); i++) {
                drawn[0] += batch.reasons()[2 * i];
                drawn[1] += batch.reasons()[2 * i + 1];
            }
            for (float value : batch.patches()) {
                assertThat(value).isFinite();
            }
        }
        assertThat(drawn[0]).isEqualTo(units.size() / 2f);
        assertThat(drawn[1]).isEqualTo(units.size() / 2f);
    }

    @Test
    void theNearestNeighbourIsTheUnitOfTheSameSpectrum() {
        List<Unit> units = units();
        NearestNeighbour neighbour = new NearestNeighbour(units);
        for (Unit unit : units) {
            assertThat(neighbour.answer(unit)).isEqualTo(unit.label());
        }
    }

    /** 48 units of 12 recordings of 6 groups; three quarters of the recordings have the first label. */
    static List<Unit> units() {
        SplittableRandom random = new SplittableRandom(3);
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            int recording = i / 4;
            float[] logMel = new float[Augmentation.PATCH];
            for (int j = 0; j < logMel.length; j++) {
                logMel[j] = (float) random.nextDouble(-4.0, 2.0);
            }
            units.add(new Unit(
                    "u" + i,
                    "r" + recording,
                    "r" + recording,
                    "g" + recording / 2,
                    recording % 4 == 3 ? 1 : 0,
                    logMel));
        }
        return units;
    }

    /** The groups or recordings that stand in two folds. */
    private static Set<String> shared(List<Unit> units, int[] folds, boolean groups) {
        TreeMap<String, Set<Integer>> in = new TreeMap<>();
        for (int i = 0; i < folds.length; i++) {
            Unit unit = units.get(i);
            in.computeIfAbsent(groups ? unit.group() : unit.recording(), k -> new HashSet<>())
                    .add(folds[i]);
        }
        in.values().removeIf(where -> where.size() < 2);
        return in.keySet();
    }

    private Manifest manifest(String rows, int samples) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (String row : rows.split("\n")) {
            float[] pcm = new float[samples];
            for (int i = 0; i < samples; i++) {
                pcm[i] = (float) random.nextDouble(-0.5, 0.5);
            }
            WavWriter.write(AudioClip.of(pcm, 16_000, 1), folder.resolve(row.substring(0, row.indexOf(','))));
        }
        Path file = folder.resolve("m.csv");
        Files.writeString(file, "path,label,group,recording,is_cry,segments\n" + rows + "\n");
        return Manifest.read(List.of(file));
    }
}
