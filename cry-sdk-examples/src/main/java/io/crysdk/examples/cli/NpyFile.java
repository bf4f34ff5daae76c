package io.crysdk.examples.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The {@code .npy} format, version 1.0, for little-endian float32 in C order: byte for byte what NumPy writes. */
final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private NpyFile() {}

    static void writeHeader(OutputStream out, int... shape) throws IOException {
        String dimensions = IntStream.of(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dimensions + "), }";
        int prefix = MAGIC.length + Short.BYTES;
        int padding = ALIGNMENT - (prefix + dictionary.length() + 1) % ALIGNMENT;
        String text = dictionary + " ".repeat(padding) + "\n";
        ByteBuffer header = ByteBuffer.allocate(prefix + text.length()).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putShort((short) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
        out.write(header.array());
    }

    static void writeValues(OutputStream out, float[] values, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values, 0, count);
        out.write(bytes.array());
    }
}
