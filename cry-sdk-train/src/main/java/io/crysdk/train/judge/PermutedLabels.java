package io.crysdk.train.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What the same answers would score if they had nothing to do with the labels. Labels move in groups: those of all
 * groups, in a random order of groups, are laid end to end over the recordings of all groups in another random order.
 * Every label stays as frequent as it is, and the labels of one group stay together but at the seams, as the recordings of a
 * baby do.
 */
final class PermutedLabels {
    static final int DRAWS = 2000;
    private static final long SEED = 2;

    private PermutedLabels() {}

    /**
     * Draws.
     *
     * @param runs one a seed
     * @param labels how many labels there are
     * @param figures what is computed of the counts
     * @return [figures][draws], each the mean over seeds, ascending
     */
    static double[][] draw(List<ReasonRun> runs, int labels, Function<Confusion, double[]> figures) {
        double[][] drawn = new double[0][];
        for (ReasonRun run : runs) {
            List<Prediction> sorted = run.predictions().stream()
                    .sorted(Comparator.comparing(Prediction::group).thenComparing(Prediction::id))
                    .toList();
            List<int[]> blocks = blocks(sorted);
            int[] answer = sorted.stream().mapToInt(Prediction::answer).toArray();
            int[] own = sorted.stream().mapToInt(Prediction::truth).toArray();
            int[] truth = new int[own.length];
            double[] once = new double[own.length];
            Arrays.fill(once, 1.0);
            // The same draws for every seed.
            SplittableRandom random = new SplittableRandom(SEED);
            for (int draw = 0; draw < DRAWS; draw++) {
                lay(blocks, own, truth, random);
                double[] values = figures.apply(Confusion.of(truth, answer, once, labels));
                if (drawn.length == 0) {
                    drawn = new double[values.length][DRAWS];
                }
                for (int f = 0; f < values.length; f++) {
                    drawn[f][draw] += values[f] / runs.size();
                }
            }
        }
        for (double[] values : drawn) {
            Arrays.sort(values);
        }
        return drawn;
    }

    /** The share of draws that are no worse than a figure, the figure itself counted as one of them. */
    static double chance(double[] sorted, double figure) {
        long noWorse = Arrays.stream(sorted).filter(v -> v >= figure - 1e-12).count();
        return (1.0 + noWorse) / (1.0 + sorted.length);
    }

    private static List<int[]> blocks(List<Prediction> sorted) {
        TreeMap<String, List<Integer>> byGroup = new TreeMap<>();
        IntStream.range(0, sorted.size())
                .forEach(i -> byGroup.computeIfAbsent(sorted.get(i).group(), g -> new ArrayList<>())
                        .add(i));
        return byGroup.values().stream()
                .map(block -> block.stream().mapToInt(i -> i).toArray())
                .toList();
    }

    private static void lay(List<int[]> blocks, int[] own, int[] truth, SplittableRandom random) {
        int[] from = endToEnd(blocks, own.length, random);
        int[] to = endToEnd(blocks, own.length, random);
        for (int i = 0; i < own.length; i++) {
            truth[to[i]] = own[from[i]];
        }
    }

    /** All indices, groups in a random order. */
    private static int[] endToEnd(List<int[]> blocks, int n, SplittableRandom random) {
        int[] order = new int[blocks.size()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        int[] indices = new int[n];
        int at = 0;
        for (int b : order) {
            int[] block = blocks.get(b);
            System.arraycopy(block, 0, indices, at, block.length);
            at += block.length;
        }
        return indices;
    }
}
