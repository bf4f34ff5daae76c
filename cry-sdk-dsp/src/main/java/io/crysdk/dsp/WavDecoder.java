package io.crysdk.dsp;

import io.crysdk.AudioClip;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.AudioDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads WAV files: RIFF and RF64, PCM of 8, 16, 24 or 32 bits, float of 32 or 64 bits, plain or
 * {@code WAVE_FORMAT_EXTENSIBLE}, any rate and channel count. Stateless and safe for use by several threads.
 *
 * <p>Integer samples are divided by their full scale (8 bits: {@code (s - 128) / 128}, 16 bits: {@code s / 32768}, and
 * so on), float samples taken as they are; each becomes the nearest float.
 *
 * <p>A recorder that was cut off leaves a header that lies about the length, and one that streams has to. So audio runs
 * to the end of the file where the header claims more than there is, {@code 0xFFFFFFFF}, or zero although more follows;
 * and of a truncated file the whole frames that are there are read. Chunks other than {@code fmt} and {@code data} are
 * passed over.
 *
 * <p>Not through the JDK's {@code javax.sound.sampled}: it takes neither such headers nor RF64, so that a second parser
 * would be needed beside it, and it would bring the module {@code java.desktop} along. One parser for all of it is the
 * simpler thing.
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

    /** Far more than any real file has; a gigabyte of zeros would otherwise be walked through eight bytes at a time. */
    private static final int CHUNKS_AT_MOST = 1_000;

    private static final int BUFFER_BYTES = 1 << 16;
    /** Near the longest array there can be. */
    private static final long SAMPLES_AT_MOST = Integer.MAX_VALUE - 8;

    private static final String EXPECTED =
            "a WAV file of 8, 16, 24 or 32-bit PCM or 32 or 64-bit float; cry-sdk-media reads other formats";

    /** How samples lie in the file. */
    private record Format(boolean floating, int channels, int rate, int width) {
        int frameBytes() {
            return channels * width;
        }
    }

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
    public AudioClip decode(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return decode(channel, file);
        } catch (NoSuchFileException e) {
            throw new CryException(CryErrorCode.AUDIO_UNREADABLE, "no such file: " + file, e);
        } catch (IOException e) {
            throw new CryException(CryErrorCode.AUDIO_UNREADABLE, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static AudioClip decode(FileChannel channel, Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long fileBytes = channel.size();
        fill(channel, buffer, 0, 12);
        if (!isWave(buffer)) {
            throw unsupported(file, found(buffer));
        }
        boolean lengthIsHonest = (buffer.getInt(4) & 0xffff_ffffL) + 8 == fileBytes;
        long dataBytes64 = -1;
        Format format = null;
        long chunk = 12;
        for (int chunks = 0; chunks < CHUNKS_AT_MOST; chunks++) {
            fill(channel, buffer, chunk, 8);
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
                long claimed = bytes == UNKNOWN_LENGTH && dataBytes64 >= 0 ? dataBytes64 : bytes;
                long there = fileBytes - body;
                boolean toTheEnd = claimed > there || bytes == 0 && !lengthIsHonest;
                return read(channel, buffer, body, toTheEnd ? there : claimed, format, file);
            }
            if (id == FMT) {
                fill(channel, buffer, body, (int) Math.min(bytes, EXTENSIBLE_FMT_BYTES));
                format = format(buffer, file);
            } else if (id == DS64) {
                fill(channel, buffer, body, 16);
                dataBytes64 = buffer.limit() < 16 ? -1 : buffer.getLong(8);
            }
            chunk = body + padded(bytes);
        }
        throw unsupported(file, CHUNKS_AT_MOST + " chunks without data");
    }

    private static Format format(ByteBuffer fmt, Path file) {
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
        return new Format(code == FLOAT, channels, rate, width);
    }

    private static AudioClip read(
            FileChannel channel, ByteBuffer buffer, long begin, long bytes, Format format, Path file)
            throws IOException {
        long frames = bytes / format.frameBytes();
        long count = frames * format.channels();
        if (count > SAMPLES_AT_MOST) {
            throw unsupported(file, count + " samples, more than an array holds");
        }
        float[] samples = room((int) count, file);
        int done = 0;
        while (done < count) {
            int wanted = (int) Math.min(BUFFER_BYTES / format.width(), count - done);
            fill(channel, buffer, begin + (long) done * format.width(), wanted * format.width());
            int got = buffer.limit() / format.width();
            for (int i = 0; i < got; i++) {
                samples[done + i] = sample(buffer, i * format.width(), format);
            }
            done += got;
            if (got < wanted) { // cut short as it was read
                samples = Arrays.copyOf(samples, done - done % format.channels());
                break;
            }
        }
        if (samples.length == 0) {
            throw new CryException(CryErrorCode.INVALID_AUDIO, file + " holds no audio: not one whole frame of it");
        }
        return AudioClip.of(samples, format.rate(), format.channels());
    }

    private static float sample(ByteBuffer bytes, int at, Format format) {
        return switch (format.width()) {
            case 1 -> ((bytes.get(at) & 0xff) - 128) / 128.0f;
            case 2 -> bytes.getShort(at) / 32768.0f;
            case 3 -> (bytes.getShort(at) & 0xffff | bytes.get(at + 2) << 16) / 8388608.0f;
            case 4 -> format.floating() ? bytes.getFloat(at) : (float) (bytes.getInt(at) / 2147483648.0);
            default -> (float) bytes.getDouble(at);
        };
    }

    private static float[] room(int count, Path file) {
        try {
            return new float[count];
        } catch (OutOfMemoryError e) {
            // The file is as long as that: its length is no header's claim. One failed allocation harms nothing else.
            throw new CryException(
                    CryErrorCode.INVALID_AUDIO, file + " holds " + count + " samples: too many for the heap", e);
        }
    }

    /** Reads from a place in the file into the whole buffer, whose limit says how many of the wanted bytes there were. */
    private static void fill(FileChannel channel, ByteBuffer buffer, long position, int bytes) throws IOException {
        buffer.clear().limit(bytes);
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) > 0) {
            // until all of it is there or the file ends
        }
        buffer.flip();
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
