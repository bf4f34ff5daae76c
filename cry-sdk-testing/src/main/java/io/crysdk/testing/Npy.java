package io.crysdk.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the two files the golden data is made of: {@code .npy} (version 1, little-endian, C order) and raw {@code
 * .s16}.
 */
public final class Npy {
    private static final Pattern HEADER =
            Pattern.compile("\\{'descr': '<(f[48])', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\), \\}\\s*");

    private Npy() {}

    /** The values of a double array. */
    public static double[] doubles(byte[] file) {
        ByteBuffer body = body(file, "f8");
        double[] values = new double[body.remaining() / Double.BYTES];
        body.asDoubleBuffer().get(values);
        return values;
    }

    /** The values of a float array. */
    public static float[] floats(byte[] file) {
        ByteBuffer body = body(file, "f4");
        float[] values = new float[body.remaining() / Float.BYTES];
        body.asFloatBuffer().get(values);
        return values;
    }

    /** 16-bit samples as the reference reads them: {@code s / 32768.0}. */
    public static double[] samples(byte[] s16) {
        ByteBuffer body = ByteBuffer.wrap(s16).order(ByteOrder.LITTLE_ENDIAN);
        double[] samples = new double[s16.length / Short.BYTES];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = body.getShort() / 32768.0;
        }
        return samples;
    }

    /** A file of the synthetic golden data, kept with the tests or with this class. */
    public static byte[] resource(String name) {
        try (InputStream in = Npy.class.getResourceAsStream("/golden/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no test resource golden/" + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the golden data that is kept elsewhere. */
    public static byte[] file(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer body(byte[] file, String type) {
        ByteBuffer all = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (all.getLong() != 0x0001_5950_4d55_4e93L) { // \x93NUMPY, version 1.0
            throw new IllegalArgumentException("not a version 1 npy file");
        }
        byte[] text = new byte[all.getShort()];
        all.get(text);
        Matcher header = HEADER.matcher(new String(text, StandardCharsets.US_ASCII));
        if (!header.matches() || !header.group(1).equals(type)) {
            throw new IllegalArgumentException("expected little-endian " + type + " in C order, found "
                    + new String(text, StandardCharsets.US_ASCII));
        }
        return all.slice().order(ByteOrder.LITTLE_ENDIAN);
    }
}
