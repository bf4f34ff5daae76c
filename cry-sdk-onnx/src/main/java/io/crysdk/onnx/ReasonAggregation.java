package io.crysdk.onnx;

/**
 * Which windows of a clip speak for its reason. The clip's probabilities are the mean of theirs.
 *
 * @since 0.1.0
 */
public enum ReasonAggregation {
    /** All of them, as in the paper. */
    MEAN("mean"),
    /**
     * Each in proportion to its cry probability, so that pauses and other voices do not vote. Without a gate this is
     * the plain mean.
     */
    CRY_WEIGHTED_MEAN("cry_weighted_mean");

    private final String id;

    ReasonAggregation(String id) {
        this.id = id;
    }

    /**
     * Returns the name in a model's metadata.
     *
     * @return for example {@code mean}
     */
    public String id() {
        return id;
    }

    /** How much a window's reasons count. The floor keeps a clip without any cry from dividing by nothing. */
    double weight(double cry) {
        return this == MEAN ? 1.0 : Math.max(cry, 1e-6);
    }

    /**
     * Aggregates. What is linear in the embedding, or the embedding itself, is aggregated by the same weights.
     *
     * @param probabilities [windows][labels], each row summing to one, at least one row
     * @param cry [windows] cry probabilities, 0 to 1; empty where the model has no gate
     * @return [labels], summing to one
     */
    public double[] aggregate(double[][] probabilities, double[] cry) {
        double[] mean = new double[probabilities[0].length];
        double total = 0.0;
        for (int w = 0; w < probabilities.length; w++) {
            double weight = cry.length == 0 ? 1.0 : weight(cry[w]);
            total += weight;
            for (int k = 0; k < mean.length; k++) {
                mean[k] += weight * probabilities[w][k];
            }
        }
        for (int k = 0; k < mean.length; k++) {
            mean[k] /= total;
        }
        return mean;
    }
}
