package io.crysdk.train;

import io.crysdk.dsp.Signal;
import java.util.Objects;

/**
 * Samples at 16 kHz, or a stretch of them, as a signal of their own.
 *
 * @param samples not copied
 * @param from the first
 * @param to the one after the last
 */
@SuppressWarnings("ArrayRecordComponent") // A view, never compared.
record Stretch(double[] samples, int from, int to) implements Signal {
    Stretch {
        Objects.checkFromToIndex(from, to, samples.length);
        if (from == to) {
            throw new IllegalArgumentException("a stretch has one sample or more, found none at " + from);
        }
    }

    Stretch(double[] samples) {
        this(samples, 0, samples.length);
    }

    @Override
    public int length() {
        return to - from;
    }

    @Override
    public void read(int at, double[] out, int outOffset, int count) {
        Objects.checkFromIndexSize(at, count, length());
        System.arraycopy(samples, from + at, out, outOffset, count);
    }
}
