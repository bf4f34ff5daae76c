package io.crysdk.train.synth;

import java.util.Random;

/** What a recording has besides the cry: a room, something that hums or rustles in it, and the phone. */
final class Surroundings {
    private static final int RATE = CrySynthesizer.SAMPLE_RATE;
    /** Half the length of the filter that a telephone's converter is. */
    private static final int TAPS = 31;

    private static final double TELEPHONE_HZ = 3600;
    private static final double[] LOW_PASS = lowPass();

    private final double decaySeconds;
    private final double wet;
    private final Noise noise;
    private final double noiseHz;
    private final double snrDb;
    private final boolean telephone;
    private final double level;

    /** What there is to hear when nobody cries. */
    enum Noise {
        /** A fan or a fridge: hum and its overtones under a soft hiss. */
        HUM,
        /** Air: white noise. */
        HISS,
        /** A street: noise that falls off with frequency. */
        RUMBLE,
        /** People in another room: vowels that come and go. */
        VOICES
    }

    /**
     * Draws surroundings.
     *
     * @param minSnrDb the cry's level over the noise's at the worst
     * @param maxSnrDb and at the best
     * @param telephoneShare how often the phone keeps nothing above 4 kHz, and 8 bits of the rest
     * @param random where chance comes from
     */
    Surroundings(double minSnrDb, double maxSnrDb, double telephoneShare, Random random) {
        decaySeconds = 0.12 + 0.4 * random.nextDouble();
        wet = 0.03 + 0.22 * random.nextDouble();
        noise = Noise.values()[random.nextInt(Noise.values().length)];
        noiseHz = 45 + 80 * random.nextDouble();
        snrDb = minSnrDb + (maxSnrDb - minSnrDb) * random.nextDouble();
        telephone = random.nextDouble() < telephoneShare;
        level = 0.15 + 0.65 * random.nextDouble();
    }

    /** Puts a cry there, in place. */
    void apply(float[] track, Random random) {
        Room.apply(track, decaySeconds, wet);
        float[] other = noise(track.length, random);
        double gain = rms(track) / Math.max(1e-9, rms(other)) * StrictMath.pow(10, -snrDb / 20);
        float peak = 1e-6f;
        for (int i = 0; i < track.length; i++) {
            track[i] += (float) (gain * other[i]);
            peak = Math.max(peak, Math.abs(track[i]));
        }
        for (int i = 0; i < track.length; i++) {
            track[i] *= (float) (level / peak);
        }
        if (telephone) {
            telephone(track);
        }
    }

    /** The surroundings alone, at the level that they have beside a cry of peak one. */
    float[] alone(int length, Random random) {
        float[] track = noise(length, random);
        double gain = 0.2 * level * StrictMath.pow(10, -snrDb / 20) / Math.max(1e-9, rms(track));
        for (int i = 0; i < length; i++) {
            track[i] *= (float) gain;
        }
        if (telephone) {
            telephone(track);
        }
        return track;
    }

    private float[] noise(int length, Random random) {
        float[] out = new float[length];
        double slow = 0.0;
        double phase = 2 * Math.PI * random.nextDouble();
        Tract.Resonator first = new Tract.Resonator(400 + 500 * random.nextDouble(), 160);
        Tract.Resonator second = new Tract.Resonator(1100 + 900 * random.nextDouble(), 240);
        double pitch = 95 + 130 * random.nextDouble();
        for (int i = 0; i < length; i++) {
            double t = (double) i / RATE;
            double white = random.nextGaussian();
            slow += 0.02 * (white - slow);
            out[i] = (float)
                    switch (noise) {
                        case HISS -> white;
                        case RUMBLE -> 12 * slow + 0.1 * white;
                        case HUM -> {
                            double hum = 0.0;
                            for (int k = 1; k <= 9; k++) {
                                hum += StrictMath.sin(k * (2 * Math.PI * noiseHz * t + phase)) / k;
                            }
                            yield hum + 0.25 * white + 2 * slow;
                        }
                        case VOICES -> {
                            double pulse = StrictMath.pow(0.5 + 0.5 * StrictMath.cos(2 * Math.PI * pitch * t), 8);
                            double open = Math.max(0.0, StrictMath.sin(2 * Math.PI * 3.1 * t + phase));
                            double excited = open * (pulse + 0.05 * white);
                            yield 20 * (first.filter(excited) + 0.6 * second.filter(excited)) + 0.02 * white;
                        }
                    };
        }
        return out;
    }

    /** Nothing above 3.6 kHz, every other sample in 8 bits by the mu law, and the samples between made up again. */
    private static void telephone(float[] track) {
        float[] low = filtered(track, 1.0);
        float[] sparse = new float[track.length];
        for (int i = 0; i < track.length; i += 2) {
            sparse[i] = muLaw(low[i]);
        }
        System.arraycopy(filtered(sparse, 2.0), 0, track, 0, track.length);
    }

    private static float muLaw(float x) {
        double mu = 255;
        double squeezed = Math.signum(x) * StrictMath.log1p(mu * Math.min(1.0, Math.abs(x))) / StrictMath.log1p(mu);
        double rounded = Math.rint(127 * squeezed) / 127;
        return (float) (Math.signum(rounded) * StrictMath.expm1(Math.abs(rounded) * StrictMath.log1p(mu)) / mu);
    }

    private static float[] filtered(float[] x, double gain) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            double sum = 0.0;
            for (int k = Math.max(-TAPS, i - x.length + 1); k <= Math.min(TAPS, i); k++) {
                sum += LOW_PASS[k + TAPS] * x[i - k];
            }
            y[i] = (float) (gain * sum);
        }
        return y;
    }

    /** A sinc under a Hann window, one in sum. */
    private static double[] lowPass() {
        double[] taps = new double[2 * TAPS + 1];
        double sum = 0.0;
        for (int k = -TAPS; k <= TAPS; k++) {
            double angle = 2 * Math.PI * TELEPHONE_HZ * k / RATE;
            double sinc = k == 0 ? 1.0 : StrictMath.sin(angle) / angle;
            taps[k + TAPS] = sinc * (0.5 + 0.5 * StrictMath.cos(Math.PI * k / (TAPS + 1)));
            sum += taps[k + TAPS];
        }
        for (int i = 0; i < taps.length; i++) {
            taps[i] /= sum;
        }
        return taps;
    }

    private static double rms(float[] x) {
        double sum = 0.0;
        for (float value : x) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum / Math.max(1, x.length));
    }
}
