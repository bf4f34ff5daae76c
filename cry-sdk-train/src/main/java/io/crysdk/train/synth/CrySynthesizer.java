package io.crysdk.train.synth;

import java.util.Objects;
import java.util.Random;

/**
 * Makes crying by rule: expirations of a pitched, slightly unsteady voice through the resonances of an infant's vocal
 * tract, an audible breath between them, and a small room around.
 *
 * <p>The same voice, style and seed give the same samples on every machine. Not safe for use by several threads at
 * once; make one for each.
 */
public final class CrySynthesizer {
    /** Samples per second of everything made here. */
    public static final int SAMPLE_RATE = 16_000;

    private static final double PEAK = 0.8;

    /** The noise of a quiet room and a microphone, about -66 dBFS. */
    private static final double FLOOR = 0.0005;

    private final CryVoice voice;
    private final CryStyle style;
    private final Tract tract;
    private final Random random;

    /**
     * Creates a baby.
     *
     * @param voice its voice
     * @param style how it cries
     * @param seed of everything that is left to chance
     */
    public CrySynthesizer(CryVoice voice, CryStyle style, long seed) {
        this.voice = Objects.requireNonNull(voice, "voice");
        this.style = Objects.requireNonNull(style, "style");
        tract = new Tract(voice);
        // Neighbouring seeds of Random begin alike; spreading the bits makes them different babies.
        random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /**
     * Cries on for a while. Every call goes on to other breaths of the same baby.
     *
     * @param seconds 0.2 to 600 s
     * @return mono samples at {@value #SAMPLE_RATE} Hz, peak 0.8
     * @throws IllegalArgumentException if the duration is outside that
     */
    public float[] cry(double seconds) {
        Ranges.check("seconds", seconds, 0.2, 600);
        float[] track = new float[(int) Math.round(seconds * SAMPLE_RATE)];
        double first = Math.min(0.06 + 0.1 * random.nextDouble(), 0.2 * seconds);
        double last = seconds - 0.12;
        double at = first;
        // A breath that would be cut too short for a cry is not drawn, except where there is room for nothing else.
        while (at == first || at + 0.7 * style.shortestSeconds() < last) {
            double length = Math.min(
                    Math.max(0.1, last - at),
                    style.shortestSeconds() + (style.longestSeconds() - style.shortestSeconds()) * random.nextDouble());
            double level = 0.75 + 0.25 * random.nextDouble();
            new Expiration(voice, style, tract, length, random).addTo(track, (int) (at * SAMPLE_RATE), level);
            double pause = style.pauseSeconds() * (0.8 + 0.4 * random.nextDouble());
            inhale(track, at + length + 0.2 * pause, 0.65 * pause);
            at += length + pause;
        }
        Room.apply(track);
        finish(track);
        return track;
    }

    /** Air drawn in through the open mouth: noise, brighter than the voice, swelling to a sudden end. */
    private void inhale(float[] track, double atSeconds, double seconds) {
        int at = (int) (atSeconds * SAMPLE_RATE);
        int length = (int) (seconds * SAMPLE_RATE);
        Tract.Resonator[] filters = tract.resonators(1.25);
        for (int i = 0; i < length && at + i < track.length; i++) {
            double u = (double) i / length;
            double swell = StrictMath.sin(Math.PI * StrictMath.pow(u, 1.5));
            double noise = random.nextGaussian();
            double air = 0.0;
            for (Tract.Resonator filter : filters) {
                air += filter.filter(noise);
            }
            track[at + i] += (float) (0.9 * style.inhalation() * swell * air);
        }
    }

    private void finish(float[] track) {
        float peak = 0.0f;
        for (float sample : track) {
            peak = Math.max(peak, Math.abs(sample));
        }
        for (int i = 0; i < track.length; i++) {
            double scaled = peak == 0.0f ? 0.0 : PEAK * track[i] / peak;
            double noisy = scaled + FLOOR * random.nextGaussian();
            track[i] = (float) Math.max(-PEAK, Math.min(PEAK, noisy));
        }
    }
}
