package io.crysdk.media;

import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.AudioDecoder;
import io.crysdk.spi.ReadGuard;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Decodes the best audio stream of any file that FFmpeg knows as a recording: mp4, mov, 3gp, caf, m4a, ogg, webm, mp3,
 * flac, wav, aiff and others.
 *
 * <p><b>Samples</b> come out at the file's own rate and channel count, interleaved, integers divided by their full
 * scale; lossless 16-bit audio is therefore exactly {@code s / 32768}. A lossy decoder may overshoot full scale a
 * little, and that is left as it is. Video and further audio streams are ignored. Where a stream changes its rate or
 * layout half way, the rest is converted to that of its beginning.
 *
 * <p><b>Which track.</b> The one that FFmpeg holds for the best of those that it can decode: marked as the default, then
 * of the highest bit rate. The caller can ask for another.
 *
 * <p><b>Time.</b> {@link AudioReader#offsetSeconds} follows the file's time stamps, edit list included, so that times are
 * those of the video: a late beginning, and what is missing in the middle. Padding that encoders add at both ends is cut
 * off where the file says how much it is.
 *
 * <p><b>Damage.</b> Packets that are damaged or blank are left out, and what the others hold is returned with
 * {@linkplain AudioReader#warnings() warnings}. A file of which nothing can be had, or only silence, is an error.
 *
 * <p><b>Bounds.</b> Memory does not grow with the file. Containers other than those of recordings are not opened, nor is any
 * decoder but those of audio; a file has at most {@value MediaFile#STREAMS_AT_MOST} streams.
 *
 * <p><b>Threads.</b> Stateless; one instance serves all threads. Native memory is freed when a reader is closed, or before a
 * failing call returns. FFmpeg's own log, which would go to standard error, is turned off unless the application has set
 * its level.
 *
 * @since 0.1.0
 */
public final class FfmpegDecoder implements AudioDecoder {
    /** Creates a decoder. FFmpeg is loaded with the first file, not here. */
    public FfmpegDecoder() {}

    /**
     * Takes every file, since only FFmpeg's own probing can tell; {@link #open} refuses what it does not know.
     *
     * @param head not looked at
     * @return true
     */
    @Override
    public boolean accepts(byte[] head) {
        return true;
    }

    /**
     * Ranks last, after every decoder of one format.
     *
     * @return 100
     */
    @Override
    public int rank() {
        return 100;
    }

    /**
     * {@inheritDoc}
     *
     * @throws CryException {@link CryErrorCode#PROVIDER_UNAVAILABLE} if FFmpeg's natives for this platform are not on the
     *     class path
     */
    @Override
    public AudioReader open(Path file, AudioOptions options) {
        ReadGuard.checkInterrupted(file);
        checkReadable(file);
        FfmpegNatives.require();
        return FfmpegReader.open(MediaFile.open(file, options.track()), options);
    }

    private static void checkReadable(Path file) {
        if (file.getFileSystem() != FileSystems.getDefault()) {
            throw new CryException(
                    CryErrorCode.AUDIO_UNREADABLE,
                    "FFmpeg reads files of the default file system only, found " + file.toUri() + ": copy it there");
        }
        if (!Files.exists(file)) {
            throw new CryException(CryErrorCode.AUDIO_UNREADABLE, "no such file: " + file);
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new CryException(CryErrorCode.AUDIO_UNREADABLE, "not a file that can be read: " + file);
        }
        try {
            if (Files.size(file) == 0) {
                throw new CryException(CryErrorCode.INVALID_AUDIO, "the file is empty: " + file);
            }
        } catch (IOException e) {
            throw ReadGuard.unreadable(file, e);
        }
    }
}
