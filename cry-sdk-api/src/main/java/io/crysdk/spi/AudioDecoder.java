package io.crysdk.spi;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Reads one family of audio files. Implementations are stateless and safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface AudioDecoder {
    /** How many bytes of a file a decoder is shown before it says whether it takes it. */
    int HEAD_BYTES = 64;

    /**
     * Says whether this decoder takes a file, by its content: names lie.
     *
     * @param head the first {@value #HEAD_BYTES} bytes, or all of a shorter file
     * @return whether {@link #open} is worth a try
     */
    boolean accepts(byte[] head);

    /**
     * Ranks the decoder: of those that accept a file, the one with the lowest rank decodes it.
     *
     * @return 0 for a decoder of one format, more for one that takes anything
     */
    int rank();

    /**
     * Opens a file for decoding. The reader keeps to the limits and answers to interruption, for which it asks a
     * {@link ReadGuard}.
     *
     * @param file the file
     * @param options limits and track
     * @return a reader of its audio at its own rate and channel count, of one sample for each channel or more; the caller
     *     closes it
     * @throws CryException {@link CryErrorCode#AUDIO_UNREADABLE} if it cannot be opened;
     *     {@link CryErrorCode#UNSUPPORTED_FORMAT} if the file is damaged or of a kind that is not
     *     taken; {@link CryErrorCode#INVALID_AUDIO} if it holds no audio, or no such track;
     *     {@link CryErrorCode#CANCELLED} if the thread was interrupted
     */
    AudioReader open(Path file, AudioOptions options);

    /**
     * Decodes the whole of a file within the default limits.
     *
     * @param file the file
     * @return its audio at its own rate and channel count
     * @throws CryException as for {@link #open}, and for {@link AudioReader#readAll}
     */
    default AudioClip decode(Path file) {
        try (AudioReader reader = open(file, AudioOptions.defaults())) {
            return reader.readAll();
        }
    }

    /**
     * Lists all decoders on the class or module path.
     *
     * @return the decoders, the lowest rank first
     */
    static List<AudioDecoder> installed() {
        return Services.installed(AudioDecoder.class).stream()
                .sorted(Comparator.comparingInt(AudioDecoder::rank))
                .toList();
    }

    /**
     * Finds the decoder for a file on the class or module path.
     *
     * @param file the file
     * @return the decoder of lowest rank that accepts it
     * @throws CryException {@link CryErrorCode#AUDIO_UNREADABLE} if the file is not there or cannot be opened;
     *     {@link CryErrorCode#UNSUPPORTED_FORMAT} if no decoder takes it
     */
    static AudioDecoder forFile(Path file) {
        byte[] head = head(Objects.requireNonNull(file, "file"));
        return installed().stream()
                .filter(decoder -> decoder.accepts(head))
                .findFirst()
                .orElseThrow(() -> new CryException(
                        CryErrorCode.UNSUPPORTED_FORMAT,
                        "what " + file + " holds is taken by no decoder on the class path: io.crysdk:cry-sdk-dsp reads"
                                + " WAV, io.crysdk:cry-sdk-media every other format; is it audio?"));
    }

    private static byte[] head(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            throw new CryException(
                    CryErrorCode.AUDIO_UNREADABLE,
                    "no file but a pipe or device, which may never end and cannot be read twice: copy it to a file: "
                            + file);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(HEAD_BYTES);
        } catch (IOException e) {
            throw ReadGuard.unreadable(file, e);
        }
    }
}
