package io.crysdk.media;

import io.crysdk.AudioClip;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.AudioDecoder;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the best audio stream of any file that FFmpeg knows as a recording: mp4, mov, 3gp, caf, m4a, ogg, webm, mp3,
 * flac, wav, aiff and others.
 *
 * <p><b>Samples</b> come out at the file's own rate and channel count, interleaved, integers divided by their full
 * scale; lossless 16-bit audio is therefore exactly {@code s / 32768}. A lossy decoder may overshoot full scale a
 * little, and that is left as it is. Video and further audio streams are ignored. Where a stream changes its rate or
 * layout half way, the rest is converted to that of its beginning.
 *
 * <p><b>Damage.</b> Packets that are damaged or blank are left out, and what the others hold is returned with one
 * warning in the log. A file of which nothing can be had, or only silence, is an error.
 *
 * <p><b>Bounds.</b> Audio of more than {@value #MAX_SECONDS} seconds is refused while it is decoded. The clip is held in
 * memory: four bytes a sample, an hour of mono at 16 kHz being 230 MB, and twice that for a moment.
 *
 * <p><b>Threads.</b> Stateless; one instance serves all threads. Native memory is freed before a call returns, whatever
 * its outcome. FFmpeg's own log, which would go to standard error, is turned off unless the application has set its
 * level.
 */
public final class FfmpegDecoder implements AudioDecoder {
    /** The longest recording that is decoded, in seconds: what a classifier takes, and a minute for uneven ends. */
    public static final int MAX_SECONDS = 3660;

    private static final Logger LOG = LoggerFactory.getLogger(FfmpegDecoder.class);

    /** How much shorter than its container says a stream may be before it counts as cut short. */
    private static final double TOLERATED_SHORTFALL_SECONDS = 0.5;

    private final int maxSeconds;

    /** Creates a decoder. FFmpeg is loaded with the first file, not here. */
    public FfmpegDecoder() {
        this(MAX_SECONDS);
    }

    FfmpegDecoder(int maxSeconds) {
        this.maxSeconds = maxSeconds;
    }

    /**
     * Takes every file, since only FFmpeg's own probing can tell; {@link #decode} refuses what it does not know.
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
     *     class path; {@link CryErrorCode#INVALID_AUDIO} also if the audio is longer than {@value #MAX_SECONDS} seconds
     *     or does not fit into the heap
     */
    @Override
    public AudioClip decode(Path file) {
        checkReadable(file);
        FfmpegNatives.require();
        try (MediaFile media = MediaFile.open(file);
                AudioStream stream = AudioStream.open(media, maxSeconds)) {
            stream.decodeAll();
            return checked(file, media, stream);
        }
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
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            throw new CryException(CryErrorCode.AUDIO_UNREADABLE, "not a file that can be read: " + file);
        }
        try {
            if (Files.isRegularFile(file) && Files.size(file) == 0) {
                throw new CryException(CryErrorCode.INVALID_AUDIO, "the file is empty: " + file);
            }
        } catch (IOException e) {
            throw new CryException(CryErrorCode.AUDIO_UNREADABLE, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static AudioClip checked(Path file, MediaFile media, AudioStream stream) {
        if (stream.isEmpty()) {
            throw stream.damagedPackets() > 0 || media.cutShort()
                    ? new CryException(
                            CryErrorCode.UNSUPPORTED_FORMAT,
                            "the audio of " + file + " is damaged, nothing of it could be decoded")
                    : new CryException(CryErrorCode.INVALID_AUDIO, "the audio stream holds no samples: " + file);
        }
        boolean damaged = stream.damagedPackets() > 0 || media.cutShort();
        if (damaged && stream.isSilent()) {
            throw new CryException(
                    CryErrorCode.UNSUPPORTED_FORMAT,
                    "the file is damaged and all that is left of it is silence: " + file);
        }
        AudioClip clip = stream.clip();
        double missing = media.declaredSeconds() - clip.durationSeconds();
        if (damaged || missing > TOLERATED_SHORTFALL_SECONDS) {
            LOG.warn(
                    "{} is damaged or cut short: {} s decoded, {} pieces left out, {} s missing",
                    file,
                    String.format(Locale.ROOT, "%.2f", clip.durationSeconds()),
                    stream.damagedPackets(),
                    String.format(Locale.ROOT, "%.2f", Math.max(0.0, missing)));
        }
        return clip;
    }
}
