package io.crysdk.media;

import static io.crysdk.media.FfmpegNatives.allocated;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_INPUT_CHANGED;
import static org.bytedeco.ffmpeg.global.avutil.AV_CHANNEL_ORDER_UNSPEC;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc;
import static org.bytedeco.ffmpeg.global.swresample.swr_close;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert_frame;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * Takes decoded frames of any sample format and gives interleaved floats, at the rate and layout of the first. The latest frame is
 * kept back until the next one comes, since only then is it known not to be the last, which may end in padding.
 */
final class FrameConverter implements AutoCloseable {
    private final Path file;
    private final SwrContext converter;
    private final AVFrame converted;
    private final AVFrame first;
    /** Samples that wait to be taken lie from {@link #begin} to {@link #end}, those of the latest frame from {@link #latest} on. */
    private float[] samples = new float[1 << 13];

    private int begin;
    private int latest;
    private int end;
    private long added;
    private boolean silent = true;

    FrameConverter(Path file) {
        this.file = file;
        converter = swr_alloc();
        converted = av_frame_alloc();
        first = av_frame_alloc();
        try {
            allocated(converter);
            allocated(converted);
            allocated(first);
        } catch (OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    /**
     * Takes the next frame, and lets go of the one before.
     *
     * @param most the largest absolute sample that is believed; a frame with a larger one, or one that is not a number, is not
     *     taken, unless this is infinite
     * @return whether it was taken
     */
    boolean add(AVFrame frame, float most) {
        AVChannelLayout layout = frame.ch_layout();
        if (layout.order() == AV_CHANNEL_ORDER_UNSPEC) {
            // The converter settles on the usual layout for itself, and then finds every later frame to differ from it.
            av_channel_layout_default(layout, layout.nb_channels());
        }
        if (first.sample_rate() == 0) {
            first.sample_rate(frame.sample_rate());
            av_channel_layout_copy(first.ch_layout(), layout);
        }
        latest = end;
        int result = convert(frame);
        if (result == AVERROR_INPUT_CHANGED) {
            flush();
            latest = end;
            swr_close(converter);
            result = convert(frame);
        }
        check(result);
        append();
        return isBelievable(most);
    }

    private boolean isBelievable(float most) {
        boolean zeros = true;
        for (int i = latest; i < end; i++) {
            if (most < Float.POSITIVE_INFINITY && !(Math.abs(samples[i]) <= most)) {
                added -= (end - latest) / channels();
                end = latest;
                return false;
            }
            zeros &= samples[i] == 0.0f;
        }
        silent &= zeros;
        return true;
    }

    /**
     * Ends the audio: fetches what a change of rate within it left in the converter, and lets go of the last frame but for its
     * padding.
     */
    void finish(long padding) {
        if (first.sample_rate() != 0) {
            flush();
            end = (int) Math.max(latest, end - padding * channels());
            latest = end;
        }
    }

    private void flush() {
        check(convert(null));
        append();
    }

    private int convert(@Nullable AVFrame frame) {
        av_frame_unref(converted);
        converted.format(AV_SAMPLE_FMT_FLT).sample_rate(first.sample_rate());
        av_channel_layout_copy(converted.ch_layout(), first.ch_layout());
        return swr_convert_frame(converter, converted, frame);
    }

    private void check(int result) {
        if (result < 0) {
            throw new CryException(
                    CryErrorCode.UNSUPPORTED_FORMAT,
                    "cannot convert the samples of " + file + " (" + FfmpegNatives.message(result) + ")");
        }
    }

    private void append() {
        int more = Math.multiplyExact(converted.nb_samples(), channels());
        if (more == 0) {
            return;
        }
        if (begin > 0) {
            System.arraycopy(samples, begin, samples, 0, end - begin);
            latest -= begin;
            end -= begin;
            begin = 0;
        }
        if (end + more > samples.length) {
            samples = Arrays.copyOf(samples, Math.max(end + more, 2 * samples.length));
        }
        new FloatPointer(converted.data(0)).get(samples, end, more);
        end += more;
        added += converted.nb_samples();
    }

    /** Hands over what may be had, in whole sets of one sample for each channel; 0 if more frames are needed. */
    int take(float[] out, int offset, int length) {
        int count = Math.min(length, latest - begin);
        count -= count % Math.max(1, channels());
        System.arraycopy(samples, begin, out, offset, count);
        begin += count;
        return count;
    }

    /** Returns whether there is nothing, not even kept back. */
    boolean isEmpty() {
        return begin == end;
    }

    /** Returns whether all that has been added is zeros. */
    boolean isSilent() {
        return silent;
    }

    /** Returns how many samples of each channel have been added. */
    long added() {
        return added;
    }

    /** Returns how long the latest frame is. */
    double latestSeconds() {
        return (double) (end - latest) / channels() / sampleRate();
    }

    /** Returns the first frame's rate, or 0 before it. */
    int sampleRate() {
        return first.sample_rate();
    }

    /** Returns the first frame's channel count, or 0 before it. */
    int channels() {
        return first.ch_layout().nb_channels();
    }

    @Override
    public void close() {
        av_frame_free(first);
        av_frame_free(converted);
        swr_free(converter);
    }
}
