package io.crysdk.train.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** How well scores part cries from other sounds. */
public final class Roc {
    private static final double ROUNDING = 1e-9;

    /** By score, the largest first. */
    private final double[] score;

    private final boolean[] cry;
    private final int[] group;

    private Roc(List<Item> items) {
        items.sort(Comparator.comparingDouble(Item::score).reversed());
        int n = items.size();
        score = new double[n];
        cry = new boolean[n];
        group = new int[n];
        for (int i = 0; i < n; i++) {
            score[i] = items.get(i).score;
            cry[i] = items.get(i).cry;
            group[i] = items.get(i).group;
        }
    }

    private record Item(double score, boolean cry, int group) {}

    static Roc of(List<GateScore> cries, List<GateScore> others, Groups groups) {
        List<Item> items = new ArrayList<>(cries.size() + others.size());
        cries.forEach(s -> items.add(new Item(s.logit(), true, groups.of(s.group()))));
        others.forEach(s -> items.add(new Item(s.logit(), false, groups.of(s.group()))));
        return new Roc(items);
    }

    /**
     * Computes the area under the curve, then the recall at each false-alarm rate: the share of cries above the lowest
     * threshold at which no more than that share of the other sounds is called a cry.
     *
     * @param weight [groups] how often each group counts
     * @param rates ascending
     * @return [1 + rates]; NaN where either side is empty
     */
    double[] figures(double[] weight, double[] rates) {
        double[] figures = new double[1 + rates.length];
        double cries = 0.0;
        double others = 0.0;
        for (int i = 0; i < score.length; i++) {
            if (cry[i]) {
                cries += weight[group[i]];
            } else {
                others += weight[group[i]];
            }
        }
        if (cries == 0.0 || others == 0.0) {
            Arrays.fill(figures, Double.NaN);
            return figures;
        }
        double heard = 0.0;
        double alarms = 0.0;
        double area = 0.0;
        int next = 0;
        for (int from = 0; from < score.length; ) {
            int to = from;
            double newCries = 0.0;
            double newAlarms = 0.0;
            while (to < score.length && score[to] == score[from]) {
                if (cry[to]) {
                    newCries += weight[group[to]];
                } else {
                    newAlarms += weight[group[to]];
                }
                to++;
            }
            while (next < rates.length && alarms + newAlarms > rates[next] * others + ROUNDING) {
                figures[1 + next++] = heard / cries;
            }
            area += newAlarms * (heard + 0.5 * newCries);
            heard += newCries;
            alarms += newAlarms;
            from = to;
        }
        while (next < rates.length) {
            figures[1 + next++] = 1.0;
        }
        figures[0] = area / (cries * others);
        return figures;
    }

    /**
     * Computes the chance that a cry scores above another sound; a tie is half.
     *
     * @param cries scores
     * @param others scores
     * @return 0 to 1; NaN where either side is empty
     */
    public static double auc(double[] cries, double[] others) {
        return of(cries, others).figures(new double[] {1.0}, new double[0])[0];
    }

    private static Roc of(double[] cries, double[] others) {
        List<Item> items = new ArrayList<>(cries.length + others.length);
        Arrays.stream(cries).forEach(s -> items.add(new Item(s, true, 0)));
        Arrays.stream(others).forEach(s -> items.add(new Item(s, false, 0)));
        return new Roc(items);
    }

    /**
     * Finds the lowest threshold under which no more than a share of the other sounds reach it: a score of the threshold
     * or more is an alarm. It lies halfway between the first that must stay silent and the next higher score, so that it
     * hangs on neither.
     *
     * @param cries scores
     * @param others scores, one or more
     * @param rate the share that may alarm, 0 to 1
     * @return the threshold
     */
    public static double threshold(double[] cries, double[] others, double rate) {
        double[] sorted = others.clone();
        Arrays.sort(sorted);
        int allowed = (int) Math.floor(rate * sorted.length + ROUNDING);
        double silent = sorted[Math.max(0, sorted.length - 1 - allowed)];
        double next = Double.POSITIVE_INFINITY;
        for (double s : cries) {
            next = s > silent ? Math.min(next, s) : next;
        }
        for (double s : sorted) {
            next = s > silent ? Math.min(next, s) : next;
        }
        return next == Double.POSITIVE_INFINITY ? Math.nextUp(silent) : silent + (next - silent) / 2;
    }

    /**
     * Computes the share of scores that reach a threshold.
     *
     * @param scores any
     * @param threshold any
     * @return 0 to 1; NaN where there are no scores
     */
    public static double share(double[] scores, double threshold) {
        return (double) Arrays.stream(scores).filter(s -> s >= threshold).count() / scores.length;
    }
}
