package io.crysdk.dsp;

import java.util.Objects;

/** A signal brought to 16 kHz as it is read. */
final class ResampledSignal implements Signal {
    private final Signal source;
    private final Resampler resampler;
    private final int length;

    ResampledSignal(Signal source, Resampler resampler) {
        this.source = source;
        this.resampler = resampler;
        this.length = resampler.length(source.length());
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void read(int from, double[] out, int outOffset, int count) {
        Objects.checkFromIndexSize(from, count, length);
        Objects.checkFromIndexSize(outOffset, count, out.length);
        resampler.read(source, from, out, outOffset, count);
    }
}
