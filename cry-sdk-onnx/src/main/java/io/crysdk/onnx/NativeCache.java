package io.crysdk.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks ONNX Runtime's libraries once into a folder that the application names, for every virtual machine after that.
 *
 * <p>The system property {@value #PROPERTY} names the folder. Several processes may share it: one unpacks, under a lock, into
 * files that are moved to their names when they are whole. What is there is used if its size is that of the resource; the
 * folder must be one that nobody else can write to, since what lies in it is run.
 */
final class NativeCache {
    static final String PROPERTY = "crysdk.natives";

    private static final String RUNTIME_PROPERTY = "onnxruntime.native.path";
    private static final String RESOURCES = "/ai/onnxruntime/native/";
    private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

    private NativeCache() {}

    /** Tells the runtime where its libraries are, if the application named a folder and nobody else has told it. */
    static void use() {
        String named = System.getProperty(PROPERTY);
        if (named == null || named.isBlank() || System.getProperty(RUNTIME_PROPERTY) != null) {
            return;
        }
        try {
            Path folder = unpacked(Path.of(named));
            if (folder != null) {
                System.setProperty(RUNTIME_PROPERTY, folder.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of the property " + PROPERTY + ", " + named, e);
        }
    }

    /** Where the libraries are; none on a platform that the runtime has none for, which it will say itself. */
    static @Nullable Path unpacked(Path cache) throws IOException {
        String platform = platform();
        URL runtime = resource(platform, LIBRARIES.get(0));
        if (runtime == null) {
            return null;
        }
        // Another version's library has another size.
        Path folder = cache.resolve("onnxruntime-" + platform + "-" + size(runtime));
        if (whole(folder, platform)) {
            return folder;
        }
        Files.createDirectories(folder);
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (held.isValid() && !whole(folder, platform)) {
                unpack(folder, platform);
            }
        }
        return folder;
    }

    private static void unpack(Path folder, String platform) throws IOException {
        for (String library : LIBRARIES) {
            URL resource = resource(platform, library);
            if (resource == null) {
                throw new IOException("ONNX Runtime's jar has no library " + library + " for " + platform);
            }
            Path aside = folder.resolve(library + ".part");
            try (InputStream in = resource.openStream()) {
                Files.copy(in, aside, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(aside, file(folder, library), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static boolean whole(Path folder, String platform) throws IOException {
        for (String library : LIBRARIES) {
            Path file = file(folder, library);
            URL resource = resource(platform, library);
            if (resource == null || !Files.isRegularFile(file) || Files.size(file) != size(resource)) {
                return false;
            }
        }
        return true;
    }

    private static Path file(Path folder, String library) {
        return folder.resolve(System.mapLibraryName(library));
    }

    private static long size(URL resource) throws IOException {
        return resource.openConnection().getContentLengthLong();
    }

    private static @Nullable URL resource(String platform, String library) {
        return OrtEnvironment.class.getResource(RESOURCES + platform + "/" + System.mapLibraryName(library));
    }

    /** The runtime's name for this platform. */
    private static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String processor = arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch;
        return (os.contains("mac") ? "osx-" : os.contains("win") ? "win-" : "linux-") + processor;
    }
}
