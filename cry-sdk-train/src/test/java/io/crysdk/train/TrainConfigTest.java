package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.dsp.FrontEndSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainConfigTest {
    @TempDir
    Path folder;

    @Test
    void theDefaultIsTheShippedRecipe() throws IOException {
        TrainConfig config = TrainConfig.read("default", Optional.empty(), Map.of());
        assertThat(config.training()).isEqualTo(TrainSettings.DEFAULT);
        assertThat(config.augmentation()).isEqualTo(AugmentationSettings.DEFAULT);
        assertThat(config.frontEnd()).isEqualTo(FrontEndSettings.PLAIN);
        assertThat(config.net()).isEqualTo(NetSettings.vggish(4, List.of(512), true, 4));
        assertThat(config.labels()).containsExactly("hunger", "boredom", "tiredness", "discomfort");
        assertThat(config.rungs()).isEmpty();
        assertThat(config.start()).isEmpty();
    }

    @Test
    void thePapersIsThePapers() throws IOException {
        TrainConfig config = TrainConfig.read("paper", Optional.empty(), Map.of());
        assertThat(config.net()).isEqualTo(NetSettings.vggish(1, List.of(4096, 4096), false, 4));
        assertThat(config.frontEnd()).isEqualTo(FrontEndSettings.PAPER);
        assertThat(config.augmentation()).isEqualTo(AugmentationSettings.NONE);
        TrainSettings training = config.training();
        assertThat(training.epochs()).isEqualTo(30);
        assertThat(training.learningRate()).isEqualTo(1e-4);
        assertThat(training.schedule()).isEqualTo(TrainSettings.Schedule.CONSTANT);
        assertThat(training.rate(0)).isEqualTo(training.rate(training.steps() - 1));
        assertThat(training.weightDecay()).isZero();
        assertThat(training.frozen()).isEmpty();
        assertThat(config.weighing()).isEqualTo(Weighing.NONE);
        assertThat(config.rungs()).containsExactly(Rung.SEGMENT);
        assertThat(config.folds()).isEqualTo(5);
    }

    @Test
    void aFileReplacesThePresetAndAValueTheFile() throws IOException {
        Path file = toml("""
                seeds = [3, 4]
                [network]
                dense = "rank-256"   # products
                width_divisor = 2
                [training]
                rate = 5e-4
                freeze = ["conv1"]
                weighing = "balanced_sampling"
                [start]
                weights = "my.onnx"
                """);
        Map<String, String> values = new LinkedHashMap<>();
        values.put("training.rate", "7e-4");
        values.put("training.schedule", "constant");
        values.put("ladder.rungs", "['group', 'segment']");
        TrainConfig config = TrainConfig.read("paper", Optional.of(file), values);
        assertThat(config.seeds()).containsExactly(3L, 4L);
        assertThat(config.net())
                .isEqualTo(NetSettings.vggish(2, List.of(4096, 4096), false, 4).withRank(256));
        assertThat(config.training().learningRate()).isEqualTo(7e-4);
        assertThat(config.training().frozen()).containsExactly("conv1");
        assertThat(config.training().epochs()).isEqualTo(30);
        assertThat(config.weighing()).isEqualTo(Weighing.BALANCED_SAMPLING);
        assertThat(config.start()).contains(Path.of("my.onnx"));
        assertThat(config.rungs()).containsExactly(Rung.GROUP, Rung.SEGMENT);
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceWithItsPlace() throws IOException {
        Path file = toml("""
                threads = 0
                colour = "blue"

                [training]
                epochs = "many"
                schedule = "wavy"
                epoch = 3
                [augmentation]
                mixed = 1.5
                [ladder]
                rungs = ["group", "baby"]
                """);
        assertThatThrownBy(() -> TrainConfig.read("default", Optional.of(file), Map.of("network.dense", "huge")))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .contains(
                                        "my.toml:1: threads: expected a whole number of 1 or more, found 0",
                                        "my.toml:5: training.epochs: expected a whole number of 1 or more, found 'many'",
                                        "my.toml:6: training.schedule: expected one of [one_cycle, constant], found"
                                                + " 'wavy'",
                                        "my.toml:9: augmentation.mixed: expected a number from 0.0 to 1.0, found 1.5",
                                        "my.toml:11: ladder.rungs: expected some of [group, recording, segment, overlap,"
                                                + " oversampled], found ['group','baby']",
                                        "option network.dense: network.dense: expected full, narrow, rank-R such as"
                                                + " rank-256, or a list of widths, found 'huge'")
                                .anyMatch(p -> p.startsWith("my.toml:2: colour: no such key; expected one of [labels"))
                                .anyMatch(p -> p.startsWith("my.toml:7: training.epoch: no such key")
                                        && p.contains("training.epochs"))
                                .hasSize(8));
    }

    @Test
    void whatIsNoTomlIsToldWithItsLine() throws IOException {
        Path file = toml("threads = 1\n[training\n");
        assertThatThrownBy(() -> TrainConfig.read("default", Optional.of(file), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("my.toml:2: not TOML");
        assertThatThrownBy(() -> TrainConfig.read("default", Optional.of(folder.resolve("none.toml")), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> TrainConfig.read("papers", Optional.empty(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected one of [default, paper], found 'papers'");
    }

    @Test
    void aTableWhereAValueIsAndAValueWhereATableIsAreTold() throws IOException {
        Path file = toml("training = 3\n[labels]\nx = 1\n");
        assertThatThrownBy(() -> TrainConfig.read("default", Optional.of(file), Map.of("training.rate", "1e-4")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("my.toml:3: labels.x: no such key")
                .hasMessageContaining("my.toml:1: training: no such key")
                .hasMessageContaining("option training.rate: training.rate: expected a number");
    }

    @Test
    void valuesThatNoNumberOrNameCanBeAreTold() throws IOException {
        refused("seeds = [99999999999999999999]", "seeds: expected a list of whole numbers");
        refused("network.dense = [-4294967295]", "[network]");
        refused("start.weights = \"\\u0000\"", "start.weights: expected a file's name");
        refused("a" + ".a".repeat(100_000) + " = 1", "a.a.a.a: no such key");
        Path file = folder.resolve("my.toml");
        Files.write(file, new byte[] {'#', (byte) 0xe4});
        assertThatThrownBy(() -> TrainConfig.read("default", Optional.of(file), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("UTF-8");
    }

    private void refused(String text, String message) throws IOException {
        Path file = toml(text);
        assertThatThrownBy(() -> TrainConfig.read("default", Optional.of(file), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    private Path toml(String text) throws IOException {
        return Files.writeString(folder.resolve("my.toml"), text);
    }
}
