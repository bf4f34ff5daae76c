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

import io.crysdk.AudioClip;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** Gathers decoded frames of any sample format as interleaved floats, at the rate and layout of the first. */
final class SampleSink implements AutoCloseable {
    private static final int FIRST_CAPACITY = 1 << 16;

    /** The longest array that every JVM can make. */
    private static final int MOST = Integer.MAX_VALUE - 8;

    private final Path file;
    private final int maxSeconds;
    private final SwrContext converter;
    private final AVFrame converted;
    private final AVFrame first;
    private float[] samples = new float[0];
    private int size;

    SampleSink(Path file, int maxSeconds) {
        this.file = file;
        this.maxSeconds = maxSeconds;
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

    void accept(AVFrame frame) {
        AVChannelLayout layout = frame.ch_layout();
        if (layout.order() == AV_CHANNEL_ORDER_UNSPEC) {
            // The converter settles on the usual layout for itself, and then finds every later frame to differ from it.
            av_channel_layout_default(layout, layout.nb_channels());
        }
        if (first.sample_rate() == 0) {
            first.sample_rate(frame.sample_rate());
            av_channel_layout_copy(first.ch_layout(), layout);
        }
        int result = convert(frame);
        if (result == AVERROR_INPUT_CHANGED) {
            finish();
            swr_close(converter);
            result = convert(frame);
        }
        check(result);
        append();
    }

    /** Fetches what a change of rate within the stream left in the converter. */
    void finish() {
        if (first.sample_rate() != 0) {
            check(convert(null));
            append();
        }
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
        int channels = first.ch_layout().nb_channels();
        long needed = size + (long) converted.nb_samples() * channels;
        if (needed == size) {
            return;
        }
        if (needed / channels > (long) maxSeconds * first.sample_rate() || needed > MOST) {
            throw new CryException(
                    CryErrorCode.INVALID_AUDIO,
                    "more than " + maxSeconds + " s of audio are not decoded: cut the recording " + file);
        }
        if (needed > samples.length) {
            samples = resized((int) Math.min(MOST, Math.max(needed, Math.max(FIRST_CAPACITY, samples.length * 2L))));
        }
        new FloatPointer(converted.data(0)).get(samples, size, (int) needed - size);
        size = (int) needed;
    }

    private float[] resized(int length) {
        try {
            return Arrays.copyOf(samples, length);
        } catch (OutOfMemoryError e) {
            throw new CryException(
                    CryErrorCode.INVALID_AUDIO,
                    "the audio of " + file + " does not fit into the heap: give the JVM more or cut the recording",
                    e);
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean isSilent() {
        for (int i = 0; i < size; i++) {
            if (samples[i] != 0.0f) {
                return false;
            }
        }
        return true;
    }

    AudioClip clip() {
        return AudioClip.of(
                resized(size), first.sample_rate(), first.ch_layout().nb_channels());
    }

    @Override
    public void close() {
        av_frame_free(first);
        av_frame_free(converted);
        swr_free(converter);
    }
}
