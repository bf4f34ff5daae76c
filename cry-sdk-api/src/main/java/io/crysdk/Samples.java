package io.crysdk;

import java.util.Arrays;

/** Arrays of samples that outgrow themselves. */
final class Samples {
    /** The longest array that every JVM can make. */
    private static final int MOST = Integer.MAX_VALUE - 8;

    private Samples() {}

    /** A copy of a wanted length, or of the longest possible if that is longer than the samples at least. */
    static float[] resized(float[] samples, long wanted) {
        int length = (int) Math.min(MOST, wanted);
        try {
            if (wanted <= MOST || samples.length < MOST) {
                return Arrays.copyOf(samples, length);
            }
        } catch (OutOfMemoryError e) {
            // One failed allocation harms nothing else.
            throw new CryException(
                    CryErrorCode.INVALID_AUDIO,
                    "the clip's " + samples.length
                            + " samples and more do not fit into the heap: give the JVM more, cut"
                            + " the recording, or read it in pieces",
                    e);
        }
        throw new CryException(
                CryErrorCode.INVALID_AUDIO,
                "the clip has more than " + MOST + " samples, which is as many as an array holds: cut the recording, or"
                        + " read it in pieces");
    }
}
