package io.crysdk.train.synth;

import io.crysdk.train.synth.CryStyle.Melody;
import java.util.Random;

/**
 * A baby of a synthetic corpus: a voice of its own, and its own way with each of four reasons.
 *
 * <p>That a reason has a melody, a rhythm, an effort and a roughness here is an assumption of this corpus, made so that there
 * is something to learn. It is no claim about babies.
 */
final class Baby {
    private static final Melody[] MELODIES = {Melody.RISE_FALL, Melody.PLATEAU, Melody.FALLING, Melody.RISING};
    /** By reason: hunger, boredom, tiredness, discomfort. */
    private static final double[] SEMITONES = {6.0, 0.8, 5.0, 4.0};

    private static final double[] EFFORT = {0.65, 0.30, 0.25, 0.95};
    private static final double[] ROUGHNESS = {0.10, 0.03, 0.15, 0.60};
    private static final double[] PITCH_SEMITONES = {0.5, -2.0, -4.5, 4.0};
    private static final double[] BREATHINESS = {0.20, 0.15, 0.75, 0.25};
    private static final double[] SHORTEST = {0.45, 0.30, 0.80, 0.60};
    private static final double[] LONGEST = {0.90, 0.60, 1.70, 1.60};
    private static final double[] PAUSE = {0.25, 0.18, 0.45, 0.15};

    private final CryVoice voice;
    private final double[] ownSemitones = new double[4];
    private final double[] ownEffort = new double[4];
    private final double[] ownPitch = new double[4];

    /**
     * Draws a baby.
     *
     * @param apart how far its ways differ from those of others, 0 for not at all
     * @param random where chance comes from
     */
    Baby(double apart, Random random) {
        voice = new CryVoice(
                360 + 160 * random.nextDouble(),
                950 + 400 * random.nextDouble(),
                2700 + 900 * random.nextDouble(),
                4700 + 800 * random.nextDouble(),
                4.5 + 4 * random.nextDouble(),
                0.1 + 0.3 * random.nextDouble(),
                0.004 + 0.01 * random.nextDouble(),
                0.03 + 0.08 * random.nextDouble(),
                4.5 + 3 * random.nextDouble(),
                0.05 + 0.3 * random.nextDouble());
        for (int reason = 0; reason < 4; reason++) {
            ownSemitones[reason] = apart * random.nextGaussian();
            ownEffort[reason] = 0.1 * apart * random.nextGaussian();
            ownPitch[reason] = 0.8 * apart * random.nextGaussian();
        }
    }

    /**
     * Draws how it cries for a reason this time.
     *
     * @param reason 0 hunger, 1 boredom, 2 tiredness, 3 discomfort
     * @param loose how far one time differs from another, 0 for not at all
     */
    CryStyle style(int reason, double loose, Random random) {
        Melody melody = MELODIES[reason];
        double shortest = SHORTEST[reason] * (1 + 0.15 * loose * random.nextGaussian());
        double stretch = LONGEST[reason] / SHORTEST[reason];
        shortest = within(0.2, 1.2, shortest);
        return new CryStyle(
                shortest,
                within(shortest, 2.4, shortest * stretch),
                within(0.1, 0.8, PAUSE[reason] * (1 + 0.2 * loose * random.nextGaussian())),
                melody,
                within(0, 9, SEMITONES[reason] + ownSemitones[reason] + 0.8 * loose * random.nextGaussian()),
                within(0, 1, EFFORT[reason] + ownEffort[reason] + 0.10 * loose * random.nextGaussian()),
                within(0, 1, ROUGHNESS[reason] * (1 + 0.5 * loose * random.nextGaussian())),
                0.3);
    }

    /** Its voice for a reason this time. */
    CryVoice voice(int reason, double loose, Random random) {
        double semitones = PITCH_SEMITONES[reason] + ownPitch[reason] + 0.8 * loose * random.nextGaussian();
        return new CryVoice(
                within(250, 700, voice.pitchHz() * StrictMath.pow(2, semitones / 12)),
                voice.formant1Hz(),
                voice.formant2Hz(),
                voice.formant3Hz(),
                voice.tiltDbPerOctave(),
                within(0, 1, 0.5 * voice.breathiness() + BREATHINESS[reason] + 0.08 * loose * random.nextGaussian()),
                voice.jitter(),
                voice.shimmer(),
                voice.vibratoHz(),
                voice.vibratoSemitones());
    }

    private static double within(double least, double most, double value) {
        return Math.max(least, Math.min(most, value));
    }
}
