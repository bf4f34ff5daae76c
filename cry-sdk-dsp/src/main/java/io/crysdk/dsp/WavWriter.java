package io.crysdk.dsp;

import io.crysdk.AudioClip;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes clips as 16-bit PCM WAV files, which anything plays. Stateless; any thread may call it.
 *
 * @since 0.1.0
 */
public final class WavWriter {
    private static final int HEADER_BYTES = 44;
    private static final int WIDTH = 2;

    private WavWriter() {}

    /**
     * Writes a clip at its own rate and channel count. Samples are multiplied by 32768, rounded to the nearest integer
     * and held within 16 bits, so that what {@link AudioClip#ofPcm16(short[], int, int)} made comes back exactly.
     *
     * <p>The file is written beside its place and moved there when complete: whoever looks sees the old file or the new
     * one, never half of it.
     *
     * @param clip the clip
     * @param file where to write; a file that is there is replaced
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if a sample is not finite or the clip is too long or has too many channels for the
     *     format
     */
    public static void write(AudioClip clip, Path file) throws IOException {
        byte[] header = header(clip);
        for (float sample : clip.samples()) {
            if (!Float.isFinite(sample)) {
                throw new IllegalArgumentException("samples to write are finite, found " + sample);
            }
        }
        Path target = file.toAbsolutePath();
        Path aside = target.resolveSibling(target.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside), 1 << 16)) {
                out.write(header);
                for (float sample : clip.samples()) {
                    int value = Math.min(Math.max(Math.round(sample * 32768.0f), Short.MIN_VALUE), Short.MAX_VALUE);
                    out.write(value);
                    out.write(value >> 8);
                }
            }
            move(aside, target);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    private static byte[] header(AudioClip clip) {
        long dataBytes = (long) clip.samples().length * WIDTH;
        long riffBytes = dataBytes + HEADER_BYTES - 8;
        int frameBytes = clip.channels() * WIDTH;
        if (riffBytes > 0xffff_fffeL || frameBytes > 0xffff) {
            throw new IllegalArgumentException("a WAV file has no room for " + clip);
        }
        return ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF"))
                .putInt((int) riffBytes)
                .put(ascii("WAVEfmt "))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) clip.channels())
                .putInt(clip.sampleRate())
                .putInt((int) ((long) clip.sampleRate() * frameBytes))
                .putShort((short) frameBytes)
                .putShort((short) (8 * WIDTH))
                .put(ascii("data"))
                .putInt((int) dataBytes)
                .array();
    }

    private static void move(Path aside, Path target) throws IOException {
        try {
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(aside, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
