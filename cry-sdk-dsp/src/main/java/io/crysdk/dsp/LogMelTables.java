package io.crysdk.dsp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The constants of the log-mel front end, taken by value.
 *
 * <p>They are shipped, not computed: {@code Math.cos} and {@code Math.log} may give other last bits on another virtual
 * machine, {@code StrictMath} misses 12 window and 32 mel values, and 96 of the 512 roots of unity in the pinned
 * transform are not the correctly rounded ones. The file {@code log-mel-tables.bin} holds, big-endian and in this
 * order,
 *
 * <ul>
 *   <li>the periodic Hann window, 400 doubles, and the roots {@code cos, sin (2 pi n / 512)} for n = 0..255, 512
 *       doubles, both copied from the reference program's pinned tables;
 *   <li>for each of the 64 bands two shorts: its first bin and how many bins it covers;
 *   <li>the 461 weights that are not zero, band after band, bins upwards, from the pinned 257 x 64 mel matrix;
 *   <li>the 128 rows of {@link TableLog}, three doubles each, computed to 60 digits.
 * </ul>
 *
 * <p>{@code LogMelTablesTest} makes the file again from the pinned tables and compares every byte.
 */
final class LogMelTables {
    static final int LOG_ROWS = 128;

    static final double[] HANN = new double[LogMelExtractor.FRAME_SAMPLES];

    /** {@code cos(2 pi n / 512)} at {@code 2 n}, the sine after it. */
    static final double[] ROOTS = new double[512];

    static final int[] BAND_FIRST_BIN = new int[LogMelExtractor.BANDS];
    static final int[] BAND_BINS = new int[LogMelExtractor.BANDS];

    static final double[] MEL_WEIGHTS = new double[461];

    /** See {@link TableLog}: reciprocal, high part and low part of the logarithm, at {@code 3 row}. */
    static final double[] LOG = new double[3 * LOG_ROWS];

    private static final String RESOURCE = "log-mel-tables.bin";
    private static final String SHA_256 = "2b7324ce7734d2a00cd9168fb18f05a94e5d027792d0cf7032b8cc598bc7b8ac";

    static {
        ByteBuffer tables = ByteBuffer.wrap(verified(read()));
        fill(tables, HANN);
        fill(tables, ROOTS);
        for (int band = 0; band < LogMelExtractor.BANDS; band++) {
            BAND_FIRST_BIN[band] = tables.getShort();
            BAND_BINS[band] = tables.getShort();
        }
        fill(tables, MEL_WEIGHTS);
        fill(tables, LOG);
    }

    private LogMelTables() {}

    /** Returns {@code bytes} if they are the tables this code was written for. */
    static byte[] verified(byte[] bytes) {
        String found;
        try {
            found = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must offer SHA-256; this one does not", e);
        }
        if (!found.equals(SHA_256)) {
            throw new IllegalStateException("the resource io/crysdk/dsp/" + RESOURCE + " is damaged: expected SHA-256 "
                    + SHA_256 + ", found " + found + " over " + bytes.length
                    + " bytes. Restore the original cry-sdk-dsp jar; resource filtering often does this.");
        }
        return bytes;
    }

    private static byte[] read() {
        try (InputStream in = LogMelTables.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the resource io/crysdk/dsp/" + RESOURCE
                        + " is missing. Restore the original cry-sdk-dsp jar; repackaging often loses it.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the resource io/crysdk/dsp/" + RESOURCE + " cannot be read", e);
        }
    }

    private static void fill(ByteBuffer from, double[] to) {
        Arrays.setAll(to, i -> from.getDouble());
    }
}
