package io.crysdk.train.judge;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;

/**
 * Temperature scaling (Guo and others, 2017): logits are divided by the one number that makes the held-out log loss
 * least.
 *
 * <p>The search is over the inverse, from 0 to {@value #LARGEST_INVERSE}: a head that knows nothing has no best
 * temperature, but it has a best inverse, which is 0 and makes all labels alike.
 */
public final class Temperature {
    /** The largest temperature that is handed on: a model's contract wants a number, and this one is as good as infinity. */
    public static final double CAP = 100.0;

    static final double LARGEST_INVERSE = 10.0;

    private static final double GOLDEN = (Math.sqrt(5.0) - 1.0) / 2.0;
    private static final int GRID = 60;
    private static final int REFINEMENTS = 40;

    private Temperature() {}

    /** How much a recording weighs in the loss. */
    public enum Weighing {
        /** All recordings alike: for a head that was trained on labels as they come. */
        RECORDINGS_ALIKE,
        /** All labels alike, however often they occur: for a head that was trained on balanced labels. */
        LABELS_ALIKE
    }

    /**
     * Finds the inverse temperature of least log loss over all runs.
     *
     * @param runs held-out predictions
     * @param weighing how much each counts
     * @return 0 to {@value #LARGEST_INVERSE}
     */
    public static double inverse(List<ReasonRun> runs, Weighing weighing) {
        return inverse(runs, weighing, p -> true);
    }

    private static double inverse(List<ReasonRun> runs, Weighing weighing, Predicate<Prediction> which) {
        return least(beta -> loss(runs, weighing, which, beta));
    }

    /**
     * Turns an inverse into what a model's contract can hold.
     *
     * @param inverse 0 and up
     * @return the temperature, at most {@value #CAP}
     */
    public static double capped(double inverse) {
        return 1.0 / Math.max(inverse, 1.0 / CAP);
    }

    /** Each fold read at the temperature that the other folds of its run like best: what a new recording would get. */
    static ReasonRun crossFitted(ReasonRun run, Weighing weighing) {
        Map<Integer, Double> inverse = new HashMap<>();
        for (int fold : run.folds()) {
            inverse.put(fold, inverse(List.of(run), weighing, p -> p.fold() != fold));
        }
        return run.at(i -> inverse.getOrDefault(run.predictions().get(i).fold(), 1.0));
    }

    /** The mean log loss. */
    static double loss(ReasonRun run, Weighing weighing) {
        return loss(List.of(run), weighing, p -> true, 1.0);
    }

    private static double loss(
            List<ReasonRun> runs, Weighing weighing, Predicate<Prediction> which, double inverseTemperature) {
        double[] sums = new double[0];
        int[] counts = new int[0];
        for (ReasonRun run : runs) {
            for (int i = 0; i < run.predictions().size(); i++) {
                Prediction p = run.predictions().get(i);
                if (sums.length == 0) {
                    sums = new double[p.probabilities().length];
                    counts = new int[sums.length];
                }
                if (which.test(p)) {
                    double[] probabilities = run.recalibration().at(i, inverseTemperature);
                    sums[p.truth()] -= Math.log(Math.max(probabilities[p.truth()], 1e-12));
                    counts[p.truth()]++;
                }
            }
        }
        if (weighing == Weighing.RECORDINGS_ALIKE) {
            return Arrays.stream(sums).sum() / Arrays.stream(counts).sum();
        }
        double mean = 0.0;
        int occurring = 0;
        for (int k = 0; k < sums.length; k++) {
            mean += counts[k] == 0 ? 0.0 : sums[k] / counts[k];
            occurring += counts[k] == 0 ? 0 : 1;
        }
        return mean / occurring;
    }

    /** A grid that is fine near 0, then golden section between the neighbours of its best point. */
    private static double least(DoubleUnaryOperator loss) {
        double[] grid = new double[GRID + 1];
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= GRID; i++) {
            double x = (double) i / GRID;
            grid[i] = LARGEST_INVERSE * x * x * x;
            double here = loss.applyAsDouble(grid[i]);
            if (here < least) {
                least = here;
                best = i;
            }
        }
        double low = grid[Math.max(0, best - 1)];
        double high = grid[Math.min(GRID, best + 1)];
        for (int i = 0; i < REFINEMENTS; i++) {
            double a = high - GOLDEN * (high - low);
            double b = low + GOLDEN * (high - low);
            if (loss.applyAsDouble(a) <= loss.applyAsDouble(b)) {
                high = b;
            } else {
                low = a;
            }
        }
        double middle = (low + high) / 2;
        return loss.applyAsDouble(middle) < least ? middle : grid[best];
    }
}
