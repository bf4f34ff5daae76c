package io.crysdk.train;

/**
 * How often what may happen to a sound does, each a chance from 0 to 1. Applied to what is learnt, never to what is
 * judged.
 *
 * @param mixed another sound at once
 * @param minSnrDb the faintest a cry may be beside it, in decibels
 * @param maxSnrDb the loudest
 * @param gain another level
 * @param bandLimit nothing above about 4 kHz, for other sounds; half as often for cries, which mostly are so already
 * @param reverberation a room
 * @param masks a stretch of time left out, and as often a stretch of bands
 * @param shortened only some frames, and the patch filled as a short clip would be
 * @param madeByRule a sound made by rule in place of a recorded one
 * @since 0.1.0
 */
public record AugmentationSettings(
        double mixed,
        double minSnrDb,
        double maxSnrDb,
        double gain,
        double bandLimit,
        double reverberation,
        double masks,
        double shortened,
        double madeByRule) {
    /** The shipped model's. */
    public static final AugmentationSettings DEFAULT =
            new AugmentationSettings(0.5, -5.0, 20.0, 0.8, 0.5, 0.3, 0.3, 0.2, 0.2);
    /** Nothing happens. */
    public static final AugmentationSettings NONE =
            new AugmentationSettings(0.0, -5.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);

    /**
     * Creates settings.
     *
     * @throws IllegalArgumentException if a chance is not from 0 to 1 or the ratios are no range
     */
    public AugmentationSettings {
        for (double chance : new double[] {mixed, gain, bandLimit, reverberation, masks, shortened, madeByRule}) {
            if (!(chance >= 0.0 && chance <= 1.0)) {
                throw new IllegalArgumentException("a chance is from 0 to 1, found " + chance);
            }
        }
        if (!(minSnrDb < maxSnrDb) || Double.isInfinite(minSnrDb) || Double.isInfinite(maxSnrDb)) {
            throw new IllegalArgumentException("expected a range of decibels, found " + minSnrDb + " to " + maxSnrDb);
        }
    }
}
