package io.crysdk.examples.cli;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import java.io.IOException;

/** The plain reference features of a signal, a block of frames at a time: an hour takes no more memory than a second. */
final class LogMelFrames {
    private static final int BLOCK = 10 * LogMelExtractor.PATCH_FRAMES;

    private LogMelFrames() {}

    /**
     * Hands over the first frames of a signal in order.
     *
     * @param signal the signal
     * @param frames how many frames to hand over
     * @param sink receives them
     */
    static void forEachBlock(Signal signal, int frames, Sink sink) throws IOException {
        LogMelExtractor extractor = new LogMelExtractor();
        double[] samples = new double[samples(BLOCK)];
        float[] rows = new float[BLOCK * LogMelExtractor.BANDS];
        for (int first = 0; first < frames; first += BLOCK) {
            int count = Math.min(BLOCK, frames - first);
            signal.read(first * LogMelExtractor.FRAME_HOP, samples, 0, samples(count));
            checkFinite(samples, samples(count));
            extractor.frames(samples, 0, samples(count), rows, 0);
            sink.accept(rows, count);
        }
    }

    private static int samples(int frames) {
        return LogMelExtractor.FRAME_SAMPLES + (frames - 1) * LogMelExtractor.FRAME_HOP;
    }

    /** One NaN would spoil the frames around it without a word. */
    private static void checkFinite(double[] samples, int count) {
        for (int i = 0; i < count; i++) {
            if (!Double.isFinite(samples[i])) {
                throw new CryException(
                        CryErrorCode.INVALID_AUDIO, "samples are finite, found " + samples[i] + ": mend the recording");
            }
        }
    }

    /** Receives frames. */
    interface Sink {
        /** Takes {@code count} rows of 64 values; the array is used again after the call. */
        void accept(float[] rows, int count) throws IOException;
    }
}
