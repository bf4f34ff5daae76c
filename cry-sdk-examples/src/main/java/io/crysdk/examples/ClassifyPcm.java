package io.crysdk.examples;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import java.util.Arrays;

/**
 * Classifies samples in memory, in the two forms in which an application has them: mono floats at 16 kHz, and 16-bit
 * integers of any rate and channel count as a microphone delivers them.
 */
public final class ClassifyPcm {
    private ClassifyPcm() {}

    /**
     * Prints what is heard in a second of the bundled clip, in both forms.
     *
     * @param args none
     */
    public static void main(String[] args) {
        float[] pcm = Arrays.copyOf(SampleClip.load().samples(), 16_000);
        short[] stereo48k = new short[2 * 48_000];
        for (int i = 0; i < stereo48k.length; i++) {
            stereo48k[i] = (short) (32767 * pcm[i / 6]);
        }
        try (CryClassifier classifier = CryClassifier.create()) {
            System.out.println(classifier.classify(pcm));
            System.out.println(classifier.classify(AudioClip.ofPcm16(stereo48k, 48_000, 2)));
        }
    }
}
