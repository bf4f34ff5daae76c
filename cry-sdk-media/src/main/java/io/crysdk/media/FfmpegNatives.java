package io.crysdk.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_codec_is_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.av_codec_iterate;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_INFO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_log_get_level;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Loads FFmpeg once, and holds what every call to it needs.
 *
 * <p>Nothing in this package lets JavaCPP allocate native memory: its allocator counts the memory of the whole process,
 * so that beside a network of some hundred megabytes and a small heap it reports an OutOfMemoryError that is none. What
 * FFmpeg allocates itself is not counted; text and small cells go through direct buffers.
 */
final class FfmpegNatives {
    /**
     * The most that FFmpeg may ask for at once. A stranger's index of packets is the one thing that gets near it: 24 bytes for
     * each, so that this is enough for a day of audio, where a file of some kilobytes could claim two gigabytes.
     */
    private static final long MOST_AT_ONCE = 1L << 27;

    private static final @Nullable String FAILURE = load();

    private FfmpegNatives() {}

    static void require() {
        if (FAILURE != null) {
            String platform = Loader.getPlatform();
            throw new CryException(
                    CryErrorCode.PROVIDER_UNAVAILABLE,
                    "FFmpeg's native libraries for " + platform
                            + (isThere(platform)
                                    ? " cannot be unpacked, or not be loaded from where they are unpacked: start Java with"
                                            + " -Dorg.bytedeco.javacpp.cachedir= and a folder that can be written and allows execution"
                                    : " are not there: add the dependencies org.bytedeco:ffmpeg and org.bytedeco:javacpp"
                                            + " once more with the classifier " + platform
                                            + ", or org.bytedeco:ffmpeg-platform for all platforms, and on the module"
                                            + " path --add-modules ALL-MODULE-PATH")
                            + " (" + FAILURE + ")");
        }
    }

    private static boolean isThere(String platform) {
        try {
            String library = "/org/bytedeco/ffmpeg/" + platform + "/" + System.mapLibraryName("jniavutil");
            return Loader.findResource(avutil.class, library) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable String load() {
        try {
            for (Class<?> library : new Class<?>[] {avutil.class, swresample.class, avcodec.class, avformat.class}) {
                Loader.load(library);
            }
        } catch (LinkageError e) {
            return String.valueOf(e.getMessage());
        }
        // The level is one for the whole process, so an application that chose one keeps it.
        if (av_log_get_level() == AV_LOG_INFO) {
            av_log_set_level(AV_LOG_QUIET);
        }
        // For the whole process too, and cannot be asked for. Who decodes other things with FFmpeg may raise it again.
        av_max_alloc(MOST_AT_ONCE);
        return null;
    }

    /**
     * Names all decoders of audio. A container that is told these opens no others while it looks for its streams: the
     * decoders of video are large, and a stranger's bytes need not reach them.
     */
    static String audioDecoders() {
        return AudioDecoders.NAMES;
    }

    /** Listed when first needed, and once. */
    private static final class AudioDecoders {
        static final String NAMES = list();

        private static String list() {
            StringJoiner names = new StringJoiner(",");
            PointerPointer<Pointer> cell = new PointerPointer<>(new BytePointer(ByteBuffer.allocateDirect(Long.BYTES)));
            for (AVCodec codec = av_codec_iterate(cell); codec != null; codec = av_codec_iterate(cell)) {
                if (codec.type() == AVMEDIA_TYPE_AUDIO && av_codec_is_decoder(codec) != 0) {
                    names.add(codec.name().getString());
                }
            }
            return names.toString();
        }
    }

    static String message(int error) {
        byte[] text = new byte[128];
        av_strerror(error, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    /** Native allocation fails only when the machine has no memory left, as {@code new} does. */
    static <P extends Pointer> P allocated(@Nullable P pointer) {
        if (pointer == null || pointer.isNull()) {
            throw new OutOfMemoryError("FFmpeg could not allocate memory");
        }
        return pointer;
    }
}
