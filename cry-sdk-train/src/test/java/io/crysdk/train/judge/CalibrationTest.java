package io.crysdk.train.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    @Test
    void expectedCalibrationErrorByHand() {
        Reliability reliability = new Reliability();
        // Bin (0.8, 0.8667]: two answers said at 0.82 and 0.86, one right: |0.5 - 0.84| for a half of the answers.
        reliability.add(0.82, true, 1.0);
        reliability.add(0.86, false, 1.0);
        // The last bin, closed at 1: both right, |1 - 0.99|.
        reliability.add(1.0, true, 1.0);
        reliability.add(0.98, true, 1.0);
        assertThat(reliability.error()).isCloseTo(0.5 * 0.34 + 0.5 * 0.01, within(1e-12));
        assertThat(reliability.json()).hasSize(2);
        // 0.8 itself belongs to the bin below.
        reliability.add(0.8, true, 1.0);
        assertThat(reliability.json()).hasSize(3);
    }

    @Test
    void temperatureIsFoundAgain() {
        // Labels drawn from softmax(z), probabilities written as softmax(3 z): the best temperature is 3.
        SplittableRandom random = new SplittableRandom(3);
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            double[] z = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
            predictions.add(new Prediction("clip" + i, "baby" + i, i % 5, draw(softmax(z, 1), random), softmax(z, 3)));
        }
        List<ReasonRun> runs = List.of(new ReasonRun(1, predictions));
        double inverse = Temperature.inverse(runs, Temperature.Weighing.RECORDINGS_ALIKE);
        assertThat(Temperature.capped(inverse)).isCloseTo(3.0, within(0.2));
        ReasonRun calibrated = Temperature.crossFitted(runs.get(0), Temperature.Weighing.RECORDINGS_ALIKE);
        assertThat(Temperature.loss(calibrated, Temperature.Weighing.RECORDINGS_ALIKE))
                .isLessThan(Temperature.loss(runs.get(0), Temperature.Weighing.RECORDINGS_ALIKE) - 0.1);
    }

    @Test
    void aHeadThatKnowsNothingHasNoTemperature() {
        // Confident answers in a circle, each wrong as often as chance has it.
        List<Prediction> predictions = new ArrayList<>();
        for (int truth = 0; truth < 4; truth++) {
            for (int said = 0; said < 4; said++) {
                double[] p = {0.01, 0.01, 0.01, 0.01};
                p[said] = 0.97;
                predictions.add(new Prediction("clip" + truth + said, "baby" + truth + said, said % 2, truth, p));
            }
        }
        double inverse = Temperature.inverse(List.of(new ReasonRun(1, predictions)), Temperature.Weighing.LABELS_ALIKE);
        assertThat(inverse).isCloseTo(0.0, within(1e-6));
        assertThat(Temperature.capped(inverse)).isEqualTo(Temperature.CAP);
    }

    @Test
    void riskAgainstCoverageByHand() {
        // Surest first: right, wrong, right: risks 0, 1/2, 1/3.
        List<Prediction> predictions = List.of(prediction(0, 0.9), prediction(1, 0.8), prediction(0, 0.7));
        Groups groups = new Groups(List.of("baby"));
        assertThat(new RiskCoverage(predictions, groups).area(new double[] {1.0}))
                .isCloseTo((0.0 + 0.5 + 1.0 / 3) / 3, within(1e-12));
        // Confidence that says nothing: the error rate, however the equal ones are ordered.
        List<Prediction> alike = List.of(prediction(0, 0.6), prediction(1, 0.6), prediction(0, 0.6));
        assertThat(new RiskCoverage(alike, groups).area(new double[] {1.0})).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(new RiskCoverage(predictions, groups).json(1).toString())
                .isEqualTo("[[0.333333,0.0],[0.666667,0.5],[1.0,0.333333]]");
    }

    @Test
    void plattTurnsOrderIntoProbability() {
        double[] cries = {2.5, 3, 4, 5, 1.5};
        double[] others = {-3, -2, -4, 0, 2};
        Platt platt = Platt.fit(cries, others);
        assertThat(platt.slope()).isPositive();
        assertThat(platt.probability(4)).isGreaterThan(0.8);
        assertThat(platt.probability(-3)).isLessThan(0.15);
        // With both sides weighing the same, the mean probability on each side meets its target's mean.
        double low = Arrays.stream(others).map(platt::probability).average().orElseThrow();
        double high = Arrays.stream(cries).map(platt::probability).average().orElseThrow();
        assertThat(low + high).isCloseTo(1.0 / 7 + 6.0 / 7, within(1e-3));
    }

    private static Prediction prediction(int truth, double sure) {
        return new Prediction("clip", "baby", 0, truth, new double[] {sure, 1.0 - sure});
    }

    private static double[] softmax(double[] z, double times) {
        double[] p = Arrays.stream(z).map(v -> Math.exp(times * v)).toArray();
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(v -> v / sum).toArray();
    }

    private static int draw(double[] p, SplittableRandom random) {
        double at = random.nextDouble();
        for (int k = 0; k < p.length - 1; k++) {
            at -= p[k];
            if (at < 0) {
                return k;
            }
        }
        return p.length - 1;
    }
}
