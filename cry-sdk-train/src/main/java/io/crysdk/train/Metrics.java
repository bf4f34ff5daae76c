package io.crysdk.train;

import java.util.Arrays;

/** Figures of merit, each as its plain definition says. */
final class Metrics {
    private Metrics() {}

    /** The chance that a positive scores above a negative; a tie is half. NaN where either side is empty. */
    static double auc(double[] positives, double[] negatives) {
        double[] sorted = negatives.clone();
        Arrays.sort(sorted);
        double wins = 0.0;
        for (double p : positives) {
            int below = lowerBound(sorted, p);
            wins += below + 0.5 * (upperBound(sorted, p) - below);
        }
        return wins / ((double) positives.length * negatives.length);
    }

    /**
     * The lowest threshold under which no more than a share of the negatives reach it: a score of the threshold or more
     * is an alarm. It lies halfway between the first negative that must stay silent and the next higher score, so that it
     * hangs on neither.
     */
    static double thresholdAtFalseAlarms(double[] positives, double[] negatives, double rate) {
        double[] sorted = negatives.clone();
        Arrays.sort(sorted);
        int allowed = (int) Math.floor(rate * sorted.length + 1e-9);
        double silent = sorted[Math.max(0, sorted.length - 1 - allowed)];
        double next = Double.POSITIVE_INFINITY;
        for (double score : positives) {
            next = score > silent ? Math.min(next, score) : next;
        }
        for (double score : sorted) {
            next = score > silent ? Math.min(next, score) : next;
        }
        return next == Double.POSITIVE_INFINITY ? Math.nextUp(silent) : silent + (next - silent) / 2;
    }

    /** The share of scores that reach a threshold; NaN where there are none. */
    static double share(double[] scores, double threshold) {
        return (double) Arrays.stream(scores).filter(s -> s >= threshold).count() / scores.length;
    }

    /** [truth][answer] counts. */
    static int[][] confusion(int[] truth, int[] answer, int labels) {
        int[][] counts = new int[labels][labels];
        for (int i = 0; i < truth.length; i++) {
            counts[truth[i]][answer[i]]++;
        }
        return counts;
    }

    static double accuracy(int[][] confusion) {
        double right = 0.0;
        double all = 0.0;
        for (int t = 0; t < confusion.length; t++) {
            right += confusion[t][t];
            all += Arrays.stream(confusion[t]).sum();
        }
        return right / all;
    }

    /** The mean recall over the labels that occur. */
    static double uar(int[][] confusion) {
        double sum = 0.0;
        int occurring = 0;
        for (int t = 0; t < confusion.length; t++) {
            int n = Arrays.stream(confusion[t]).sum();
            if (n > 0) {
                sum += (double) confusion[t][t] / n;
                occurring++;
            }
        }
        return sum / occurring;
    }

    /** The share of the commonest label: what saying it always would score. */
    static double majority(int[] truth, int labels) {
        int[] counts = new int[labels];
        for (int t : truth) {
            counts[t]++;
        }
        return (double) Arrays.stream(counts).max().orElse(0) / truth.length;
    }

    /** The lower end of Wilson's 95 % interval for a share. */
    static double wilsonLower(int right, int of) {
        double z = 1.959964;
        double p = (double) right / of;
        double centre = p + z * z / (2 * of);
        double spread = z * Math.sqrt(p * (1 - p) / of + z * z / (4.0 * of * of));
        return (centre - spread) / (1 + z * z / of);
    }

    private static int lowerBound(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static int upperBound(double[] sorted, double value) {
        return lowerBound(sorted, Math.nextUp(value));
    }
}
