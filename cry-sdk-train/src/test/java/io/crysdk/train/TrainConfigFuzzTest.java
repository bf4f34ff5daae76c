package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes of a TOML file, or a value given beside it, a configuration is read or complained of; see docs/fuzzing.md. */
class TrainConfigFuzzTest {
    @TempDir
    static Path folder;

    @MethodSource("files")
    @FuzzTest
    void toml(byte[] bytes) throws IOException {
        read(Optional.of(Files.write(folder.resolve("fuzzed.toml"), bytes)), Map.of());
    }

    @MethodSource("values")
    @FuzzTest
    void value(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int equals = text.indexOf('=');
        read(Optional.empty(), Map.of(text.substring(0, Math.max(0, equals)), text.substring(equals + 1)));
    }

    private static void read(Optional<Path> file, Map<String, String> values) throws IOException {
        try {
            TrainConfig config = TrainConfig.read(TrainConfig.DEFAULT_PRESET, file, values);
            assertThat(config.labels()).hasSizeGreaterThan(1);
            assertThat(config.net().reasons()).isEqualTo(config.labels().size());
        } catch (ConfigException e) {
            assertThat(e.problems()).isNotEmpty().allMatch(problem -> !problem.isBlank());
        }
    }

    static Stream<Arguments> files() {
        return texts(
                """
                labels = ["hunger", 'boredom']
                seeds = [3, -4]
                threads = 2
                [network]
                dense = "rank-256"   # products
                width_divisor = 0x2
                batch_norm = false
                [training]
                rate = 5e-4
                freeze = ["conv1"]
                weighing = "balanced_sampling"
                [augmentation]
                min_snr_db = -5
                [front_end]
                pre_emphasis = 0.97
                short_clip = "repeat"
                [start]
                weights = "my.onnx"
                [ladder]
                rungs = ["group"]
                """,
                "network = {dense = [32, 16]}\ntraining.rate = inf",
                "a.\"b.c\" = 1979-05-27T07:32:00Z",
                "[labels]\nx = 1");
    }

    static Stream<Arguments> values() {
        return texts(
                "training.rate=7e-4",
                "training.schedule=constant",
                "ladder.rungs=['group', 'segment']",
                "network.dense=[8]",
                "labels=",
                "labels.x=1",
                "=");
    }

    private static Stream<Arguments> texts(String... texts) {
        return Stream.of(texts).map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }
}
