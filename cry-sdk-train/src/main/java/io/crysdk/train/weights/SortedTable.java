package io.crysdk.train.weights;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorInputStream;

/**
 * A sorted table of keys and values, the container of TensorFlow's checkpoints (its {@code lib/io/table}, which is
 * LevelDB's): blocks of entries, an index block of where they are, and a footer.
 *
 * <p>A block is followed by a byte, 0 for plain and 1 for Snappy, and by the masked CRC-32C of both, which is checked.
 * An entry is three varints (how many bytes its key shares with the one before, how many follow, the value's length),
 * the rest of the key, and the value.
 */
final class SortedTable {
    private static final int FOOTER = 48;
    private static final long MAGIC = 0xdb4775248b80fb57L;
    private static final int TRAILER = 5;
    private static final int CRC_MASK = 0xa282ead8;

    /** A name of a variable, its slice, and room to spare. */
    private static final int LONGEST_KEY = 1 << 16;

    /** No more than this comes out of a byte of Snappy: a copy of three bytes makes at most 64. */
    private static final int SNAPPY_GAIN = 22;

    private final FileBytes file;

    SortedTable(FileBytes file) {
        this.file = file;
    }

    /** Where a value is. */
    record Place(long block, long blockBytes, int from, int length) {}

    /** Is told of every entry in turn. */
    @FunctionalInterface
    interface Visitor {
        /**
         * An entry.
         *
         * @param key its own to keep
         * @param value not to be kept: it holds the whole block
         * @param place where the value can be read again
         */
        void entry(byte[] key, ByteBuffer value, Place place) throws IOException;
    }

    static boolean isOne(FileBytes file) throws IOException {
        return file.size() >= FOOTER
                && little(file.read(file.size() - Long.BYTES, Long.BYTES)).getLong() == MAGIC;
    }

    void visit(Visitor visitor) throws IOException {
        long[] end = {0};
        entries(index(), (key, value, inIndex) -> {
            long at = varint(value);
            long length = varint(value);
            // A file can be small and name one block a thousand times.
            if (at < end[0] || at > file.size() || length < 0 || length > file.size() - at) {
                throw file.broken("the blocks of its table overlap, or are out of order, or lie beyond its end");
            }
            end[0] = at + length;
            entries(new Place(at, length, 0, 0), visitor);
        });
    }

    ByteBuffer value(Place place) throws IOException {
        return block(place).slice(place.from(), place.length());
    }

    private Place index() throws IOException {
        ByteBuffer footer = little(file.read(file.size() - FOOTER, FOOTER));
        try {
            varint(footer);
            varint(footer);
            return new Place(varint(footer), varint(footer), 0, 0);
        } catch (BufferUnderflowException e) {
            throw damaged();
        }
    }

    private void entries(Place place, Visitor visitor) throws IOException {
        ByteBuffer block = block(place);
        try {
            int restarts = block.getInt(block.limit() - Integer.BYTES);
            if (restarts < 0 || restarts > block.limit() / Integer.BYTES - 1) {
                throw damaged();
            }
            block.limit(block.limit() - Integer.BYTES * (restarts + 1));
            byte[] key = {};
            while (block.hasRemaining()) {
                long shared = varint(block);
                long rest = varint(block);
                long length = varint(block);
                if (shared < 0
                        || shared > key.length
                        || rest < 0
                        || rest > LONGEST_KEY - shared
                        || length < 0
                        || length > block.remaining() - rest) {
                    throw damaged();
                }
                key = Arrays.copyOf(key, (int) (shared + rest));
                block.get(key, (int) shared, (int) rest);
                int from = block.position();
                visitor.entry(
                        key.clone(),
                        little(block.slice(from, (int) length)),
                        new Place(place.block(), place.blockBytes(), from, (int) length));
                block.position(from + (int) length);
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw damaged();
        }
    }

    private ByteBuffer block(Place place) throws IOException {
        if (place.blockBytes() > FileBytes.MAX_ARRAY - TRAILER) {
            throw damaged();
        }
        byte[] bytes = file.read(place.block(), place.blockBytes() + TRAILER);
        int length = bytes.length - TRAILER;
        int crc = masked(ByteBuffer.wrap(bytes, 0, length + 1));
        if (little(bytes).getInt(length + 1) != crc) {
            throw file.broken("the checksum of the block at byte " + place.block() + " is wrong: the file is damaged");
        }
        return switch (bytes[length]) {
            case 0 -> little(ByteBuffer.wrap(bytes, 0, length).slice());
            case 1 -> little(unpack(bytes, length));
            default ->
                throw file.broken("its blocks are packed in a way (" + bytes[length] + ") that is not known here");
        };
    }

    private byte[] unpack(byte[] bytes, int length) throws IOException {
        try (InputStream packed = new ByteArrayInputStream(bytes, 0, length);
                SnappyCompressorInputStream plain = new SnappyCompressorInputStream(packed)) {
            int size = plain.getSize();
            if (size < 0 || size > (long) length * SNAPPY_GAIN) {
                throw damaged();
            }
            byte[] unpacked = plain.readNBytes(size);
            if (unpacked.length != size) {
                throw damaged();
            }
            return unpacked;
        } catch (WeightsException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw file.broken("a block of its table does not unpack: " + e.getMessage());
        }
    }

    /** A checksum as TensorFlow stores it: turned, and shifted by a constant, lest a checksum be taken of checksums. */
    static int masked(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    private long varint(ByteBuffer bytes) throws WeightsException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged();
    }

    private WeightsException damaged() {
        return file.broken("its table is damaged");
    }

    private static ByteBuffer little(byte[] bytes) {
        return little(ByteBuffer.wrap(bytes));
    }

    private static ByteBuffer little(ByteBuffer bytes) {
        return bytes.order(ByteOrder.LITTLE_ENDIAN);
    }
}
