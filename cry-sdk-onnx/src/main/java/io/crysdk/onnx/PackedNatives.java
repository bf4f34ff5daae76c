package io.crysdk.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's libraries as they lie in its jar.
 *
 * @param platform the runtime's name for a system and a processor, for example {@code linux-x64}
 */
record PackedNatives(String platform) {
    private static final String RESOURCES = "/ai/onnxruntime/native/";
    private static final String RUNTIME = "onnxruntime";
    private static final List<String> LIBRARIES = List.of(RUNTIME, "onnxruntime4j_jni");
    private static final String PROVIDERS = "onnxruntime_providers_shared";

    static PackedNatives ofThisMachine() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String processor = arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch;
        return new PackedNatives((os.contains("mac") ? "osx-" : os.contains("win") ? "win-" : "linux-") + processor);
    }

    boolean present() {
        return LIBRARIES.stream().allMatch(library -> resource(library) != null);
    }

    /** Whether there are parts that the runtime unpacks and loads by itself, long after its start: those of a GPU. */
    boolean hasProviders() {
        return resource(PROVIDERS) != null;
    }

    /** The size of the largest library, by which a version can be told from another; in bytes. */
    long size() throws IOException {
        return size(RUNTIME);
    }

    /** Whether all libraries are in a folder, as large as they should be. */
    boolean unpackedIn(Path folder) throws IOException {
        for (String library : LIBRARIES) {
            Path file = file(folder, library);
            if (!Files.isRegularFile(file) || Files.size(file) != size(library)) {
                return false;
            }
        }
        return true;
    }

    /** Writes the libraries into a folder; each gets its name when it is whole. */
    void unpack(Path folder) throws IOException {
        for (String library : LIBRARIES) {
            Path aside = aside(folder, library);
            try (InputStream in = whole(library).openStream()) {
                Files.copy(in, aside, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(aside, file(folder, library), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Deletes a folder and what {@link #unpack} leaves in it, whole or not; another file in it is an error. */
    static void delete(Path folder) throws IOException {
        for (String library : LIBRARIES) {
            Files.deleteIfExists(file(folder, library));
            Files.deleteIfExists(aside(folder, library));
        }
        Files.deleteIfExists(folder);
    }

    private static Path file(Path folder, String library) {
        return folder.resolve(System.mapLibraryName(library));
    }

    private static Path aside(Path folder, String library) {
        return folder.resolve(library + ".part");
    }

    private long size(String library) throws IOException {
        return whole(library).openConnection().getContentLengthLong();
    }

    private URL whole(String library) throws IOException {
        URL resource = resource(library);
        if (resource == null) {
            throw new FileNotFoundException("ONNX Runtime's jar has no library " + library + " for " + platform);
        }
        return resource;
    }

    private @Nullable URL resource(String library) {
        return OrtEnvironment.class.getResource(RESOURCES + platform + "/" + System.mapLibraryName(library));
    }
}
