package io.crysdk.train.judge;

import java.util.Objects;

/**
 * What a gate said of one recording that its network had not heard.
 *
 * @param id the recording, once in a run
 * @param group who or where it is: intervals draw whole groups
 * @param part the collection it is from
 * @param category what is heard
 * @param band how much of the spectrum the recording has, such as {@code 8 kHz}: figures are told for each apart
 * @param fold the fold it was held out in
 * @param cry whether it holds a cry
 * @param logit the recording's logit, aggregated as inference does
 * @param windows [windows] the logits of its windows, in time order
 * @param seconds how long it lasts
 */
@SuppressWarnings("ArrayRecordComponent") // Made once and handed on; never compared.
public record GateScore(
        String id,
        String group,
        String part,
        String category,
        String band,
        int fold,
        boolean cry,
        double logit,
        double[] windows,
        double seconds) {
    /**
     * Creates a score.
     *
     * @throws IllegalArgumentException if a logit is not a number or the recording has no length
     */
    public GateScore {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(group, "group");
        if (Double.isNaN(logit) || !(seconds > 0.0)) {
            throw new IllegalArgumentException("the gate said " + logit + " of " + id + " of " + seconds + " s");
        }
    }
}
