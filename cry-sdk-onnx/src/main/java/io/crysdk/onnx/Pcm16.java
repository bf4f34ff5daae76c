package io.crysdk.onnx;

/**
 * Turns 16-bit samples into floats, some at a time, and keeps what bytes are over until their sample is whole. For one
 * thread.
 */
final class Pcm16 {
    private static final int AT_ONCE = 4096;

    /** Takes interleaved samples of whole instants. */
    interface Sink {
        void accept(float[] samples, int offset, int count);
    }

    private final float[] floats = new float[AT_ONCE];
    private final Sink sink;
    private byte[] carried = new byte[0];
    private int carriedCount;

    Pcm16(Sink sink) {
        this.sink = sink;
    }

    void convert(short[] samples, int offset, int count, int channels) {
        int atOnce = AT_ONCE / channels * channels;
        int done = 0;
        do {
            int n = Math.min(atOnce, count - done);
            for (int i = 0; i < n; i++) {
                floats[i] = samples[offset + done + i] / 32768.0f;
            }
            sink.accept(floats, 0, n);
            done += n;
        } while (done < count);
    }

    void convert(byte[] bytes, int offset, int count, int channels) {
        int instant = 2 * channels;
        if (carried.length < instant) {
            carried = new byte[instant];
        }
        int begin = 0;
        if (carriedCount > 0) {
            begin = Math.min(instant - carriedCount, count);
            System.arraycopy(bytes, offset, carried, carriedCount, begin);
            carriedCount += begin;
            if (carriedCount == instant) {
                carriedCount = 0;
                convertWhole(carried, 0, instant, channels);
            }
        }
        int whole = (count - begin) / instant * instant;
        convertWhole(bytes, offset + begin, whole, channels);
        int left = count - begin - whole;
        if (left > 0) {
            System.arraycopy(bytes, offset + begin + whole, carried, 0, left);
            carriedCount = left;
        }
    }

    /** Forgets the bytes that are over. */
    void restart() {
        carriedCount = 0;
    }

    private void convertWhole(byte[] bytes, int offset, int count, int channels) {
        int atOnce = AT_ONCE / channels * channels;
        int done = 0;
        do {
            int n = Math.min(atOnce, (count - done) / 2);
            for (int i = 0; i < n; i++) {
                int at = offset + done + 2 * i;
                floats[i] = (short) (bytes[at] & 0xff | bytes[at + 1] << 8) / 32768.0f;
            }
            sink.accept(floats, 0, n);
            done += 2 * n;
        } while (done < count);
    }
}
