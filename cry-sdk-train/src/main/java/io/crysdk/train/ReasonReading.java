package io.crysdk.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.train.judge.Prediction;
import io.crysdk.train.judge.ReasonRun;
import io.crysdk.train.judge.Temperature;
import java.util.List;

/**
 * How a model's reasons are to be read, chosen from held-out answers.
 *
 * @param inverse one over the temperature of least log loss, 0 where the scores carry nothing
 * @param least the probability from which a reason is named
 * @param named how many held-out answers name one
 */
record ReasonReading(double inverse, double least, long named) {
    /**
     * Chooses.
     *
     * @param runs one a seed, one or more
     * @param weighing whose log loss the temperature is to make least
     * @param majority the accuracy of always saying the commonest label
     */
    static ReasonReading of(List<ReasonRun> runs, Temperature.Weighing weighing, double majority) {
        double inverse = Temperature.inverse(runs, weighing);
        double read = 1.0 / Temperature.capped(inverse);
        double least = runs.stream()
                .mapToDouble(run -> least(run, read, majority))
                .max()
                .orElse(Calibration.HARDLY_EVER);
        return new ReasonReading(inverse, least, named(runs, read, least));
    }

    /** Adds what naming comes to, to the figures of the same runs. */
    void putInto(ObjectNode figures) {
        figures.put("min_probability", Math.rint(least * 1e6) / 1e6);
        figures.put("named_at_min_probability", named);
    }

    /** The temperature for a model's metadata. */
    double temperature() {
        return Temperature.capped(inverse);
    }

    /** How it was chosen, in words. */
    String rule() {
        return (inverse < 1.0 / Temperature.CAP
                        ? "which is infinite or as good as that: the scores carry nothing, and " + (int) Temperature.CAP
                                + ", at which they are all but alike, stands for it"
                        : "searched from 0.1 to infinity")
                + "; a reason is named from the lowest probability at which at least " + Calibration.MIN_NAMED
                + " held-out cries are named and the lower end of the 95 % interval of their accuracy is above the"
                + " majority's share, under every seed, or from " + Calibration.HARDLY_EVER
                + " where there is no such probability";
    }

    private static double least(ReasonRun run, double inverse, double majority) {
        double[] top = new double[run.predictions().size()];
        boolean[] right = new boolean[top.length];
        for (int i = 0; i < top.length; i++) {
            Prediction p = run.at(i, inverse);
            top[i] = p.confidence();
            right[i] = p.answer() == p.truth();
        }
        return Calibration.minReasonProbability(top, right, majority);
    }

    private static long named(List<ReasonRun> runs, double inverse, double least) {
        long named = 0;
        for (ReasonRun run : runs) {
            for (int i = 0; i < run.predictions().size(); i++) {
                named += run.at(i, inverse).confidence() >= least ? 1 : 0;
            }
        }
        return named;
    }
}
