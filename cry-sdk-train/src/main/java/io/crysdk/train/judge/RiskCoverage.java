package io.crysdk.train.judge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The share of wrong answers among the surest, for every share of recordings that is answered at all (El-Yaniv and
 * Wiener, 2010). The area under it is the mean over coverages (Geifman and El-Yaniv, 2017); a model whose confidence
 * says nothing has its overall error as its area. Answers of equal confidence share their errors evenly.
 */
final class RiskCoverage {
    private static final int POINTS = 100;

    /** By confidence, the surest first. */
    private final double[] confidence;

    private final boolean[] wrong;
    private final int[] group;

    RiskCoverage(List<Prediction> predictions, Groups groups) {
        List<Prediction> sorted = predictions.stream()
                .sorted(Comparator.comparingDouble(Prediction::confidence).reversed())
                .toList();
        int n = sorted.size();
        confidence = sorted.stream().mapToDouble(Prediction::confidence).toArray();
        wrong = new boolean[n];
        group = new int[n];
        for (int i = 0; i < n; i++) {
            Prediction p = sorted.get(i);
            wrong[i] = p.answer() != p.truth();
            group[i] = groups.of(p.group());
        }
    }

    /** The risk after each answer, and how much was answered by then. */
    private double[][] curve(double[] weight) {
        double[][] curve = new double[2][wrong.length];
        double answered = 0.0;
        double errors = 0.0;
        for (int from = 0; from < wrong.length; ) {
            int to = from;
            double block = 0.0;
            double blockErrors = 0.0;
            while (to < wrong.length && confidence[to] == confidence[from]) {
                double w = weight[group[to]];
                block += w;
                blockErrors += wrong[to] ? w : 0.0;
                to++;
            }
            double share = block == 0.0 ? 0.0 : blockErrors / block;
            for (int i = from; i < to; i++) {
                answered += weight[group[i]];
                errors += weight[group[i]] * share;
                curve[0][i] = answered;
                curve[1][i] = answered == 0.0 ? 0.0 : errors / answered;
            }
            from = to;
        }
        return curve;
    }

    /** The mean risk over coverages; NaN where nothing has weight. */
    double area(double[] weight) {
        double[][] curve = curve(weight);
        double sum = 0.0;
        for (int i = 0; i < wrong.length; i++) {
            sum += weight[group[i]] * curve[1][i];
        }
        return wrong.length == 0 ? Double.NaN : sum / curve[0][wrong.length - 1];
    }

    /** [coverage, risk], at most {@value #POINTS} of them, evenly spread. */
    ArrayNode json(int groups) {
        double[] once = new double[groups];
        java.util.Arrays.fill(once, 1.0);
        double[][] curve = curve(once);
        int n = wrong.length;
        ArrayNode points = JsonNodeFactory.instance.arrayNode();
        IntStream.rangeClosed(1, Math.min(POINTS, n))
                .map(i -> (int) ((long) i * n / Math.min(POINTS, n)) - 1)
                .forEach(i ->
                        points.addArray().add(Estimate.round(curve[0][i] / n)).add(Estimate.round(curve[1][i])));
        return points;
    }
}
