package io.crysdk;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The audio track of a file that was chosen and decoded.
 *
 * @param number which of the file's audio tracks it is, 1 being the first
 * @param count how many audio tracks the file has
 * @param container how FFmpeg calls the container, such as {@code mov,mp4,m4a,3gp,3g2,mj2} or {@code wav}
 * @param codec how FFmpeg calls the codec, such as {@code aac} or {@code pcm_s16le}
 * @param sampleRate samples per second and channel
 * @param channels one or more
 * @param language what the file says of its language, such as {@code eng}; empty if it says nothing
 * @param declaredSeconds how long the file says that the track is; empty if it does not, or only guesses
 * @since 0.1.0
 */
public record AudioTrack(
        int number,
        int count,
        String container,
        String codec,
        int sampleRate,
        int channels,
        Optional<String> language,
        OptionalDouble declaredSeconds) {
    /**
     * Creates a description.
     *
     * @throws IllegalArgumentException if the number is not within 1 to the count, or the rate or the channel count is not
     *     positive
     */
    public AudioTrack {
        if (number < 1 || number > count) {
            throw new IllegalArgumentException("tracks are numbered from 1 to " + count + ", found " + number);
        }
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(codec, "codec");
        if (sampleRate <= 0 || channels <= 0) {
            throw new IllegalArgumentException("a track has a positive rate and channel count, found " + sampleRate
                    + " Hz and " + channels + " channels");
        }
        Objects.requireNonNull(language, "language");
        declaredSeconds.ifPresent(seconds -> Checks.notNegative("declaredSeconds", seconds));
    }

    /**
     * Describes the track for people.
     *
     * @return for example {@code audio track 2 of 3: aac, 48000 Hz, 2 channels, eng}
     */
    @Override
    public String toString() {
        return "audio track " + number + " of " + count + ": " + codec + ", " + sampleRate + " Hz, " + channels
                + (channels == 1 ? " channel" : " channels")
                + language.map(name -> ", " + name).orElse("");
    }
}
