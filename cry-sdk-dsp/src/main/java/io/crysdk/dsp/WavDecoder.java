package io.crysdk.dsp;

import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.AudioDecoder;
import io.crysdk.spi.ReadGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads WAV files: RIFF and RF64, PCM of 8, 16, 24 or 32 bits, float of 32 or 64 bits, plain or
 * {@code WAVE_FORMAT_EXTENSIBLE}, any rate and channel count. Stateless and safe for use by several threads.
 *
 * <p>Integer samples are divided by their full scale (8 bits: {@code (s - 128) / 128}, 16 bits: {@code s / 32768}, and
 * so on), float samples taken as they are; each becomes the nearest float.
 *
 * <p>A recorder that was cut off leaves a header that lies about the length, and one that streams has to. So audio runs
 * to the end of the file where the header claims more than there is, or zero although more follows; and of a truncated
 * file the whole frames that are there are read. A claim near the most that the header can hold is how programs say
 * that they did not know; any other that the file does not keep is a {@linkplain AudioReader#warnings() warning}.
 * Chunks other than {@code fmt} and {@code data} are passed over.
 *
 * <p>Not through the JDK's {@code javax.sound.sampled}: it takes neither such headers nor RF64, so that a second parser
 * would be needed beside it, and it would bring the module {@code java.desktop} along. One parser for all of it is the
 * simpler thing.
 *
 * @since 0.1.0
 */
public final class WavDecoder implements AudioDecoder {
    private static final int RIFF = 0x46464952;
    private static final int RF64 = 0x34364652;
    private static final int WAVE = 0x45564157;
    private static final int FMT = 0x20746d66;
    private static final int DATA = 0x61746164;
    private static final int DS64 = 0x34367364;

    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xfffe;
    private static final int PLAIN_FMT_BYTES = 16;
    private static final int EXTENSIBLE_FMT_BYTES = 40;
    /** Where the chunk of an extensible format has the code of what it really is. */
    private static final int SUB_FORMAT = 8 + 24;

    private static final long UNKNOWN_LENGTH = 0xffff_ffffL;

    /** From here to a 31-bit number's end and from that number's end to a 32-bit one's, lengths are not meant. */
    private static final long NEAR_31_BITS = 0x7fff_0000L;

    private static final long NEAR_32_BITS = 0xffff_0000L;

    /** Far more than any real file has; a gigabyte of zeros would otherwise be walked through eight bytes at a time. */
    private static final int CHUNKS_AT_MOST = 1_000;

    private static final String EXPECTED =
            "a WAV file of 8, 16, 24 or 32-bit PCM or 32 or 64-bit float; cry-sdk-media reads other formats";

    /** Creates a decoder; {@link java.util.ServiceLoader} does. */
    public WavDecoder() {}

    /**
     * Takes what begins like a WAV file, unless its format can be seen to be one that is not read here.
     *
     * @param head the file's first bytes
     * @return whether to try
     */
    @Override
    public boolean accepts(byte[] head) {
        ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        if (!isWave(bytes)) {
            return false;
        }
        int chunk = 12;
        while (chunk >= 0 && chunk + 8 + PLAIN_FMT_BYTES <= head.length) {
            if (bytes.getInt(chunk) == FMT) {
                int code = bytes.getShort(chunk + 8) & 0xffff;
                if (code == EXTENSIBLE && chunk + SUB_FORMAT + 2 <= head.length) {
                    code = bytes.getShort(chunk + SUB_FORMAT) & 0xffff;
                }
                return code == PCM || code == FLOAT || code == EXTENSIBLE;
            }
            chunk = (int) Math.min(chunk + 8 + padded(bytes.getInt(chunk + 4) & 0xffff_ffffL), head.length);
        }
        return true;
    }

    /**
     * Returns the rank of a decoder for one format.
     *
     * @return 0
     */
    @Override
    public int rank() {
        return 0;
    }

    @Override
    public AudioReader open(Path file, AudioOptions options) {
        ReadGuard.checkInterrupted(file);
        if (options.track().orElse(1) != 1) {
            throw new CryException(
                    CryErrorCode.INVALID_AUDIO,
                    "a WAV file has one audio track, and track "
                            + options.track().getAsInt() + " was asked for: " + file);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            return open(channel, file, options);
        } catch (IOException e) {
            close(channel);
            throw ReadGuard.unreadable(file, e);
        } catch (RuntimeException | Error e) {
            close(channel);
            throw e;
        }
    }

    private static void close(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // What made us close it is the better news.
            }
        }
    }

    private static AudioReader open(FileChannel channel, Path file, AudioOptions options) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(EXTENSIBLE_FMT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long fileBytes = channel.size();
        WavReader.fill(channel, buffer, 0, 12);
        if (!isWave(buffer)) {
            throw unsupported(file, found(buffer));
        }
        boolean lengthIsHonest = (buffer.getInt(4) & 0xffff_ffffL) + 8 == fileBytes;
        long dataBytes64 = -1;
        WavReader.Format format = null;
        long chunk = 12;
        for (int chunks = 0; chunks < CHUNKS_AT_MOST; chunks++) {
            WavReader.fill(channel, buffer, chunk, 8);
            if (buffer.limit() < 8) {
                throw format == null
                        ? unsupported(file, "neither a fmt nor a data chunk in its " + fileBytes + " bytes")
                        : new CryException(CryErrorCode.INVALID_AUDIO, file + " holds no audio: it has no data chunk");
            }
            int id = buffer.getInt(0);
            long bytes = buffer.getInt(4) & 0xffff_ffffL;
            long body = chunk + 8;
            if (id == DATA) {
                if (format == null) {
                    throw unsupported(file, "no fmt chunk before the data");
                }
                boolean unknown = bytes >= NEAR_32_BITS || bytes >= NEAR_31_BITS && bytes <= 1L << 31;
                boolean is64 = bytes == UNKNOWN_LENGTH && dataBytes64 >= 0;
                long claimed = is64 ? dataBytes64 : bytes;
                long there = fileBytes - body;
                boolean toTheEnd = claimed > there || bytes == 0 && !lengthIsHonest;
                long missing = toTheEnd && (is64 || !unknown) ? Math.max(0, claimed - there) : 0;
                return new WavReader(channel, file, options, format, body, toTheEnd ? there : claimed, missing);
            }
            if (id == FMT) {
                WavReader.fill(channel, buffer, body, (int) Math.min(bytes, EXTENSIBLE_FMT_BYTES));
                format = format(buffer, file);
            } else if (id == DS64) {
                WavReader.fill(channel, buffer, body, 16);
                dataBytes64 = buffer.limit() < 16 ? -1 : buffer.getLong(8);
            }
            chunk = body + padded(bytes);
        }
        throw unsupported(file, CHUNKS_AT_MOST + " chunks without data");
    }

    private static WavReader.Format format(ByteBuffer fmt, Path file) {
        if (fmt.limit() < PLAIN_FMT_BYTES) {
            throw unsupported(file, "a fmt chunk of " + fmt.limit() + " bytes");
        }
        int code = fmt.getShort(0) & 0xffff;
        int channels = fmt.getShort(2) & 0xffff;
        int rate = fmt.getInt(4);
        int frameBytes = fmt.getShort(12) & 0xffff;
        int bits = fmt.getShort(14) & 0xffff;
        if (code == EXTENSIBLE && fmt.limit() == EXTENSIBLE_FMT_BYTES) {
            code = fmt.getShort(24) & 0xffff; // the sub-format's GUID begins with the plain code
        }
        int width = (bits + 7) / 8;
        boolean known = code == PCM && width >= 1 && width <= 4 || code == FLOAT && (bits == 32 || bits == 64);
        if (!known) {
            throw unsupported(file, String.format(Locale.ROOT, "format code 0x%04x with %d bits", code, bits));
        }
        if (channels == 0 || rate <= 0 || frameBytes != channels * width) {
            throw unsupported(
                    file,
                    String.format(
                            Locale.ROOT,
                            "a damaged header: %d channels of %d bits in %d bytes at %d Hz",
                            channels,
                            bits,
                            frameBytes,
                            rate & 0xffff_ffffL));
        }
        return new WavReader.Format(code == FLOAT, channels, rate, width);
    }

    private static boolean isWave(ByteBuffer head) {
        return head.limit() >= 12 && (head.getInt(0) == RIFF || head.getInt(0) == RF64) && head.getInt(8) == WAVE;
    }

    private static long padded(long bytes) {
        return bytes + (bytes & 1);
    }

    private static String found(ByteBuffer head) {
        StringBuilder text = new StringBuilder("a file that begins with");
        for (int i = 0; i < Math.min(head.limit(), 12); i++) {
            text.append(String.format(Locale.ROOT, " %02x", head.get(i)));
        }
        return head.limit() == 0 ? "an empty file" : text.toString();
    }

    private static CryException unsupported(Path file, String found) {
        return new CryException(
                CryErrorCode.UNSUPPORTED_FORMAT,
                "cannot decode " + file + ": expected " + EXPECTED + "; found " + found);
    }
}
