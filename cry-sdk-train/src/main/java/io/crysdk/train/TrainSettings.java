package io.crysdk.train;

/**
 * How a network is fitted. {@link #DEFAULT} is the recipe of the shipped model.
 *
 * @param epochs how many epochs
 * @param stepsPerEpoch batches in one of them
 * @param batch patches in a batch, half of them cries
 * @param learningRate the peak of the one-cycle schedule
 * @param weightDecay decoupled, on weights only
 * @param reasonWeight how much the reasons' loss counts beside the gate's
 * @param labelSmoothing how far the gate's targets stay away from 0 and 1
 */
public record TrainSettings(
        int epochs,
        int stepsPerEpoch,
        int batch,
        double learningRate,
        double weightDecay,
        double reasonWeight,
        double labelSmoothing) {
    /** 12 epochs of 67 batches of 64. */
    public static final TrainSettings DEFAULT = new TrainSettings(12, 67, 64, 2e-3, 1e-2, 0.2, 0.01);

    private static final double WARM_UP = 0.25;

    /**
     * Creates settings.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public TrainSettings {
        if (epochs < 1 || stepsPerEpoch < 1 || batch < 2) {
            throw new IllegalArgumentException("expected one epoch, one step and two patches or more, found " + epochs
                    + ", " + stepsPerEpoch + ", " + batch);
        }
        if (!(learningRate > 0.0) || !(weightDecay >= 0.0) || !(reasonWeight >= 0.0)) {
            throw new IllegalArgumentException("rates and weights are not negative, found " + learningRate + ", "
                    + weightDecay + ", " + reasonWeight);
        }
        if (!(labelSmoothing >= 0.0 && labelSmoothing < 0.5)) {
            throw new IllegalArgumentException("label smoothing is 0 to 0.5, found " + labelSmoothing);
        }
    }

    int steps() {
        return epochs * stepsPerEpoch;
    }

    /** One cycle: up from a 25th of the peak over the first quarter, then down to nearly nothing, both along a cosine. */
    double rate(int step) {
        double at = (step + 0.5) / steps();
        return at < WARM_UP
                ? cosine(learningRate / 25, learningRate, at / WARM_UP)
                : cosine(learningRate, learningRate / 1e4, (at - WARM_UP) / (1 - WARM_UP));
    }

    private static double cosine(double from, double to, double at) {
        return to + (from - to) * 0.5 * (1.0 + Math.cos(Math.PI * at));
    }
}
