package io.crysdk.dsp;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The material that lies beside a developer's checkout and may not be committed: golden data of real recordings, and
 * the corpus. Where it is absent a test over it skips and says so; under continuous integration ({@code CI=true}) it
 * fails.
 */
final class Shared {
    private Shared() {}

    /** The folder {@code name} of the shared material; {@code purpose} completes "skipped: ...". */
    static Path folder(String name, String purpose) {
        Path folder = Path.of(System.getProperty("cry.shared", "absent")).resolve(name);
        if (!Files.isDirectory(folder)) {
            String message = "skipped: " + purpose + ", because "
                    + folder.toAbsolutePath().normalize() + " is absent (system property cry.shared)";
            if ("true".equals(System.getenv("CI"))) {
                fail("must not be " + message);
            }
            abort(message);
        }
        return folder;
    }

    /** Whether {@link #folder} would return, for tests that only add the real material to their own. */
    static boolean has(String name) {
        return Files.isDirectory(
                        Path.of(System.getProperty("cry.shared", "absent")).resolve(name))
                || "true".equals(System.getenv("CI"));
    }

    static List<Path> files(Path folder, String glob) {
        try (Stream<Path> all = Files.list(folder)) {
            var matcher = folder.getFileSystem().getPathMatcher("glob:" + glob);
            return all.filter(file -> matcher.matches(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
