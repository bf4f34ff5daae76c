package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchSizesTest {
    @Test
    void anyFeedsWhatIsAskedFor() {
        assertThat(fed(BatchSizes.ANY, 8)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void powersOfTwoAreFewShapes() {
        assertThat(fed(BatchSizes.POWERS_OF_TWO, 8)).containsExactly(1, 2, 4, 4, 8, 8, 8, 8);
    }

    @Test
    void noMoreIsFedThanThereIsRoomFor() {
        assertThat(fed(BatchSizes.POWERS_OF_TWO, 6)).containsExactly(1, 2, 4, 4, 6, 6);
    }

    @Test
    void aFixedBatchIsFedWhole() {
        assertThat(fed(BatchSizes.WHOLE, 3)).containsExactly(3, 3, 3);
    }

    private static int[] fed(BatchSizes sizes, int capacity) {
        return IntStream.rangeClosed(1, capacity)
                .map(windows -> sizes.fed(windows, capacity))
                .toArray();
    }
}
