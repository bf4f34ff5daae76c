package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.testing.OtherJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        return OtherJvm.of(OnnxRuntimeTest.Starts.class, "-D" + NativeCache.PROPERTY + "=" + cache)
                .start();
    }

    private static void assertStarted(Process java) throws IOException, InterruptedException {
        OtherJvm.Ended ended = OtherJvm.end(java);
        assertThat(ended.said()).singleElement().asString().startsWith("version 1.");
        assertThat(ended.exit()).isZero();
    }
}
