package io.crysdk.train;

import java.util.List;

/**
 * How a network is fitted. {@link #DEFAULT} is the recipe of the shipped model.
 *
 * @param epochs how many epochs
 * @param stepsPerEpoch batches in one of them
 * @param batch patches in a batch
 * @param learningRate the rate, or the peak of its schedule
 * @param schedule how the rate changes
 * @param weightDecay decoupled, on weights only
 * @param reasonWeight how much the reasons' loss counts beside the gate's
 * @param soundWeight how much the loss against a teacher's word on sounds counts, summed over its kinds of sound
 * @param labelSmoothing how far the gate's targets stay away from 0 and 1
 * @param frozen names with which the layers begin that stay as they are, such as {@code conv} or {@code conv1}
 * @param patience after how many epochs without a lower loss on the sounds kept back a training stops, with the weights
 *     of its best epoch; 0 to train all epochs
 * @since 0.1.0
 */
public record TrainSettings(
        int epochs,
        int stepsPerEpoch,
        int batch,
        double learningRate,
        Schedule schedule,
        double weightDecay,
        double reasonWeight,
        double soundWeight,
        double labelSmoothing,
        List<String> frozen,
        int patience) {
    /** How the learning rate changes. */
    public enum Schedule {
        /** Up from a 25th of the peak over the first quarter, then down to nearly nothing, both along a cosine. */
        ONE_CYCLE,
        /** The same throughout. */
        CONSTANT
    }

    /** 18 epochs of 67 batches of 64 patches. */
    public static final TrainSettings DEFAULT =
            new TrainSettings(18, 67, 64, 2e-3, Schedule.ONE_CYCLE, 1e-2, 0.05, 0.03, 0.01, List.of(), 0);

    private static final double WARM_UP = 0.25;

    /**
     * Creates settings.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public TrainSettings {
        frozen = List.copyOf(frozen);
        if (epochs < 1 || stepsPerEpoch < 1 || batch < 2) {
            throw new IllegalArgumentException("expected one epoch, one step and two patches or more, found " + epochs
                    + ", " + stepsPerEpoch + ", " + batch);
        }
        if (!(learningRate > 0.0) || !(weightDecay >= 0.0) || !(reasonWeight >= 0.0) || !(soundWeight >= 0.0)) {
            throw new IllegalArgumentException("rates and weights are not negative, found " + learningRate + ", "
                    + weightDecay + ", " + reasonWeight + ", " + soundWeight);
        }
        if (!(labelSmoothing >= 0.0 && labelSmoothing < 0.5)) {
            throw new IllegalArgumentException("label smoothing is 0 to 0.5, found " + labelSmoothing);
        }
        if (patience < 0) {
            throw new IllegalArgumentException("patience is 0 or more epochs, found " + patience);
        }
    }

    /**
     * Changes how long a training lasts.
     *
     * @param newEpochs how many epochs
     * @param newSteps batches in one of them
     * @param newBatch patches in a batch
     * @return new settings
     */
    public TrainSettings withLength(int newEpochs, int newSteps, int newBatch) {
        return new TrainSettings(
                newEpochs,
                newSteps,
                newBatch,
                learningRate,
                schedule,
                weightDecay,
                reasonWeight,
                soundWeight,
                labelSmoothing,
                frozen,
                patience);
    }

    int steps() {
        return epochs * stepsPerEpoch;
    }

    double rate(int step) {
        if (schedule == Schedule.CONSTANT) {
            return learningRate;
        }
        double at = (step + 0.5) / steps();
        return at < WARM_UP
                ? cosine(learningRate / 25, learningRate, at / WARM_UP)
                : cosine(learningRate, learningRate / 1e4, (at - WARM_UP) / (1 - WARM_UP));
    }

    private static double cosine(double from, double to, double at) {
        return to + (from - to) * 0.5 * (1.0 + Math.cos(Math.PI * at));
    }
}
