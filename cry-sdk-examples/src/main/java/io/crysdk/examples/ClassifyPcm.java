package io.crysdk.examples;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;

/**
 * Classifies samples in memory, in the two forms in which an application has them: mono floats at 16 kHz, and 16-bit
 * integers of any rate and channel count as a microphone delivers them.
 */
public final class ClassifyPcm {
    private ClassifyPcm() {}

    /**
     * Prints what is heard in two seconds of a rising and falling tone, in both forms.
     *
     * @param args none
     */
    public static void main(String[] args) {
        float[] pcm = new float[2 * 16_000];
        double phase = 0;
        for (int i = 0; i < pcm.length; i++) {
            phase += 2 * Math.PI * (450 + 100 * Math.sin(Math.PI * i / 16_000)) / 16_000;
            pcm[i] = (float) (0.5 * Math.sin(phase));
        }
        short[] stereo48k = new short[2 * 3 * pcm.length];
        for (int i = 0; i < stereo48k.length; i++) {
            stereo48k[i] = (short) (32767 * pcm[i / 6]);
        }
        try (CryClassifier classifier = CryClassifier.create()) {
            System.out.println(classifier.classify(pcm));
            System.out.println(classifier.classify(AudioClip.ofPcm16(stereo48k, 48_000, 2)));
        }
    }
}
