package io.crysdk.train.judge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How far confidence and truth lie apart: the expected calibration error over {@value #BINS} bins of equal width (Naeini
 * and others, 2015; Guo and others, 2017), each bin open below and closed above.
 */
final class Reliability {
    static final int BINS = 15;

    private final double[] weight = new double[BINS];
    private final double[] confidence = new double[BINS];
    private final double[] right = new double[BINS];

    /**
     * Counts an answer.
     *
     * @param sure how probable it was said to be, 0 to 1
     * @param isRight whether it was right
     * @param weighs how much it counts
     */
    void add(double sure, boolean isRight, double weighs) {
        int bin = Math.max(0, Math.min(BINS - 1, (int) Math.ceil(sure * BINS) - 1));
        weight[bin] += weighs;
        confidence[bin] += weighs * sure;
        right[bin] += isRight ? weighs : 0.0;
    }

    /** The mean distance, each bin weighing what is in it; NaN without an answer. */
    double error() {
        double all = 0.0;
        double sum = 0.0;
        for (int b = 0; b < BINS; b++) {
            all += weight[b];
            sum += Math.abs(right[b] - confidence[b]);
        }
        return sum / all;
    }

    /** The bins that hold anything. */
    ArrayNode json() {
        ArrayNode bins = JsonNodeFactory.instance.arrayNode();
        double all = 0.0;
        for (double w : weight) {
            all += w;
        }
        for (int b = 0; b < BINS; b++) {
            if (weight[b] > 0.0) {
                ObjectNode bin = bins.addObject();
                bin.put("confidence", Estimate.round(confidence[b] / weight[b]));
                bin.put("right", Estimate.round(right[b] / weight[b]));
                bin.put("share", Estimate.round(weight[b] / all));
            }
        }
        return bins;
    }
}
