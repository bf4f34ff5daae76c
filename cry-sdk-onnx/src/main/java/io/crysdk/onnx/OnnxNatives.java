package io.crysdk.onnx;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says where ONNX Runtime finds its libraries while it starts.
 *
 * <ol>
 *   <li>Where the application says, by {@code onnxruntime.native.path}.
 *   <li>In the folder that {@link NativeCache} keeps, if the application named one.
 *   <li>In a temporary folder that is deleted as soon as they are loaded: Linux and macOS need the files no more. A process that ends or is
 *       killed within the second that this takes may leave them (28 MB) to the next that starts an hour later or more. Left alone, the
 *       runtime keeps them until the virtual machine ends, and for good if it is killed.
 *   <li>Where the runtime itself unpacks them: on Windows, where a loaded library cannot be deleted, and with the GPU's build, which loads
 *       more of them later.
 * </ol>
 */
final class OnnxNatives {
    static final String PATH = "onnxruntime.native.path";

    private static final Logger LOG = LoggerFactory.getLogger(OnnxNatives.class);
    private static final String PREFIX = "cry-sdk-onnxruntime";

    /** A literal is one for the whole process, as is the property: in another class loader this class is another. */
    private static final String ONE_AT_A_TIME = "io.crysdk.onnx.OnnxNatives";

    /** Loading takes less than a second; a folder this old is that of a process which ended in this second. */
    private static final Duration LITTER = Duration.ofHours(1);

    private OnnxNatives() {}

    /** Starts the runtime. */
    static <T> T during(Callable<T> start) throws Exception {
        synchronized (ONE_AT_A_TIME) {
            PackedNatives natives = PackedNatives.ofThisMachine();
            String cache = System.getProperty(NativeCache.PROPERTY, "");
            String named = System.getProperty(PATH);
            if (named != null || !natives.present()) {
                LOG.debug("Libraries of ONNX Runtime: {}", named == null ? "none on the class path" : named);
                return start.call();
            }
            if (!cache.isBlank()) {
                return startFrom(NativeCache.unpacked(natives, path(cache)), start);
            }
            if (natives.platform().startsWith("win-") || natives.hasProviders()) {
                LOG.debug("Libraries of ONNX Runtime: where it unpacks them itself");
                return start.call();
            }
            Path temporary = path(System.getProperty("java.io.tmpdir", ""));
            deleteLitter(temporary, Instant.now().minus(LITTER));
            Path folder = Files.createTempDirectory(temporary, PREFIX);
            try {
                natives.unpack(folder);
                return startFrom(folder, start);
            } finally {
                delete(folder);
            }
        }
    }

    private static <T> T startFrom(Path folder, Callable<T> start) throws Exception {
        LOG.debug("Libraries of ONNX Runtime: {}", folder);
        System.setProperty(PATH, folder.toString());
        try {
            return start.call();
        } finally {
            System.clearProperty(PATH);
        }
    }

    private static Path path(String name) throws IOException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Deletes what processes that ended while they loaded have left, as far as it may be deleted. */
    static void deleteLitter(Path temporary, Instant before) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            for (Path folder : folders) {
                if (isFolderFromBefore(folder, before)) {
                    delete(folder);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("Not looked through: {}: {}", temporary, e.toString());
        }
    }

    /** What is gone by now, since another process has deleted it, is none. */
    private static boolean isFolderFromBefore(Path path, Instant before) {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return found.isDirectory() && found.lastModifiedTime().toInstant().isBefore(before);
        } catch (IOException e) {
            return false;
        }
    }

    private static void delete(Path folder) {
        try {
            PackedNatives.delete(folder);
        } catch (IOException e) {
            LOG.debug("Not deleted: {}: {}", folder, e.toString());
        }
    }
}
