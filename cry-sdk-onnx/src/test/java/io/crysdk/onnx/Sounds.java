package io.crysdk.onnx;

import java.util.Random;

/** Clips with a known character, made here. 16 kHz mono. */
final class Sounds {
    private Sounds() {}

    static float[] silence(double seconds) {
        return new float[(int) (seconds * 16_000)];
    }

    static float[] noise(double seconds, double level, long seed) {
        Random random = new Random(seed);
        float[] pcm = silence(seconds);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (float) (level * (2 * random.nextDouble() - 1));
        }
        return pcm;
    }

    static float[] tone(double seconds, double hertz, double level) {
        float[] pcm = silence(seconds);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (float) (level * Math.sin(2 * Math.PI * hertz * i / 16_000));
        }
        return pcm;
    }

    static float[] concat(float[]... parts) {
        int length = 0;
        for (float[] part : parts) {
            length += part.length;
        }
        float[] all = new float[length];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
