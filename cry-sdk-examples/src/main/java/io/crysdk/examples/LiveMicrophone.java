package io.crysdk.examples;

import io.crysdk.CryClassifier;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryStream;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.TargetDataLine;

/** Listens to the default microphone until it is stopped. Run it without arguments. */
public final class LiveMicrophone {
    private LiveMicrophone() {}

    /**
     * Prints when a cry starts and ends.
     *
     * @param args none
     * @throws LineUnavailableException if there is no microphone, or somebody else has it
     */
    public static void main(String[] args) throws LineUnavailableException {
        AudioFormat format = new AudioFormat(16_000, 16, 1, true, false);
        try (CryClassifier classifier = CryClassifier.create();
                TargetDataLine microphone = AudioSystem.getTargetDataLine(format);
                CryStream stream = classifier.openStream(event -> {
                    if (event instanceof CryStarted started) {
                        System.out.printf(
                                "it cries since %.1f s%n", started.cry().startSeconds());
                    } else if (event instanceof CryEnded ended) {
                        System.out.printf("it stopped at %.1f s%n", ended.cry().endSeconds());
                    }
                })) {
            microphone.open(format);
            microphone.start();
            byte[] buffer = new byte[3200]; // a tenth of a second
            int read;
            while ((read = microphone.read(buffer, 0, buffer.length)) > 0) {
                stream.push(buffer, 0, read);
            }
        }
    }
}
