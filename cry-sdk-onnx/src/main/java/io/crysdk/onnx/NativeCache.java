package io.crysdk.onnx;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Unpacks ONNX Runtime's libraries once into a folder that the application names, for every virtual machine after that.
 *
 * <p>The system property {@value #PROPERTY} names the folder. Several processes may share it: one unpacks, under a lock, into
 * files that are moved to their names when they are whole. What is there is used if its size is that of the resource; the
 * folder must be one that nobody else can write to, since what lies in it is run.
 */
final class NativeCache {
    static final String PROPERTY = "crysdk.natives";

    private NativeCache() {}

    /** Where in the cache the libraries are, once this returns. */
    static Path unpacked(PackedNatives natives, Path cache) throws IOException {
        // Another version's library has another size.
        Path folder = cache.resolve("onnxruntime-" + natives.platform() + "-" + natives.size());
        if (natives.unpackedIn(folder)) {
            return folder;
        }
        Files.createDirectories(folder);
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (held.isValid() && !natives.unpackedIn(folder)) {
                natives.unpack(folder);
            }
        }
        return folder;
    }
}
