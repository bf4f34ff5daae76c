package io.crysdk.train.synth;

import java.util.Random;

/** One cry: a breath out through the vocal folds. */
final class Expiration {
    /** Pitch, loudness and the weight of each overtone move slowly against this many samples. */
    private static final int STEP = 32;

    private static final double HIGHEST_HZ = 7700;

    private final CryVoice voice;
    private final CryStyle style;
    private final Tract tract;
    private final Random random;
    private final double seconds;
    private final double pitchHz;
    private final double effort;
    private final double[] driftPhases = new double[3];
    private final double roughFrom;
    private final double roughTo;

    Expiration(CryVoice voice, CryStyle style, Tract tract, double seconds, Random random) {
        this.voice = voice;
        this.style = style;
        this.tract = tract;
        this.random = random;
        this.seconds = seconds;
        pitchHz = voice.pitchHz() * semitones(0.9 * random.nextGaussian());
        effort = Math.max(0.0, Math.min(1.0, style.effort() + 0.1 * random.nextGaussian()));
        for (int i = 0; i < driftPhases.length; i++) {
            driftPhases[i] = 2 * Math.PI * random.nextDouble();
        }
        double roughShare = style.roughness() * (0.5 + random.nextDouble());
        roughFrom = (1 - roughShare) * (0.3 + 0.7 * random.nextDouble());
        roughTo = roughFrom + roughShare;
    }

    /** Adds the cry to a track. */
    void addTo(float[] track, int at, double level) {
        int length = Math.min((int) (seconds * CrySynthesizer.SAMPLE_RATE), track.length - at);
        int most = (int) (HIGHEST_HZ / (0.5 * pitchHz * semitones(-style.melodySemitones() - 8))) + 1;
        double[] weights = new double[most + 1];
        Tract.Resonator[] breath = tract.resonators(1.0);
        double[] phases = randomPhases(most);
        double phase = random.nextDouble();
        double pitch = pitchHz;
        double amplitude = 0.0;
        double rough = 0.0;
        double cycleJitter = 0.0;
        double cycleShimmer = 1.0;
        int overtones = 0;
        for (int i = 0; i < length; i++) {
            double u = (double) i / length;
            if (i % STEP == 0) {
                double t = (double) i / CrySynthesizer.SAMPLE_RATE;
                rough = roughness(u);
                pitch = pitchAt(u, t);
                amplitude = envelope(t, length / (double) CrySynthesizer.SAMPLE_RATE);
                overtones = weigh(weights, pitch, amplitude, opening(u), rough);
            }
            double before = phase;
            phase += pitch * (1 + cycleJitter) / CrySynthesizer.SAMPLE_RATE;
            if (Math.floor(phase) > Math.floor(before)) {
                double unsteady = 1 + 4 * rough;
                cycleJitter = voice.jitter() * unsteady * random.nextGaussian();
                cycleShimmer = 1 + voice.shimmer() * unsteady * random.nextGaussian();
            }
            double sum = 0.0;
            for (int k = 1; k <= overtones; k++) {
                if (weights[k] != 0.0) {
                    // Steps of half the pitch: the odd ones are the subharmonics of a rough voice.
                    sum += weights[k] * StrictMath.sin(Math.PI * k * phase + phases[k]);
                }
            }
            // Air flows in puffs, once a cycle.
            double puff = 0.55 + 0.45 * StrictMath.cos(2 * Math.PI * phase);
            double noise = puff * random.nextGaussian();
            double breathed = 0.0;
            for (int f = 0; f < breath.length; f++) {
                breathed += breath[f].filter(noise) * (f == 0 ? 1.0 : 1.6);
            }
            double air = voice.breathiness() * (1 + 3 * rough) * (0.4 + 0.6 * effort);
            track[at + i] += (float) (level * amplitude * (cycleShimmer * sum + 1.4 * air * breathed));
        }
    }

    /** The pitch in Hz at a share of the expiration, {@code t} seconds after it began, but for what differs from cycle to cycle. */
    double pitchAt(double u, double t) {
        return pitchHz * semitones(contour(u) + drift(t));
    }

    private double[] randomPhases(int count) {
        double[] phases = new double[count + 1];
        for (int k = 0; k <= count; k++) {
            // Near a pulse, as the folds make it, but not so near that the peaks outgrow the sound.
            phases[k] = 1.4 * random.nextDouble();
        }
        return phases;
    }

    /** Fills in the weights of all multiples of half the pitch and returns how many there are. */
    private int weigh(double[] weights, double pitch, double amplitude, double opening, double rough) {
        int count = Math.min(weights.length - 1, (int) (HIGHEST_HZ / (0.5 * pitch)));
        // A louder larynx closes harder, and its overtones fall off more slowly.
        double tilt = voice.tiltDbPerOctave() - 3.0 * effort * amplitude + 3.0 * (1 - amplitude);
        for (int k = 1; k <= count; k++) {
            double hz = 0.5 * k * pitch;
            double source = StrictMath.pow(10, -tilt * log2(Math.max(1.0, 0.5 * k)) / 20);
            double share = k % 2 == 0 ? 1 - 0.35 * rough : 0.8 * rough;
            weights[k] = share * source * tract.gain(hz, opening);
        }
        return count;
    }

    /** Semitones above the middle pitch at a share of the expiration. */
    private double contour(double u) {
        double range = style.melodySemitones();
        double course = switch (style.melody()) {
            case RISE_FALL -> u < 0.28 ? bow(u / 0.28) - 0.45 : 0.55 - (u - 0.28) / 0.72 * 0.95;
            case FALLING -> 0.55 - u;
            case PLATEAU -> 0.15 * StrictMath.sin(Math.PI * u);
            case RISING -> u - 0.5;
        };
        double onset = -4.0 * StrictMath.exp(-u * seconds / 0.035);
        double end = -3.5 * StrictMath.exp(-(1 - u) * seconds / 0.05);
        return range * course + onset + end;
    }

    private static double bow(double x) {
        return StrictMath.sin(0.5 * Math.PI * x);
    }

    private double drift(double t) {
        double slow = 0.25 * StrictMath.sin(2 * Math.PI * 1.7 * t + driftPhases[0])
                + 0.15 * StrictMath.sin(2 * Math.PI * 3.9 * t + driftPhases[1]);
        return slow + voice.vibratoSemitones() * StrictMath.sin(2 * Math.PI * voice.vibratoHz() * t + driftPhases[2]);
    }

    private double envelope(double t, double whole) {
        double attack = 0.09 - 0.05 * effort;
        double in = Math.min(1.0, t / attack);
        double out = Math.min(1.0, Math.max(0.0, whole - t) / 0.11);
        double swell = 0.82 + 0.18 * StrictMath.sin(Math.PI * Math.min(1.0, t / whole));
        return in * (2 - in) * out * out * (3 - 2 * out) * swell;
    }

    private double opening(double u) {
        return 0.72 + 0.28 * Math.min(1.0, Math.min(u / 0.12, (1 - u) / 0.2));
    }

    private double roughness(double u) {
        double edge = 0.04;
        double in = (u - roughFrom) / edge;
        double out = (roughTo - u) / edge;
        return Math.max(0.0, Math.min(1.0, Math.min(in, out)));
    }

    private static double semitones(double count) {
        return StrictMath.pow(2, count / 12);
    }

    private static double log2(double x) {
        return StrictMath.log(x) / StrictMath.log(2);
    }
}
