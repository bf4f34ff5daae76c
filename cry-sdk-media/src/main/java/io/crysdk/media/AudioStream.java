package io.crysdk.media;

import static io.crysdk.media.FfmpegNatives.allocated;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_FLAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_CRCCHECK;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_get_bits_per_sample;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.crysdk.AudioClip;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** One audio stream on its way from packets to samples. */
final class AudioStream implements AutoCloseable {
    /**
     * From this length on, a compressed packet of nothing but zero bytes is no packet but the hole of an unfinished
     * download, which would decode to invented sound. A silent Vorbis or Opus packet may be a zero byte or two.
     */
    private static final int HOLE_BYTES = 8;

    private final MediaFile media;
    private final AVCodecContext codec;
    private final AVFrame frame;
    private final SampleSink sink;
    private final @Nullable AmrSplitter splitter;
    private final boolean zerosAreDamage;
    private int damagedPackets;

    private AudioStream(
            MediaFile media, AVCodecContext codec, AVFrame frame, SampleSink sink, @Nullable AmrSplitter splitter) {
        this.media = media;
        this.codec = codec;
        this.frame = frame;
        this.sink = sink;
        this.splitter = splitter;
        // Where every sample has its own bits, zeros may be silence.
        zerosAreDamage = av_get_bits_per_sample(codec.codec_id()) == 0;
    }

    static AudioStream open(MediaFile media, int maxSeconds) {
        int id = media.stream().codecpar().codec_id();
        AVCodec decoder = avcodec_find_decoder(id);
        if (decoder == null) {
            throw unsupported(media.file(), id, "no decoder");
        }
        AVCodecContext codec = allocated(avcodec_alloc_context3(decoder));
        @Nullable AVFrame frame = null;
        @Nullable SampleSink sink = null;
        try {
            configure(media, codec, decoder, id);
            frame = allocated(av_frame_alloc());
            sink = new SampleSink(media.file(), maxSeconds);
            return new AudioStream(media, codec, frame, sink, AmrSplitter.forCodec(id));
        } catch (RuntimeException | Error e) {
            if (sink != null) {
                sink.close();
            }
            av_frame_free(frame);
            avcodec_free_context(codec);
            throw e;
        }
    }

    private static void configure(MediaFile media, AVCodecContext codec, AVCodec decoder, int id) {
        int result = avcodec_parameters_to_context(codec, media.stream().codecpar());
        if (result >= 0) {
            // Without the time base the decoder cannot cut off the padding that encoders add at both ends.
            codec.pkt_timebase(media.stream().time_base());
            if (id == AV_CODEC_ID_FLAC) {
                // Lossless or not at all: a frame whose checksum fails would be noise.
                codec.err_recognition(AV_EF_CRCCHECK | AV_EF_EXPLODE);
            }
            result = avcodec_open2(codec, decoder, (AVDictionary) null);
        }
        if (result < 0) {
            throw unsupported(media.file(), id, FfmpegNatives.message(result));
        }
    }

    private static CryException unsupported(Path file, int codecId, String why) {
        return new CryException(
                CryErrorCode.UNSUPPORTED_FORMAT,
                "cannot decode " + avcodec_get_name(codecId).getString() + " audio in " + file + " (" + why + ")");
    }

    /** Decodes the stream to its end, leaving out what is damaged. */
    void decodeAll() {
        for (AVPacket packet = media.next(); packet != null; packet = media.next()) {
            if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
                damagedPackets++;
            } else if (splitter == null || isHole(packet)) {
                decode(packet);
            } else {
                splitter.split(packet, this::decode);
            }
        }
        send(null);
        sink.finish();
    }

    private void decode(AVPacket packet) {
        if (packet.size() > 0) {
            if (zerosAreDamage && isHole(packet)) {
                damagedPackets++;
            } else {
                send(packet);
            }
        }
    }

    private static boolean isHole(AVPacket packet) {
        if (packet.size() < HOLE_BYTES) {
            return false;
        }
        BytePointer data = packet.data();
        for (int i = 0; i < packet.size(); i++) {
            if (data.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** A decoder takes a packet only when its frames so far are fetched, so a refused packet is offered again. */
    private void send(@Nullable AVPacket packet) {
        int sent = avcodec_send_packet(codec, packet);
        if (sent == AVERROR_EAGAIN()) {
            receive();
            sent = avcodec_send_packet(codec, packet);
        }
        if (sent < 0 && sent != AVERROR_EOF()) {
            damagedPackets++;
        }
        receive();
    }

    private void receive() {
        while (true) {
            int received = avcodec_receive_frame(codec, frame);
            if (received == AVERROR_EAGAIN() || received == AVERROR_EOF()) {
                return;
            }
            if (received < 0) {
                damagedPackets++;
                return;
            }
            if (frame.decode_error_flags() != 0 || (frame.flags() & AV_FRAME_FLAG_CORRUPT) != 0) {
                damagedPackets++;
            } else {
                sink.accept(frame);
            }
        }
    }

    /** Returns how many packets or frames were left out because they are damaged. */
    int damagedPackets() {
        return damagedPackets;
    }

    boolean isEmpty() {
        return sink.isEmpty();
    }

    boolean isSilent() {
        return sink.isSilent();
    }

    AudioClip clip() {
        return sink.clip();
    }

    @Override
    public void close() {
        if (splitter != null) {
            splitter.close();
        }
        sink.close();
        av_frame_free(frame);
        avcodec_free_context(codec);
    }
}
