package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingCommandsTest {
    @ParameterizedTest
    @ValueSource(strings = {"crossval", "train", "make"})
    void theTrainersCommandsAreThere(String name) {
        Run run = Run.cry(name, "--help");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("Usage: cry " + name).contains("--manifest", "--debug");
        assertThat(Run.cry("--help").out()).contains("  " + name);
    }

    @Test
    void withoutPyTorchOneSentenceSaysWhatToDo() {
        assumeThat(getClass().getClassLoader().getResource("native/lib/pytorch.properties"))
                .as("PyTorch on the class path, as under -Ptrain")
                .isNull();
        Run run = Run.cry("crossval", "--manifest", "m.csv", "--work", "w", "--report", "r");
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
