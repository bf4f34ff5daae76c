package io.crysdk.train.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResamplingTest {
    @Test
    void theIntervalOfAMeanIsTheTextbooks() {
        SplittableRandom random = new SplittableRandom(7);
        int groups = 400;
        double[] values = new double[groups];
        Arrays.setAll(values, i -> random.nextGaussian());
        double mean = Arrays.stream(values).average().orElseThrow();
        double sd = Math.sqrt(Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow());
        Estimate estimate = Bootstrap.estimate(groups, List.of(weight -> new double[] {mean(values, weight)}))
                .get(0);
        assertThat(estimate.value()).isCloseTo(mean, within(1e-12));
        assertThat(estimate.low()).isCloseTo(mean - 1.96 * sd / 20, within(0.1 * sd / 20));
        assertThat(estimate.high()).isCloseTo(mean + 1.96 * sd / 20, within(0.1 * sd / 20));
        assertThat(Bootstrap.estimate(groups, List.of(weight -> new double[] {mean(values, weight)}))
                        .get(0)
                        .low())
                .as("the same draws every time")
                .isEqualTo(estimate.low());
    }

    @Test
    void seedsAreAveragedWithinADraw() {
        // One seed is wrong where the other is right: their mean does not move with the babies.
        double[] a = {0, 1, 0, 1, 0, 1};
        double[] b = {1, 0, 1, 0, 1, 0};
        Estimate estimate = Bootstrap.estimate(6, List.of(w -> new double[] {mean(a, w)}, w ->
                        new double[] {mean(b, w)}))
                .get(0);
        assertThat(estimate.value()).isEqualTo(0.5);
        assertThat(estimate.low()).isCloseTo(0.5, within(1e-12));
        assertThat(estimate.seeds()).containsExactly(0.5, 0.5);
    }

    @Test
    void recordingsOfOneBabyAreNotManyBabies() {
        // 300 recordings of 6 babies, all of a baby right or all wrong: the interval is that of six throws.
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int baby = i % 6;
            predictions.add(prediction(i, "baby" + baby, baby % 2, baby < 3 ? baby % 2 : 1 - baby % 2));
        }
        var accuracy = ReasonFigures.of(
                        List.of("a", "b"), List.of(new ReasonRun(1, predictions)), Temperature.Weighing.LABELS_ALIKE)
                .at("/figures/accuracy");
        assertThat(accuracy.at("/value").asDouble()).isEqualTo(0.5);
        assertThat(accuracy.at("/low").asDouble()).isLessThan(0.2);
        assertThat(accuracy.at("/high").asDouble()).isGreaterThan(0.8);
    }

    @Test
    void permutedLabelsAreAtChanceAndKeepTheirCounts() {
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int truth = i / 2 % 4 == 0 ? 1 : 0;
            predictions.add(prediction(i, "baby" + i / 2, truth, truth));
        }
        double[][] drawn = PermutedLabels.draw(
                List.of(new ReasonRun(1, predictions)), 2, c -> new double[] {c.uar(), c.support(1)});
        assertThat(Arrays.stream(drawn[0]).average().orElseThrow()).isCloseTo(0.5, within(0.01));
        assertThat(drawn[1]).containsOnly(50.0);
        assertThat(PermutedLabels.chance(drawn[0], 1.0)).isEqualTo(1.0 / (1 + PermutedLabels.DRAWS));
        assertThat(PermutedLabels.chance(drawn[0], 0.5)).isGreaterThan(0.4);
    }

    @Test
    void permutedLabelsStayTogetherInTheirGroups() {
        // Ten babies of 20 recordings, one label each. Moved in groups, UAR swings far wider than clip by clip.
        List<Prediction> together = new ArrayList<>();
        List<Prediction> apart = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int truth = i / 20 % 2;
            together.add(prediction(i, "baby" + i / 20, truth, truth));
            apart.add(prediction(i, "baby" + i, truth, truth));
        }
        assertThat(spread(together)).isGreaterThan(2.5 * spread(apart));
    }

    @Test
    void quantilesByHand() {
        assertThat(Bootstrap.quantile(new double[] {1, 2, 3, 4, 5}, 0.5)).isEqualTo(3.0);
        assertThat(Bootstrap.quantile(new double[] {0, 10}, 0.025)).isCloseTo(0.25, within(1e-12));
        assertThat(Bootstrap.quantile(new double[] {}, 0.5)).isNaN();
    }

    private static double spread(List<Prediction> predictions) {
        double[] uar = PermutedLabels.draw(List.of(new ReasonRun(1, predictions)), 2, c -> new double[] {c.uar()})[0];
        return Bootstrap.quantile(uar, 0.975) - Bootstrap.quantile(uar, 0.025);
    }

    private static Prediction prediction(int i, String baby, int truth, int answer) {
        double[] p = {0.1, 0.1};
        p[answer] = 0.9;
        return new Prediction("clip%03d".formatted(i), baby, i % 3, truth, p);
    }

    private static double mean(double[] values, double[] weight) {
        double sum = 0.0;
        double all = 0.0;
        for (int i = 0; i < values.length; i++) {
            sum += weight[i] * values[i];
            all += weight[i];
        }
        return sum / all;
    }
}
