package io.crysdk.media;

import static io.crysdk.media.FfmpegNatives.allocated;
import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_BITRATE;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_DECODER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EACCES;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EIO;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_ENOENT;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** An open container, its best audio stream chosen. */
final class MediaFile implements AutoCloseable {
    /**
     * The containers of recordings. Not all that FFmpeg knows: playlists and text formats would have it open further
     * files on the word of a stranger's bytes, and pictures are no recordings.
     */
    private static final String CONTAINERS = String.join(
            ",",
            "mov",
            "mp4",
            "m4a",
            "3gp",
            "3g2",
            "mj2",
            "matroska",
            "webm",
            "ogg",
            "oga",
            "opus",
            "flac",
            "mp3",
            "wav",
            "w64",
            "rf64",
            "aiff",
            "caf",
            "au",
            "amr",
            "amrnb",
            "amrwb",
            "aac",
            "loas",
            "ac3",
            "eac3",
            "avi",
            "asf",
            "flv",
            "mpegts",
            "mpeg",
            "mpegvideo",
            "wv",
            "ape",
            "tta",
            "tak",
            "dts",
            "gsm",
            "sbc",
            "voc",
            "iff",
            "mxf",
            "nut",
            "rm",
            "dv",
            "swf",
            "g722",
            "adx",
            "qcp",
            "sox",
            "spdif",
            "mpc",
            "mpc8",
            "aptx");

    private final Path file;
    private final AVFormatContext format;
    private final AVPacket packet;
    private final AVStream stream;
    private boolean cutShort;

    private MediaFile(Path file, AVFormatContext format, AVPacket packet, AVStream stream) {
        this.file = file;
        this.format = format;
        this.packet = packet;
        this.stream = stream;
    }

    static MediaFile open(Path file) {
        AVFormatContext format = allocated(avformat_alloc_context());
        try {
            probe(file, format);
            AVStream stream = chooseAudio(file, format);
            return new MediaFile(file, format, allocated(av_packet_alloc()), stream);
        } catch (RuntimeException | Error e) {
            // A failed open has freed the context already and left a null pointer, which close takes.
            avformat_close_input(format);
            throw e;
        }
    }

    private static void probe(Path file, AVFormatContext format) {
        av_opt_set(format, "format_whitelist", CONTAINERS, 0);
        av_opt_set(format, "protocol_whitelist", "file", 0);
        int opened = avformat_open_input(format, url(file), (AVInputFormat) null, (AVDictionary) null);
        if (opened < 0) {
            boolean unreadable = opened == AVERROR_ENOENT() || opened == AVERROR_EACCES() || opened == AVERROR_EIO();
            throw new CryException(
                    unreadable ? CryErrorCode.AUDIO_UNREADABLE : CryErrorCode.UNSUPPORTED_FORMAT,
                    "not a recording that FFmpeg can open: " + file + " (" + FfmpegNatives.message(opened) + ")");
        }
        int found = avformat_find_stream_info(format, (AVDictionary) null);
        if (found < 0) {
            throw new CryException(
                    CryErrorCode.UNSUPPORTED_FORMAT,
                    "the streams of " + file + " are damaged (" + FfmpegNatives.message(found) + ")");
        }
    }

    /** The file protocol by name, so that no file name is taken for another protocol's address. */
    private static BytePointer url(Path file) {
        byte[] utf8 = ("file:" + file.toAbsolutePath()).getBytes(StandardCharsets.UTF_8);
        ByteBuffer terminated = ByteBuffer.allocateDirect(utf8.length + 1);
        terminated.put(utf8).put((byte) 0).flip();
        return new BytePointer(terminated);
    }

    private static AVStream chooseAudio(Path file, AVFormatContext format) {
        // Handing over a cell for the decoder makes FFmpeg pass over streams for which it has none.
        AVCodec decoder = new AVCodec((Pointer) null);
        int best = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, decoder, 0);
        if (best == AVERROR_DECODER_NOT_FOUND()) {
            throw new CryException(CryErrorCode.UNSUPPORTED_FORMAT, "FFmpeg has no decoder for the audio of " + file);
        }
        if (best < 0) {
            throw new CryException(CryErrorCode.INVALID_AUDIO, "the file holds no audio: " + file);
        }
        for (int i = 0; i < format.nb_streams(); i++) {
            if (i != best) {
                format.streams(i).discard(AVDISCARD_ALL);
            }
        }
        return format.streams(best);
    }

    Path file() {
        return file;
    }

    AVStream stream() {
        return stream;
    }

    /** Returns how long the container says the stream is, in seconds; 0 if it does not say or only estimates. */
    double declaredSeconds() {
        if (stream.duration() == AV_NOPTS_VALUE || format.duration_estimation_method() == AVFMT_DURATION_FROM_BITRATE) {
            return 0.0;
        }
        AVRational unit = stream.time_base();
        return (double) stream.duration() * unit.num() / unit.den();
    }

    /**
     * Reads on to the next packet of the stream. It is valid until the next call.
     *
     * @return the packet, or null at the end
     */
    @Nullable AVPacket next() {
        while (true) {
            av_packet_unref(packet);
            int read = av_read_frame(format, packet);
            if (read < 0) {
                cutShort = read != AVERROR_EOF();
                return null;
            }
            if (packet.stream_index() == stream.index()) {
                return packet;
            }
        }
    }

    /** Returns whether reading ended on an error and not at the end of the file. */
    boolean cutShort() {
        return cutShort;
    }

    @Override
    public void close() {
        av_packet_free(packet);
        avformat_close_input(format);
    }
}
