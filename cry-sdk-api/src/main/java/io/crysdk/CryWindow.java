package io.crysdk;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What the model said of one window: 0.975 s of the clip, or the whole of a shorter one.
 *
 * @param startSeconds where the window begins in the clip
 * @param endSeconds where it ends
 * @param cryProbability how probable it is that a baby cries in it, 0 to 1; empty if the model has no gate
 * @param scores all reasons, the most probable first, summing to one
 * @since 0.1.0
 */
public record CryWindow(
        double startSeconds, double endSeconds, OptionalDouble cryProbability, List<ReasonScore> scores) {
    /**
     * Creates a window.
     *
     * @throws IllegalArgumentException if it ends before it begins or a value is out of range
     */
    public CryWindow {
        Checks.notNegative("startSeconds", startSeconds);
        Checks.notNegative("endSeconds", endSeconds);
        if (endSeconds < startSeconds) {
            throw new IllegalArgumentException(
                    "a window ends after it begins, found " + startSeconds + " to " + endSeconds);
        }
        Objects.requireNonNull(Checks.unit("cryProbability", cryProbability));
        scores = List.copyOf(scores);
    }
}
