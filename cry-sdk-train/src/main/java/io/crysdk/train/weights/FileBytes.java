package io.crysdk.train.weights;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file read piece by piece: no piece is made room for before the file was found to be that long. */
final class FileBytes implements Closeable {
    /** Some virtual machines keep a few words of an array for themselves. */
    static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private final Path path;
    private final FileChannel channel;
    private final long size;

    private FileBytes(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    static FileBytes open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new FileBytes(path, channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    byte[] read(long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || length > size - offset || length > MAX_ARRAY) {
            throw broken("it speaks of " + length + " bytes at " + offset + ", and is " + size
                    + " bytes long: truncated, or damaged");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw broken("it became shorter while it was read");
            }
        }
        return buffer.array();
    }

    /** The bytes from one place to the end. Only one such stream is read at a time; closing it does nothing. */
    InputStream from(long offset) throws IOException {
        channel.position(offset);
        return new BufferedInputStream(Channels.newInputStream(channel));
    }

    WeightsException broken(String problem) {
        return new WeightsException(String.valueOf(path.getFileName()), List.of(problem));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
