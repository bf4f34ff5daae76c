package io.crysdk.onnx;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.dsp.Signal;
import java.util.Locale;

/** Refuses audio that cannot be judged, before any of it is computed on. */
final class AudioChecks {
    private AudioChecks() {}

    static Signal signal(AudioClip clip, String name) {
        long samples = clip.samplesPerChannel();
        long rate = clip.sampleRate();
        if (samples == 0) {
            throw invalid(name + " has no samples");
        }
        if (rate < CryClassifier.MIN_SAMPLE_RATE || rate > CryClassifier.MAX_SAMPLE_RATE) {
            throw new CryException(
                    CryErrorCode.UNSUPPORTED_FORMAT,
                    name + " has a sample rate of " + rate + " Hz: expected " + CryClassifier.MIN_SAMPLE_RATE + " to "
                            + CryClassifier.MAX_SAMPLE_RATE + " Hz");
        }
        if (samples < CryClassifier.MIN_SECONDS * rate) {
            throw invalid(String.format(
                    Locale.ROOT,
                    "%s lasts %.3f s: expected %.2f s or more, the shortest cry",
                    name,
                    clip.durationSeconds(),
                    CryClassifier.MIN_SECONDS));
        }
        if (samples > CryClassifier.MAX_SECONDS * rate) {
            throw invalid(String.format(
                    Locale.ROOT,
                    "%s lasts %.0f s: expected %.0f s or less; cut it into pieces",
                    name,
                    clip.durationSeconds(),
                    CryClassifier.MAX_SECONDS));
        }
        checkSamples(clip.samples(), clip.channels(), name);
        return Signal.of(clip);
    }

    private static void checkSamples(float[] samples, int channels, String name) {
        float peak = 0.0f;
        for (float sample : samples) {
            peak = Math.max(peak, Math.abs(sample)); // NaN once is NaN for good
        }
        if (peak <= CryClassifier.MAX_PEAK) {
            return;
        }
        for (int i = 0; i < samples.length; i++) {
            if (!Float.isFinite(samples[i])) {
                throw invalid(name + " has the sample " + samples[i] + " at " + i / channels
                        + ": samples are finite, full scale -1 to 1");
            }
        }
        throw invalid(
                name + " has a peak of " + peak + ": expected full scale -1 to 1; divide 16-bit samples by 32768");
    }

    private static CryException invalid(String message) {
        return new CryException(CryErrorCode.INVALID_AUDIO, message);
    }
}
