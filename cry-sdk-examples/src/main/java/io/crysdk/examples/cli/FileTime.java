package io.crysdk.examples.cli;

import io.crysdk.dsp.FileSignal;
import io.crysdk.dsp.LogMelExtractor;
import java.util.function.DoubleUnaryOperator;

/**
 * The time of a file, which may be a video whose audio begins after the picture or has gaps.
 *
 * @param samples how long the audio is, at 16 kHz
 * @param offsetSeconds how much later a moment of the audio lies in the file
 */
record FileTime(int samples, DoubleUnaryOperator offsetSeconds) {
    private static final double HALF_SAMPLE = 0.5 / LogMelExtractor.SAMPLE_RATE;

    static FileTime of(FileSignal signal) {
        return new FileTime(signal.length(), signal::offsetSeconds);
    }

    /** When something begins that begins with so many seconds of the audio. */
    double begin(double seconds) {
        return seconds + offsetSeconds.applyAsDouble(seconds);
    }

    /** When something ends: where its last sample does, and so before whatever the file has there. */
    double end(double seconds) {
        return seconds + offsetSeconds.applyAsDouble(Math.max(0.0, seconds - HALF_SAMPLE));
    }

    /** When the audio ends. */
    double end() {
        return end((double) samples / LogMelExtractor.SAMPLE_RATE);
    }
}
