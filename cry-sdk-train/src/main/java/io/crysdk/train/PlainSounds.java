package io.crysdk.train;

import io.crysdk.dsp.LogMelExtractor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Sounds by rule that are no cry: silence, hiss, hum, tones, clicks, and rough sketches of what homes are full of
 * and collections leave out or hold too little of: alarms, sirens, engines, creaks, bells, birds, tunes, speech-like and
 * laughter-like sounds.
 *
 * <p>They go through the real front end once. Without them a network may take digital silence, a level it never heard,
 * or any tone with harmonics for a cry. None of the sketches holds one voiced sound that rises and falls for as long as a
 * cry does.
 */
final class PlainSounds {
    private static final int EACH = 32;
    private static final double RATE = LogMelExtractor.SAMPLE_RATE;
    private static final int LENGTH = LogMelExtractor.PATCH_SAMPLES;
    private static final double NYQUIST = 7800.0;

    private final List<float[]> patches = new ArrayList<>();

    /** A kind of sound: about one peak high, from 0 on. */
    @FunctionalInterface
    private interface Kind {
        void play(double[] out, SplittableRandom random);
    }

    private static final List<Kind> KINDS = List.of(
            PlainSounds::hiss,
            PlainSounds::rumble,
            PlainSounds::swell,
            PlainSounds::hum,
            PlainSounds::tone,
            PlainSounds::glide,
            PlainSounds::alarm,
            PlainSounds::alarm,
            PlainSounds::clicks,
            PlainSounds::siren,
            PlainSounds::siren,
            PlainSounds::engine,
            PlainSounds::creak,
            PlainSounds::knocks,
            PlainSounds::chirps,
            PlainSounds::chirps,
            PlainSounds::tune,
            PlainSounds::tune,
            PlainSounds::bowed,
            PlainSounds::bowed,
            PlainSounds::speech,
            PlainSounds::speech,
            PlainSounds::laughter,
            PlainSounds::barks);

    private final long seed;

    /** Sounds that follow from the seed; they are made when the first is asked for. */
    PlainSounds(long seed) {
        this.seed = seed;
    }

    private void make() {
        SplittableRandom random = new SplittableRandom(seed);
        LogMelExtractor extractor = new LogMelExtractor();
        double[] samples = new double[LENGTH];
        float[] logMel = new float[Augmentation.PATCH];
        for (Kind kind : KINDS) {
            for (int i = 0; i < EACH; i++) {
                Arrays.fill(samples, 0.0);
                kind.play(samples, random);
                level(samples, random);
                extractor.frames(samples, 0, samples.length, logMel, 0);
                float[] magnitude = new float[Augmentation.PATCH];
                Augmentation.toMagnitude(logMel, 0, magnitude);
                patches.add(magnitude);
            }
        }
    }

    void next(float[] out, RandomGenerator random) {
        if (patches.isEmpty()) {
            make();
        }
        // One in ten is pure silence, whatever the other kinds.
        if (random.nextInt(10) == 0) {
            Arrays.fill(out, 0.0f);
        } else {
            System.arraycopy(patches.get(random.nextInt(patches.size())), 0, out, 0, out.length);
        }
    }

    /** Some peak from -60 to -3 dBFS, over a faint hiss. */
    private static void level(double[] samples, SplittableRandom random) {
        double peak = 1e-9;
        for (double x : samples) {
            peak = Math.max(peak, Math.abs(x));
        }
        double gain = decibels(random.nextDouble(-60.0, -3.0)) / peak;
        double floor = decibels(random.nextDouble(-90.0, -50.0));
        for (int i = 0; i < samples.length; i++) {
            samples[i] = gain * samples[i] + floor * random.nextGaussian();
        }
    }

    private static void hiss(double[] out, SplittableRandom random) {
        for (int i = 0; i < out.length; i++) {
            out[i] = random.nextGaussian();
        }
    }

    private static void rumble(double[] out, SplittableRandom random) {
        double pole = random.nextDouble(0.8, 0.999);
        double memory = 0.0;
        for (int i = 0; i < out.length; i++) {
            memory = pole * memory + (1.0 - pole) * random.nextGaussian();
            out[i] = memory;
        }
    }

    private static void swell(double[] out, SplittableRandom random) {
        double wobble = random.nextDouble(0.5, 12.0);
        for (int i = 0; i < out.length; i++) {
            out[i] = random.nextGaussian() * (0.5 + 0.5 * Math.sin(2 * Math.PI * wobble * i / RATE));
        }
    }

    private static void hum(double[] out, SplittableRandom random) {
        double mains = random.nextBoolean() ? 50.0 : 60.0;
        note(out, 0, out.length, mains, mains, 0.0, random.nextInt(1, 20), 0.0, random);
    }

    private static void tone(double[] out, SplittableRandom random) {
        double f = pitch(random, 50.0, 6000.0);
        note(out, 0, out.length, f, f, 0.0, 1, 0.0, random);
    }

    private static void glide(double[] out, SplittableRandom random) {
        note(out, 0, out.length, pitch(random, 50.0, 6000.0), pitch(random, 50.0, 6000.0), 0.0, 1, 0.0, random);
    }

    /** Beeps: a pitch, or two in turn, that stays where it is. */
    private static void alarm(double[] out, SplittableRandom random) {
        double first = pitch(random, 300.0, 4000.0);
        double second = random.nextBoolean() ? first : pitch(random, 300.0, 4000.0);
        int harmonics = random.nextInt(1, 9);
        int on = samples(random.nextDouble(0.04, 0.5));
        int off = random.nextInt(3) == 0 ? 0 : samples(random.nextDouble(0.02, 0.4));
        int at = -random.nextInt(on + off);
        for (int beep = 0; at < out.length; beep++, at += on + off) {
            double f = beep % 2 == 0 ? first : second;
            note(out, at, on, f, f, 0.0, harmonics, 0.0, random);
        }
    }

    /** A harmonic sound whose pitch goes up and down as regularly as no child's does. */
    private static void siren(double[] out, SplittableRandom random) {
        double low = pitch(random, 250.0, 1500.0);
        double high = low * random.nextDouble(1.2, 3.0);
        double cycle = random.nextDouble(0.1, 4.0);
        boolean saw = random.nextBoolean();
        double phase = 0.0;
        double turn = random.nextDouble();
        int harmonics = random.nextInt(1, 8);
        for (int i = 0; i < out.length; i++) {
            double at = (i / RATE / cycle + turn) % 1.0;
            double up = saw ? at : 0.5 - 0.5 * Math.cos(2 * Math.PI * at);
            double f = low * Math.pow(high / low, up);
            phase += 2 * Math.PI * f / RATE;
            for (int h = 1; h <= harmonics && h * f < NYQUIST; h++) {
                out[i] += Math.sin(h * phase) / h;
            }
        }
    }

    /** Strokes at an engine's rate, each a short ring, over noise. */
    private static void engine(double[] out, SplittableRandom random) {
        double strokes = random.nextDouble(12.0, 160.0);
        double ring = random.nextDouble(60.0, 900.0);
        double decay = random.nextDouble(0.002, 0.02);
        double at = 0.0;
        while (at < out.length) {
            ring(out, (int) at, ring * random.nextDouble(0.9, 1.1), decay, random.nextDouble(0.6, 1.0));
            at += RATE / strokes * random.nextDouble(0.95, 1.05);
        }
        noise(out, 0, out.length, random.nextDouble(0.02, 0.4), random);
    }

    /** Stick and slip: rings that come faster or slower. */
    private static void creak(double[] out, SplittableRandom random) {
        double from = random.nextDouble(15.0, 250.0);
        double to = random.nextDouble(15.0, 250.0);
        double ring = pitch(random, 300.0, 3500.0);
        double second = ring * random.nextDouble(1.3, 2.7);
        double at = random.nextInt(out.length / 2);
        double end = at + samples(random.nextDouble(0.15, 0.9));
        double begin = at;
        while (at < Math.min(end, out.length)) {
            double amplitude = random.nextDouble(0.3, 1.0);
            ring(out, (int) at, ring, 0.004, amplitude);
            ring(out, (int) at, second, 0.003, 0.6 * amplitude);
            double rate = from + (to - from) * (at - begin) / (end - begin);
            at += RATE / rate * random.nextDouble(0.85, 1.15);
        }
    }

    /** Things that fall, doors, bells: a few modes that ring and decay, out of tune with each other. */
    private static void knocks(double[] out, SplittableRandom random) {
        int blows = random.nextInt(1, 6);
        double decay = Math.exp(random.nextDouble(Math.log(0.004), Math.log(0.6)));
        double base = pitch(random, 80.0, 2500.0);
        for (int b = 0; b < blows; b++) {
            int at = random.nextInt(out.length);
            double f = base;
            for (int mode = 0; mode < 5; mode++) {
                ring(out, at, f, decay / (1 + mode), 1.0 / (1 + mode));
                f *= random.nextDouble(1.15, 1.9);
            }
        }
    }

    private static void clicks(double[] out, SplittableRandom random) {
        int count = random.nextInt(1, 40);
        for (int i = 0; i < count; i++) {
            out[random.nextInt(out.length)] = random.nextDouble(-1.0, 1.0);
        }
    }

    /** Birds, squeaks, whistled signals: short steep glides above most voices. */
    private static void chirps(double[] out, SplittableRandom random) {
        double centre = pitch(random, 900.0, 6000.0);
        int length = samples(random.nextDouble(0.02, 0.25));
        int pause = samples(random.nextDouble(0.01, 0.3));
        double bend = random.nextDouble(-1.0, 1.0);
        int harmonics = random.nextInt(1, 4);
        for (int at = -random.nextInt(length + pause); at < out.length; at += length + pause) {
            double f = centre * random.nextDouble(0.8, 1.25);
            note(out, at, length, f * Math.pow(2, -bend / 2), f * Math.pow(2, bend / 2), 0.0, harmonics, 0.0, random);
        }
    }

    /** Plucked or struck notes of a scale, one to three at once. */
    private static void tune(double[] out, SplittableRandom random) {
        double key = pitch(random, 80.0, 500.0);
        int[] scale = {0, 2, 4, 5, 7, 9, 11, 12, 14, 16};
        int beat = samples(random.nextDouble(0.1, 0.6));
        int harmonics = random.nextInt(2, 12);
        double decay = random.nextDouble(0.5, 8.0);
        int voices = random.nextInt(1, 4);
        for (int at = -random.nextInt(beat); at < out.length; at += beat) {
            for (int v = 0; v < voices; v++) {
                double f = key * Math.pow(2, scale[random.nextInt(scale.length)] / 12.0);
                note(out, at, beat, f, f, 0.0, harmonics, decay, random);
            }
        }
    }

    /** Bowed or blown notes in a cry's own range of pitch: held, with a regular vibrato. */
    private static void bowed(double[] out, SplittableRandom random) {
        int harmonics = random.nextInt(3, 16);
        int length = samples(random.nextDouble(0.25, 1.2));
        double vibrato = random.nextDouble(0.0, 0.03);
        for (int at = -random.nextInt(length); at < out.length; at += length) {
            double f = pitch(random, 180.0, 1000.0);
            note(out, at, length, f, f, vibrato, harmonics, 0.0, random);
        }
    }

    /** Syllables: a low voice through changing formants, and hisses between. */
    private static void speech(double[] out, SplittableRandom random) {
        double voice = pitch(random, 85.0, 300.0);
        int at = -random.nextInt(samples(0.2));
        while (at < out.length) {
            int length = samples(random.nextDouble(0.06, 0.25));
            if (random.nextInt(4) == 0) {
                noise(out, at, length / 2, 0.3, random);
            } else {
                double f = voice * random.nextDouble(0.85, 1.2);
                vowel(out, at, length, f, f * random.nextDouble(0.85, 1.1), random);
            }
            at += length + (random.nextInt(3) == 0 ? samples(random.nextDouble(0.02, 0.2)) : 0);
        }
    }

    /** Voiced bursts, four to seven in a second, each shorter than any cry, falling in pitch. */
    private static void laughter(double[] out, SplittableRandom random) {
        double voice = pitch(random, 150.0, 500.0);
        int every = samples(1.0 / random.nextDouble(4.0, 7.0));
        int burst = 0;
        for (int at = -random.nextInt(every); at < out.length; at += every, burst++) {
            double f = voice * Math.pow(0.96, burst);
            vowel(out, at, every / 2, f * 1.1, f * 0.9, random);
            noise(out, at + every / 2, every / 3, 0.05, random);
        }
    }

    /** Short steep arches of a rough voice. */
    private static void barks(double[] out, SplittableRandom random) {
        double voice = pitch(random, 250.0, 900.0);
        int every = samples(random.nextDouble(0.2, 0.6));
        int length = samples(random.nextDouble(0.06, 0.16));
        for (int at = -random.nextInt(every); at < out.length; at += every) {
            note(out, at, length / 2, voice, voice * 1.4, 0.0, 10, 0.0, random);
            note(out, at + length / 2, length / 2, voice * 1.4, voice * 0.8, 0.0, 10, 0.0, random);
            noise(out, at, length, random.nextDouble(0.1, 0.6), random);
        }
    }

    /** Adds a harmonic note, its ends rounded; what lies outside is left out. */
    private static void note(
            double[] out,
            int from,
            int length,
            double f0,
            double f1,
            double vibrato,
            int harmonics,
            double decay,
            SplittableRandom random) {
        double slope = random.nextDouble(0.5, 1.5);
        double sway = random.nextDouble(4.0, 7.0);
        double[] amplitude = new double[harmonics + 1];
        for (int h = 1; h <= harmonics; h++) {
            amplitude[h] = random.nextDouble(0.5, 1.0) / Math.pow(h, slope);
        }
        double phase = random.nextDouble(2 * Math.PI);
        int ends = Math.max(1, Math.min(length / 4, samples(0.01)));
        for (int i = 0; i < length; i++) {
            double t = i / RATE;
            double f = f0 * Math.pow(f1 / f0, (double) i / length) * (1 + vibrato * Math.sin(2 * Math.PI * sway * t));
            phase += 2 * Math.PI * f / RATE;
            int at = from + i;
            if (at < 0 || at >= out.length) {
                continue;
            }
            double x = 0.0;
            for (int h = 1; h <= harmonics && h * f < NYQUIST; h++) {
                x += amplitude[h] * Math.sin(h * phase);
            }
            out[at] += x * Math.exp(-decay * t) * Math.min(1.0, Math.min(i, length - 1 - i) / (double) ends);
        }
    }

    /** A note whose harmonics are weighed by two formants. */
    private static void vowel(double[] out, int from, int length, double f0, double f1, SplittableRandom random) {
        double first = random.nextDouble(250.0, 900.0);
        double second = random.nextDouble(900.0, 2600.0);
        double phase = 0.0;
        int ends = Math.max(1, Math.min(length / 3, samples(0.02)));
        for (int i = 0; i < length; i++) {
            double f = f0 + (f1 - f0) * i / length;
            phase += 2 * Math.PI * f / RATE;
            int at = from + i;
            if (at < 0 || at >= out.length) {
                continue;
            }
            double x = 0.0;
            for (int h = 1; h <= 24 && h * f < 4500.0; h++) {
                double hz = h * f;
                x += (resonance(hz, first, 120.0) + 0.5 * resonance(hz, second, 180.0)) * Math.sin(h * phase);
            }
            out[at] += x * Math.min(1.0, Math.min(i, length - 1 - i) / (double) ends);
        }
    }

    private static double resonance(double hz, double centre, double width) {
        double off = (hz - centre) / width;
        return 1.0 / (1.0 + off * off);
    }

    /** Adds a decaying sine. */
    private static void ring(double[] out, int from, double f, double seconds, double amplitude) {
        int length = Math.min(out.length - from, samples(6 * seconds));
        for (int i = 0; i < length; i++) {
            double t = i / RATE;
            out[from + i] += amplitude * Math.exp(-t / seconds) * Math.sin(2 * Math.PI * f * t);
        }
    }

    private static void noise(double[] out, int from, int length, double amplitude, SplittableRandom random) {
        for (int i = Math.max(0, from); i < Math.min(out.length, from + length); i++) {
            out[i] += amplitude * random.nextGaussian();
        }
    }

    private static double pitch(SplittableRandom random, double low, double high) {
        return Math.exp(random.nextDouble(Math.log(low), Math.log(high)));
    }

    private static int samples(double seconds) {
        return Math.max(1, (int) (seconds * RATE));
    }

    private static double decibels(double db) {
        return Math.pow(10.0, db / 20.0);
    }
}
