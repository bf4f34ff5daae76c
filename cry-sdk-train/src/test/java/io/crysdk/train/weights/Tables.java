package io.crysdk.train.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorOutputStream;

/** Writes sorted tables, also such as no real writer would: with valid checksums over whatever is asked for. */
final class Tables {
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final ByteArrayOutputStream index = new ByteArrayOutputStream();
    private final boolean snappy;

    Tables(boolean snappy) {
        this.snappy = snappy;
    }

    /** The entries of a table; keys as text of one byte a character. */
    static Map<String, byte[]> entries(FileBytes file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        new SortedTable(file).visit((key, value, place) -> {
            byte[] bytes = new byte[value.remaining()];
            value.get(bytes);
            entries.put(new String(key, StandardCharsets.ISO_8859_1), bytes);
        });
        return entries;
    }

    /** A block of one entry. */
    Tables block(byte[] key, byte[] value) throws IOException {
        return raw(bytes(varint(0), varint(key.length), varint(value.length), key, value, fixed(0), fixed(1)));
    }

    /** A block of any bytes, found in the index under its own number. */
    Tables raw(byte[] block) throws IOException {
        byte[] handle = append(block);
        byte[] key = ByteBuffer.allocate(4).putInt(index.size()).array();
        index.writeBytes(bytes(varint(0), varint(key.length), varint(handle.length), key, handle));
        return this;
    }

    /** An entry of the index that points to a place of one's choice. */
    Tables handle(long at, long length) {
        byte[] handle = bytes(varint(at), varint(length));
        index.writeBytes(bytes(varint(0), varint(0), varint(handle.length), handle));
        return this;
    }

    byte[] finish() throws IOException {
        byte[] nothing = append(bytes(fixed(0), fixed(1)));
        byte[] handle = append(bytes(index.toByteArray(), fixed(0), fixed(1)));
        byte[] footer = ByteBuffer.allocate(48)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(nothing)
                .put(handle)
                .putLong(40, 0xdb4775248b80fb57L)
                .array();
        file.writeBytes(footer);
        return file.toByteArray();
    }

    private byte[] append(byte[] plain) throws IOException {
        byte[] block = plain;
        if (snappy) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (SnappyCompressorOutputStream out = new SnappyCompressorOutputStream(packed, plain.length)) {
                out.write(plain);
            }
            block = packed.toByteArray();
        }
        byte[] handle = bytes(varint(file.size()), varint(block.length));
        byte[] typed = bytes(block, new byte[] {(byte) (snappy ? 1 : 0)});
        file.writeBytes(bytes(typed, fixed(SortedTable.masked(ByteBuffer.wrap(typed)))));
        return handle;
    }

    static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
        return out.toByteArray();
    }

    static byte[] fixed(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    static byte[] bytes(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
