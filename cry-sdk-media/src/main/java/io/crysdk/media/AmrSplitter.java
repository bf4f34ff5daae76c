package io.crysdk.media;

import static io.crysdk.media.FfmpegNatives.allocated;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AMR_NB;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AMR_WB;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts AMR packets into frames of 20 ms.
 *
 * <p>Some phones put several frames into one MP4 sample. FFmpeg's decoder takes the first of a packet, drops the others
 * and reports no error: of seven seconds one is left. FFmpeg's parser would cut them too, but it takes the file for one
 * stream of bytes, and after a damaged packet never finds back to where frames begin.
 */
final class AmrSplitter implements AutoCloseable {
    /** Bytes of a frame, its first included, by the frame type in bits 3 to 6 of that first byte (RFC 4867, 3.6 and 5.3). */
    private static final int[] NARROW_BAND = {13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1};

    private static final int[] WIDE_BAND = {18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1};

    private static final double FRAME_SECONDS = 0.02;

    private final int[] sizes;
    private final AVPacket frame = allocated(av_packet_alloc());

    private AmrSplitter(int[] sizes) {
        this.sizes = sizes;
    }

    /** Returns a splitter for the codec, or null if its packets need none. */
    static @Nullable AmrSplitter forCodec(int id) {
        if (id == AV_CODEC_ID_AMR_NB) {
            return new AmrSplitter(NARROW_BAND);
        }
        return id == AV_CODEC_ID_AMR_WB ? new AmrSplitter(WIDE_BAND) : null;
    }

    /**
     * Hands over each frame of a packet, the last one cut short if the packet is. A frame is valid during the call. The first
     * has the packet's time stamp, in which the others follow.
     */
    void split(AVPacket packet, AVRational timeBase, Consumer<AVPacket> frames) {
        BytePointer data = packet.data();
        frame.duration(Math.round(FRAME_SECONDS * timeBase.den() / timeBase.num()));
        frame.pts(packet.pts()).dts(packet.dts());
        int at = 0;
        while (at < packet.size()) {
            int size = Math.min(sizes[data.get(at) >> 3 & 15], packet.size() - at);
            // The frame borrows the packet's memory; the decoder copies what it keeps.
            frames.accept(frame.data(data.getPointer(at)).size(size));
            frame.pts(AV_NOPTS_VALUE).dts(AV_NOPTS_VALUE);
            at += size;
        }
    }

    @Override
    public void close() {
        frame.data(null).size(0);
        av_packet_free(frame);
    }
}
