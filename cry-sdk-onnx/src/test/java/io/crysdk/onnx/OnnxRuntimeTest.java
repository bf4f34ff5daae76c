package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.testing.OtherJvm;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class OnnxRuntimeTest {
    /** What the other virtual machine runs. */
    static final class Starts {
        public static void main(String[] args) {
            System.out.println("version " + OnnxRuntime.version() + " " + OnnxRuntime.providers());
        }
    }

    @Test
    void startsUnderALongCommandLineAndPrintsNothing() throws IOException, InterruptedException {
        OtherJvm.Ended java = OtherJvm.of(Starts.class, "-Xss1m", "-Dlong=" + "x".repeat(20_000))
                .run();
        assertThat(java.said())
                .singleElement()
                .asString()
                .startsWith("version 1.")
                .contains("CPUExecutionProvider");
        assertThat(java.exit()).isZero();
    }
}
