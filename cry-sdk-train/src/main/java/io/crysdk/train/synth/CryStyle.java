package io.crysdk.train.synth;

import java.util.Objects;

/**
 * How a baby cries this time: the rhythm of the breaths, the melody and the effort.
 *
 * @param shortestSeconds the shortest expiration, 0.2 s or more
 * @param longestSeconds the longest expiration, at most 3 s and not below the shortest
 * @param pauseSeconds from the end of an expiration to the begin of the next, inhalation included, 0.1 to 2 s
 * @param melody the course of the pitch over an expiration
 * @param melodySemitones how far the pitch travels, 0 to 12 semitones
 * @param effort 0 for a whimper to 1 for a scream: louder overtones, quicker onsets
 * @param roughness how much of the voiced time breaks into subharmonics and noise, 0 to 1
 * @param inhalation how loud the breath is drawn, 0 to 1
 */
public record CryStyle(
        double shortestSeconds,
        double longestSeconds,
        double pauseSeconds,
        Melody melody,
        double melodySemitones,
        double effort,
        double roughness,
        double inhalation) {
    /** The course of the pitch over one expiration. */
    public enum Melody {
        /** Up within the first third, then slowly down: the melody of most cries. */
        RISE_FALL,
        /** Down from the beginning, as after a sudden start. */
        FALLING,
        /** Almost level. */
        PLATEAU,
        /** Up to the end. */
        RISING
    }

    /**
     * Creates a style.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public CryStyle {
        Ranges.check("shortestSeconds", shortestSeconds, 0.2, 3);
        Ranges.check("longestSeconds", longestSeconds, shortestSeconds, 3);
        Ranges.check("pauseSeconds", pauseSeconds, 0.1, 2);
        Objects.requireNonNull(melody, "melody");
        Ranges.check("melodySemitones", melodySemitones, 0, 12);
        Ranges.check("effort", effort, 0, 1);
        Ranges.check("roughness", roughness, 0, 1);
        Ranges.check("inhalation", inhalation, 0, 1);
    }

    /**
     * Returns the steady crying of a baby who wants something.
     *
     * @return expirations of 0.6 to 1.2 s, rising and falling, with an audible breath between them
     */
    public static CryStyle steady() {
        return new CryStyle(0.6, 1.2, 0.32, Melody.RISE_FALL, 4.0, 0.6, 0.15, 0.5);
    }
}
