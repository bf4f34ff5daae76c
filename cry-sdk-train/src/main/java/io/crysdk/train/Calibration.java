package io.crysdk.train;

import io.crysdk.onnx.GateAggregation;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ReasonAggregation;
import java.util.List;

/** Chooses, from answers about recordings a network never heard, how its answers are to be read. */
final class Calibration {
    /** How many recordings must have been named before a threshold for naming is believed. */
    static final int MIN_NAMED = 20;
    /** What a reason must exceed where no threshold can be shown to be any good. */
    static final double HARDLY_EVER = 0.95;

    private Calibration() {}

    /**
     * Platt's calibration with both sides weighing the same: the probability is that of a cry where cries and other
     * sounds are as frequent as each other. How frequent they are in a home, nobody here knows. Targets stay away from 0
     * and 1 as Platt proposed, so that perfectly parted scores do not make an infinite slope.
     */
    static GateContract platt(double[] positives, double[] negatives) {
        double high = (positives.length + 1.0) / (positives.length + 2.0);
        double low = 1.0 / (negatives.length + 2.0);
        double a = 1.0;
        double b = 0.0;
        for (int iteration = 0; iteration < 200; iteration++) {
            double[] sums = new double[5];
            accumulate(sums, positives, high, 0.5 / positives.length, a, b);
            accumulate(sums, negatives, low, 0.5 / negatives.length, a, b);
            double ridge = 1e-9;
            double haa = sums[2] + ridge;
            double hbb = sums[4] + ridge;
            double det = haa * hbb - sums[3] * sums[3];
            double da = (hbb * sums[0] - sums[3] * sums[1]) / det;
            double db = (haa * sums[1] - sums[3] * sums[0]) / det;
            // Newton overshoots where scores are parted widely: halve until the loss falls.
            double before = loss(positives, high, negatives, low, a, b);
            double step = 1.0;
            while (step > 1e-6 && !(loss(positives, high, negatives, low, a - step * da, b - step * db) <= before)) {
                step /= 2;
            }
            a -= step * da;
            b -= step * db;
            if (Math.abs(step * da) + Math.abs(step * db) < 1e-10) {
                break;
            }
        }
        return new GateContract(GateAggregation.TOP3_MEAN, Math.max(a, 1e-3), b, GateContract.PLAIN.threshold());
    }

    private static void accumulate(double[] sums, double[] scores, double target, double weight, double a, double b) {
        for (double s : scores) {
            double p = 1.0 / (1.0 + Math.exp(-(a * s + b)));
            double w = weight * p * (1 - p);
            sums[0] += weight * (p - target) * s;
            sums[1] += weight * (p - target);
            sums[2] += w * s * s;
            sums[3] += w * s;
            sums[4] += w;
        }
    }

    private static double loss(double[] positives, double high, double[] negatives, double low, double a, double b) {
        return loss(positives, high, a, b) + loss(negatives, low, a, b);
    }

    private static double loss(double[] scores, double target, double a, double b) {
        double sum = 0.0;
        for (double s : scores) {
            double z = a * s + b;
            sum += Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z)));
        }
        return sum / scores.length / 2;
    }

    /** A clip's reason probabilities, as inference computes them. */
    static double[] reasons(ClipScore score, GateContract gate, double temperature) {
        double[][] probabilities = new double[score.reasonLogits().length][];
        double[] cry = new double[probabilities.length];
        for (int w = 0; w < probabilities.length; w++) {
            probabilities[w] = softmax(score.reasonLogits()[w], temperature);
            cry[w] = gate.probability(score.gateLogits()[w]);
        }
        return ReasonAggregation.CRY_WEIGHTED_MEAN.aggregate(probabilities, cry);
    }

    static double[] softmax(double[] logits, double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (double z : logits) {
            max = Math.max(max, z);
        }
        double[] out = new double[logits.length];
        double sum = 0.0;
        for (int k = 0; k < out.length; k++) {
            out[k] = Math.exp((logits[k] - max) / temperature);
            sum += out[k];
        }
        for (int k = 0; k < out.length; k++) {
            out[k] /= sum;
        }
        return out;
    }

    /**
     * The temperature of least mean log loss, each label weighing the same: the head is trained on balanced labels, and a
     * head that knows nothing should end up saying so about every reason alike.
     */
    static double temperature(List<ClipScore> scores, int[] truth, GateContract gate, int labels) {
        int[] counts = new int[labels];
        for (int t : truth) {
            counts[t]++;
        }
        double best = 1.0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= 60; i++) {
            double temperature = Math.exp(Math.log(0.5) + i * (Math.log(100.0) - Math.log(0.5)) / 60);
            double loss = 0.0;
            for (int c = 0; c < truth.length; c++) {
                double p = reasons(scores.get(c), gate, temperature)[truth[c]];
                loss -= Math.log(Math.max(p, 1e-12)) / counts[truth[c]];
            }
            if (loss < least) {
                least = loss;
                best = temperature;
            }
        }
        return best;
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
            if (named >= MIN_NAMED && Metrics.wilsonLower(hits, named) > majority) {
                return threshold;
            }
        }
        return HARDLY_EVER;
    }
}
