package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert_frame;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** Writes small files through the FFmpeg that the decoder reads them with, so that tests need no recordings. */
final class Encoder {
    private final List<Track> tracks = new ArrayList<>();
    private int packetsPerSample = 1;
    private boolean indexFirst;

    private sealed interface Track {}

    private record Audio(
            String codec, int sampleFormat, float[] samples, int rate, int channels, long bitRate, Extra extra)
            implements Track {}

    /** When the audio begins, which of its packets are left out, and what its language is said to be. */
    private record Extra(
            double begin,
            double missingFrom,
            double missingTo,
            @Nullable String language) {
        static final Extra NONE = new Extra(0.0, 0.0, 0.0, null);

        boolean isMissing(double seconds) {
            return seconds >= missingFrom && seconds < missingTo;
        }
    }

    private record Video(int frames) implements Track {}

    /** FFmpeg's Vorbis encoder writes stereo only. */
    static int channels(String codec) {
        return codec.equals("vorbis") ? 2 : 1;
    }

    static boolean has(String codec) {
        FfmpegNatives.require();
        return avcodec_find_encoder_by_name(codec) != null;
    }

    Encoder audio(String codec, int sampleFormat, float[] samples, int rate, int channels, long bitRate) {
        tracks.add(new Audio(codec, sampleFormat, samples, rate, channels, bitRate, Extra.NONE));
        return this;
    }

    /** Lets the last audio track begin later than the file. */
    Encoder beginning(double seconds) {
        Extra extra = last().extra;
        return change(new Extra(seconds, extra.missingFrom, extra.missingTo, extra.language));
    }

    /** Leaves packets of the last audio track out, as if they had been lost before the container was written. */
    Encoder without(double from, double to) {
        Extra extra = last().extra;
        return change(new Extra(extra.begin, from, to, extra.language));
    }

    /** Says what the last audio track is spoken in. */
    Encoder language(String code) {
        Extra extra = last().extra;
        return change(new Extra(extra.begin, extra.missingFrom, extra.missingTo, code));
    }

    private Audio last() {
        return (Audio) tracks.get(tracks.size() - 1);
    }

    private Encoder change(Extra extra) {
        Audio last = last();
        tracks.set(
                tracks.size() - 1,
                new Audio(last.codec, last.sampleFormat, last.samples, last.rate, last.channels, last.bitRate, extra));
        return this;
    }

    Encoder video(int frames) {
        tracks.add(new Video(frames));
        return this;
    }

    /** Puts several encoded frames into one sample of the container, as some phones do with AMR. */
    Encoder packetsPerSample(int count) {
        packetsPerSample = count;
        return this;
    }

    /** Puts the index of an MP4 before its payload, as those do who mean it to be played while it is being downloaded. */
    Encoder indexFirst() {
        indexFirst = true;
        return this;
    }

    Path write(Path file) {
        FfmpegNatives.require();
        AVFormatContext format = new AVFormatContext(null);
        ok(avformat_alloc_output_context2(format, (AVOutputFormat) null, null, file.toString()));
        AVIOContext io = new AVIOContext(null);
        ok(avio_open(io, file.toString(), AVIO_FLAG_WRITE));
        format.pb(io);
        List<AVCodecContext> codecs = new ArrayList<>();
        for (Track track : tracks) {
            AVCodecContext codec = open(track, (format.oformat().flags() & AVFMT_GLOBALHEADER) != 0);
            AVStream stream = avformat_new_stream(format, null);
            ok(avcodec_parameters_from_context(stream.codecpar(), codec));
            stream.time_base(codec.time_base());
            if (track instanceof Audio audio && audio.extra.language != null) {
                AVDictionary metadata = new AVDictionary(null);
                av_dict_set(metadata, "language", audio.extra.language, 0);
                stream.metadata(metadata);
            }
            codecs.add(codec);
        }
        AVDictionary options = new AVDictionary(null);
        if (indexFirst) {
            av_dict_set(options, "movflags", "faststart", 0);
        }
        ok(avformat_write_header(format, options));
        av_dict_free(options);
        for (int i = 0; i < codecs.size(); i++) {
            Extra extra = tracks.get(i) instanceof Audio audio ? audio.extra : Extra.NONE;
            Packets packets = new Packets(format, codecs.get(i), format.streams(i), packetsPerSample, extra);
            if (tracks.get(i) instanceof Audio audio) {
                encode(audio, codecs.get(i), packets);
            } else if (tracks.get(i) instanceof Video video) {
                encode(video, codecs.get(i), packets);
            }
            packets.finish();
            avcodec_free_context(codecs.get(i));
        }
        ok(av_write_trailer(format));
        avio_closep(format.pb());
        avformat_free_context(format);
        return file;
    }

    private static AVCodecContext open(Track track, boolean globalHeader) {
        AVCodecContext context;
        AVCodec encoder;
        if (track instanceof Audio audio) {
            encoder = avcodec_find_encoder_by_name(audio.codec);
            assertThat(encoder).as(audio.codec).isNotNull();
            context = avcodec_alloc_context3(encoder);
            // FFmpeg calls its own Vorbis encoder an experiment; for a test file it will do.
            context.strict_std_compliance(avcodec.FF_COMPLIANCE_EXPERIMENTAL);
            context.sample_fmt(audio.sampleFormat).sample_rate(audio.rate);
            av_channel_layout_default(context.ch_layout(), audio.channels);
            context.time_base(rational(audio.rate));
            if (audio.bitRate > 0) {
                context.bit_rate(audio.bitRate);
            }
            if (audio.codec.equals("flac")
                    && audio.sampleFormat != org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16) {
                context.bits_per_raw_sample(24);
            }
        } else {
            encoder = avcodec_find_encoder(avcodec.AV_CODEC_ID_MPEG4);
            context = avcodec_alloc_context3(encoder);
            context.pix_fmt(AV_PIX_FMT_YUV420P).width(64).height(64);
            context.time_base(rational(25));
        }
        if (globalHeader) {
            context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        }
        ok(avcodec_open2(context, encoder, (AVDictionary) null));
        return context;
    }

    private static AVRational rational(int den) {
        return new AVRational().num(1).den(den);
    }

    private static void encode(Audio audio, AVCodecContext codec, Packets packets) {
        int chunk = codec.frame_size() > 0 ? codec.frame_size() : 1024;
        SwrContext converter = swr_alloc();
        int total = audio.samples.length / audio.channels;
        for (int at = 0; at < total; at += chunk) {
            int n = Math.min(chunk, total - at);
            AVFrame source = frame(codec, AV_SAMPLE_FMT_FLT, n);
            new FloatPointer(source.data(0)).put(audio.samples, at * audio.channels, n * audio.channels);
            AVFrame frame = frame(codec, audio.sampleFormat, n);
            ok(swr_convert_frame(converter, frame, source));
            frame.pts(at + Math.round(audio.extra.begin * audio.rate));
            packets.take(frame);
            av_frame_free(frame);
            av_frame_free(source);
        }
        swr_free(converter);
    }

    private static AVFrame frame(AVCodecContext codec, int format, int samples) {
        AVFrame frame = av_frame_alloc();
        frame.format(format).sample_rate(codec.sample_rate()).nb_samples(samples);
        av_channel_layout_copy(frame.ch_layout(), codec.ch_layout());
        ok(av_frame_get_buffer(frame, 0));
        return frame;
    }

    private static void encode(Video video, AVCodecContext codec, Packets packets) {
        for (int i = 0; i < video.frames; i++) {
            AVFrame frame = av_frame_alloc();
            frame.format(AV_PIX_FMT_YUV420P).width(64).height(64).pts(i);
            ok(av_frame_get_buffer(frame, 0));
            for (int plane = 0; plane < 3; plane++) {
                frame.data(plane)
                        .capacity(frame.linesize(plane) * (plane == 0 ? 64L : 32L))
                        .fill(40 * i);
            }
            packets.take(frame);
            av_frame_free(frame);
        }
    }

    private static int ok(int result) {
        assertThat(result).as(() -> FfmpegNatives.message(result)).isGreaterThanOrEqualTo(0);
        return result;
    }

    /** Fetches packets from an encoder and writes them, several joined into one where that is wanted. */
    private static final class Packets {
        private final Extra extra;
        private final AVFormatContext format;
        private final AVCodecContext codec;
        private final AVStream stream;
        private final int perSample;
        private final AVPacket packet = av_packet_alloc();
        private final List<byte[]> waiting = new ArrayList<>();
        private long waitingPts;
        private long waitingDuration;

        Packets(AVFormatContext format, AVCodecContext codec, AVStream stream, int perSample, Extra extra) {
            this.extra = extra;
            this.format = format;
            this.codec = codec;
            this.stream = stream;
            this.perSample = perSample;
        }

        void take(AVFrame frame) {
            ok(avcodec_send_frame(codec, frame));
            while (avcodec_receive_packet(codec, packet) >= 0) {
                if (perSample == 1) {
                    write();
                } else {
                    join();
                }
            }
        }

        private void join() {
            byte[] bytes = new byte[packet.size()];
            packet.data().get(bytes);
            if (waiting.isEmpty()) {
                waitingPts = packet.pts();
                waitingDuration = 0;
            }
            waitingDuration += packet.duration();
            waiting.add(bytes);
            if (waiting.size() == perSample) {
                flush();
            }
        }

        private void flush() {
            int size = waiting.stream().mapToInt(b -> b.length).sum();
            ok(avcodec.av_new_packet(packet, size));
            BytePointer data = packet.data();
            long at = 0;
            for (byte[] bytes : waiting) {
                data.getPointer(at).put(bytes, 0, bytes.length);
                at += bytes.length;
            }
            packet.pts(waitingPts).dts(waitingPts).duration(waitingDuration);
            waiting.clear();
            write();
        }

        private void write() {
            if (extra.isMissing((double) packet.pts()
                    * codec.time_base().num()
                    / codec.time_base().den())) {
                av_packet_unref(packet);
                return;
            }
            packet.stream_index(stream.index());
            av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
            ok(av_interleaved_write_frame(format, packet));
        }

        void finish() {
            take(null);
            if (!waiting.isEmpty()) {
                flush();
            }
            av_packet_free(packet);
        }
    }
}
