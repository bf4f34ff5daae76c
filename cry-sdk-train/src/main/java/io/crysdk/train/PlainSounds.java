package io.crysdk.train;

import io.crysdk.dsp.LogMelExtractor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Sounds by rule that are no cry and that collections leave out: silence, the hiss of a microphone, hum, steady and
 * gliding tones, clicks.
 *
 * <p>They go through the real front end once. Without them a network may take digital silence, or a level it never
 * heard, for anything at all.
 */
final class PlainSounds {
    private static final int KINDS = 8;
    private static final int EACH = 16;

    private final List<float[]> patches = new ArrayList<>();

    PlainSounds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LogMelExtractor extractor = new LogMelExtractor();
        double[] samples = new double[LogMelExtractor.PATCH_SAMPLES];
        float[] logMel = new float[Augmentation.PATCH];
        for (int kind = 0; kind < KINDS; kind++) {
            for (int i = 0; i < EACH; i++) {
                fill(samples, kind, random);
                extractor.frames(samples, 0, samples.length, logMel, 0);
                float[] magnitude = new float[Augmentation.PATCH];
                Augmentation.toMagnitude(logMel, 0, magnitude);
                patches.add(magnitude);
            }
        }
    }

    void next(float[] out, RandomGenerator random) {
        // One in four is pure silence, whatever the other kinds.
        if (random.nextInt(4) == 0) {
            Arrays.fill(out, 0.0f);
        } else {
            System.arraycopy(patches.get(random.nextInt(patches.size())), 0, out, 0, out.length);
        }
    }

    private static void fill(double[] out, int kind, RandomGenerator random) {
        double level = Math.pow(10.0, random.nextDouble(-90.0, -6.0) / 20.0);
        double rate = LogMelExtractor.SAMPLE_RATE;
        double phase = 0.0;
        double f0 = Math.exp(random.nextDouble(Math.log(50.0), Math.log(6000.0)));
        double f1 = Math.exp(random.nextDouble(Math.log(50.0), Math.log(6000.0)));
        double wobble = random.nextDouble(0.5, 8.0);
        int harmonics = random.nextInt(1, 12);
        double pole = random.nextDouble(0.8, 0.999);
        double memory = 0.0;
        for (int i = 0; i < out.length; i++) {
            double t = i / rate;
            double at = (double) i / out.length;
            double white = random.nextGaussian();
            memory = pole * memory + (1.0 - pole) * white;
            double x = switch (kind) {
                case 0 -> 0.3 * white; // hiss
                case 1 -> 3.0 * memory; // rumble
                case 2 -> 0.3 * white * (0.5 + 0.5 * Math.sin(2 * Math.PI * wobble * t)); // hiss that swells
                case 3 -> hum(0.01 * white, t, harmonics);
                case 4 -> Math.sin(2 * Math.PI * f0 * t);
                case 5 -> { // a tone that glides one way
                    phase += 2 * Math.PI * f0 * Math.pow(f1 / f0, at) / rate;
                    yield Math.sin(phase);
                }
                // An alarm: its pitch stays where it is, a cry's does not.
                case 6 -> Math.sin(2 * Math.PI * wobble * t) > -0.5 ? buzz(t, f0, harmonics) : 0.0;
                default -> random.nextInt(4000) == 0 ? 1.0 : 0.001 * white; // clicks
            };
            out[i] = Math.max(-1.0, Math.min(1.0, level * x));
        }
    }

    private static double hum(double hiss, double t, int harmonics) {
        double x = hiss;
        for (int h = 1; h <= harmonics; h++) {
            x += Math.sin(2 * Math.PI * 50 * h * t) / harmonics / h;
        }
        return x;
    }

    private static double buzz(double t, double f0, int harmonics) {
        double x = 0.0;
        for (int h = 1; h <= harmonics && h * f0 < 7800; h++) {
            x += Math.sin(2 * Math.PI * f0 * h * t) / harmonics;
        }
        return x;
    }
}
