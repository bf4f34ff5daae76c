package io.crysdk;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;

/**
 * How much of a file may be read, which of its tracks, and who is told how far it has got. Immutable.
 *
 * <p><b>Cancellation</b> needs no option: interrupt the thread that reads, as {@code Future.cancel(true)} and
 * {@code ExecutorService.shutdownNow()} do. The call ends within some milliseconds of work with {@link CryException}
 * {@link CryErrorCode#CANCELLED}, and the thread's interrupted status stays set.
 *
 * @param maxDuration the most audio that is decoded; a longer file is refused with {@link CryErrorCode#INVALID_AUDIO} as soon as
 *     it passes this
 * @param maxDecodedBytes the most that the audio may come to once decoded, four bytes a sample and channel, refused in the same
 *     way; of streamed audio it is never all in memory, so this bounds work, not memory
 * @param track which audio track is decoded, 1 being the file's first; empty for the best
 * @param progress is told the share of the work that is done, from above 0 to 1, rising, a few hundred times at most, on the
 *     thread that reads; what it throws ends the call and reaches the caller
 * @since 0.1.0
 */
public record AudioOptions(Duration maxDuration, long maxDecodedBytes, OptionalInt track, DoubleConsumer progress) {
    private static final AudioOptions DEFAULTS =
            new AudioOptions(Duration.ofMinutes(61), 1L << 33, OptionalInt.empty(), done -> {});

    /**
     * Creates options.
     *
     * @throws IllegalArgumentException if a limit is not positive or the track's number is below 1
     */
    public AudioOptions {
        if (maxDuration.isNegative() || maxDuration.isZero()) {
            throw new IllegalArgumentException("maxDuration must be positive, found " + maxDuration);
        }
        if (maxDecodedBytes <= 0) {
            throw new IllegalArgumentException("maxDecodedBytes must be positive, found " + maxDecodedBytes);
        }
        if (track.isPresent() && track.getAsInt() < 1) {
            throw new IllegalArgumentException("tracks are numbered from 1, found " + track.getAsInt());
        }
        Objects.requireNonNull(progress, "progress");
    }

    /**
     * Returns what holds unless something else is asked for: an hour of audio and a minute for uneven ends, 8 GiB decoded (that
     * hour at 192 kHz in three channels), the best track, and nobody is told.
     *
     * @return the defaults
     */
    public static AudioOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the most audio that is decoded.
     *
     * @param most positive
     * @return a copy with that limit
     * @throws IllegalArgumentException if it is not positive
     */
    public AudioOptions withMaxDuration(Duration most) {
        return new AudioOptions(most, maxDecodedBytes, track, progress);
    }

    /**
     * Sets the most that the audio may come to once decoded.
     *
     * @param most bytes, four for each sample and channel; positive
     * @return a copy with that limit
     * @throws IllegalArgumentException if it is not positive
     */
    public AudioOptions withMaxDecodedBytes(long most) {
        return new AudioOptions(maxDuration, most, track, progress);
    }

    /**
     * Chooses the audio track.
     *
     * @param number 1 for the file's first audio track; video and other tracks are not counted
     * @return a copy with that track
     * @throws IllegalArgumentException if it is below 1
     */
    public AudioOptions withTrack(int number) {
        return new AudioOptions(maxDuration, maxDecodedBytes, OptionalInt.of(number), progress);
    }

    /**
     * Sets who is told how far the work has got.
     *
     * @param listener is given the share that is done, 0 to 1, on the thread that reads
     * @return a copy with that listener
     */
    public AudioOptions withProgress(DoubleConsumer listener) {
        return new AudioOptions(maxDuration, maxDecodedBytes, track, listener);
    }
}
