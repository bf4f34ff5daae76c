package io.crysdk;

import io.crysdk.spi.AudioDecoder;
import java.nio.file.Path;
import java.util.List;

/**
 * The audio of one file, decoded as it is read: memory does not grow with the file.
 *
 * <pre>{@code
 * try (AudioReader reader = AudioReader.open(file)) {
 *     float[] samples = new float[reader.track().channels() * 4096];
 *     for (int read; (read = reader.read(samples, 0, samples.length)) > 0; ) {
 *         // read / channels samples of each channel, interleaved
 *     }
 *     reader.warnings().forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p>For one thread at a time. Interrupting that thread ends the call with {@link CryErrorCode#CANCELLED}. The track, the
 * offsets and the warnings can be asked for after {@link #close()} too.
 *
 * @since 0.1.0
 */
public interface AudioReader extends AutoCloseable {
    /**
     * Opens a file by the decoders on the class or module path, within the default limits.
     *
     * @param file the audio or video file
     * @return a reader that the caller closes
     * @throws CryException as for {@link AudioClip#read(Path)}
     */
    static AudioReader open(Path file) {
        return open(file, AudioOptions.defaults());
    }

    /**
     * Opens a file by the decoders on the class or module path.
     *
     * @param file the audio or video file
     * @param options limits and track; nobody is told of the progress, which is the caller's to ask for
     * @return a reader that the caller closes
     * @throws CryException as for {@link AudioClip#read(Path)}
     */
    static AudioReader open(Path file, AudioOptions options) {
        return AudioDecoder.forFile(file).open(file, options);
    }

    /**
     * Returns which track is read.
     *
     * @return the track, with the rate and channel count of the samples
     */
    AudioTrack track();

    /**
     * Reads on.
     *
     * @param out receives samples interleaved by channel, full scale -1 to 1
     * @param offset where in {@code out} the first goes
     * @param length how many floats there is room for, at least one for each channel
     * @return how many floats were written: whole sets of one sample for each channel, at least one; or -1 at the end
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO} if the file goes on beyond a limit;
     *     {@link CryErrorCode#UNSUPPORTED_FORMAT} at the end if the file is damaged and held nothing but silence;
     *     {@link CryErrorCode#AUDIO_UNREADABLE} if reading it fails; {@link CryErrorCode#CANCELLED} if the thread was interrupted;
     *     {@link CryErrorCode#CLOSED} after {@link #close()}
     * @throws IndexOutOfBoundsException if the room does not lie within {@code out}
     * @throws IllegalArgumentException if there is no room for one sample of each channel
     */
    int read(float[] out, int offset, int length);

    /**
     * Returns how far the file has been read.
     *
     * @return 0 to 1, by its bytes
     */
    double progress();

    /**
     * Says how much later a moment of the decoded audio lies in the file, which may be a video: audio that begins after
     * the picture, and stretches without audio, shift what follows.
     *
     * @param seconds from the first decoded sample on, within what has been read so far
     * @return seconds to add for the time that a player shows, 0 or more
     */
    double offsetSeconds(double seconds);

    /**
     * Returns what was wrong with the file so far: damage, with its time and how much was lost, or an end before the announced
     * one. Complete once {@link #read} has returned -1.
     *
     * @return for people; empty if the file is sound
     */
    List<String> warnings();

    /**
     * Reads all that remains.
     *
     * @return a clip with the {@link #warnings()}
     * @throws CryException as for {@link #read}, or {@link CryErrorCode#INVALID_AUDIO} if it does not fit into the heap
     */
    default AudioClip readAll() {
        int channels = track().channels();
        // What a file announces is a hint, and must not cost much more than what has come of it.
        double announced = (track().declaredSeconds().orElse(0.0) + 0.1) * track().sampleRate() * channels;
        float[] samples = new float[(int) Math.max(channels, Math.min(announced, 1 << 20))];
        int size = 0;
        for (int read; (read = read(samples, size, samples.length - size)) > 0; ) {
            size += read;
            while (samples.length - size < channels) {
                double wanted = announced > samples.length
                        ? Math.min(announced, 4.0 * samples.length)
                        : 1.5 * samples.length + channels;
                samples = Samples.resized(samples, (long) wanted + channels);
            }
        }
        float[] whole = size == samples.length ? samples : Samples.resized(samples, size);
        return AudioClip.of(whole, track().sampleRate(), channels).withWarnings(warnings());
    }

    /** Frees what the reader holds. Closing again does nothing. */
    @Override
    void close();
}
