package io.crysdk.train;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** Recordings made on the spot. */
final class Wavs {
    private Wavs() {}

    /** Writes mono samples at 16 kHz. */
    static void write(Path file, double[] samples) throws IOException {
        byte[] bytes = new byte[2 * samples.length];
        for (int i = 0; i < samples.length; i++) {
            int s = (int) Math.round(32767 * samples[i]);
            bytes[2 * i] = (byte) s;
            bytes[2 * i + 1] = (byte) (s >> 8);
        }
        AudioFormat format = new AudioFormat(16000, 16, 1, true, false);
        try (AudioInputStream in = new AudioInputStream(new ByteArrayInputStream(bytes), format, samples.length)) {
            AudioSystem.write(in, AudioFileFormat.Type.WAVE, file.toFile());
        }
    }

    /** A harmonic tone that rises and falls. */
    static double[] wail(SplittableRandom random, int length) {
        double[] out = new double[length];
        double pitch = random.nextDouble(350, 600);
        double phase = 0;
        for (int i = 0; i < length; i++) {
            phase += 2 * Math.PI * pitch * (1 + 0.2 * Math.sin(2 * Math.PI * i / 16000.0)) / 16000;
            for (int h = 1; h <= 6; h++) {
                out[i] += 0.1 * Math.sin(h * phase);
            }
        }
        return out;
    }

    /** White noise. */
    static double[] noise(SplittableRandom random, int length) {
        double[] out = new double[length];
        double level = random.nextDouble(0.01, 0.2);
        for (int i = 0; i < length; i++) {
            out[i] = Math.max(-1, Math.min(1, level * random.nextGaussian()));
        }
        return out;
    }
}
