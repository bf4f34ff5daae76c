package io.crysdk.onnx;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.dsp.FileSignal;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import java.util.Locale;

/** Refuses audio that cannot be judged, before any of it is computed on. */
final class AudioChecks {
    private AudioChecks() {}

    static Signal signal(AudioClip clip) {
        long samples = clip.samplesPerChannel();
        long rate = clip.sampleRate();
        if (samples == 0) {
            throw invalid("the clip has no samples");
        }
        Signal signal = Signal.of(clip);
        checkNotShort(samples, rate);
        if (samples > CryClassifier.MAX_SECONDS * rate) {
            throw invalid(String.format(
                    Locale.ROOT,
                    "the clip lasts %.3f s (%d samples at %d Hz): expected %.0f s or less; cut it into pieces",
                    clip.durationSeconds(),
                    samples,
                    rate,
                    CryClassifier.MAX_SECONDS));
        }
        checkSamples(clip.samples(), clip.channels());
        return signal;
    }

    /** Refuses a file that cannot be judged; how long it may be, its options have decided. */
    static void check(FileSignal signal) {
        checkNotShort(signal.length(), LogMelExtractor.SAMPLE_RATE);
        if (!Float.isFinite(signal.peak())) {
            throw invalid("the file has a sample that is not finite: samples are finite, full scale -1 to 1");
        }
        if (signal.peak() > CryClassifier.MAX_PEAK) {
            throw invalid("the file has a peak of " + signal.peak() + ": expected full scale -1 to 1");
        }
    }

    private static void checkNotShort(long samples, long rate) {
        if (samples < CryClassifier.MIN_SECONDS * rate) {
            throw invalid(String.format(
                    Locale.ROOT,
                    "the clip lasts %.3f s (%d samples at %d Hz): expected %.2f s or more, the shortest cry",
                    (double) samples / rate,
                    samples,
                    rate,
                    CryClassifier.MIN_SECONDS));
        }
    }

    private static void checkSamples(float[] samples, int channels) {
        float peak = 0.0f;
        for (float sample : samples) {
            peak = Math.max(peak, Math.abs(sample)); // NaN once is NaN for good
        }
        if (peak <= CryClassifier.MAX_PEAK) {
            return;
        }
        for (int i = 0; i < samples.length; i++) {
            if (!Float.isFinite(samples[i])) {
                throw invalid("the clip has the sample " + samples[i] + " at " + i / channels
                        + ": samples are finite, full scale -1 to 1");
            }
        }
        throw invalid(
                "the clip has a peak of " + peak + ": expected full scale -1 to 1; divide 16-bit samples by 32768");
    }

    private static CryException invalid(String message) {
        return new CryException(CryErrorCode.INVALID_AUDIO, message);
    }
}
