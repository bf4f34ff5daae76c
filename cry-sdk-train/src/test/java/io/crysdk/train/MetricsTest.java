package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.onnx.GateContract;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void aucByHand() {
        // Pairs: 3>1, 3>2, 2>1, 2=2 (a half), 0<1, 0<2: 3.5 of 6.
        assertThat(Metrics.auc(new double[] {3, 2, 0}, new double[] {1, 2})).isEqualTo(3.5 / 6);
        assertThat(Metrics.auc(new double[] {2, 3}, new double[] {0, 1})).isEqualTo(1.0);
        assertThat(Metrics.auc(new double[] {0, 1}, new double[] {2, 3})).isEqualTo(0.0);
    }

    @Property(tries = 50)
    void aucIsTheShareOfPairs(
            @ForAll @Size(min = 1, max = 20) @IntRange(max = 9) int[] p,
            @ForAll @Size(min = 1, max = 20) @IntRange(max = 9) int[] n) {
        double wins = 0;
        for (int a : p) {
            for (int b : n) {
                wins += a > b ? 1 : a == b ? 0.5 : 0;
            }
        }
        assertThat(Metrics.auc(doubles(p), doubles(n))).isCloseTo(wins / (p.length * n.length), within(1e-12));
    }

    @Test
    void thresholdAllowsOneInAHundred() {
        double[] others = IntStream.range(0, 200).asDoubleStream().toArray();
        double[] cries = {150, 198.5, 300};
        // Two of 200 may alarm: 198 and 199. 197 may not, so the threshold lies between 197 and 198.
        double threshold = Metrics.thresholdAtFalseAlarms(cries, others, 0.01);
        assertThat(threshold).isEqualTo(197.5);
        assertThat(Metrics.share(others, threshold)).isEqualTo(0.01);
        assertThat(Metrics.share(cries, threshold)).isEqualTo(2.0 / 3);
    }

    @Test
    void thresholdAboveEverythingStillSilencesTies() {
        double[] same = {5, 5, 5};
        double threshold = Metrics.thresholdAtFalseAlarms(same, same, 0.01);
        assertThat(Metrics.share(same, threshold)).isZero();
    }

    @Test
    void accuracyAndUarByHand() {
        int[] truth = {0, 0, 0, 0, 1, 1, 3};
        int[] answer = {0, 0, 0, 1, 1, 0, 2};
        int[][] confusion = Metrics.confusion(truth, answer, 4);
        assertThat(confusion[0]).containsExactly(3, 1, 0, 0);
        assertThat(Metrics.accuracy(confusion)).isCloseTo(4.0 / 7, within(1e-12));
        // Recalls 3/4, 1/2 and 0; label 2 does not occur.
        assertThat(Metrics.uar(confusion)).isCloseTo(1.25 / 3, within(1e-12));
        assertThat(Metrics.majority(truth, 4)).isCloseTo(4.0 / 7, within(1e-12));
    }

    @Test
    void wilsonByHand() {
        // 9 of 10: centre 0.9 + 0.19207 = 1.09207, spread 0.26475..., over 1.38415: 0.5958.
        assertThat(Metrics.wilsonLower(9, 10)).isCloseTo(0.5958, within(1e-4));
    }

    @Test
    void plattTurnsOrderIntoProbability() {
        double[] cries = {2.5, 3, 4, 5, 1.5};
        double[] others = {-3, -2, -4, 0, 2};
        GateContract affine = Calibration.platt(cries, others);
        assertThat(affine.slope()).isPositive();
        assertThat(affine.probability(4)).isGreaterThan(0.8);
        assertThat(affine.probability(-3)).isLessThan(0.15);
        // With both sides weighing the same, the mean probability on each side meets its target's mean.
        double low = Arrays.stream(others).map(affine::probability).average().orElseThrow();
        double high = Arrays.stream(cries).map(affine::probability).average().orElseThrow();
        assertThat(low + high).isCloseTo(1.0 / 7 + 6.0 / 7, within(1e-3));
    }

    @Test
    void aReasonIsHardlyEverNamedWhereNothingStandsOut() {
        double[] top = IntStream.range(0, 200).mapToDouble(i -> 0.3 + i / 400.0).toArray();
        boolean[] chance = new boolean[200];
        for (int i = 0; i < 200; i += 4) {
            chance[i] = true;
        }
        assertThat(Calibration.minReasonProbability(top, chance, 0.79)).isEqualTo(Calibration.HARDLY_EVER);
        boolean[] sure = new boolean[200];
        Arrays.fill(sure, 100, 200, true);
        assertThat(Calibration.minReasonProbability(top, sure, 0.79)).isBetween(0.5, 0.56);
    }

    private static double[] doubles(int[] values) {
        return Arrays.stream(values).asDoubleStream().toArray();
    }
}
