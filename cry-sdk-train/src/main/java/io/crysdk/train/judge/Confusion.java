package io.crysdk.train.judge;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Counts of truth by answer, and the figures that follow from them by scikit-learn's definitions: a share of nothing is 0
 * ({@code zero_division=0}), UAR is {@code balanced_accuracy_score}, macro and weighted figures are those of {@code
 * precision_recall_fscore_support}.
 *
 * <p>Counts are doubles because recordings may be weighed.
 */
public final class Confusion {
    private final double[][] counts;

    private Confusion(double[][] counts) {
        this.counts = counts;
    }

    /**
     * Counts, every prediction once.
     *
     * @param predictions truth and answers
     * @param labels how many labels there are
     * @return the counts
     */
    public static Confusion of(List<Prediction> predictions, int labels) {
        Confusion confusion = new Confusion(new double[labels][labels]);
        predictions.forEach(p -> confusion.counts[p.truth()][p.answer()]++);
        return confusion;
    }

    /**
     * Counts by weight.
     *
     * @param truth [n] label indices
     * @param answer [n] label indices
     * @param weight [n] not negative
     * @param labels how many labels there are
     * @return the counts
     */
    static Confusion of(int[] truth, int[] answer, double[] weight, int labels) {
        double[][] counts = new double[labels][labels];
        for (int i = 0; i < truth.length; i++) {
            counts[truth[i]][answer[i]] += weight[i];
        }
        return new Confusion(counts);
    }

    /**
     * Returns a count.
     *
     * @param truth label index
     * @param answer label index
     * @return how many recordings of that truth got that answer
     */
    public double count(int truth, int answer) {
        return counts[truth][answer];
    }

    int labels() {
        return counts.length;
    }

    /**
     * Returns how many recordings have a label.
     *
     * @param label its index
     * @return scikit-learn's support
     */
    public double support(int label) {
        double sum = 0.0;
        for (double count : counts[label]) {
            sum += count;
        }
        return sum;
    }

    private double answers(int label) {
        double sum = 0.0;
        for (double[] row : counts) {
            sum += row[label];
        }
        return sum;
    }

    private double all() {
        double sum = 0.0;
        for (int k = 0; k < counts.length; k++) {
            sum += support(k);
        }
        return sum;
    }

    /**
     * Returns the share of right answers.
     *
     * @return 0 to 1; NaN without a recording
     */
    public double accuracy() {
        double right = 0.0;
        for (int k = 0; k < counts.length; k++) {
            right += counts[k][k];
        }
        return right / all();
    }

    /**
     * Returns the share of a label's answers that are right.
     *
     * @param label its index
     * @return 0 to 1; 0 where it was never answered
     */
    public double precision(int label) {
        return share(counts[label][label], answers(label));
    }

    /**
     * Returns the share of a label's recordings that were told.
     *
     * @param label its index
     * @return 0 to 1; 0 where it does not occur
     */
    public double recall(int label) {
        return share(counts[label][label], support(label));
    }

    /**
     * Returns the harmonic mean of precision and recall.
     *
     * @param label its index
     * @return 0 to 1; 0 where the label neither occurs nor is answered
     */
    public double f1(int label) {
        return share(2.0 * counts[label][label], support(label) + answers(label));
    }

    /**
     * Returns the mean recall over the labels that occur.
     *
     * @return 0 to 1; NaN without a recording
     */
    public double uar() {
        double sum = 0.0;
        int occurring = 0;
        for (int k = 0; k < counts.length; k++) {
            sum += recall(k);
            occurring += support(k) > 0.0 ? 1 : 0;
        }
        return sum / occurring;
    }

    /**
     * Returns the mean precision over the labels that occur or are answered.
     *
     * @return 0 to 1; NaN without a recording
     */
    public double macroPrecision() {
        return macro(this::precision);
    }

    /**
     * Returns the mean F1 over the labels that occur or are answered.
     *
     * @return 0 to 1; NaN without a recording
     */
    public double macroF1() {
        return macro(this::f1);
    }

    private double macro(IntToDoubleFunction figure) {
        double sum = 0.0;
        int occurring = 0;
        for (int k = 0; k < counts.length; k++) {
            sum += figure.applyAsDouble(k);
            occurring += support(k) + answers(k) > 0.0 ? 1 : 0;
        }
        return sum / occurring;
    }

    /**
     * Returns the mean precision, each label weighing as it occurs.
     *
     * @return 0 to 1; NaN without a recording
     */
    public double weightedPrecision() {
        double sum = 0.0;
        for (int k = 0; k < counts.length; k++) {
            sum += support(k) * precision(k);
        }
        return sum / all();
    }

    /**
     * Returns the mean recall, each label weighing as it occurs: the accuracy by another name.
     *
     * @return 0 to 1; NaN without a recording
     */
    public double weightedRecall() {
        double sum = 0.0;
        for (int k = 0; k < counts.length; k++) {
            sum += support(k) * recall(k);
        }
        return sum / all();
    }

    /**
     * Returns the mean F1, each label weighing as it occurs.
     *
     * @return 0 to 1; NaN without a recording
     */
    public double weightedF1() {
        double sum = 0.0;
        for (int k = 0; k < counts.length; k++) {
            sum += support(k) * f1(k);
        }
        return sum / all();
    }

    private static double share(double part, double of) {
        return of == 0.0 ? 0.0 : part / of;
    }
}
