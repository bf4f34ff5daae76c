package io.crysdk.spi;

import io.crysdk.AudioOptions;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the reader of one file to its limits, and says in one way what ends a reading. For one thread.
 *
 * @since 0.1.0
 */
public final class ReadGuard {
    private final Path file;
    private final AudioOptions options;
    private final long samplesAtMost;
    private final int sampleBytes;
    private long samples;

    /**
     * Creates a guard for one file.
     *
     * @param file the file, for messages
     * @param options the limits
     * @param sampleRate samples per second and channel
     * @param channels how many channels there are
     */
    public ReadGuard(Path file, AudioOptions options, int sampleRate, int channels) {
        this.file = file;
        this.options = options;
        this.sampleBytes = channels * Float.BYTES;
        Duration most = options.maxDuration();
        double inTime = (most.getSeconds() + most.getNano() * 1e-9) * sampleRate;
        this.samplesAtMost = Math.min((long) inTime, options.maxDecodedBytes() / sampleBytes);
    }

    /**
     * Checks what {@link io.crysdk.AudioReader#read} is asked for, before anything is read.
     *
     * @param out where samples are to go
     * @param offset the first place
     * @param length how many places
     * @param closed whether the reader was closed
     * @throws IndexOutOfBoundsException if the places are not all in the array
     * @throws IllegalArgumentException if there is no room for one sample of each channel
     * @throws CryException {@link CryErrorCode#CLOSED}; {@link CryErrorCode#CANCELLED} if the thread was interrupted
     */
    public void check(float[] out, int offset, int length, boolean closed) {
        Objects.checkFromIndexSize(offset, length, out.length);
        int channels = sampleBytes / Float.BYTES;
        if (length < channels) {
            throw new IllegalArgumentException(
                    "room for one sample of each of " + channels + " channels expected, found " + length);
        }
        if (closed) {
            throw new CryException(CryErrorCode.CLOSED, "this reader of " + file + " is closed");
        }
        checkInterrupted(file);
    }

    /**
     * Counts decoded samples.
     *
     * @param more per channel
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO} once they are more than a limit allows;
     *     {@link CryErrorCode#CANCELLED} if the thread was interrupted
     */
    public void count(long more) {
        checkInterrupted(file);
        samples += more;
        if (samples > samplesAtMost) {
            boolean size = samples * sampleBytes > options.maxDecodedBytes();
            throw new CryException(
                    CryErrorCode.INVALID_AUDIO,
                    size
                            ? "more than " + options.maxDecodedBytes()
                                    + " bytes of decoded audio are not read: cut the recording " + file
                                    + ", or raise AudioOptions.maxDecodedBytes"
                            : "more than " + seconds(options.maxDuration())
                                    + " s of audio are not decoded: cut the recording " + file
                                    + ", or raise AudioOptions.maxDuration");
        }
    }

    /**
     * Ends the reading if the thread has been interrupted. Its status stays as it is.
     *
     * @param file the file, for the message
     * @throws CryException {@link CryErrorCode#CANCELLED}
     */
    public static void checkInterrupted(Path file) {
        if (Thread.currentThread().isInterrupted()) {
            throw cancelled(file, null);
        }
    }

    /**
     * Says that a file cannot be read.
     *
     * @param file the file
     * @param cause what went wrong
     * @return {@link CryErrorCode#AUDIO_UNREADABLE}; or {@link CryErrorCode#CANCELLED} if the cause is an interruption, which
     *     closes a channel
     */
    public static CryException unreadable(Path file, IOException cause) {
        if (cause instanceof ClosedByInterruptException) {
            return cancelled(file, cause);
        }
        String message = cause instanceof NoSuchFileException
                ? "no such file: " + file
                : "cannot read " + file + ": " + cause.getMessage();
        return new CryException(CryErrorCode.AUDIO_UNREADABLE, message, cause);
    }

    private static CryException cancelled(Path file, @Nullable IOException cause) {
        String message = "the thread was interrupted while it read " + file;
        return cause == null
                ? new CryException(CryErrorCode.CANCELLED, message)
                : new CryException(CryErrorCode.CANCELLED, message, cause);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0).replaceFirst("\\.?0+$", "");
    }
}
