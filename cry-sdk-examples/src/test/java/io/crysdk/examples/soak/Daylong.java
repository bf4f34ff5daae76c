package io.crysdk.examples.soak;

import io.crysdk.train.synth.CryStyle;
import io.crysdk.train.synth.CrySynthesizer;
import io.crysdk.train.synth.CryVoice;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sound without end, made by rule as it is listened to: a room's noise whose level changes every ten minutes, a hum or a
 * knock once a minute, a bout of crying once in ten minutes. Mono, 16 kHz; the same seed makes the same sound.
 */
final class Daylong {
    static final int RATE = CrySynthesizer.SAMPLE_RATE;
    private static final int SPAN = 600 * RATE;
    private static final int MINUTE = 60 * RATE;

    private final SplittableRandom random;
    private final List<float[]> cries = new ArrayList<>();
    /** Of no whole number of seconds, so that its repetition never falls on the same windows. */
    private final float[] noise = new float[61 * RATE + 7919];

    private final float[] knock = new float[RATE / 4];
    private final float[] hum = new float[4 * RATE];

    private long position;
    private float noiseGain;
    private float[] cry = new float[0];
    private long cryFrom;
    private float cryGain;
    private float[] sound = new float[0];
    private long soundFrom;

    Daylong(long seed) {
        random = new SplittableRandom(seed);
        for (int baby = 0; baby < 6; baby++) {
            CryVoice voice = CryVoice.newborn().withPitch(360 + 30 * baby);
            cries.add(new CrySynthesizer(voice, CryStyle.steady(), seed + baby).cry(8 + 4 * baby));
        }
        double brown = 0;
        for (int i = 0; i < noise.length; i++) {
            brown = 0.97 * brown + random.nextDouble(-1, 1);
            noise[i] = (float) (0.25 * brown);
        }
        for (int i = 0; i < knock.length; i++) {
            knock[i] = (float) (0.5 * Math.exp(-i / 400.0) * random.nextDouble(-1, 1));
        }
        for (int i = 0; i < hum.length; i++) {
            hum[i] = (float)
                    (0.05 * Math.sin(2 * Math.PI * 100 * i / RATE) + 0.02 * Math.sin(2 * Math.PI * 300 * i / RATE));
        }
    }

    List<float[]> cries() {
        return cries;
    }

    double seconds() {
        return (double) position / RATE;
    }

    /** Makes the next samples. */
    void next(float[] out, int count) {
        for (int i = 0; i < count; i++, position++) {
            if (position % SPAN == 0) {
                noiseGain = (float) Math.pow(10, random.nextDouble(-75, -40) / 20);
                cry = cries.get(random.nextInt(cries.size()));
                cryFrom = position + random.nextLong(SPAN - cry.length);
                cryGain = (float) Math.pow(10, random.nextDouble(-30, 0) / 20);
            }
            if (position % MINUTE == 0) {
                sound = random.nextBoolean() ? knock : hum;
                soundFrom = position + random.nextInt(MINUTE - sound.length);
            }
            float x = noiseGain * noise[(int) (position % noise.length)];
            x += at(sound, position - soundFrom) + cryGain * at(cry, position - cryFrom);
            out[i] = Math.max(-1, Math.min(1, x));
        }
    }

    private static float at(float[] samples, long index) {
        return index < 0 || index >= samples.length ? 0 : samples[(int) index];
    }
}
