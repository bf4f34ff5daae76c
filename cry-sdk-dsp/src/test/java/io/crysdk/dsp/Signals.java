package io.crysdk.dsp;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/** Test signals at 16 kHz: noise, tones, impulses, near-silence, and numbers no microphone makes. */
final class Signals {
    record Signal(String name, double[] samples) {}

    private Signals() {}

    /** Some of every kind, each {@code length} samples long. */
    static List<Signal> everyKind(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Signal> all = new ArrayList<>();
        for (double level : new double[] {1, 0.1, 1e-3, 1 / 32768.0, 1e-9, 4}) {
            all.add(signal("white noise at " + level, length, t -> level * (2 * random.nextDouble() - 1)));
            all.add(signal("gaussian noise at " + level, length, t -> level * gauss(random)));
        }
        all.add(signal("16-bit noise", length, t -> random.nextInt(-32768, 32768) / 32768.0));
        all.add(signal("16-bit noise of one step", length, t -> random.nextInt(-1, 2) / 32768.0));
        for (int n = 0; n < 6; n++) {
            double hertz = 50 + random.nextDouble() * 7900;
            double level = Math.pow(10, -random.nextInt(0, 5));
            all.add(signal("sine " + hertz, length, t -> level * Math.sin(2 * Math.PI * hertz * t / 16000)));
            double f0 = 250 + random.nextDouble() * 450;
            double depth = random.nextDouble() * 6;
            all.add(signal("harmonics of " + f0 + " with vibrato", length, t -> {
                double phase = 2 * Math.PI * f0 * t / 16000 + depth * Math.sin(2 * Math.PI * 6 * t / 16000);
                double sum = 0;
                for (int h = 1; h * f0 < 7500; h++) {
                    sum += Math.sin(h * phase) / h;
                }
                return 0.3 * level * sum;
            }));
        }
        all.add(signal("linear sweep", length, t -> Math.sin(Math.PI * 7900.0 * t / length * t / 16000)));
        all.add(signal(
                "16-bit sweep",
                length,
                t -> Math.rint(32767 * Math.sin(Math.PI * 7900.0 * t / length * t / 16000)) / 32768));
        all.add(signal("square of the highest frequency", length, t -> t % 2 == 0 ? 1 : -1));
        all.add(signal("constant", length, t -> 1));
        all.add(signal("impulses", length, t -> t % 733 == 0 ? 1 : 0));
        all.add(signal("rare impulses of any size", length, t -> t % 1009 == 0 ? scale(random, -140, 20) : 0));
        all.add(signal("bursts and digital silence", length, t -> t / 4000 % 2 == 0 ? gauss(random) / 5 : 0));
        all.add(signal("silence", length, t -> 0));
        return all;
    }

    /** Numbers far from audio, whose squares overflow or lose bits, alone and beside ordinary ones. */
    static List<Signal> farFromAudio(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Signal> all = new ArrayList<>();
        for (double level :
                new double[] {1e-44, 1e-90, 1e-140, 1e-153, 1e-160, 1e-250, 1e-310, 5e-323, 1e60, 1e150, 1e200, 1e300
                }) {
            all.add(signal("noise at " + level, length, t -> level * (2 * random.nextDouble() - 1)));
        }
        all.add(signal("loud, then vanishing", length, t -> gauss(random) * (t / 1600 % 2 == 0 ? 0.3 : 1e-155)));
        all.add(signal("decaying to nothing", length, t -> gauss(random) * Math.exp(-800.0 * t / length)));
        all.add(signal("any size at all", length, t -> scale(random, -1070, 1000)));
        return all;
    }

    private static Signal signal(String name, int length, IntToDoubleFunction sample) {
        double[] samples = new double[length];
        for (int t = 0; t < length; t++) {
            samples[t] = sample.applyAsDouble(t);
        }
        return new Signal(name, samples);
    }

    private static double scale(SplittableRandom random, int least, int most) {
        return Math.scalb(2 * random.nextDouble() - 1, random.nextInt(least, most));
    }

    private static double gauss(SplittableRandom random) {
        return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
    }
}
