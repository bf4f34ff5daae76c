package io.crysdk.train.judge;

import java.util.List;

/**
 * What Zhao, Lee, Atif, Park and Chung print in Tables 2 and 3 of <i>Infant cry recognition using a deep transfer learning
 * method</i>: measured by them, on data that nobody else has, under folds that are random over clips.
 */
final class PaperFigures {
    static final List<String> LABELS = List.of("hunger", "boredom", "tiredness", "discomfort");
    static final double[] FOLD_ACCURACY = {0.965, 0.954, 0.960, 0.959, 0.977};
    static final double MEAN_ACCURACY = 0.963;

    /** [label][precision, recall, F1]. */
    static final double[][] BY_LABEL = {
        {0.963, 0.976, 0.969},
        {0.981, 0.994, 0.987},
        {0.935, 0.929, 0.932},
        {0.956, 0.925, 0.940},
    };

    static final double[] WEIGHTED = {0.964, 0.963, 0.963};

    private PaperFigures() {}
}
