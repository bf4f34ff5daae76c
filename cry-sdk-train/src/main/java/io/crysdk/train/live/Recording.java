package io.crysdk.train.live;

import io.crysdk.AudioClip;
import io.crysdk.dsp.Signal;
import io.crysdk.train.Manifest;
import java.util.List;

/**
 * A recording in memory.
 *
 * @param entry what the manifest says of it
 * @param samples at 16 kHz, 16 bits
 * @param rms the root mean square where it cries, or of its louder half where it does not; full scale being 1
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
record Recording(Manifest.Entry entry, short[] samples, double rms) {
    static Recording read(Manifest.Entry entry) {
        Signal signal = Signal.of(AudioClip.read(entry.file()));
        double[] read = new double[signal.length()];
        signal.read(0, read, 0, read.length);
        short[] samples = new short[read.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.max(-32768, Math.min(32767, Math.rint(read[i] * 32768)));
        }
        return new Recording(entry, samples, rms(entry, samples));
    }

    int firstCry() {
        return entry.segments().stream().mapToInt(Manifest.Span::start).min().orElse(0);
    }

    int lastCry() {
        int end = entry.segments().stream().mapToInt(Manifest.Span::end).max().orElse(samples.length);
        return Math.min(end, samples.length);
    }

    private static double rms(Manifest.Entry entry, short[] samples) {
        List<Manifest.Span> spans =
                entry.segments().isEmpty() ? List.of(new Manifest.Span(0, samples.length)) : entry.segments();
        double sum = 0.0;
        long count = 0;
        for (Manifest.Span span : spans) {
            for (int i = span.start(); i < Math.min(span.end(), samples.length); i++) {
                double x = samples[i] / 32768.0;
                sum += x * x;
                count++;
            }
        }
        return Math.sqrt(sum / Math.max(1, count)) + 1e-6;
    }
}
