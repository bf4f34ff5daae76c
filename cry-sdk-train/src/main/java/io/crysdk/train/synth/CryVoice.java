package io.crysdk.train.synth;

/**
 * What a baby's voice brings to every cry: the size of the larynx and the vocal tract, and how steady they are.
 *
 * @param pitchHz pitch in the middle of an expiration, 250 to 700 Hz
 * @param formant1Hz first resonance of the vocal tract, 700 to 1800 Hz
 * @param formant2Hz second resonance, 2000 to 4200 Hz
 * @param formant3Hz third resonance, 4300 to 6500 Hz
 * @param tiltDbPerOctave how fast the overtones of the larynx fall off, 3 to 18 dB per octave
 * @param breathiness share of breath noise in the voice, 0 to 1
 * @param jitter random change of the pitch from one cycle to the next, as a share of it, 0 to 0.1
 * @param shimmer random change of the loudness from one cycle to the next, as a share of it, 0 to 0.5
 * @param vibratoHz how often the pitch swings, 0 to 12 times a second
 * @param vibratoSemitones how far it swings to either side, 0 to 2 semitones
 */
public record CryVoice(
        double pitchHz,
        double formant1Hz,
        double formant2Hz,
        double formant3Hz,
        double tiltDbPerOctave,
        double breathiness,
        double jitter,
        double shimmer,
        double vibratoHz,
        double vibratoSemitones) {
    /**
     * Creates a voice.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public CryVoice {
        Ranges.check("pitchHz", pitchHz, 250, 700);
        Ranges.check("formant1Hz", formant1Hz, 700, 1800);
        Ranges.check("formant2Hz", formant2Hz, 2000, 4200);
        Ranges.check("formant3Hz", formant3Hz, 4300, 6500);
        Ranges.check("tiltDbPerOctave", tiltDbPerOctave, 3, 18);
        Ranges.check("breathiness", breathiness, 0, 1);
        Ranges.check("jitter", jitter, 0, 0.1);
        Ranges.check("shimmer", shimmer, 0, 0.5);
        Ranges.check("vibratoHz", vibratoHz, 0, 12);
        Ranges.check("vibratoSemitones", vibratoSemitones, 0, 2);
    }

    /**
     * Returns the voice of a healthy baby of a few weeks.
     *
     * @return pitch 440 Hz, resonances at 1.15, 3.2 and 5.1 kHz
     */
    public static CryVoice newborn() {
        return new CryVoice(440, 1150, 3200, 5100, 6.0, 0.3, 0.008, 0.06, 6.0, 0.15);
    }

    /**
     * Returns the same voice at another pitch.
     *
     * @param hz 250 to 700 Hz
     * @return a new voice
     * @throws IllegalArgumentException if it is outside that
     */
    public CryVoice withPitch(double hz) {
        return new CryVoice(
                hz,
                formant1Hz,
                formant2Hz,
                formant3Hz,
                tiltDbPerOctave,
                breathiness,
                jitter,
                shimmer,
                vibratoHz,
                vibratoSemitones);
    }
}
