package io.crysdk.dsp;

import java.util.Arrays;
import java.util.Random;

/**
 * Cries by a simple rule, whose pitch is known at every sample: overtones under two resonances, vibrato, jitter and
 * shimmer from one cycle to the next, in white noise.
 */
final class CrySound {
    static final int RATE = 16_000;

    final double[] samples;
    /** In Hz; zero where there is no voice. */
    final double[] pitch;

    private final Random random;
    private double voiceEnergy;
    private int voiceSamples;

    CrySound(double seconds, long seed) {
        samples = new double[(int) Math.round(seconds * RATE)];
        pitch = new double[samples.length];
        random = new Random(seed);
    }

    /** A voice that swings to either side of its middle pitch and is a little different in every cycle. */
    record Voice(double hz, double melodySemitones, double vibratoHz, double vibratoSemitones, double jitter) {
        static Voice steady(double hz) {
            return new Voice(hz, 0, 0, 0, 0);
        }

        static Voice any(Random random) {
            return new Voice(
                    270 + 400 * random.nextDouble(),
                    4 * random.nextDouble(),
                    4 + 4 * random.nextDouble(),
                    0.2 + 0.6 * random.nextDouble(),
                    0.01);
        }
    }

    CrySound cry(double from, double to, Voice voice) {
        return cry(from, to, voice, 0.1);
    }

    CrySound cry(double from, double to, Voice voice, double rms) {
        int first = (int) Math.round(from * RATE);
        int last = Math.min(samples.length, (int) Math.round(to * RATE));
        double resonance1 = 900 + 600 * random.nextDouble();
        double resonance2 = 2300 + 1200 * random.nextDouble();
        double tilt = 0.6 + 1.2 * random.nextDouble();
        double[] cry = new double[last - first];
        double phase = 0.0;
        double jitter = 0.0;
        double shimmer = 1.0;
        double energy = 0.0;
        double[] gains = {};
        for (int i = 0; i < cry.length; i++) {
            double u = (double) i / cry.length;
            double vibrato = voice.vibratoSemitones * Math.sin(2 * Math.PI * voice.vibratoHz * i / RATE);
            double hz = voice.hz * Math.pow(2, (voice.melodySemitones * (Math.sin(Math.PI * u) - 0.5) + vibrato) / 12);
            double before = phase;
            phase += hz * (1 + jitter) / RATE;
            if (Math.floor(phase) > Math.floor(before)) {
                jitter = voice.jitter * random.nextGaussian();
                shimmer = 1 + 5 * voice.jitter * random.nextGaussian();
            }
            if (i % 64 == 0) {
                gains = new double[(int) (7500 / hz)];
                for (int k = 1; k <= gains.length; k++) {
                    double resonance = bell(k * hz, resonance1, 300) + 0.6 * bell(k * hz, resonance2, 400);
                    gains[k - 1] = Math.pow(k, -tilt) * (0.05 + resonance);
                }
            }
            double sum = 0.0;
            for (int k = 1; k <= gains.length; k++) {
                sum += gains[k - 1] * Math.sin(2 * Math.PI * k * phase + 0.3 * k * k);
            }
            cry[i] = shimmer * sum * Math.min(1.0, Math.min(i, cry.length - i) / (0.02 * RATE));
            energy += cry[i] * cry[i];
            pitch[first + i] = hz;
        }
        double scale = rms / Math.sqrt(energy / cry.length);
        for (int i = 0; i < cry.length; i++) {
            samples[first + i] += scale * cry[i];
        }
        voiceEnergy += rms * rms * cry.length;
        voiceSamples += cry.length;
        return this;
    }

    /** Adds white noise so many decibels under the voices. */
    CrySound noise(double decibels) {
        double rms = Math.sqrt(voiceEnergy / voiceSamples) * Math.pow(10, -decibels / 20);
        for (int i = 0; i < samples.length; i++) {
            samples[i] += rms * random.nextGaussian();
        }
        return this;
    }

    /** The median of the true pitch between two samples, where there is voice. */
    double medianPitch(long from, long to) {
        double[] voiced = Arrays.stream(pitch, (int) from, (int) to)
                .filter(hz -> hz > 0)
                .sorted()
                .toArray();
        return voiced[voiced.length / 2];
    }

    private static double bell(double hz, double centre, double width) {
        double x = (hz - centre) / width;
        return 1 / (1 + x * x);
    }
}
