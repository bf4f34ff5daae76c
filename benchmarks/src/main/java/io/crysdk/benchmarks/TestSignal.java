package io.crysdk.benchmarks;

import java.util.Random;

/** The signal that every benchmark hears: white noise at two thirds of full scale, the same on every run. */
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
}
