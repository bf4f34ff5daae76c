package io.crysdk.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Divides what is to be judged into folds in which every label is as frequent as in the whole, as far as blocks that must
 * stay together let it be.
 */
final class Folds {
    private Folds() {}

    /**
     * Divides.
     *
     * @param labels [n] label indices, 0 and up
     * @param blocks [n] what stays together: equal strings stand in one fold
     * @param folds how many, 2 or more
     * @param seed which of the many ways
     * @return [n] folds, 0 and up
     * @throws IllegalArgumentException if there are fewer blocks than folds
     */
    static int[] of(int[] labels, List<String> blocks, int folds, long seed) {
        int kinds = Arrays.stream(labels).max().orElse(0) + 1;
        double[] total = new double[kinds];
        Map<String, int[]> counts = new TreeMap<>();
        Map<String, Integer> sizeOf = new HashMap<>();
        for (int i = 0; i < labels.length; i++) {
            total[labels[i]]++;
            counts.computeIfAbsent(blocks.get(i), b -> new int[kinds])[labels[i]]++;
            sizeOf.merge(blocks.get(i), 1, Integer::sum);
        }
        if (folds < 2 || counts.size() < folds) {
            throw new IllegalArgumentException(
                    folds + " folds need 2 or more, and as many blocks that may be parted; found " + counts.size());
        }
        // The large ones first, while there is choice; chance decides among equals.
        List<String> order = new ArrayList<>(counts.keySet());
        Collections.shuffle(order, new Random(seed));
        order.sort(Comparator.comparingInt(
                        (String block) -> Arrays.stream(counts.get(block)).sum())
                .reversed());
        double[][] filled = new double[folds][kinds];
        double[] sizes = new double[folds];
        Map<String, Integer> foldOf = new TreeMap<>();
        for (String block : order) {
            int[] own = counts.getOrDefault(block, new int[kinds]);
            int best = 0;
            for (int f = 1; f < folds; f++) {
                double difference = cost(filled[f], own, total) - cost(filled[best], own, total);
                if (difference < -1e-12 || Math.abs(difference) <= 1e-12 && sizes[f] < sizes[best]) {
                    best = f;
                }
            }
            for (int k = 0; k < kinds; k++) {
                filled[best][k] += own[k];
            }
            sizes[best] += Arrays.stream(own).sum();
            foldOf.put(block, best);
        }
        return blocks.stream().mapToInt(foldOf::get).toArray();
    }

    /** How much the sum of squares of all labels' shares grows when a fold takes a block: least where it is missing most. */
    private static double cost(double[] filled, int[] own, double[] total) {
        double cost = 0.0;
        for (int k = 0; k < own.length; k++) {
            if (own[k] > 0) {
                cost += own[k] * (2.0 * filled[k] + own[k]) / (total[k] * total[k]);
            }
        }
        return cost;
    }
}
