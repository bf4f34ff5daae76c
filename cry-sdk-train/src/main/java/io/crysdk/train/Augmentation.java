package io.crysdk.train;

import io.crysdk.dsp.LogMelExtractor;
import java.util.random.RandomGenerator;

/**
 * What may happen to a sound on its way to a microphone, done to patches of mel magnitudes.
 *
 * <p>The magnitude is {@code X = exp(logMel) - 0.01}. Two sounds at once have nearly the magnitude {@code sqrt(X^2 +
 * N^2)}, a gain is a factor, and a telephone's codec is a cut above a band: all of it costs next to nothing beside
 * doing the same to samples.
 */
final class Augmentation {
    static final int BANDS = LogMelExtractor.BANDS;
    static final int FRAMES = LogMelExtractor.PATCH_FRAMES;
    static final int PATCH = FRAMES * BANDS;
    static final float OFFSET = 0.01f;
    static final double FRAME_SECONDS = 0.01;

    /** The first band whose centre is above 4 kHz, where half of the corpus ends. */
    static final int BAND_4_KHZ = 49;
    /** Under this peak a patch is as good as silent, and calling it a cry would teach a lie. */
    private static final float AUDIBLE = 0.08f;

    private Augmentation() {}

    static void toMagnitude(float[] logMel, int from, float[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.max(0.0f, (float) Math.exp(logMel[from + i]) - OFFSET);
        }
    }

    static void toLogMel(float[] magnitude, float[] out, int to) {
        for (int i = 0; i < magnitude.length; i++) {
            out[to + i] = (float) Math.log(magnitude[i] + OFFSET);
        }
    }

    /** Adds a noise at a signal-to-noise ratio over the whole patch; silence on either side changes nothing. */
    static void mix(float[] signal, float[] noise, double snrDb) {
        double signalEnergy = energy(signal);
        double noiseEnergy = energy(noise);
        if (!(signalEnergy > 1e-6) || !(noiseEnergy > 1e-6)) {
            return;
        }
        double gain2 = signalEnergy / noiseEnergy * Math.pow(10.0, -snrDb / 10.0);
        for (int i = 0; i < signal.length; i++) {
            signal[i] = (float) Math.sqrt((double) signal[i] * signal[i] + gain2 * noise[i] * noise[i]);
        }
    }

    /** Changes the level, and leaves a cry audible. */
    static void gain(float[] patch, double db, boolean keepAudible) {
        float factor = (float) Math.pow(10.0, db / 20.0);
        if (keepAudible && factor < 1.0f) {
            float peak = 0.0f;
            for (float x : patch) {
                peak = Math.max(peak, x);
            }
            factor = Math.max(factor, Math.min(1.0f, AUDIBLE / Math.max(peak, 1e-9f)));
        }
        for (int i = 0; i < patch.length; i++) {
            patch[i] *= factor;
        }
    }

    /** Silences a band and everything above it. */
    static void bandLimit(float[] patch, int firstSilent) {
        mask(patch, 0, patch.length / BANDS, firstSilent, BANDS);
    }

    /** Silences a rectangle. */
    static void mask(float[] patch, int fromFrame, int toFrame, int fromBand, int toBand) {
        for (int f = fromFrame; f < toFrame; f++) {
            for (int b = fromBand; b < toBand; b++) {
                patch[f * BANDS + b] = 0.0f;
            }
        }
    }

    /** Keeps some frames and fills the patch as a short clip would be: again and again, or with silence. */
    static void shorten(float[] patch, int fromFrame, int frames, boolean repeat) {
        float[] kept = new float[frames * BANDS];
        System.arraycopy(patch, fromFrame * BANDS, kept, 0, kept.length);
        for (int f = 0; f < FRAMES; f++) {
            for (int b = 0; b < BANDS; b++) {
                patch[f * BANDS + b] = f < frames || repeat ? kept[f % frames * BANDS + b] : 0.0f;
            }
        }
    }

    /**
     * What a teacher would say of two sounds at once: either is heard as well as its level lets it be. About 8 dB under
     * the other a sound is half lost.
     */
    static void mixSaid(float[] said, float[] saidOfNoise, double snrDb) {
        double heard = audible(snrDb);
        double noiseHeard = audible(-snrDb);
        for (int k = 0; k < said.length; k++) {
            // NaN, where nothing was said of either, stays.
            said[k] = (float) Math.max(heard * said[k], noiseHeard * saidOfNoise[k]);
        }
    }

    private static double audible(double snrDb) {
        return 1.0 / (1.0 + Math.exp(-(snrDb + 8.0) / 3.0));
    }

    /**
     * A room: behind every frame the sound goes on, decaying by 60 dB in some time.
     *
     * @param seconds until it is 60 dB down
     * @param wet the reverberated energy, as a multiple of the direct sound's
     */
    static void reverberate(float[] patch, double seconds, double wet) {
        double keep = Math.pow(10.0, -6.0 * FRAME_SECONDS / seconds);
        for (int b = 0; b < BANDS; b++) {
            double tail = 0.0;
            for (int f = 0; f < patch.length / BANDS; f++) {
                double direct = (double) patch[f * BANDS + b] * patch[f * BANDS + b];
                patch[f * BANDS + b] = (float) Math.sqrt(direct + wet * tail);
                // A steady sound's tail settles at the sound's own energy.
                tail = keep * tail + (1.0 - keep) * direct;
            }
        }
    }

    /** Room, gain, band limit and masks, drawn at random. */
    static void vary(float[] patch, boolean cry, AugmentationSettings settings, RandomGenerator random) {
        if (random.nextDouble() < settings.reverberation()) {
            reverberate(patch, random.nextDouble(0.15, 0.9), random.nextDouble(0.1, 1.0));
        }
        if (random.nextDouble() < settings.gain()) {
            gain(patch, random.nextDouble(-30.0, 10.0), cry);
        }
        // Cries are mostly telephone-band here and other sounds are not; the band must not become the mark of a cry.
        if (random.nextDouble() < (cry ? settings.bandLimit() / 2 : settings.bandLimit())) {
            bandLimit(patch, BAND_4_KHZ + random.nextInt(-6, 1));
        }
        if (random.nextDouble() < settings.masks()) {
            int length = random.nextInt(1, 13);
            int from = random.nextInt(FRAMES - length + 1);
            mask(patch, from, from + length, 0, BANDS);
        }
        if (random.nextDouble() < settings.masks()) {
            int width = random.nextInt(1, 9);
            int from = random.nextInt(BANDS - width + 1);
            mask(patch, 0, FRAMES, from, from + width);
        }
    }

    private static double energy(float[] patch) {
        double sum = 0.0;
        for (float x : patch) {
            sum += (double) x * x;
        }
        return sum;
    }
}
