package io.crysdk.dsp;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How a clip that is too short for one window is made to fill it. The network sees {@value
 * io.crysdk.dsp.LogMelExtractor#PATCH_SAMPLES} samples (0.975 s); the policy is part of a model's contract, since the
 * network was trained under it.
 *
 * @since 0.1.0
 */
public enum ShortClipPolicy {
    /** Sample {@code i} of the window is sample {@code i mod n} of the clip. */
    REPEAT("repeat"),
    /** The clip is followed by zeros. */
    ZERO_PAD("zero_pad");

    private final String id;

    ShortClipPolicy(String id) {
        this.id = id;
    }

    /**
     * Returns the policy's name in a model's metadata.
     *
     * @return lower case, and the same in every version
     */
    public String id() {
        return id;
    }

    /**
     * Fills a window that holds a short clip.
     *
     * @param window the clip, and room behind it that is overwritten
     * @param length how many samples the clip has, 1 or more
     */
    public void fill(double[] window, int length) {
        switch (this) {
            case REPEAT -> {
                for (int i = length; i < window.length; i++) {
                    window[i] = window[i - length];
                }
            }
            case ZERO_PAD -> Arrays.fill(window, length, window.length, 0.0);
        }
    }

    /**
     * Finds a policy by its name in a model's metadata.
     *
     * @param id as {@link #id} gives it
     * @return the policy
     * @throws IllegalArgumentException if there is no such policy
     */
    public static ShortClipPolicy ofId(String id) {
        return Arrays.stream(values())
                .filter(policy -> policy.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a short-clip policy is one of "
                        + Arrays.stream(values()).map(ShortClipPolicy::id).collect(Collectors.joining(", "))
                        + "; found " + id));
    }
}
