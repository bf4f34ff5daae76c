package io.crysdk.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/**
 * The material that lies beside a developer's checkout and may not be committed: golden data of real recordings, and
 * the corpus. The system property {@code cry.shared} says where.
 */
public final class Shared {
    private Shared() {}

    /**
     * Finds a folder of the shared material. Where it is absent the calling test skips and says so; in continuous
     * integration ({@code CI=true}) it fails.
     *
     * @param name the folder, for example {@code golden/resample}
     * @param purpose what is skipped without it, for the message
     * @return the folder, which exists
     */
    public static Path folder(String name, String purpose) {
        Path folder = path(name);
        if (!Files.isDirectory(folder)) {
            String message = "skipped: " + purpose + ", because "
                    + folder.toAbsolutePath().normalize() + " is absent (system property cry.shared)";
            if (continuousIntegration()) {
                fail("must not be " + message);
            }
            abort(message);
        }
        return folder;
    }

    /**
     * Says whether {@link #folder} would not skip, for tests that only add the real material to their own.
     *
     * @param name the folder
     * @return whether it is there, or must be
     */
    public static boolean has(String name) {
        return Files.isDirectory(path(name)) || continuousIntegration();
    }

    /**
     * Lists files by name.
     *
     * @param folder where
     * @param glob which, for example {@code cry_*.s16}
     * @return the files, sorted
     */
    public static List<Path> files(Path folder, String glob) {
        PathMatcher matcher = folder.getFileSystem().getPathMatcher("glob:" + glob);
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> matcher.matches(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path path(String name) {
        return Path.of(System.getProperty("cry.shared", "absent")).resolve(name);
    }

    private static boolean continuousIntegration() {
        return "true".equals(System.getenv("CI"));
    }
}
