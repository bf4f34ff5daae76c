package io.crysdk.dsp;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
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

    /** Brings a signal to 16 kHz, if it is not. */
    static Signal of(Signal source, int rate) {
        Signal signal = rate == LogMelExtractor.SAMPLE_RATE ? source : new ResampledSignal(source, new Resampler(rate));
        if (signal.length() < 1) {
            throw new CryException(
                    CryErrorCode.INVALID_AUDIO,
                    "expected one sample at 16 kHz or more, found " + source.length() + " at " + rate + " Hz");
        }
        return signal;
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
