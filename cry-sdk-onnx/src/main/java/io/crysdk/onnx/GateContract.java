package io.crysdk.onnx;

import java.util.Objects;

/**
 * How a gate's window logits become the clip's cry probability and verdict.
 *
 * @param aggregation from windows to clip
 * @param slope probability = sigmoid(slope * logit + offset), positive; 1 where the network is calibrated as it is
 * @param offset see slope
 * @param threshold the probability from which a clip is a cry, 0 to 1
 * @since 0.1.0
 */
public record GateContract(GateAggregation aggregation, double slope, double offset, double threshold) {
    /** What a gate without a word about itself gets: uncalibrated, and cut in the middle. */
    public static final GateContract PLAIN = new GateContract(GateAggregation.TOP3_MEAN, 1.0, 0.0, 0.5);

    /** A float probability is 0 or 1 long before its logit is infinite; logits are cut off where floats still tell apart. */
    public static final double LOGIT_LIMIT = Math.log((1.0 - 1e-7) / 1e-7);

    /**
     * Creates the contract.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public GateContract {
        Objects.requireNonNull(aggregation, "aggregation");
        if (!(slope > 0.0 && slope < Double.POSITIVE_INFINITY) || !Double.isFinite(offset)) {
            throw new IllegalArgumentException(
                    "a gate's slope is positive and its offset finite, found " + slope + ", " + offset);
        }
        if (!(threshold >= 0.0 && threshold <= 1.0)) {
            throw new IllegalArgumentException("a gate's threshold is within 0 to 1, found " + threshold);
        }
    }

    /**
     * Goes back from what the network gives to the logit behind it.
     *
     * @param probability 0 to 1
     * @return the logit, within {@link #LOGIT_LIMIT} of zero
     */
    public static double logit(double probability) {
        return limit(Math.log(probability / (1.0 - probability)));
    }

    /**
     * Cuts a logit off where its float probability would.
     *
     * @param logit any
     * @return within {@link #LOGIT_LIMIT} of zero
     */
    public static double limit(double logit) {
        return Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, logit));
    }

    /**
     * Calibrates a logit, of a window or of a clip.
     *
     * @param logit the network's, or an aggregate of them
     * @return the cry probability, 0 to 1
     */
    public double probability(double logit) {
        return 1.0 / (1.0 + Math.exp(-(slope * logit + offset)));
    }
}
