package io.crysdk.onnx;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.ModelSource;
import io.crysdk.spi.ModelProvider;
import io.crysdk.spi.ModelProvider.InstalledModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a model with their digest.
 *
 * <p>They are read once into memory outside the heap, and the runtime loads from there: what was digested is what runs,
 * whatever becomes of the file, and a path inside the model cannot lead anywhere.
 *
 * <p>Memory outside the heap is freed only when the collector happens to run, and a program that opens and closes
 * classifiers gives it no cause to. So the room is handed back on {@link #close()} and the next model is read into it.
 *
 * @param name what to call the model where it does not name itself
 * @param buffer all bytes, direct, from position 0 to the limit
 * @param sha256 the digest of all bytes
 */
record ModelBytes(String name, ByteBuffer buffer, String sha256) implements AutoCloseable {
    /** No VGGish is near this; it keeps a wrong file from filling the memory. */
    static final int MAX_BYTES = 1 << 30;

    private static final int FIRST_BYTES = 1 << 20;

    /** The room of the model before, unless somebody else is reading one or memory became short. */
    private static final AtomicReference<@Nullable SoftReference<ByteBuffer>> ROOM = new AtomicReference<>();

    static ModelBytes read(ModelSource source) {
        if (source instanceof ModelSource.File file) {
            Path path = file.path();
            Path fileName = path.getFileName();
            String name = (fileName == null ? path : fileName).toString().replaceFirst("\\.onnx$", "");
            return read(name, path.toString(), sizeHint(path), () -> Files.newInputStream(path));
        }
        if (source instanceof ModelSource.Stream stream) {
            return read(stream.name(), stream.name(), FIRST_BYTES, stream.opener());
        }
        String name = ((ModelSource.Installed) source).name();
        List<InstalledModel> installed = ModelProvider.installed();
        InstalledModel model = installed.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new CryException(
                        CryErrorCode.MODEL_NOT_FOUND,
                        "no model named '" + name + "' is installed, found "
                                + installed.stream().map(InstalledModel::name).toList()
                                + ": add the dependency io.crysdk:cry-sdk-models, or give a file"));
        return read(name, "the installed model '" + name + "'", FIRST_BYTES, model::open);
    }

    /** One byte more than the file has, so that its end is met without room being made for more. */
    private static int sizeHint(Path path) {
        try {
            return (int) Math.min(Files.size(path) + 1, MAX_BYTES);
        } catch (IOException e) {
            return FIRST_BYTES; // Opening it will say what is wrong.
        }
    }

    private static ModelBytes read(String name, String from, int sizeHint, ModelSource.Opener opener) {
        ByteBuffer buffer;
        try (InputStream in = opened(opener);
                ReadableByteChannel channel = Channels.newChannel(in)) {
            buffer = readFully(channel, from, sizeHint);
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new CryException(CryErrorCode.MODEL_NOT_FOUND, "no such model: " + from, e);
        } catch (IOException e) {
            throw new CryException(CryErrorCode.MODEL_NOT_FOUND, "cannot read the model " + from + ": " + e, e);
        } catch (OutOfMemoryError e) {
            throw new CryException(
                    CryErrorCode.MODEL_INVALID,
                    "the model " + from + " does not fit into the memory outside the heap: raise"
                            + " -XX:MaxDirectMemorySize above its size (" + e.getMessage() + ")",
                    e);
        }
        if (!buffer.hasRemaining()) {
            throw new CryException(CryErrorCode.MODEL_INVALID, "the model " + from + " is empty");
        }
        return new ModelBytes(name.isBlank() ? "unnamed" : name, buffer, digest(buffer.duplicate()));
    }

    private static InputStream opened(ModelSource.Opener opener) throws IOException {
        @Nullable InputStream in = opener.open();
        if (in == null) {
            throw new FileNotFoundException("the opener returned null");
        }
        return in;
    }

    private static ByteBuffer room(int bytes) {
        SoftReference<ByteBuffer> idle = ROOM.getAndSet(null);
        ByteBuffer buffer = idle == null ? null : idle.get();
        return buffer == null || buffer.capacity() < bytes ? ByteBuffer.allocateDirect(bytes) : buffer.clear();
    }

    /** Hands the room back; the bytes must not be used after this. */
    @Override
    public void close() {
        ROOM.set(new SoftReference<>(buffer));
    }

    private static ByteBuffer readFully(ReadableByteChannel channel, String from, int sizeHint) throws IOException {
        ByteBuffer buffer = room(sizeHint);
        while (channel.read(buffer) >= 0) {
            if (!buffer.hasRemaining()) {
                if (buffer.capacity() >= MAX_BYTES) {
                    throw new CryException(
                            CryErrorCode.MODEL_INVALID,
                            "the model " + from + " is larger than " + MAX_BYTES + " bytes: not a model of cries");
                }
                int larger = (int) Math.min(Math.max(2L * buffer.capacity(), FIRST_BYTES), MAX_BYTES);
                buffer = ByteBuffer.allocateDirect(larger).put(buffer.flip());
            }
        }
        return buffer.flip();
    }

    private static String digest(ByteBuffer bytes) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(bytes);
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
