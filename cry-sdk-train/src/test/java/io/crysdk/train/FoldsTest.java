package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FoldsTest {
    @Test
    void singleUnitsAreStratifiedToTheUnit() {
        int[] labels =
                IntStream.range(0, 100).map(i -> i < 70 ? 0 : i < 90 ? 1 : 2).toArray();
        int[] folds = Folds.of(labels, ids(100), 5, 1);
        for (int f = 0; f < 5; f++) {
            int fold = f;
            int[] counts = new int[3];
            IntStream.range(0, 100).filter(i -> folds[i] == fold).forEach(i -> counts[labels[i]]++);
            assertThat(counts).containsExactly(14, 4, 2);
        }
    }

    @Test
    void theSeedDecidesAndNothingElse() {
        int[] labels = new int[40];
        assertThat(Folds.of(labels, ids(40), 5, 3)).isEqualTo(Folds.of(labels, ids(40), 5, 3));
        assertThat(Folds.of(labels, ids(40), 5, 3)).isNotEqualTo(Folds.of(labels, ids(40), 5, 4));
    }

    @Property(tries = 200)
    void blocksStayTogetherAndNoFoldIsEmpty(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int folds, @ForAll @IntRange(max = 60) int more) {
        SplittableRandom random = new SplittableRandom(seed);
        int blocks = folds + more;
        List<String> of = IntStream.range(0, 5 * blocks)
                .mapToObj(i -> "b" + (i < blocks ? i : random.nextInt(blocks)))
                .toList();
        int[] labels = random.ints(of.size(), 0, 4).toArray();
        int[] parted = Folds.of(labels, of, folds, seed);
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < parted.length; i++) {
            assertThat(parted[i]).isBetween(0, folds - 1);
            assertThat(seen.merge(of.get(i), parted[i], (a, b) -> a.equals(b) ? a : -1))
                    .isNotEqualTo(-1);
        }
        assertThat(IntStream.of(parted).distinct().count()).isEqualTo(folds);
    }

    @Test
    void tooFewBlocksAreRefused() {
        assertThatThrownBy(() -> Folds.of(new int[9], List.of("a", "a", "a", "b", "b", "b", "c", "c", "c"), 5, 1))
                .hasMessageContaining("5 folds")
                .hasMessageContaining("found 3");
    }

    private static List<String> ids(int n) {
        return IntStream.range(0, n).mapToObj(i -> "u" + i).toList();
    }
}
