package io.crysdk.train.judge;

import java.util.List;

/**
 * One run over all folds: every recording once, each judged by the network that had not heard it.
 *
 * @param seed the seed of its networks
 * @param predictions all folds pooled
 */
public record ReasonRun(long seed, List<Prediction> predictions) {
    /** Creates a run. */
    public ReasonRun {
        predictions = List.copyOf(predictions);
    }
}
