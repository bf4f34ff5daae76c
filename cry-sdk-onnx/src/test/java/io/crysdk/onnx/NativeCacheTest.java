package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
    @TempDir
    Path cache;

    @Test
    void severalProcessesUnpackOnceAndMendWhatIsBroken() throws IOException, InterruptedException {
        List<Process> together = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            together.add(start());
        }
        for (Process process : together) {
            assertStarted(process);
        }
        Path library = library();
        long whole = Files.size(library);
        Files.write(library, new byte[100]);

        assertStarted(start());

        assertThat(library).hasSize(whole);
        try (Stream<Path> files = Files.walk(cache)) {
            assertThat(files.filter(Files::isRegularFile).map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder(
                            "lock", System.mapLibraryName("onnxruntime"), System.mapLibraryName("onnxruntime4j_jni"));
        }
    }

    private Path library() throws IOException {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(f -> f.endsWith(System.mapLibraryName("onnxruntime")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + NativeCache.PROPERTY + "=" + cache,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OnnxRuntimeTest.Starts.class.getName())
                .redirectErrorStream(true)
                .start();
    }

    private static void assertStarted(Process java) throws IOException, InterruptedException {
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).contains("version 1.");
        assertThat(java.exitValue()).as(said).isZero();
    }
}
