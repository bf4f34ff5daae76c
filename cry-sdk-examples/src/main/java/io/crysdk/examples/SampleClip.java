package io.crysdk.examples;

import io.crysdk.AudioClip;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The clip that comes with the examples: four seconds of crying, made by rule, that no baby cried. */
public final class SampleClip {
    /** Its file name. */
    public static final String NAME = "sample-cry.wav";

    private static final int HEADER_BYTES = 44;
    private static final int SAMPLE_RATE = 16_000;

    private SampleClip() {}

    /**
     * Opens the WAV file.
     *
     * @return a stream that the caller closes
     * @throws IOException if it is not in the jar
     */
    public static InputStream open() throws IOException {
        InputStream in = SampleClip.class.getResourceAsStream(NAME);
        if (in == null) {
            throw new FileNotFoundException(NAME + " is not in the jar");
        }
        return in;
    }

    /**
     * Reads the clip without any decoder.
     *
     * @return mono, 16 kHz
     */
    public static AudioClip load() {
        try (InputStream in = open()) {
            in.skipNBytes(HEADER_BYTES);
            return AudioClip.ofPcm16(in.readAllBytes(), SAMPLE_RATE, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
