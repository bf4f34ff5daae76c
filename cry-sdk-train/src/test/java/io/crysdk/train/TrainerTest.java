package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.train.weights.Fixtures;
import io.crysdk.train.weights.VggishWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final NetSettings NET = new NetSettings(List.of(2, 2, 2, 2, 3, 3), List.of(5), 4, true, 2);
    private static final TrainSettings SHORT = TrainSettings.DEFAULT.withLength(2, 4, 8);
    private static final PlainSounds PLAIN = new PlainSounds(1);
    private static final List<String> LABELS = List.of("hunger", "discomfort");

    @Test
    void theSameSeedGivesTheSameBits() {
        Map<String, float[]> first = trained(7);
        Map<String, float[]> again = trained(7);
        Map<String, float[]> other = trained(8);
        first.forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
        assertThat(other.get("conv1.weight")).isNotEqualTo(first.get("conv1.weight"));
    }

    @Test
    void batchesAreHalfCriesAndReasonsAreBalanced() {
        PatchSampler sampler = source(clips());
        sampler.epoch(new SplittableRandom(1));
        double[] weights = new double[2];
        for (int i = 0; i < 200; i++) {
            Batch batch = sampler.next(8);
            assertThat(batch.gate()).containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
            for (int p = 0; p < 8; p++) {
                weights[0] += batch.reasons()[2 * p];
                weights[1] += batch.reasons()[2 * p + 1];
                if (p >= 4) {
                    assertThat(batch.reasons()[2 * p] + batch.reasons()[2 * p + 1])
                            .isZero();
                }
            }
            for (float value : batch.patches()) {
                assertThat(value).isFinite().isGreaterThanOrEqualTo((float) Math.log(0.01) - 1e-5f);
            }
        }
        // Three recordings of one label weigh as much as one of the other.
        assertThat(weights[0] / weights[1]).isBetween(0.75, 1.33);
    }

    @Test
    void trainingNeedsBothSides() {
        List<Clip> cries = clips().stream().filter(Clip::cry).toList();
        assertThatThrownBy(() -> source(cries)).hasMessageContaining("training needs cries and other sounds");
    }

    @Test
    void theRateRisesAndFalls() {
        TrainSettings settings = TrainSettings.DEFAULT;
        assertThat(settings.rate(0)).isLessThan(1e-4);
        assertThat(settings.rate(settings.steps() / 4)).isBetween(1.99e-3, 2e-3);
        assertThat(settings.rate(settings.steps() - 1)).isLessThan(1e-6);
    }

    @Test
    void aTrainingThatWasStoppedEndsWithTheSameBits(@TempDir Path folder) throws IOException {
        Trainer trainer = new Trainer(NET, SHORT, LABELS);
        Trainer.Progress progress = new Trainer.Progress(folder.resolve("part"), "run");
        try (VggishNet net = VggishNet.create(NET, new SplittableRandom(7))) {
            PatchSampler sampler = source(clips());
            BatchSource killed = new BatchSource() {
                private int epochs;

                @Override
                public void epoch(java.util.random.RandomGenerator random) {
                    sampler.epoch(random);
                    epochs++;
                }

                @Override
                public Batch next(int size) {
                    if (epochs == 2) {
                        throw new IllegalStateException("killed");
                    }
                    return sampler.next(size);
                }
            };
            assertThatThrownBy(() -> trainer.fit(net, "t", killed, null, 7, progress))
                    .hasMessage("killed");
        }
        try (VggishNet other = VggishNet.create(NET, new SplittableRandom(99))) {
            trainer.fit(other, "t", source(clips()), null, 7, progress);
            Map<String, float[]> whole = trained(7);
            other.state().forEach((name, values) -> assertThat(values).as(name).isEqualTo(whole.get(name)));
        }
        // Another run's progress is not gone on from.
        assertThat(Checkpoint.read(progress.file(), "another run")).isEmpty();
        progress.done();
        assertThat(progress.file()).doesNotExist();
    }

    @Test
    void noTwoEpochsDrawOnTheSameStream() {
        Set<Long> drawn = new HashSet<>();
        for (int epoch = -1; epoch < 30; epoch++) {
            SplittableRandom random = Trainer.generator(5, epoch);
            for (int i = 0; i < 1000; i++) {
                assertThat(drawn.add(random.nextLong())).isTrue();
            }
        }
        assertThat(Trainer.generator(5, 3).nextLong())
                .isEqualTo(Trainer.generator(5, 3).nextLong());
    }

    @Test
    void frozenLayersStayAsTheyAre() throws IOException {
        TrainSettings d = SHORT;
        TrainSettings frozen = new TrainSettings(
                1, 3, 8, 1e-2, TrainSettings.Schedule.CONSTANT, 1e-2, 0.2, 0.0, 0.01, List.of("conv"), d.patience());
        try (VggishNet net = VggishNet.create(NET, new SplittableRandom(7))) {
            Map<String, float[]> before = net.state();
            new Trainer(NET, frozen, LABELS).fit(net, "t", source(clips()), null, 7, null);
            net.state().forEach((name, values) -> {
                if (name.startsWith("conv")) {
                    assertThat(values).as(name).isEqualTo(before.get(name));
                } else if (name.endsWith(".weight")) {
                    assertThat(values).as(name).isNotEqualTo(before.get(name));
                }
            });
        }
    }

    @Test
    void patienceKeepsTheBestEpochAndNeedsSoundsKeptBack() throws IOException {
        TrainSettings patient =
                new TrainSettings(6, 2, 8, 0.5, TrainSettings.Schedule.CONSTANT, 0.0, 0.2, 0.0, 0.01, List.of(), 1);
        try (VggishNet net = VggishNet.create(NET, new SplittableRandom(7))) {
            Trainer trainer = new Trainer(NET, patient, LABELS);
            assertThatThrownBy(() -> trainer.fit(net, "t", source(clips()), null, 7, null))
                    .hasMessageContaining("kept back");
            int[] epochs = {0};
            PatchSampler sampler = source(clips());
            BatchSource counting = new BatchSource() {
                @Override
                public void epoch(java.util.random.RandomGenerator random) {
                    sampler.epoch(random);
                    epochs[0]++;
                }

                @Override
                public Batch next(int size) {
                    return sampler.next(size);
                }
            };
            // A rate of a half throws the weights about: six better epochs in a row would be a wonder.
            trainer.fit(net, "t", counting, new Trainer.Kept(source(clips()), 2), 7, null);
            assertThat(epochs[0]).isLessThan(6);
        }
    }

    @Test
    void aTeacherIsLearntFrom(@TempDir Path folder) throws IOException {
        // Two kinds of sound, of which the teacher says the same everywhere: the head's answers must go there.
        StringBuilder windows = new StringBuilder("row,path,start_s\n");
        float[] said = new float[16 * 2];
        for (int i = 0; i < 8; i++) {
            windows.append(2 * i).append(",c").append(i).append(",0.00\n");
            windows.append(2 * i + 1).append(",c").append(i).append(",0.48\n");
            said[4 * i] = said[4 * i + 2] = 0.9f;
            said[4 * i + 1] = said[4 * i + 3] = 0.0f;
        }
        Files.writeString(folder.resolve("w.csv"), windows);
        TeacherTest.write(folder.resolve("p.npy"), said, 16, 2);
        Teacher teacher = Teacher.read(List.of(new Teacher.Pair(folder.resolve("w.csv"), folder.resolve("p.npy"))));
        TrainSettings pretraining = TrainSettings.DEFAULT.withLength(2, 20, 8);
        Recipe recipe = new Recipe(NET, pretraining, SHORT, AugmentationSettings.NONE, LABELS, teacher, null);
        assertThat(recipe.net().sounds()).isEqualTo(2);
        try (VggishNet net = recipe.train("t", clips(), 5, new Trainer.Progress(folder.resolve("part"), "run"), null)) {
            float[] bias = net.state().get("sounds.bias");
            assertThat(bias[0]).isGreaterThan(bias[1]);
            assertThat(OnnxExporter.fold(net.settings(), net.state())).doesNotContainKey("sounds.bias");
        }
    }

    @Test
    void aRecipeWithPatienceKeepsGroupsBack() throws IOException {
        TrainSettings d = SHORT;
        TrainSettings patient = new TrainSettings(3, 2, 8, 2e-3, d.schedule(), 0.0, 0.2, 0.0, 0.01, List.of(), 2);
        Recipe recipe = new Recipe(NET, null, patient, AugmentationSettings.NONE, LABELS, null, null);
        try (VggishNet net = recipe.train("t", clips(), 5, null, null)) {
            assertThat(net.settings()).isEqualTo(NET);
        }
        // Of two groups with a cry one is learnt and one kept back; of one, none is left to learn.
        List<Clip> few = clips().stream()
                .filter(c -> !c.cry() || c.entry().group().equals("g0"))
                .toList();
        assertThatThrownBy(() -> recipe.train("t", few, 5, null, null)).hasMessageContaining("training needs cries");
    }

    @Test
    void aRecipeBeginsWithWeightsFromElsewhere() throws IOException {
        VggishWeights drawn = Fixtures.drawn(8);
        List<String> body = List.of("conv", "fc", "embedding");
        TrainSettings heads =
                new TrainSettings(1, 2, 8, 1e-2, TrainSettings.Schedule.CONSTANT, 1e-2, 0.2, 0.0, 0.01, body, 0);
        Recipe recipe =
                new Recipe(drawn.settings(false, 2), null, heads, AugmentationSettings.NONE, LABELS, null, drawn);
        try (VggishNet net = recipe.train("t", clips(), 5, null, null)) {
            drawn.values()
                    .forEach((name, values) ->
                            assertThat(net.state().get(name)).as(name).isEqualTo(values));
        }
    }

    private static PatchSampler source(List<Clip> clips) {
        return new PatchSampler(clips, LABELS, PLAIN, AugmentationSettings.DEFAULT, null);
    }

    private static Map<String, float[]> trained(long seed) {
        try (VggishNet net = new Trainer(NET, SHORT, LABELS).train("t", source(clips()), seed)) {
            return net.state();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static List<Clip> clips() {
        SplittableRandom random = new SplittableRandom(3);
        List<Clip> clips = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean cry = i < 4;
            Manifest.Entry entry = new Manifest.Entry(
                    Path.of("c" + i),
                    "c" + i,
                    !cry ? "" : i < 3 ? "hunger" : "discomfort",
                    "g" + i,
                    0,
                    cry ? Manifest.Cry.YES : Manifest.Cry.NO,
                    List.of(),
                    "",
                    "",
                    "kind" + i % 2,
                    "",
                    "",
                    "",
                    i < 6 ? "here" : "there");
            float[] logMel = new float[120 * 64];
            for (int k = 0; k < logMel.length; k++) {
                logMel[k] = (float) random.nextDouble(-4.0, cry && k % 64 > 20 ? 2.0 : 0.0);
            }
            clips.add(new Clip(entry, logMel, ""));
        }
        return clips;
    }
}
