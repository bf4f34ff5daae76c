package io.crysdk.train.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What a listener would live with who is told as soon as one window sounds like a cry: alarms in an hour of other sounds
 * against the share of cries that are told.
 *
 * <p>An alarm is a stretch of neighbouring windows of another sound that all reach the threshold; a cry is told where
 * any of its windows does. An end of a recording ends a stretch.
 */
final class AlarmCurve {
    private static final double ROUNDING = 1e-9;

    /** A window of another sound, or the loudest of a cry, and what it adds to the alarms once its threshold is met. */
    private record Step(double score, boolean cry, int alarms, int group) {}

    /** By score, the largest first. */
    private final double[] score;

    private final boolean[] cry;
    private final int[] alarms;
    private final int[] group;

    /** By group. */
    private final double[] cries;

    private final double[] hours;

    private AlarmCurve(List<Step> steps, double[] hours) {
        steps.sort(Comparator.comparingDouble(Step::score).reversed());
        int n = steps.size();
        this.score = new double[n];
        this.cry = new boolean[n];
        this.alarms = new int[n];
        this.group = new int[n];
        this.cries = new double[hours.length];
        this.hours = hours;
        for (int i = 0; i < n; i++) {
            Step step = steps.get(i);
            score[i] = step.score;
            cry[i] = step.cry;
            alarms[i] = step.alarms;
            group[i] = step.group;
            cries[step.group] += step.cry ? 1.0 : 0.0;
        }
    }

    static AlarmCurve of(List<GateScore> cries, List<GateScore> others, Groups groups) {
        List<Step> steps = new ArrayList<>();
        double[] hours = new double[groups.count()];
        for (GateScore cry : cries) {
            double most = Arrays.stream(cry.windows()).max().orElse(Double.NEGATIVE_INFINITY);
            steps.add(new Step(most, true, 0, groups.of(cry.group())));
        }
        for (GateScore other : others) {
            int group = groups.of(other.group());
            hours[group] += other.seconds() / 3600.0;
            add(other.windows(), group, steps);
        }
        return new AlarmCurve(steps, hours);
    }

    /** A window that joins no louder neighbour begins a stretch, and one between two louder ones closes a gap. */
    private static void add(double[] windows, int group, List<Step> steps) {
        Integer[] order = new Integer[windows.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble((Integer i) -> windows[i]).reversed());
        boolean[] above = new boolean[windows.length + 2];
        for (int w : order) {
            int neighbours = (above[w] ? 1 : 0) + (above[w + 2] ? 1 : 0);
            above[w + 1] = true;
            steps.add(new Step(windows[w], false, 1 - neighbours, group));
        }
    }

    /**
     * Computes the share of cries that are told above the lowest threshold under which none gives more alarms in an
     * hour.
     *
     * @param weight [groups] how often each group counts
     * @param rates alarms in an hour, ascending
     * @return [rates]; NaN where either side is empty
     */
    double[] recalls(double[] weight, double[] rates) {
        double all = 0.0;
        double hour = 0.0;
        for (int g = 0; g < hours.length; g++) {
            all += weight[g] * cries[g];
            hour += weight[g] * hours[g];
        }
        double[] recalls = new double[rates.length];
        if (all == 0.0 || hour == 0.0) {
            Arrays.fill(recalls, Double.NaN);
            return recalls;
        }
        Arrays.fill(recalls, 1.0);
        double told = 0.0;
        double given = 0.0;
        int next = 0;
        for (int from = 0; from < score.length && next < rates.length; ) {
            int to = from;
            double before = told;
            while (to < score.length && score[to] == score[from]) {
                if (cry[to]) {
                    told += weight[group[to]];
                } else {
                    given += alarms[to] * weight[group[to]];
                }
                to++;
            }
            while (next < rates.length && given > rates[next] * hour + ROUNDING) {
                recalls[next++] = before / all;
            }
            from = to;
        }
        return recalls;
    }
}
