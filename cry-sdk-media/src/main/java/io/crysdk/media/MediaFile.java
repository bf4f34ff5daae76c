package io.crysdk.media;

import static io.crysdk.media.FfmpegNatives.allocated;
import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_BITRATE;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_PTS;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avio_size;
import static org.bytedeco.ffmpeg.global.avformat.avio_tell;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_DECODER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_int;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EACCES;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EIO;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_ENOENT;

import io.crysdk.AudioTrack;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.ReadGuard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** An open container, one of its audio streams chosen. */
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

    /** A tag as of RFC 5646. A file may hold anything in its place, and people will see it on their terminals. */
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z0-9-]{1,35}");

    /** Phones make five or six. */
    static final int STREAMS_AT_MOST = 64;

    private final Path file;
    private final AVFormatContext format;
    private final AVPacket packet;
    private final AVStream stream;
    private final String container;
    /** Where the file's time begins, which need not be at zero. */
    private final double beginSeconds;

    private boolean cutShort;

    private MediaFile(Path file, AVFormatContext format, AVPacket packet, AVStream stream) {
        this.file = file;
        this.format = format;
        this.packet = packet;
        this.stream = stream;
        this.container = format.iformat().name().getString();
        long begin = format.start_time();
        this.beginSeconds = begin == AV_NOPTS_VALUE ? 0.0 : Math.max(0.0, (double) begin / AV_TIME_BASE);
    }

    /** Opens a file, and chooses the best track or the one asked for. */
    static MediaFile open(Path file, OptionalInt track) {
        AVFormatContext format = allocated(avformat_alloc_context());
        try {
            probe(file, format);
            AVStream stream = chooseAudio(file, format, track);
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
        av_opt_set(format, "codec_whitelist", FfmpegNatives.audioDecoders(), 0);
        av_opt_set_int(format, "max_streams", STREAMS_AT_MOST, 0);
        int opened = avformat_open_input(format, url(file), (AVInputFormat) null, (AVDictionary) null);
        if (opened < 0) {
            boolean unreadable = opened == AVERROR_ENOENT() || opened == AVERROR_EACCES() || opened == AVERROR_EIO();
            if (!unreadable && FileEnd.isIndexMissing(file)) {
                throw new CryException(
                        CryErrorCode.UNSUPPORTED_FORMAT,
                        "the index of " + file
                                + " is missing (no moov box), as in a recording that was cut off, and without"
                                + " it there is nothing to decode the rest by");
            }
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

    private static AVStream chooseAudio(Path file, AVFormatContext format, OptionalInt track) {
        int chosen = track.isPresent() ? numbered(file, format, track.getAsInt()) : best(file, format);
        for (int i = 0; i < format.nb_streams(); i++) {
            if (i != chosen) {
                format.streams(i).discard(AVDISCARD_ALL);
            }
        }
        return format.streams(chosen);
    }

    private static int best(Path file, AVFormatContext format) {
        // Handing over a cell for the decoder makes FFmpeg pass over streams for which it has none.
        AVCodec decoder = new AVCodec((Pointer) null);
        int best = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, decoder, 0);
        if (best == AVERROR_DECODER_NOT_FOUND()) {
            throw new CryException(CryErrorCode.UNSUPPORTED_FORMAT, "FFmpeg has no decoder for the audio of " + file);
        }
        if (best < 0) {
            throw new CryException(CryErrorCode.INVALID_AUDIO, "the file holds no audio: " + file);
        }
        return best;
    }

    private static int numbered(Path file, AVFormatContext format, int number) {
        int seen = 0;
        for (int i = 0; i < format.nb_streams(); i++) {
            if (isAudio(format.streams(i)) && ++seen == number) {
                return i;
            }
        }
        throw new CryException(
                CryErrorCode.INVALID_AUDIO,
                "audio track " + number + " was asked for, and the file has " + seen + ": " + file);
    }

    private static boolean isAudio(AVStream stream) {
        return stream.codecpar().codec_type() == AVMEDIA_TYPE_AUDIO;
    }

    /** Describes the chosen track, whose rate and channel count only decoding tells for sure. */
    AudioTrack describe(int sampleRate, int channels) {
        int number = 0;
        int count = 0;
        for (int i = 0; i < format.nb_streams(); i++) {
            if (isAudio(format.streams(i))) {
                count++;
                number = i == stream.index() ? count : number;
            }
        }
        double declared = declaredSeconds();
        AVDictionaryEntry language = av_dict_get(stream.metadata(), "language", null, 0);
        return new AudioTrack(
                number,
                count,
                container,
                avcodec_get_name(stream.codecpar().codec_id()).getString(),
                sampleRate,
                channels,
                Optional.ofNullable(language)
                        .map(entry -> entry.value().getString())
                        .filter(name -> LANGUAGE.matcher(name).matches() && !name.equals("und")),
                declared > 0.0 ? OptionalDouble.of(declared) : OptionalDouble.empty());
    }

    Path file() {
        return file;
    }

    AVStream stream() {
        return stream;
    }

    /** Returns so many units of the track's time in seconds. */
    double seconds(long units) {
        AVRational unit = stream.time_base();
        return (double) units * unit.num() / unit.den();
    }

    /** Returns the time that a player shows for a time stamp. */
    double presented(long stamp) {
        return seconds(stamp) - beginSeconds;
    }

    /** Returns when the container says that the track ends, in a player's time; 0 if it does not say or only guesses. */
    double declaredEnd() {
        long begin = stream.start_time();
        return declaredSeconds() + (begin == AV_NOPTS_VALUE ? 0.0 : Math.max(0.0, presented(begin)));
    }

    /** Returns how long the container says that the track is; 0 if it says that only of the whole file, or guesses. */
    private double declaredSeconds() {
        int method = format.duration_estimation_method();
        if (method == AVFMT_DURATION_FROM_BITRATE) {
            // CAF says how many bytes of audio there are, all packets alike, from which FFmpeg has the number of
            // samples.
            int rate = stream.codecpar().sample_rate();
            return isCaf() && rate > 0 ? (double) Math.max(0, stream.nb_frames()) / rate : 0.0;
        }
        boolean own = method == AVFMT_DURATION_FROM_PTS || format.nb_streams() == 1 || isMov();
        if (own && stream.duration() != AV_NOPTS_VALUE) {
            return Math.max(0.0, seconds(stream.duration()));
        }
        boolean only = format.nb_streams() == 1 && format.duration() != AV_NOPTS_VALUE;
        return only ? Math.max(0.0, (double) format.duration() / AV_TIME_BASE) : 0.0;
    }

    /** Returns whether the declared end is a sample's and not a rough idea. */
    boolean endIsExact() {
        return isMov() && declaredSeconds() > 0.0;
    }

    boolean isCaf() {
        return container.equals("caf");
    }

    private boolean isMov() {
        return container.startsWith("mov");
    }

    /** Returns whether the file ends before it should, as far as its kind lets that be seen. */
    boolean endsTooEarly() {
        return FileEnd.isTooEarly(container, file);
    }

    /** Returns how far the file has been read, 0 to 1. */
    double progress() {
        long size = avio_size(format.pb());
        return size <= 0 ? 0.0 : Math.min(1.0, (double) avio_tell(format.pb()) / size);
    }

    /**
     * Reads on to the next packet of the stream. It is valid until the next call.
     *
     * @return the packet, or null at the end
     */
    @Nullable AVPacket next() {
        while (true) {
            // There may be any number of packets of other tracks before one of this.
            ReadGuard.checkInterrupted(file);
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
