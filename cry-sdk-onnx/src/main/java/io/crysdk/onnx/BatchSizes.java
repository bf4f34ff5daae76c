package io.crysdk.onnx;

/** How many windows a run is fed where fewer are asked for; what the rest gives is ignored. */
enum BatchSizes {
    /** Just those asked for. */
    ANY,
    /**
     * The next power of two: cuDNN chooses algorithms anew for every shape that it has not seen, so that there should be
     * few, and all of them seen before the first answer is waited for.
     */
    POWERS_OF_TWO,
    /** All there is room for, since the graph has a fixed batch. */
    WHOLE;

    int fed(int windows, int capacity) {
        return switch (this) {
            case ANY -> windows;
            case POWERS_OF_TWO -> Math.min(capacity, Integer.highestOneBit(2 * windows - 1));
            case WHOLE -> capacity;
        };
    }
}
