package io.crysdk.dsp;

import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.AudioTrack;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.ReadGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads the samples of a WAV file whose header has been understood. */
final class WavReader implements AudioReader {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Headers that are off by a few bytes are common, and nobody misses less than this. */
    private static final double MISSING_SECONDS = 0.02;

    /** How samples lie in the file. */
    record Format(boolean floating, int channels, int rate, int width) {
        int frameBytes() {
            return channels * width;
        }

        double seconds(long bytes) {
            long whole = bytes / frameBytes();
            return (double) whole / rate;
        }

        /** The name that FFmpeg has for it, so that a track is called the same whoever decodes it. */
        String codec() {
            return floating ? "pcm_f" + 8 * width + "le" : width == 1 ? "pcm_u8" : "pcm_s" + 8 * width + "le";
        }
    }

    private final FileChannel channel;
    private final Path file;
    private final Format format;
    private final ReadGuard guard;
    private final AudioTrack track;
    private final long begin;
    private final long bytes;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private List<String> warnings;
    private long done;
    private boolean closed;

    /** Takes over the channel: {@code bytes} of audio from {@code begin} on, where the header promised {@code missing} more. */
    WavReader(
            FileChannel channel, Path file, AudioOptions options, Format format, long begin, long bytes, long missing) {
        this.channel = channel;
        this.file = file;
        this.format = format;
        this.begin = begin;
        this.bytes = bytes - bytes % format.frameBytes();
        if (this.bytes == 0) {
            throw new CryException(CryErrorCode.INVALID_AUDIO, file + " holds no audio: not one whole frame of it");
        }
        this.guard = new ReadGuard(file, options, format.rate(), format.channels());
        this.track = new AudioTrack(
                1,
                1,
                "wav",
                format.codec(),
                format.rate(),
                format.channels(),
                Optional.empty(),
                OptionalDouble.of(format.seconds(bytes + missing)));
        this.warnings = format.seconds(missing) < MISSING_SECONDS ? List.of() : List.of(cutShort(bytes));
    }

    @Override
    public AudioTrack track() {
        return track;
    }

    @Override
    public int read(float[] out, int offset, int length) {
        guard.check(out, offset, length, closed);
        int count = length - length % format.channels();
        int read = 0;
        while (read < count && done < bytes) {
            int wanted = (int)
                    Math.min(Math.min((BUFFER_BYTES / format.width()), count - read), (bytes - done) / format.width());
            int got = fetch(wanted);
            for (int i = 0; i < got; i++) {
                out[offset + read + i] = sample(buffer, i * format.width());
            }
            read += got;
            done += (long) got * format.width();
            if (got < wanted) { // cut short as it was read
                warnings = List.of(cutShort(done));
                done = bytes;
            }
        }
        read -= read % format.channels();
        if (read == 0) {
            return -1;
        }
        guard.count(read / format.channels());
        return read;
    }

    private int fetch(int samples) {
        try {
            fill(channel, buffer, begin + done, samples * format.width());
            return buffer.limit() / format.width();
        } catch (IOException e) {
            throw ReadGuard.unreadable(file, e);
        }
    }

    private float sample(ByteBuffer bytes, int at) {
        return switch (format.width()) {
            case 1 -> ((bytes.get(at) & 0xff) - 128) / 128.0f;
            case 2 -> bytes.getShort(at) / 32768.0f;
            case 3 -> (bytes.getShort(at) & 0xffff | bytes.get(at + 2) << 16) / 8388608.0f;
            case 4 -> format.floating() ? bytes.getFloat(at) : (float) (bytes.getInt(at) / 2147483648.0);
            default -> (float) bytes.getDouble(at);
        };
    }

    private String cutShort(long there) {
        return String.format(
                Locale.ROOT,
                "cut short: %.2f s of the %.2f s that its header promises",
                format.seconds(there),
                track.declaredSeconds().orElse(0.0));
    }

    @Override
    public double progress() {
        return (double) done / bytes;
    }

    @Override
    public double offsetSeconds(double seconds) {
        return 0.0;
    }

    @Override
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw ReadGuard.unreadable(file, e);
        }
    }

    /** Reads from a place in the file into the whole buffer, whose limit says how many of the wanted bytes there were. */
    static void fill(FileChannel channel, ByteBuffer buffer, long position, int bytes) throws IOException {
        buffer.clear().limit(bytes);
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) > 0) {
            // until all of it is there or the file ends
        }
        buffer.flip();
    }
}
