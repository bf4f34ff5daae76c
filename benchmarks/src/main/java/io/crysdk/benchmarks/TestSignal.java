package io.crysdk.benchmarks;

import java.util.Random;

/** The signals that the benchmarks hear, the same on every run: white noise at two thirds of full scale, and something like crying. */
final class TestSignal {
    private TestSignal() {}

    static float[] noise(int samples) {
        Random random = new Random(5);
        float[] pcm = new float[samples];
        for (int i = 0; i < samples; i++) {
            pcm[i] = (random.nextInt(40_001) - 20_000) / 32768.0f;
        }
        return pcm;
    }

    /** Every second 0.7 s of 450 Hz with overtones, in white noise. */
    static double[] cries(int samples) {
        float[] noise = noise(samples);
        double[] cries = new double[samples];
        for (int i = 0; i < samples; i++) {
            cries[i] = 0.005 * noise[i];
            for (int k = 1; k <= 6 && i % 16_000 < 11_200; k++) {
                cries[i] += 0.1 / k * Math.sin(2 * Math.PI * 450 * k * i / 16_000);
            }
        }
        return cries;
    }
}
