package io.crysdk.dsp;

import io.crysdk.AudioClip;
import java.util.Random;

/** Clips and signals for tests of what comes before the log-mel front end. */
final class Clips {
    private Clips() {}

    /** Noise within half of full scale, of values that 16 bits hold. */
    static float[] noise(int samples, long seed) {
        Random random = new Random(seed);
        float[] noise = new float[samples];
        for (int i = 0; i < samples; i++) {
            noise[i] = (random.nextInt(32768) - 16384) / 32768.0f;
        }
        return noise;
    }

    static float[] tone(int samples, double hz, double amplitude, int rate) {
        float[] tone = new float[samples];
        for (int i = 0; i < samples; i++) {
            tone[i] = (float) (amplitude * Math.sin(2.0 * Math.PI * hz * i / rate));
        }
        return tone;
    }

    static double[] widened(float[] samples) {
        double[] wide = new double[samples.length];
        for (int i = 0; i < samples.length; i++) {
            wide[i] = samples[i];
        }
        return wide;
    }

    static float[] narrowed(double[] samples) {
        float[] narrow = new float[samples.length];
        for (int i = 0; i < samples.length; i++) {
            narrow[i] = (float) samples[i];
        }
        return narrow;
    }

    static double[] all(Signal signal) {
        double[] samples = new double[signal.length()];
        signal.read(0, samples, 0, samples.length);
        return samples;
    }

    static double[] resampled(float[] samples, int rate) {
        return all(Signal.of(AudioClip.of(samples, rate, 1)));
    }
}
