package io.crysdk.train.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Intervals by bootstrap over groups: as many groups as there are, drawn with replacement, all recordings of a group
 * together, because two recordings of one baby are not two babies. The interval is from the 2.5th to the 97.5th
 * percentile of the figure over the draws. Where there are several seeds, one draw serves all of them and the figure is
 * their mean: the interval speaks of other babies, not of other seeds.
 */
final class Bootstrap {
    static final int DRAWS = 2000;
    private static final long SEED = 1;

    private Bootstrap() {}

    /** Some figures of one seed's recordings. */
    @FunctionalInterface
    interface Statistic {
        /**
         * Computes the figures.
         *
         * @param weight [groups] how often each group counts
         * @return [figures], NaN where a draw has too little for one
         */
        double[] of(double[] weight);
    }

    static List<Estimate> estimate(int groups, List<Statistic> seeds) {
        double[] once = new double[groups];
        Arrays.fill(once, 1.0);
        double[][] perSeed = new double[seeds.size()][];
        for (int s = 0; s < perSeed.length; s++) {
            perSeed[s] = seeds.get(s).of(once);
        }
        int figures = perSeed[0].length;
        double[][] draws = draws(groups, seeds, figures);
        List<Estimate> estimates = new ArrayList<>(figures);
        for (int f = 0; f < figures; f++) {
            double[] values = new double[perSeed.length];
            for (int s = 0; s < values.length; s++) {
                values[s] = perSeed[s][f];
            }
            double[] sorted = Arrays.stream(draws[f])
                    .filter(v -> !Double.isNaN(v))
                    .sorted()
                    .toArray();
            estimates.add(new Estimate(
                    Arrays.stream(values).average().orElse(Double.NaN),
                    quantile(sorted, 0.025),
                    quantile(sorted, 0.975),
                    values));
        }
        return estimates;
    }

    private static double[][] draws(int groups, List<Statistic> seeds, int figures) {
        double[][] draws = new double[figures][DRAWS];
        SplittableRandom random = new SplittableRandom(SEED);
        double[] weight = new double[groups];
        for (int draw = 0; draw < DRAWS; draw++) {
            Arrays.fill(weight, 0.0);
            for (int g = 0; g < groups; g++) {
                weight[random.nextInt(groups)]++;
            }
            for (Statistic seed : seeds) {
                double[] values = seed.of(weight);
                for (int f = 0; f < figures; f++) {
                    draws[f][draw] += values[f] / seeds.size();
                }
            }
        }
        return draws;
    }

    /** Between the two nearest values in proportion; NaN where there are none. */
    static double quantile(double[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
