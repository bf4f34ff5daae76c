package org.example.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A runtime image of {@code jlink} that answers. The image holds modules of the JDK only: ONNX Runtime and JTransforms are
 * automatic modules, which {@code jlink} does not take, and stay jars beside it.
 */
class ImageTest {
    private static final String MODULES = "java.base,java.logging";
    private static final String SAMPLE = "../../cry-sdk-examples/src/main/resources/io/crysdk/examples/sample-cry.wav";

    @TempDir
    Path folder;

    @Test
    void answersOnAnImageOfTheModulesThatAreNeeded() throws Exception {
        Path image = folder.resolve("image");
        int linked = ToolProvider.findFirst("jlink")
                .orElseThrow()
                .run(System.out, System.err, "--add-modules", MODULES, "--strip-debug", "--output", image.toString());
        assertEquals(0, linked);

        Process listen = new ProcessBuilder(
                        image.resolve("bin/java").toString(),
                        "--module-path",
                        "target/classes:target/lib".replace(":", System.getProperty("path.separator")),
                        "--add-modules",
                        "io.crysdk.onnx,io.crysdk.models",
                        "--module",
                        "org.example.listen/org.example.listen.Listen",
                        SAMPLE)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertEquals("UNCERTAIN", answer(listen));
        assertEquals(0, listen.waitFor());
    }

    private static String answer(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
