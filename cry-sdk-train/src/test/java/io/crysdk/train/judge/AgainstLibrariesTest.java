package io.crysdk.train.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.assertj.core.data.Offset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.ConfusionMetrics;
import org.tribuo.classification.evaluation.LabelConfusionMatrix;
import org.tribuo.classification.evaluation.LabelMetrics;
import org.tribuo.evaluation.metrics.MetricTarget;
import org.tribuo.impl.ArrayExample;

/** The same answers handed to Tribuo's evaluation and to the Mann-Whitney test of Commons Statistics. */
class AgainstLibrariesTest {
    private static final Offset<Double> ROUNDING = within(1e-12);

    @Property(tries = 60)
    void countsAsTribuoDoes(
            @ForAll @IntRange(min = 1, max = 200) int recordings,
            @ForAll @IntRange(min = 2, max = 5) int labels,
            @ForAll @DoubleRange(max = 4.0) double skill,
            @ForAll long seed) {
        List<Prediction> predictions = predictions(recordings, labels, skill, new SplittableRandom(seed));
        Confusion ours = Confusion.of(predictions, labels);
        Map<Label, Integer> ids = new HashMap<>();
        for (int k = 0; k < labels; k++) {
            ids.put(label(k), k);
        }
        LabelConfusionMatrix theirs = new LabelConfusionMatrix(
                new LabelFactory().constructInfoForExternalModel(ids),
                predictions.stream().map(AgainstLibrariesTest::tribuo).toList());

        assertThat(ours.accuracy())
                .isCloseTo(ConfusionMetrics.accuracy(MetricTarget.microAverageTarget(), theirs), ROUNDING);
        double weightedPrecision = 0.0;
        double weightedF1 = 0.0;
        double macroF1 = 0.0;
        double uar = 0.0;
        int occurring = 0;
        int seen = 0;
        for (int k = 0; k < labels; k++) {
            MetricTarget<Label> target = new MetricTarget<>(label(k));
            double support = theirs.support(label(k));
            assertThat(ours.support(k)).isEqualTo(support);
            assertThat(ours.precision(k)).isCloseTo(zero(ConfusionMetrics.precision(target, theirs)), ROUNDING);
            assertThat(ours.recall(k)).isCloseTo(zero(ConfusionMetrics.recall(target, theirs)), ROUNDING);
            assertThat(ours.f1(k)).isCloseTo(zero(ConfusionMetrics.f1(target, theirs)), ROUNDING);
            weightedPrecision += support * zero(ConfusionMetrics.precision(target, theirs)) / recordings;
            weightedF1 += support * zero(ConfusionMetrics.f1(target, theirs)) / recordings;
            macroF1 += zero(ConfusionMetrics.f1(target, theirs));
            uar += zero(ConfusionMetrics.recall(target, theirs));
            occurring += support > 0 ? 1 : 0;
            seen += support + theirs.fp(label(k)) > 0 ? 1 : 0;
        }
        assertThat(ours.weightedPrecision()).isCloseTo(weightedPrecision, ROUNDING);
        assertThat(ours.weightedF1()).isCloseTo(weightedF1, ROUNDING);
        assertThat(ours.macroF1()).isCloseTo(macroF1 / seen, ROUNDING);
        assertThat(ours.uar()).isCloseTo(uar / occurring, ROUNDING);
        if (occurring == labels) {
            assertThat(1.0 - ours.uar()).isCloseTo(ConfusionMetrics.balancedErrorRate(theirs), ROUNDING);
        }
    }

    @Property(tries = 60)
    void aucIsMannWhitneysAndTribuos(
            @ForAll @IntRange(min = 2, max = 80) int cries,
            @ForAll @IntRange(min = 2, max = 80) int others,
            @ForAll @IntRange(min = 1, max = 40) int steps,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        // Few steps make many ties.
        double[] positive =
                random.ints(cries, 0, steps).mapToDouble(i -> i / 3.0 + 0.5).toArray();
        double[] negative =
                random.ints(others, 0, steps).mapToDouble(i -> i / 3.0).toArray();
        double auc = Roc.auc(positive, negative);
        double u = MannWhitneyUTest.withDefaults().statistic(positive, negative);
        assertThat(auc).isCloseTo(u / ((double) cries * others), within(1e-9));

        List<org.tribuo.Prediction<Label>> predictions = new ArrayList<>();
        for (double p : positive) {
            predictions.add(scored(p / 20, 1));
        }
        for (double p : negative) {
            predictions.add(scored(p / 20, 0));
        }
        assertThat(auc).isCloseTo(LabelMetrics.AUCROC(label(1), predictions), within(1e-9));
    }

    private static double zero(double share) {
        return Double.isNaN(share) ? 0.0 : share;
    }

    private static Label label(int k) {
        return new Label("label" + k);
    }

    private static org.tribuo.Prediction<Label> tribuo(Prediction p) {
        return new org.tribuo.Prediction<>(label(p.answer()), 1, example(p.truth()));
    }

    private static org.tribuo.Prediction<Label> scored(double score, int truth) {
        Map<String, Label> scores =
                Map.of("label1", new Label("label1", score), "label0", new Label("label0", 1.0 - score));
        return new org.tribuo.Prediction<>(label(score > 0.5 ? 1 : 0), scores, 1, example(truth), true);
    }

    private static ArrayExample<Label> example(int truth) {
        return new ArrayExample<>(label(truth), new String[] {"x"}, new double[] {1.0});
    }

    static List<Prediction> predictions(int recordings, int labels, double skill, SplittableRandom random) {
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < recordings; i++) {
            int truth = random.nextInt(labels);
            double[] p = new double[labels];
            double sum = 0.0;
            for (int k = 0; k < labels; k++) {
                p[k] = Math.exp((k == truth ? skill : 0.0) + random.nextGaussian());
                sum += p[k];
            }
            for (int k = 0; k < labels; k++) {
                p[k] /= sum;
            }
            predictions.add(new Prediction("clip" + i, "baby" + i % 17, i % 5, truth, p));
        }
        return predictions;
    }
}
