package io.crysdk.train;

import io.crysdk.onnx.GateAggregation;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ReasonAggregation;
import io.crysdk.train.judge.Platt;

/** Chooses, from answers about recordings a network never heard, how its answers are to be read. */
final class Calibration {
    /** How many recordings must have been named before a threshold for naming is believed. */
    static final int MIN_NAMED = 20;
    /** What a reason must exceed where no threshold can be shown to be any good. */
    static final double HARDLY_EVER = 0.95;

    private static final double NORMAL_95 = 1.959964;

    private Calibration() {}

    /** Platt's calibration, as a model's contract has it. */
    static GateContract platt(double[] cries, double[] others) {
        Platt platt = Platt.fit(cries, others);
        return new GateContract(
                GateAggregation.TOP3_MEAN, platt.slope(), platt.offset(), GateContract.PLAIN.threshold());
    }

    /** A clip's reason probabilities, as inference computes them. */
    static double[] reasons(ClipScore score, GateContract gate, double inverseTemperature) {
        double[][] probabilities = new double[score.reasonLogits().length][];
        double[] cry = new double[probabilities.length];
        for (int w = 0; w < probabilities.length; w++) {
            probabilities[w] = softmax(score.reasonLogits()[w], inverseTemperature);
            cry[w] = gate.probability(score.gateLogits()[w]);
        }
        return ReasonAggregation.CRY_WEIGHTED_MEAN.aggregate(probabilities, cry);
    }

    static double[] softmax(double[] logits, double inverseTemperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (double z : logits) {
            max = Math.max(max, z);
        }
        double[] out = new double[logits.length];
        double sum = 0.0;
        for (int k = 0; k < out.length; k++) {
            out[k] = Math.exp((logits[k] - max) * inverseTemperature);
            sum += out[k];
        }
        for (int k = 0; k < out.length; k++) {
            out[k] /= sum;
        }
        return out;
    }

    /**
     * The probability from which a reason is named: the lowest at which the named recordings (at least {@value
     * #MIN_NAMED}) are right more often than saying the commonest reason always would be, with the lower end of a 95 %
     * interval; {@value #HARDLY_EVER} where there is none.
     */
    static double minReasonProbability(double[] top, boolean[] right, double majority) {
        for (int step = 30; step < 95; step++) {
            double threshold = step / 100.0;
            int named = 0;
            int hits = 0;
            for (int i = 0; i < top.length; i++) {
                if (top[i] >= threshold) {
                    named++;
                    hits += right[i] ? 1 : 0;
                }
            }
            if (named >= MIN_NAMED && wilsonLower(hits, named) > majority) {
                return threshold;
            }
        }
        return HARDLY_EVER;
    }

    /** The lower end of Wilson's 95 % interval for a share. */
    static double wilsonLower(int right, int of) {
        double p = (double) right / of;
        double centre = p + NORMAL_95 * NORMAL_95 / (2 * of);
        double spread = NORMAL_95 * Math.sqrt(p * (1 - p) / of + NORMAL_95 * NORMAL_95 / (4.0 * of * of));
        return (centre - spread) / (1 + NORMAL_95 * NORMAL_95 / of);
    }
}
