package io.crysdk.dsp;

import io.crysdk.AudioClip;
import java.util.Objects;

/** A clip's channels averaged, at the clip's own rate. */
final class MonoSignal implements Signal {
    private final float[] samples;
    private final int channels;
    private final int length;

    MonoSignal(AudioClip clip) {
        this.samples = clip.samples();
        this.channels = clip.channels();
        this.length = clip.samplesPerChannel();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void read(int from, double[] out, int outOffset, int count) {
        Objects.checkFromIndexSize(from, count, length);
        Objects.checkFromIndexSize(outOffset, count, out.length);
        average(samples, from * channels, channels, out, outOffset, count);
    }

    /** Averages {@code count} samples of each channel, interleaved from {@code from} on: the sum in double, then one division. */
    static void average(float[] interleaved, int from, int channels, double[] out, int outOffset, int count) {
        if (channels == 1) {
            for (int i = 0; i < count; i++) {
                out[outOffset + i] = interleaved[from + i];
            }
            return;
        }
        int next = from;
        for (int i = 0; i < count; i++) {
            double sum = 0.0;
            for (int c = 0; c < channels; c++) {
                sum += interleaved[next++];
            }
            out[outOffset + i] = sum / channels;
        }
    }
}
