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

    private final List<Step> steps = new ArrayList<>();
    private final double[] hours;

    private AlarmCurve(int groups) {
        hours = new double[groups];
    }

    static AlarmCurve of(List<GateScore> cries, List<GateScore> others, Groups groups) {
        AlarmCurve curve = new AlarmCurve(groups.count());
        for (GateScore cry : cries) {
            double most = Arrays.stream(cry.windows()).max().orElse(Double.NEGATIVE_INFINITY);
            curve.steps.add(new Step(most, true, 0, groups.of(cry.group())));
        }
        for (GateScore other : others) {
            int group = groups.of(other.group());
            curve.hours[group] += other.seconds() / 3600.0;
            curve.add(other.windows(), group);
        }
        curve.steps.sort(Comparator.comparingDouble(Step::score).reversed());
        return curve;
    }

    /** A window that joins no louder neighbour begins a stretch, and one between two louder ones closes a gap. */
    private void add(double[] windows, int group) {
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
        for (Step step : steps) {
            all += step.cry ? weight[step.group] : 0.0;
        }
        for (int g = 0; g < hours.length; g++) {
            hour += weight[g] * hours[g];
        }
        double[] recalls = new double[rates.length];
        Arrays.fill(recalls, all == 0.0 || hour == 0.0 ? Double.NaN : 1.0);
        if (Double.isNaN(recalls.length == 0 ? 0.0 : recalls[0])) {
            return recalls;
        }
        double told = 0.0;
        double alarms = 0.0;
        int next = 0;
        for (int from = 0; from < steps.size() && next < rates.length; ) {
            int to = from;
            double before = told;
            while (to < steps.size() && steps.get(to).score == steps.get(from).score) {
                Step step = steps.get(to++);
                told += step.cry ? weight[step.group] : 0.0;
                alarms += step.alarms * weight[step.group];
            }
            while (next < rates.length && alarms > rates[next] * hour + ROUNDING) {
                recalls[next++] = before / all;
            }
            from = to;
        }
        return recalls;
    }
}
