package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xss1m",
                        "-Dlong=" + "x".repeat(20_000),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starts.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(java.exitValue()).as(said).isZero();
        // JDK 24 and later warn of native code, with a blank line after.
        assertThat(said.lines().filter(line -> !line.isBlank() && !line.startsWith("WARNING: ")))
                .singleElement()
                .asString()
                .startsWith("version 1.")
                .contains("CPUExecutionProvider");
    }
}
