package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.dsp.FrontEndSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ParentsTest {
    private static final List<String> LABELS = List.of("hunger", "discomfort");
    private static final NetSettings SMALL = new NetSettings(List.of(2, 2, 2, 2, 3, 3), List.of(5), 4, true, 2);
    private static final NetSettings LARGE =
            new NetSettings(List.of(3, 3, 4, 4, 4, 5), List.of(6), 4, true, 2).withSounds(3);
    private static final PlainSounds PLAIN = new PlainSounds(1);
    private static final List<Clip> CLIPS = TrainerTest.clips();

    @TempDir
    Path folder;

    @Test
    void aShapeIsReadOffTheWeights() {
        for (NetSettings settings : List.of(
                SMALL,
                LARGE,
                new NetSettings(List.of(2, 2, 2, 2, 2, 2), List.of(), 4, false, 3),
                new NetSettings(List.of(2, 2, 2, 2, 3, 3), List.of(30, 30), 4, false, 2).withRank(5),
                new NetSettings(List.of(1, 1, 1, 1, 1, 1), List.of(2, 30, 30), 4, true, 2).withRank(5))) {
            try (VggishNet net = VggishNet.create(settings, new SplittableRandom(1))) {
                assertThat(NetSettings.of(net.state())).isEqualTo(settings);
            }
        }
    }

    @Test
    void aParentHasItsSayInTheGateAndInNothingElse() throws IOException {
        Map<String, float[]> state = keep("fold 0", run(1) + " fold 0");
        try (Parents.Parent parent = parents(0.75).open("fold 0");
                VggishNet network = VggishNet.create(LARGE, new SplittableRandom(2))) {
            network.load(state);
            BatchSource plain = source();
            BatchSource heard = parent.hear(source());
            plain.epoch(new SplittableRandom(3));
            heard.epoch(new SplittableRandom(3));
            for (int b = 0; b < 2; b++) {
                Batch expected = plain.next(8);
                Batch batch = heard.next(8);
                assertThat(batch.patches()).isEqualTo(expected.patches());
                assertThat(batch.reasons()).isEqualTo(expected.reasons());
                float[] logits =
                        Scorer.forward(network, expected.patches(), 0, 8).gate();
                for (int i = 0; i < 8; i++) {
                    double said = 1.0 / (1.0 + Math.exp(-logits[i]));
                    assertThat(batch.gate()[i])
                            .isCloseTo((float) (0.25 * expected.gate()[i] + 0.75 * said), within(1e-6f));
                }
            }
        }
    }

    @Test
    void twoParentsOfAnySeedsSayTheMeanOfTheirLogits() throws IOException {
        Path other = folder.resolve("other");
        for (Path work : List.of(folder, other)) {
            Map<String, float[]> state = state();
            state.put("gate.weight", new float[4]);
            state.put("gate.bias", new float[] {work.equals(other) ? 3.0f : -1.0f});
            Checkpoint.write(work.resolve("fold-0.ckpt"), run(work.equals(other) ? 2 : 1) + " fold 0", state);
        }
        Parents both = new Parents(List.of(folder, other), 1.0, FrontEndSettings.PLAIN, CLIPS);
        try (Parents.Parent parent = both.open("fold 0")) {
            BatchSource heard = parent.hear(source());
            heard.epoch(new SplittableRandom(3));
            assertThat(heard.next(2).gate()[0]).isCloseTo((float) (1.0 / (1.0 + Math.exp(-1.0))), within(1e-6f));
        }
        assertThat(both.described()).isNotEqualTo(parents(1.0).described());
        assertThatThrownBy(() -> new Parents(
                        List.of(folder, folder.resolve("../" + folder.getFileName())),
                        1.0,
                        FrontEndSettings.PLAIN,
                        CLIPS))
                .hasMessageContaining("named twice");
        Files.delete(other.resolve("fold-0.ckpt"));
        assertThatThrownBy(() -> both.require("fold 0")).hasMessageContaining("other/fold-0.ckpt is not there");
    }

    @Test
    void whatNobodyKnowsStaysSo() throws IOException {
        keep("fold 0", run(1) + " fold 0");
        Batch unknown = new Batch(new float[Augmentation.PATCH], new float[] {Float.NaN}, new float[2], new float[0]);
        try (Parents.Parent parent = parents(0.5).open("fold 0")) {
            assertThat(parent.hear(always(unknown)).next(1).gate()).containsExactly(Float.NaN);
        }
    }

    @Test
    void itsWordIsLearnt() throws IOException {
        Map<String, float[]> doubtful = state();
        doubtful.put("gate.weight", new float[4]);
        doubtful.put("gate.bias", new float[] {(float) Math.log(0.3 / 0.7)});
        Checkpoint.write(folder.resolve("fold-0.ckpt"), run(1) + " fold 0", doubtful);
        TrainSettings settings =
                new TrainSettings(1, 60, 8, 1e-2, TrainSettings.Schedule.CONSTANT, 0.0, 0.0, 0.0, 0.0, List.of(), 0);
        Recipe recipe = new Recipe(SMALL, null, settings, AugmentationSettings.NONE, LABELS, null, null);
        try (Parents.Parent parent = parents(1.0).open("fold 0");
                VggishNet taught = recipe.train("t", CLIPS, 5, null, parent);
                VggishNet alone = recipe.train("t", CLIPS, 5, null, null)) {
            // Of cries the labels say 1, the parent 0.3.
            assertThat(cry(taught)).isCloseTo(0.3, within(0.15));
            assertThat(cry(alone)).isGreaterThan(0.7);
        }
    }

    @Test
    void aTrainingThatWasStoppedEndsWithTheSameBits() throws IOException {
        keep("final", run(1) + " final");
        keep("fold 0", run(1) + " fold 0");
        Trainer trainer = new Trainer(SMALL, TrainSettings.DEFAULT.withLength(2, 3, 8), LABELS);
        Trainer.Progress progress = new Trainer.Progress(folder.resolve("part"), "run");
        try (Parents.Parent parent = parents(0.5).open("final");
                VggishNet whole = VggishNet.create(SMALL, new SplittableRandom(7));
                VggishNet stopped = VggishNet.create(SMALL, new SplittableRandom(7));
                VggishNet other = VggishNet.create(SMALL, new SplittableRandom(8))) {
            trainer.fit(whole, "t", parent.hear(source()), null, 7, null);
            BatchSource killed = new BatchSource() {
                private final BatchSource source = parent.hear(source());
                private int epochs;

                @Override
                public void epoch(RandomGenerator random) {
                    source.epoch(random);
                    epochs++;
                }

                @Override
                public Batch next(int size) {
                    if (epochs == 2) {
                        throw new IllegalStateException("killed");
                    }
                    return source.next(size);
                }
            };
            assertThatThrownBy(() -> trainer.fit(stopped, "t", killed, null, 7, progress))
                    .hasMessage("killed");
            trainer.fit(other, "t", parent.hear(source()), null, 7, progress);
            Map<String, float[]> expected = whole.state();
            other.state().forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
        }
    }

    @Test
    void anotherRunsNetworksAreRefused() throws IOException {
        assertThatThrownBy(() -> parents(0.5))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("fold-0.ckpt is not there");
        keep("fold 0", run(1) + " fold 0");
        assertThatThrownBy(() -> new Parents(List.of(folder), 0.5, FrontEndSettings.PAPER, CLIPS))
                .hasMessageContaining("with another front end");
        assertThatThrownBy(() -> new Parents(List.of(folder), 0.5, FrontEndSettings.PLAIN, CLIPS.subList(0, 4)))
                .hasMessageContaining("with other recordings, labels or folds")
                .hasMessageContaining("expected '..., ")
                .hasMessageContaining("found '" + run(1) + " fold 0'");
        Parents parents = parents(0.5);
        assertThatThrownBy(() -> parents.require("final")).hasMessageContaining("final.ckpt is not there");
        keep("final", run(1) + " fold 0");
        assertThatThrownBy(() -> parents.open("final")).hasMessageContaining("with other recordings, labels or folds");
    }

    /** Byte for byte what it was before there were parents: networks that are finished must still be found. */
    @Test
    void aRunWithoutParentsIsDescribedAsEver() throws IOException {
        assertThat(options().run(CLIPS, 1))
                .isEqualTo(
                        "seed 1, threads 1, NetSettings[channels=[16, 32, 64, 64, 128, 128], hidden=[512], embedding=128,"
                                + " batchNorm=true, reasons=4, rank=0, sounds=0], TrainSettings[epochs=18, stepsPerEpoch=67,"
                                + " batch=64, learningRate=0.002, schedule=ONE_CYCLE, weightDecay=0.01, reasonWeight=0.05,"
                                + " soundWeight=0.03, labelSmoothing=0.01, frozen=[], patience=0],"
                                + " AugmentationSettings[mixed=0.5, minSnrDb=-5.0, maxSnrDb=20.0, gain=0.8, bandLimit=0.5,"
                                + " reverberation=0.3, masks=0.3, shortened=0.2, madeByRule=0.2],"
                                + " FrontEndSettings[preEmphasis=0.0, zScore=false, shortClip=REPEAT, hopFrames=48],"
                                + " pretraining 10, teachers [], data " + RecipeOptions.digest(CLIPS));
    }

    @Test
    void aRunWithParentsNamesThem() throws IOException {
        String plain = options().run(CLIPS, 1);
        keep("fold 0", plain + " fold 0");
        String run = options("--distil", folder.toString()).run(CLIPS, 1);
        assertThat(run).startsWith(plain.substring(0, plain.indexOf(", data "))).endsWith(RecipeOptions.digest(CLIPS));
        assertThat(run).containsPattern(", parents 0\\.5 of [0-9a-f]{64}, data ");
        assertThat(options("--distil", folder.toString(), "--distil-weight", "0.8")
                        .run(CLIPS, 1))
                .isEqualTo(run.replace("parents 0.5", "parents 0.8"));
        assertThat(run).doesNotContain(", start ");
        keep("fold 0", plain.replace(", data ", ", start 00aa, data ") + " fold 0");
        String began = options("--distil", folder.toString()).run(CLIPS, 1);
        assertThat(began).contains(", start of the parents, data ");
        // Nor is it forgotten by those who learn from them.
        keep("fold 0", began + " fold 0");
        assertThat(options("--distil", folder.toString()).run(CLIPS, 1)).contains(", start of the parents, data ");
        Map<String, float[]> other = state();
        other.put("gate.bias", new float[] {1});
        Checkpoint.write(folder.resolve("fold-0.ckpt"), plain + " fold 0", other);
        assertThat(options("--distil", folder.toString()).run(CLIPS, 1)).isNotEqualTo(run);
    }

    private static RecipeOptions options(String... more) {
        String[] args = Arrays.copyOf(more, more.length + 2);
        args[more.length] = "--manifest";
        args[more.length + 1] = "none.csv";
        return CommandLine.populateCommand(new RecipeOptions(), args);
    }

    private static String run(long seed) {
        return "seed " + seed + ", some network, " + FrontEndSettings.PLAIN + ", some training, data "
                + RecipeOptions.digest(CLIPS);
    }

    private Parents parents(double weight) throws IOException {
        return new Parents(List.of(folder), weight, FrontEndSettings.PLAIN, CLIPS);
    }

    private Map<String, float[]> keep(String part, String run) throws IOException {
        Map<String, float[]> state = state();
        Checkpoint.write(folder.resolve(part.replace(' ', '-') + ".ckpt"), run, state);
        return state;
    }

    private static Map<String, float[]> state() {
        try (VggishNet network = VggishNet.create(LARGE, new SplittableRandom(11))) {
            return network.state();
        }
    }

    private static double cry(VggishNet network) {
        float[] patches = new float[4 * Augmentation.PATCH];
        for (int i = 0; i < 4; i++) {
            System.arraycopy(CLIPS.get(i).logMel(), 0, patches, i * Augmentation.PATCH, Augmentation.PATCH);
        }
        float[] logits = Scorer.forward(network, patches, 0, 4).gate();
        return IntStream.range(0, 4)
                .mapToDouble(i -> 1.0 / (1.0 + Math.exp(-logits[i])))
                .average()
                .orElseThrow();
    }

    private static PatchSampler source() {
        return new PatchSampler(CLIPS, LABELS, PLAIN, AugmentationSettings.DEFAULT, null);
    }

    private static BatchSource always(Batch batch) {
        return new BatchSource() {
            @Override
            public void epoch(RandomGenerator random) {
                // Nothing is drawn.
            }

            @Override
            public Batch next(int size) {
                return batch;
            }
        };
    }
}
