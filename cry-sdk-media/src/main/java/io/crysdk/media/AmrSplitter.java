package io.crysdk.media;

import static io.crysdk.media.FfmpegNatives.allocated;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_parser_close;
import static org.bytedeco.ffmpeg.global.avcodec.av_parser_init;
import static org.bytedeco.ffmpeg.global.avcodec.av_parser_parse2;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParserContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts AMR packets into frames of 20 ms.
 *
 * <p>Some phones put several frames into one MP4 sample. FFmpeg's decoder takes the first of a packet, drops the others
 * and reports no error: of seven seconds one is left.
 */
final class AmrSplitter implements AutoCloseable {
    private final AVCodecContext codec;
    private final AVCodecParserContext parser;
    private final AVPacket piece;
    private final BytePointer start = new BytePointer((Pointer) null);
    private final IntPointer length = new IntPointer(ByteBuffer.allocateDirect(Integer.BYTES)
            .order(ByteOrder.nativeOrder())
            .asIntBuffer());

    private AmrSplitter(AVCodecContext codec, AVCodecParserContext parser, AVPacket piece) {
        this.codec = codec;
        this.parser = parser;
        this.piece = piece;
    }

    static AmrSplitter open(AVCodecContext codec) {
        AVCodecParserContext parser = allocated(av_parser_init(codec.codec_id()));
        AVPacket piece = av_packet_alloc();
        if (piece == null) {
            av_parser_close(parser);
        }
        return new AmrSplitter(codec, parser, allocated(piece));
    }

    /** Hands over each frame of a packet. A frame is valid only during the call. */
    void split(AVPacket packet, Consumer<AVPacket> frames) {
        BytePointer data = packet.data();
        int size = packet.size();
        while (size > 0) {
            int used = parse(data, size, frames);
            data = data.getPointer(used);
            size -= used;
        }
    }

    /** Hands over what the parser still holds. */
    void finish(Consumer<AVPacket> frames) {
        parse(null, 0, frames);
    }

    private int parse(@Nullable BytePointer data, int size, Consumer<AVPacket> frames) {
        int used = av_parser_parse2(parser, codec, start, length, data, size, AV_NOPTS_VALUE, AV_NOPTS_VALUE, 0);
        if (length.get() > 0) {
            // The piece borrows the parser's memory; the decoder copies what it keeps.
            frames.accept(piece.data(start).size(length.get()));
        }
        return used;
    }

    @Override
    public void close() {
        piece.data(null).size(0);
        av_packet_free(piece);
        av_parser_close(parser);
    }
}
