package io.crysdk.dsp;

/** The latest samples of a signal, so that what is around a unit need not be read again. For one thread. */
final class LatestSamples {
    private final float[] ring;
    private long end;

    /** Remembers so many samples, one or more. */
    LatestSamples(int samples) {
        ring = new float[samples];
    }

    void add(double[] samples, int count) {
        for (int i = 0; i < count; i++) {
            ring[(int) (end++ % ring.length)] = (float) samples[i];
        }
    }

    /** Returns the samples from one place of the signal to another, which have been added and not yet forgotten. */
    float[] between(long from, long to) {
        if (from < end - ring.length || to > end) {
            throw new IllegalStateException(
                    "samples " + from + " to " + to + " are not among the latest " + ring.length + " before " + end);
        }
        float[] samples = new float[(int) (to - from)];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = ring[(int) ((from + i) % ring.length)];
        }
        return samples;
    }
}
