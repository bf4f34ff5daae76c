package io.crysdk.train.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ConfusionTest {
    private static final Offset<Double> EXACT = within(1e-12);

    /** Truth by answer: [3 1 0 0], [1 1 0 0], none of label 2, [0 0 1 0]. */
    private static final Confusion CONFUSION = Confusion.of(
            new int[] {0, 0, 0, 0, 1, 1, 3}, new int[] {0, 0, 0, 1, 1, 0, 2}, new double[] {1, 1, 1, 1, 1, 1, 1}, 4);

    @Test
    void figuresByHand() {
        assertThat(CONFUSION.accuracy()).isCloseTo(4.0 / 7, EXACT);
        assertThat(CONFUSION.uar()).as("of 3/4, 1/2 and 0").isCloseTo(1.25 / 3, EXACT);
        assertThat(CONFUSION.precision(0)).isCloseTo(3.0 / 4, EXACT);
        assertThat(CONFUSION.precision(1)).isCloseTo(1.0 / 2, EXACT);
        assertThat(CONFUSION.precision(2)).as("answered, never right").isZero();
        assertThat(CONFUSION.precision(3)).as("never answered").isZero();
        assertThat(CONFUSION.f1(0)).isCloseTo(0.75, EXACT);
        assertThat(CONFUSION.macroF1()).as("label 2 was answered").isCloseTo(1.25 / 4, EXACT);
        assertThat(CONFUSION.weightedPrecision()).isCloseTo((4 * 0.75 + 2 * 0.5) / 7, EXACT);
        assertThat(CONFUSION.weightedRecall()).isCloseTo(CONFUSION.accuracy(), EXACT);
        assertThat(CONFUSION.weightedF1()).isCloseTo((4 * 0.75 + 2 * 0.5) / 7, EXACT);
    }

    @Test
    void aWeightOfTwoIsTheSameRecordingTwice() {
        Confusion twice = Confusion.of(new int[] {0, 0, 1}, new int[] {0, 0, 0}, new double[] {1, 1, 1}, 2);
        Confusion heavy = Confusion.of(new int[] {0, 1, 1}, new int[] {0, 0, 1}, new double[] {2, 1, 0}, 2);
        assertThat(heavy.weightedF1()).isEqualTo(twice.weightedF1());
        assertThat(heavy.uar()).isEqualTo(0.5);
    }

    @Test
    void countsPredictions() {
        Confusion confusion =
                Confusion.of(List.of(prediction(0, 0.6, 0.4), prediction(1, 0.5, 0.5), prediction(1, 0.1, 0.9)), 2);
        assertThat(confusion.count(1, 0))
                .as("the first of equals is the answer")
                .isOne();
        assertThat(confusion.support(1)).isEqualTo(2.0);
    }

    @Test
    void refusesWhatIsNoDistribution() {
        for (double[] wrong : new double[][] {{0.5, 0.4}, {1.5, -0.5}, {Double.NaN, 1.0}}) {
            assertThatIllegalArgumentException()
                    .as(Arrays.toString(wrong))
                    .isThrownBy(() -> prediction(0, wrong))
                    .withMessageContaining("clip");
        }
    }

    private static Prediction prediction(int truth, double... probabilities) {
        return new Prediction("clip", "baby", 0, truth, probabilities);
    }
}
