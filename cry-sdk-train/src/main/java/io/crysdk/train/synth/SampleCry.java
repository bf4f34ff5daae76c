package io.crysdk.train.synth;

import io.crysdk.AudioClip;
import io.crysdk.dsp.WavWriter;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the clip that comes with the command: four seconds of crying that no baby cried. */
public final class SampleCry {
    private static final double SECONDS = 4.0;
    private static final long SEED = 1;

    private SampleCry() {}

    /**
     * Writes the clip.
     *
     * @param args the WAV file to write
     * @throws IOException if it cannot be written
     */
    public static void main(String[] args) throws IOException {
        WavWriter.write(clip(), Path.of(args[0]));
    }

    static AudioClip clip() {
        CrySynthesizer baby = new CrySynthesizer(CryVoice.newborn(), CryStyle.steady(), SEED);
        return AudioClip.of(baby.cry(SECONDS), CrySynthesizer.SAMPLE_RATE, 1);
    }
}
