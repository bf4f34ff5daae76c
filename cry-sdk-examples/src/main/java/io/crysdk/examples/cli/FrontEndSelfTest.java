package io.crysdk.examples.cli;

import io.crysdk.dsp.LogMelExtractor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Whether this machine computes the very features that the models were trained on.
 *
 * <p>The signal is made by integer arithmetic, so that every machine makes the same: noise from a linear congruential
 * generator, whose loudness and colour change, over a triangle wave whose pitch glides.
 */
final class FrontEndSelfTest {
    static final int EXAMPLES = 3;

    /** SHA-256 of the examples as little-endian float32, computed by the reference program. */
    static final String EXPECTED = "24a600b116ae422b92fd9b6e1a5742ff2e8b8a2ff07cf4104497747d170a868d";

    private FrontEndSelfTest() {}

    static short[] signal() {
        short[] signal = new short
                [LogMelExtractor.PATCH_SAMPLES
                        + (EXAMPLES - 1) * LogMelExtractor.PATCH_FRAMES * LogMelExtractor.FRAME_HOP];
        int state = 1;
        int smooth = 0;
        int phase = 0;
        for (int i = 0; i < signal.length; i++) {
            state = state * 1103515245 + 12345;
            int noise = (state >> 16) >> (i >> 12) % 6;
            smooth += (noise - smooth) >> (i >> 13) % 3;
            phase = phase + 1500 + (i >> 4) & 0xffff;
            int triangle = (phase < 0x8000 ? phase : 0xffff - phase) - 0x4000;
            signal[i] = (short) ((smooth >> 1) + (triangle >> 1));
        }
        return signal;
    }

    static String digest() {
        short[] signal = signal();
        double[] samples = new double[signal.length];
        for (int i = 0; i < signal.length; i++) {
            samples[i] = signal[i] / 32768.0;
        }
        float[] features = new LogMelExtractor().examples(samples);
        ByteBuffer bytes = ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(features);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
