package io.crysdk;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a model comes from. The engine reads it once, when the classifier is built.
 *
 * <p>Sources are immutable values that any thread may use, as long as what they open allows that.
 *
 * @since 0.1.0
 */
public sealed interface ModelSource {
    /** The name of the model that is used when none is asked for. */
    String DEFAULT = "default";

    /**
     * A model that is installed on the class or module path, by its name; {@code cry models} lists them.
     *
     * @param name the name, for example {@value #DEFAULT}
     * @return the source
     */
    static ModelSource installed(String name) {
        return new Installed(name);
    }

    /**
     * A file. It is read whole when the classifier is built, and may change or vanish after that.
     *
     * @param path the ONNX file
     * @return the source
     */
    static ModelSource file(Path path) {
        return new File(path);
    }

    /**
     * A resource on the class path.
     *
     * @param loader the class loader that sees it
     * @param resource its name, for example {@code models/mine.onnx}
     * @return the source
     */
    static ModelSource classPath(ClassLoader loader, String resource) {
        Objects.requireNonNull(loader, "loader");
        Objects.requireNonNull(resource, "resource");
        return new Stream(resource, () -> {
            InputStream stream = loader.getResourceAsStream(resource);
            if (stream == null) {
                throw new FileNotFoundException("no such resource on the class path: " + resource);
            }
            return stream;
        });
    }

    /**
     * Bytes in memory.
     *
     * @param onnx the bytes of an ONNX file; not copied, so leave them alone until the classifier is built
     * @return the source
     */
    static ModelSource bytes(byte[] onnx) {
        Objects.requireNonNull(onnx, "onnx");
        return new Stream("bytes", () -> new ByteArrayInputStream(onnx));
    }

    /**
     * Anything that can be opened as a stream.
     *
     * @param name what to call it in messages
     * @param opener opens it; the engine closes the stream
     * @return the source
     */
    static ModelSource stream(String name, Opener opener) {
        return new Stream(name, opener);
    }

    /**
     * An installed model.
     *
     * @param name its name
     */
    record Installed(String name) implements ModelSource {
        /** Creates the source. */
        public Installed {
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * A file.
     *
     * @param path the ONNX file
     */
    record File(Path path) implements ModelSource {
        /** Creates the source. */
        public File {
            Objects.requireNonNull(path, "path");
        }
    }

    /**
     * A stream.
     *
     * @param name what to call it in messages
     * @param opener opens it
     */
    record Stream(String name, Opener opener) implements ModelSource {
        /** Creates the source. */
        public Stream {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(opener, "opener");
        }
    }

    /** Opens a stream of model bytes. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens the stream at its beginning.
         *
         * @return a stream that the engine closes, never null
         * @throws IOException if it cannot be opened; anything else it throws reaches the caller of {@code build} as it is
         */
        InputStream open() throws IOException;
    }
}
