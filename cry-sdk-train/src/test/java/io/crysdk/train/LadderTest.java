package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryOutcome;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.WavWriter;
import io.crysdk.train.weights.Fixtures;
import io.crysdk.train.weights.VggishWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings that each have a hum of their own, and labels that have nothing to do with what is heard. */
class LadderTest {
    private static final List<String> LABELS = List.of("hunger", "discomfort");
    private static final int FOLDS = 3;

    @TempDir
    Path folder;

    private Manifest manifest;

    @BeforeEach
    void record() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        StringBuilder csv = new StringBuilder("path,label,group,is_cry,segments\n");
        for (int r = 0; r < 12; r++) {
            float[] pcm = new float[64_000];
            double hz = 200 * Math.pow(1.25, r);
            for (int i = 0; i < pcm.length; i++) {
                pcm[i] = (float) (0.3 * Math.sin(2 * Math.PI * hz * i / 16_000) + 0.02 * random.nextDouble(-1, 1));
            }
            WavWriter.write(AudioClip.of(pcm, 16_000, 1), folder.resolve("r" + r + ".wav"));
            String segments = "0-12000;13000-25000;26000-38000;39000-51000;52000-64000";
            csv.append("r%d.wav,%s,baby%d,1,%s%n".formatted(r, LABELS.get(r / 3 % 2), r / 2, segments));
        }
        Files.writeString(folder.resolve("m.csv"), csv);
        manifest = Manifest.read(List.of(folder.resolve("m.csv")));
    }

    @Test
    void baselinesShowWhatARungGivesAway() throws IOException {
        ArrayNode ladder = ladder("work").run(manifest, List.of(Rung.values()), List.of(1L, 2L), false);
        assertThat(ladder)
                .extracting(r -> r.path("name").asText())
                .containsExactly("group", "recording", "segment", "overlap", "oversampled");
        for (JsonNode rung : ladder) {
            String name = rung.path("name").asText();
            boolean leaks = !name.equals("group") && !name.equals("recording");
            double oracle = baseline(rung, "recording oracle");
            double neighbour = baseline(rung, "nearest neighbour");
            double permuted = baseline(rung, "nearest neighbour, labels permuted");
            if (leaks) {
                assertThat(oracle).as(name).isEqualTo(1.0);
                assertThat(neighbour).as(name).isGreaterThan(0.98);
                assertThat(permuted).as("even labels dealt at random: " + name).isGreaterThan(0.98);
            } else {
                assertThat(oracle).as(name).isLessThanOrEqualTo(0.55);
                assertThat(neighbour).as(name).isLessThan(0.9);
            }
            assertThat(rung.path("mistake").asBoolean())
                    .isEqualTo(name.equals("overlap") || name.equals("oversampled"));
            assertThat(rung.path("split").asText()).isNotBlank();
            assertThat(rung.at("/figures/accuracy/seeds")).hasSize(2);
        }
        assertThat(folder.resolve("work/ladder")).doesNotExist();
    }

    @Test
    void whatWasJudgedIsNotTrainedAgain() throws IOException {
        ArrayNode first = ladder("work").run(manifest, List.of(Rung.SEGMENT), List.of(1L), true);
        List<Path> said = said();
        assertThat(said).hasSize(FOLDS);
        FileTime long_ago = FileTime.fromMillis(0);
        for (Path file : said) {
            Files.setLastModifiedTime(file, long_ago);
        }
        ArrayNode again = ladder("work").run(manifest, List.of(Rung.SEGMENT), List.of(1L), true);
        assertThat(again).isEqualTo(first);
        for (Path file : said) {
            assertThat(Files.getLastModifiedTime(file)).isEqualTo(long_ago);
        }
        assertThat(first.get(0).path("recordings").asInt()).isEqualTo(60);

        Files.delete(said.get(1));
        assertThat(ladder("work").run(manifest, List.of(Rung.SEGMENT), List.of(1L), true))
                .as("on one thread a fold that is trained again says the same")
                .isEqualTo(first);
    }

    @Test
    void tooFewGroupsAreTold() throws IOException {
        Files.writeString(
                folder.resolve("m.csv"), "path,label,group,is_cry\nr0.wav,hunger,a,1\nr3.wav,discomfort,a,1\n");
        Manifest one = Manifest.read(List.of(folder.resolve("m.csv")));
        assertThatThrownBy(() -> ladder("work").run(one, List.of(Rung.GROUP), List.of(1L), false))
                .hasMessageContaining("group")
                .hasMessageContaining("found 1");
    }

    @Test
    void itsNetworksBeginWithWeightsFromElsewhere() throws IOException {
        VggishWeights drawn = Fixtures.drawn(8);
        List<String> body = List.of("conv", "fc", "embedding");
        TrainSettings heads =
                new TrainSettings(1, 1, 16, 1e-2, TrainSettings.Schedule.CONSTANT, 0.0, 1.0, 0.0, 0.0, body, 0);
        UnitRecipe recipe = new UnitRecipe(
                drawn.settings(false, LABELS.size()),
                heads,
                Weighing.NONE,
                AugmentationSettings.NONE,
                FrontEndSettings.PAPER,
                LABELS,
                drawn);
        List<Unit> units = Rung.SEGMENT.cut(new Units(LABELS, FrontEndSettings.PAPER, 0), manifest);
        try (VggishNet net = recipe.train("t", units, Rung.SEGMENT, 5, null)) {
            drawn.values()
                    .forEach((name, values) ->
                            assertThat(net.state().get(name)).as(name).isEqualTo(values));
        }
    }

    @Test
    void makeExportsTheReasonsAloneWithoutAGate() throws IOException {
        Path model = folder.resolve("reasons.onnx");
        assertThat(make("segment", model)).isZero();
        byte[] first = Files.readAllBytes(model);
        try (CryClassifier classifier =
                CryClassifier.builder().model(model).minReasonProbability(0.0).build()) {
            assertThat(classifier.model().hasGate()).isFalse();
            assertThat(classifier.model().labels()).extracting(CryReason::id).isEqualTo(LABELS);
            assertThat(classifier.model().metadata().get("crysdk.figures")).contains("segment folds", "UAR");
            CryResult result = classifier.classify(folder.resolve("r0.wav"));
            assertThat(result.cryProbability()).isEmpty();
            assertThat(result.outcome()).isEqualTo(CryOutcome.CRY);
        }
        assertThat(make("segment", model)).isZero();
        assertThat(Files.readAllBytes(model)).as("nothing is trained twice").isEqualTo(first);
    }

    @Test
    void noModelIsMadeFromAMistake() throws IOException {
        Path model = folder.resolve("reasons.onnx");
        assertThat(make("oversampled", model)).isNotZero();
        assertThat(folder.resolve("report")).as("told before any training").doesNotExist();
        assertThat(model).doesNotExist();
    }

    @Test
    void baselinesAreNoReportOfAModel() throws IOException {
        Path model = folder.resolve("reasons.onnx");
        assertThat(make("segment", model)).isZero();
        Files.delete(model);
        assertThat(run("crossval", "segment", "--rungs", "segment", "--baselines"))
                .isZero();
        assertThat(run("train", "segment", "--out", model.toString())).isNotZero();
        assertThat(model).doesNotExist();
    }

    private int make(String rung, Path model) throws IOException {
        return run("make", rung, "--out", model.toString());
    }

    private int run(String command, String rung, String... more) throws IOException {
        Path config = Files.writeString(folder.resolve("small.toml"), """
                labels = ["hunger", "discomfort"]
                [network]
                width_divisor = 32
                dense = [5]
                [training]
                epochs = 1
                batch = 16
                [ladder]
                rungs = ["%s"]
                folds = 2
                """.formatted(rung));
        List<String> args = new ArrayList<>(List.of(command, "--config", config.toString()));
        args.addAll(List.of("--manifest", folder.resolve("m.csv").toString()));
        args.addAll(List.of("--work", folder.resolve("made").toString()));
        args.addAll(List.of("--report", folder.resolve("report").toString()));
        args.addAll(List.of(more));
        return TrainCommand.run(args.toArray(String[]::new));
    }

    private Ladder ladder(String work) {
        NetSettings net = new NetSettings(List.of(2, 2, 2, 2, 3, 3), List.of(5), 4, true, 2);
        TrainSettings training = TrainSettings.DEFAULT.withLength(2, 1, 16);
        UnitRecipe recipe = new UnitRecipe(
                net, training, Weighing.NONE, AugmentationSettings.NONE, FrontEndSettings.PAPER, LABELS, null);
        return new Ladder(recipe, FOLDS, 0, folder.resolve(work));
    }

    private List<Path> said() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("work/ladder"))) {
            return files.sorted().toList();
        }
    }

    private static double baseline(JsonNode rung, String name) {
        for (JsonNode baseline : rung.path("baselines")) {
            if (baseline.path("name").asText().equals(name)) {
                return baseline.path("accuracy").asDouble();
            }
        }
        throw new AssertionError("no baseline " + name + " in " + rung);
    }
}
