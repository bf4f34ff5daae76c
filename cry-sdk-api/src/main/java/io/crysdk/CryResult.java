package io.crysdk;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The answer to one clip. Immutable, and only values.
 *
 * <p>A reason is named only with {@link CryOutcome#CRY}. The scores are there with every outcome, because they say how
 * near the call was; with {@link CryOutcome#NOT_CRY} they are what the reason head made of a sound that the gate
 * refused, and mean nothing.
 *
 * @param outcome what was heard
 * @param reason the reason, present exactly with {@link CryOutcome#CRY}
 * @param scores all reasons, the most probable first, summing to one
 * @param cryProbability how probable it is that a baby cries in the clip, 0 to 1; empty if the model has no gate
 * @param windows what each window added, in time order, at least one
 * @param quality how fit the recording was to be judged
 * @param warnings what to know before trusting the answer, for people, such as
 *     {@code narrow band: nothing above 4 kHz}; empty when there is nothing to say
 * @param model the model that gave the answer, and what personalised it
 * @param track the audio track that was heard, if a file was; windows then have the times of the file, which may be a video
 * @since 0.1.0
 */
public record CryResult(
        CryOutcome outcome,
        Optional<CryReason> reason,
        List<ReasonScore> scores,
        OptionalDouble cryProbability,
        List<CryWindow> windows,
        SignalQuality quality,
        List<String> warnings,
        ModelId model,
        Optional<AudioTrack> track) {
    /**
     * Creates an answer to samples that come from no file.
     *
     * @param outcome what was heard
     * @param reason the reason, present exactly with {@link CryOutcome#CRY}
     * @param scores all reasons, the most probable first, summing to one
     * @param cryProbability how probable it is that a baby cries in the clip, 0 to 1; empty if the model has no gate
     * @param windows what each window added, in time order, at least one
     * @param quality how fit the recording was to be judged
     * @param warnings what to know before trusting the answer
     * @param model the model that gave the answer
     * @throws IllegalArgumentException as for the constructor with a track
     */
    public CryResult(
            CryOutcome outcome,
            Optional<CryReason> reason,
            List<ReasonScore> scores,
            OptionalDouble cryProbability,
            List<CryWindow> windows,
            SignalQuality quality,
            List<String> warnings,
            ModelId model) {
        this(outcome, reason, scores, cryProbability, windows, quality, warnings, model, Optional.empty());
    }

    /**
     * Creates an answer.
     *
     * @throws IllegalArgumentException if a reason is there without {@link CryOutcome#CRY}, or missing with it, or a
     *     probability is out of range
     */
    public CryResult {
        Objects.requireNonNull(outcome, "outcome");
        if (reason.isPresent() != (outcome == CryOutcome.CRY)) {
            throw new IllegalArgumentException(
                    "a reason is named with CRY and only then, found " + outcome + ", " + reason);
        }
        scores = List.copyOf(scores);
        Checks.unit("cryProbability", cryProbability);
        windows = List.copyOf(windows);
        Objects.requireNonNull(quality, "quality");
        warnings = List.copyOf(warnings);
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(track, "track");
    }

    /**
     * Returns the answer as one line for people.
     *
     * @return for example {@code CRY hunger (cry 0.98; hunger 0.81, discomfort 0.11, tiredness 0.05, boredom 0.03)}; with
     *     {@code ; personal} at the end where what was learnt of one baby went into it
     */
    @Override
    public String toString() {
        String named = reason.map(r -> " " + r).orElse("");
        String cry = cryProbability.isPresent() ? "cry " + Checks.decimals(cryProbability.getAsDouble()) + "; " : "";
        String all = scores.stream()
                .map(s -> s.reason() + " " + Checks.decimals(s.probability()))
                .collect(Collectors.joining(", "));
        String personal = model.personalization().isPresent() ? "; personal" : "";
        return outcome + named + " (" + cry + all + personal + ")";
    }
}
