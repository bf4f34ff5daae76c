package io.crysdk.train.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;

/**
 * One run over all folds: every recording or unit once, each judged by the network that had not heard it.
 *
 * @param seed the seed of its networks
 * @param predictions all folds pooled
 * @param recalibration what the same networks would have said at another temperature
 */
public record ReasonRun(long seed, List<Prediction> predictions, Recalibration recalibration) {
    /** Reads a prediction at another temperature. */
    @FunctionalInterface
    public interface Recalibration {
        /**
         * Divides the logits behind a prediction by a temperature.
         *
         * @param index of the prediction in its run
         * @param inverseTemperature 0 and up; 0 makes all labels alike
         * @return [labels], summing to one
         */
        double[] at(int index, double inverseTemperature);
    }

    /** Creates a run. */
    public ReasonRun {
        predictions = List.copyOf(predictions);
    }

    /**
     * Creates a run whose predictions each speak of one window: their logits are the logarithms of their probabilities.
     *
     * @param seed the seed of its networks
     * @param predictions all folds pooled
     */
    public ReasonRun(long seed, List<Prediction> predictions) {
        this(seed, predictions, (i, beta) -> temper(predictions.get(i).probabilities(), beta));
    }

    private static double[] temper(double[] probabilities, double inverseTemperature) {
        double[] out = new double[probabilities.length];
        double most = 0.0;
        for (double p : probabilities) {
            most = Math.max(most, p);
        }
        double sum = 0.0;
        for (int k = 0; k < out.length; k++) {
            // A probability that underflowed to zero had a logit all the same.
            out[k] = Math.exp(Math.log(Math.max(probabilities[k], Float.MIN_NORMAL) / most) * inverseTemperature);
            sum += out[k];
        }
        for (int k = 0; k < out.length; k++) {
            out[k] /= sum;
        }
        return out;
    }

    /** The folds in which something was held out. */
    List<Integer> folds() {
        TreeSet<Integer> folds = new TreeSet<>();
        predictions.forEach(p -> folds.add(p.fold()));
        return List.copyOf(folds);
    }

    /**
     * Reads one prediction at another temperature.
     *
     * @param index of the prediction
     * @param inverseTemperature 0 and up
     * @return the same recording with other probabilities
     */
    public Prediction at(int index, double inverseTemperature) {
        Prediction p = predictions.get(index);
        return new Prediction(p.id(), p.group(), p.fold(), p.truth(), recalibration.at(index, inverseTemperature));
    }

    /** The same run read at a temperature that may differ between its predictions. */
    ReasonRun at(IntToDoubleFunction inverseTemperature) {
        List<Prediction> read = new ArrayList<>(predictions.size());
        for (int i = 0; i < predictions.size(); i++) {
            read.add(at(i, inverseTemperature.applyAsDouble(i)));
        }
        return new ReasonRun(seed, read);
    }
}
