package io.crysdk.train;

import java.util.random.RandomGenerator;

/** Where a training's batches come from. For one thread. */
interface BatchSource {
    /**
     * Begins an epoch. All chance until the next epoch comes from here, and nothing of earlier epochs is remembered:
     * that is what lets a training that was stopped go on with the same bits.
     *
     * @param random this epoch's generator
     */
    void epoch(RandomGenerator random);

    /**
     * Draws a batch.
     *
     * @param size how many patches
     * @return new arrays
     */
    Batch next(int size);
}
