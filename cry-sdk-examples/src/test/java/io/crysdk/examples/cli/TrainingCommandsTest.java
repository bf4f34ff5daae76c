package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingCommandsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crossval",
                "train",
                "make",
                "synthesize",
                "simulate",
                "import-weights",
                "evaluate-personalization"
            })
    void theTrainersCommandsAreThere(String name) {
        Run run = Run.cry(name, "--help");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("Usage: cry " + name).contains("--debug");
        assertThat(Run.cry("--help").out()).contains("  " + name);
    }

    @Test
    void withoutPyTorchBaselinesWorkAndOneSentenceSaysWhatElseToDo() {
        assumeThat(getClass().getClassLoader().getResource("native/lib/pytorch.properties"))
                .as("PyTorch on the class path, as under -Ptrain")
                .isNull();
        Run made = Run.cry("synthesize", "--shape", "tiny", "--out", folder);
        assertThat(made.exit()).as(made.err()).isZero();
        Path manifest = folder.resolve("manifest.csv");
        assertThat(made.out().strip()).isEqualTo(manifest.toString());
        Run baselines = Run.cry(
                "crossval",
                "--manifest",
                manifest,
                "--rungs",
                "recording,segment",
                "--baselines",
                "--work",
                folder.resolve("w"),
                "--report",
                folder.resolve("r"));
        assertThat(baselines.exit()).as(baselines.err()).isZero();
        assertThat(baselines.out().lines())
                .hasSize(2)
                .allMatch(line -> line.matches("(recording|segment): accuracy 0\\.\\d{3}, .*"));
        assertThat(folder.resolve("r/report.json")).exists();
        assertThat(folder.resolve("r/report.md")).content().contains("segment", "recording oracle");

        Run run = Run.cry("crossval", "--manifest", manifest, "--work", folder.resolve("w"));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith("cry: training needs PyTorch")
                .contains("-Ptrain")
                .endsWith("[PROVIDER_UNAVAILABLE]");
    }
}
