package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LevelHistogramTest {
    @Property
    void percentilesAreThoseOfTheSortedLevels(
            @ForAll @Size(min = 1, max = 300) List<@DoubleRange(min = -99, max = 19) Double> levels) {
        LevelHistogram histogram = new LevelHistogram();
        histogram.add(-30.0);
        levels.forEach(histogram::add);
        histogram.remove(-30.0);
        double[] sorted = levels.stream().mapToDouble(x -> x).sorted().toArray();

        for (double share : new double[] {0, 0.1, 0.5, 0.95, 1}) {
            assertThat(histogram.percentile(share))
                    .isCloseTo(sorted[(int) (share * (sorted.length - 1))], within(0.125 + 1e-9));
        }
    }

    @Test
    void theEndsTakeWhatLiesBeyond() {
        LevelHistogram histogram = new LevelHistogram();
        histogram.add(Double.NEGATIVE_INFINITY);
        histogram.add(300);

        assertThat(histogram.percentile(0)).isEqualTo(-99.875);
        assertThat(histogram.percentile(1)).isEqualTo(19.875);
        histogram.clear();
        histogram.add(-10);
        assertThat(histogram.percentile(0.5)).isEqualTo(-9.875);
    }
}
