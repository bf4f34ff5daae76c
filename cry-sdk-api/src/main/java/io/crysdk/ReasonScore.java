package io.crysdk;

import java.util.Objects;

/**
 * How probable the model holds one reason, given that the clip is a cry.
 *
 * @param reason the reason
 * @param probability 0 to 1; the scores of one answer sum to one
 * @since 0.1.0
 */
public record ReasonScore(CryReason reason, double probability) {
    /**
     * Creates a score.
     *
     * @throws IllegalArgumentException if the probability is not within 0 to 1
     */
    public ReasonScore {
        Objects.requireNonNull(reason, "reason");
        Checks.unit("probability", probability);
    }
}
