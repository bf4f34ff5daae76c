package io.crysdk.train.judge;

import java.util.Objects;

/**
 * What a network said of one recording, or of one unit cut from it, that it had not heard.
 *
 * @param id the recording or unit, once in a run
 * @param group who is heard: intervals draw whole groups
 * @param fold the fold it was held out in
 * @param truth the index of its label
 * @param probabilities [labels] uncalibrated, summing to one
 */
@SuppressWarnings("ArrayRecordComponent") // Made once and handed on; never compared.
public record Prediction(String id, String group, int fold, int truth, double[] probabilities) {
    private static final double SUM_TOLERANCE = 1e-3;

    /**
     * Creates a prediction.
     *
     * @throws IllegalArgumentException if the truth is no index or the probabilities do not sum to one
     */
    public Prediction {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(group, "group");
        Objects.checkIndex(truth, probabilities.length);
        double sum = 0.0;
        for (double p : probabilities) {
            sum += p >= 0.0 ? p : Double.NaN;
        }
        if (!(Math.abs(sum - 1.0) < SUM_TOLERANCE)) {
            throw new IllegalArgumentException("the probabilities of " + id + " sum to " + sum + ", not to one");
        }
    }

    /**
     * Returns the most probable label.
     *
     * @return its index; the first of equals
     */
    public int answer() {
        int best = 0;
        for (int k = 1; k < probabilities.length; k++) {
            best = probabilities[k] > probabilities[best] ? k : best;
        }
        return best;
    }

    /**
     * Returns how probable the answer is.
     *
     * @return the largest probability
     */
    public double confidence() {
        return probabilities[answer()];
    }
}
