package io.crysdk.train.weights;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/**
 * An array in a file, which is read when it is asked for.
 *
 * @param name what the file calls it
 * @param shape its dimensions
 * @param values reads as many values as the shape has, row-major
 */
record Tensor(String name, List<Long> shape, Values values) {
    /** Reads the values. */
    @FunctionalInterface
    interface Values {
        float[] read() throws IOException;
    }

    Tensor {
        shape = List.copyOf(shape);
    }

    /** How many values a shape has, if an array can hold them. */
    static OptionalInt count(List<Long> shape) {
        long count = 1;
        for (long dimension : shape) {
            if (dimension < 0 || dimension > FileBytes.MAX_ARRAY) {
                return OptionalInt.empty();
            }
            count *= dimension;
            if (count > FileBytes.MAX_ARRAY) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.of((int) count);
    }
}
