package io.crysdk.train.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RocTest {
    @Test
    void aucByHand() {
        // Pairs: 3>1, 3>2, 2>1, 2=2 (a half), 0<1, 0<2: 3.5 of 6.
        assertThat(Roc.auc(new double[] {3, 2, 0}, new double[] {1, 2})).isCloseTo(3.5 / 6, within(1e-12));
        assertThat(Roc.auc(new double[] {2, 3}, new double[] {0, 1})).isEqualTo(1.0);
        assertThat(Roc.auc(new double[] {0, 1}, new double[] {2, 3})).isEqualTo(0.0);
        assertThat(Roc.auc(new double[] {}, new double[] {2, 3})).isNaN();
    }

    @Test
    void thresholdAllowsOneInAHundred() {
        double[] others = IntStream.range(0, 200).asDoubleStream().toArray();
        double[] cries = {150, 198.5, 300};
        // Two of 200 may alarm: 198 and 199. 197 may not, so the threshold lies between 197 and 198.
        double threshold = Roc.threshold(cries, others, 0.01);
        assertThat(threshold).isEqualTo(197.5);
        assertThat(Roc.share(others, threshold)).isEqualTo(0.01);
        assertThat(Roc.share(cries, threshold)).isEqualTo(2.0 / 3);
    }

    @Test
    void thresholdAboveEverythingStillSilencesTies() {
        double[] same = {5, 5, 5};
        double threshold = Roc.threshold(same, same, 0.01);
        assertThat(Roc.share(same, threshold)).isZero();
    }

    @Property(tries = 100)
    void recallAtARateIsThatAboveItsThreshold(
            @ForAll @Size(min = 1, max = 40) @IntRange(max = 9) int[] cries,
            @ForAll @Size(min = 1, max = 40) @IntRange(max = 9) int[] others,
            @ForAll @IntRange(max = 100) int percent) {
        double[] p = Arrays.stream(cries).asDoubleStream().toArray();
        double[] n = Arrays.stream(others).asDoubleStream().toArray();
        double rate = percent / 100.0;
        double[] figures = roc(p, n).figures(new double[] {1.0, 1.0}, new double[] {rate});
        double expected =
                Math.floor(rate * n.length + 1e-9) >= n.length ? 1.0 : Roc.share(p, Roc.threshold(p, n, rate));
        assertThat(figures[1]).isCloseTo(expected, within(1e-12));
    }

    @Test
    void aGroupDrawnTwiceCountsTwice() {
        List<GateScore> cries = List.of(score("a", true, 3), score("b", true, 1));
        List<GateScore> others = List.of(score("c", false, 2), score("d", false, 0));
        Groups groups = new Groups(List.of("a", "b", "c", "d"));
        Roc roc = Roc.of(cries, others, groups);
        double[] rates = {0.0, 0.5};
        assertThat(roc.figures(new double[] {1, 1, 1, 1}, rates)).containsExactly(0.75, 0.5, 1.0);
        // Twice a: pairs a>c and a>d count twice, b>d once, of six.
        assertThat(roc.figures(new double[] {2, 1, 1, 1}, rates)[0]).isCloseTo(5.0 / 6, within(1e-12));
        assertThat(roc.figures(new double[] {2, 1, 1, 1}, rates)[1]).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(roc.figures(new double[] {0, 1, 1, 0}, rates)).containsExactly(0.0, 0.0, 0.0);
        assertThat(roc.figures(new double[] {0, 0, 1, 1}, rates)).containsOnly(Double.NaN);
    }

    private static Roc roc(double[] cries, double[] others) {
        List<GateScore> p = new ArrayList<>();
        List<GateScore> n = new ArrayList<>();
        Arrays.stream(cries).forEach(s -> p.add(score("a", true, s)));
        Arrays.stream(others).forEach(s -> n.add(score("b", false, s)));
        return Roc.of(p, n, new Groups(List.of("a", "b")));
    }

    private static GateScore score(String group, boolean cry, double logit) {
        return new GateScore(group + logit, group, "part", "kind", "16 kHz", 0, cry, logit, new double[] {logit}, 4.0);
    }
}
