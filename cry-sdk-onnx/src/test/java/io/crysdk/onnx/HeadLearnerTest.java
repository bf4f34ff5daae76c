package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.Personalization.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadLearnerTest {
    private static final int VALUES = 24;
    private static final double[] UNSURE = {0.25, 0.25, 0.25, 0.25};

    /** A baby: how far apart the reasons' centres lie, against a spread of one in every value. */
    private static List<HeadLearner.Clip> baby(long seed, int clips, double apart, boolean runs) {
        Random random = new Random(seed);
        double[][] centres = new double[4][VALUES];
        for (double[] centre : centres) {
            for (int d = 0; d < VALUES; d++) {
                centre[d] = apart * random.nextGaussian();
            }
        }
        List<HeadLearner.Clip> made = new ArrayList<>();
        int episode = -1;
        int left = 0;
        int label = 0;
        double[] room = new double[VALUES];
        for (int i = 0; i < clips; i++) {
            if (left-- == 0) {
                left = runs ? random.nextInt(3) : 0;
                label = random.nextInt(4);
                episode++;
                for (int d = 0; d < VALUES; d++) {
                    room[d] = runs ? random.nextGaussian() : 0.0;
                }
            }
            double[] x = new double[VALUES];
            for (int d = 0; d < VALUES; d++) {
                x[d] = centres[label][d] + room[d] + random.nextGaussian();
            }
            made.add(new HeadLearner.Clip(x, UNSURE, label, episode));
        }
        return made;
    }

    private static double[] answer(HeadLearner.Head head, double[] x, double[] generic) {
        double[] logits = new double[head.weights().length];
        for (int k = 0; k < logits.length; k++) {
            logits[k] = head.weights()[k][x.length];
            for (int d = 0; d < x.length; d++) {
                logits[k] += head.weights()[k][d] * x[d];
            }
            logits[k] += Math.log(PersonalHead.prior(generic, logits.length)[k]);
        }
        PersonalHead.softmax(logits);
        return logits;
    }

    private static double accuracy(HeadLearner.Head head, List<HeadLearner.Clip> clips) {
        int right = 0;
        for (HeadLearner.Clip clip : clips) {
            double[] p = answer(head, clip.embedding(), clip.generic());
            int best = IntStream.range(0, p.length)
                    .reduce((a, b) -> p[b] > p[a] ? b : a)
                    .orElseThrow();
            right += best == clip.label() ? 1 : 0;
        }
        return (double) right / clips.size();
    }

    @Test
    void moreClipsAreBetterAndAllAreBetterThanChance() {
        double[] accuracies = new double[3];
        int[] sizes = {10, 20, 50};
        int babies = 6;
        for (int b = 0; b < babies; b++) {
            List<HeadLearner.Clip> clips = baby(b, 100, 0.8, true);
            for (int s = 0; s < sizes.length; s++) {
                HeadLearner.Head head = HeadLearner.learn(clips.subList(0, sizes[s]), 4, true);
                accuracies[s] += accuracy(head, clips.subList(50, 100)) / babies;
            }
        }
        assertThat(accuracies[0]).isGreaterThan(0.4);
        assertThat(accuracies[1]).isGreaterThan(accuracies[0]);
        assertThat(accuracies[2]).isGreaterThan(accuracies[1]).isGreaterThan(0.8);
    }

    @Test
    void babiesWhoseCriesTellNothingAreHardlyEverCalledLearnt() {
        int learnt = 0;
        int babies = 60;
        for (int b = 0; b < babies; b++) {
            boolean timed = b % 2 == 0;
            List<HeadLearner.Clip> clips = baby(100 + b, 10 + b % 3 * 8, 0.0, timed);
            learnt += HeadLearner.learn(clips, 4, timed).verdict() == Verdict.LEARNT ? 1 : 0;
        }
        assertThat(learnt).isLessThanOrEqualTo(3);
    }

    @Test
    void clearlyDifferentCriesAreCalledLearnt() {
        for (int b = 0; b < 5; b++) {
            assertThat(HeadLearner.learn(baby(b, 30, 1.5, false), 4, true).verdict())
                    .isEqualTo(Verdict.LEARNT);
        }
    }

    @Test
    void fewClipsMoveTheAnswerLittle() {
        double[] sure = {0.7, 0.1, 0.1, 0.1};
        List<HeadLearner.Clip> clips = new ArrayList<>();
        for (HeadLearner.Clip clip : baby(1, 6, 0.0, false)) {
            clips.add(new HeadLearner.Clip(clip.embedding(), sure, clip.label(), clip.episode()));
        }
        HeadLearner.Head head = HeadLearner.learn(clips, 4, true);
        double[] answer = answer(head, clips.get(0).embedding(), sure);
        assertThat(answer[0]).isBetween(0.4, 0.9);
    }

    @Test
    void weightsSayWhatTheCoefficientsSay() {
        List<HeadLearner.Clip> clips = baby(3, 20, 0.5, false);
        double[][] embeddings = clips.stream().map(HeadLearner.Clip::embedding).toArray(double[][]::new);
        double[][] products = new double[20][20];
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < 20; j++) {
                for (int d = 0; d < VALUES; d++) {
                    products[i][j] += embeddings[i][d] * embeddings[j][d];
                }
            }
        }
        int[] train = {0, 2, 3, 5, 7, 11, 13, 17};
        int[] truth = clips.stream().mapToInt(HeadLearner.Clip::label).toArray();
        RidgeSoftmax head = new RidgeSoftmax(products, train, new double[20][4], truth, 0.5);
        double[][] weights = head.weights(embeddings);
        for (int i = 0; i < 20; i++) {
            for (int k = 0; k < 4; k++) {
                double sum = weights[k][VALUES];
                for (int d = 0; d < VALUES; d++) {
                    sum += weights[k][d] * embeddings[i][d];
                }
                assertThat(sum).isCloseTo(head.added(i)[k], within(1e-9));
            }
        }
    }

    @Test
    void theSolutionIsAMinimum() {
        List<HeadLearner.Clip> clips = baby(4, 12, 0.5, false);
        double[][] x = clips.stream().map(HeadLearner.Clip::embedding).toArray(double[][]::new);
        double[][] products = new double[12][12];
        for (int i = 0; i < 12; i++) {
            for (int j = 0; j < 12; j++) {
                for (int d = 0; d < VALUES; d++) {
                    products[i][j] += x[i][d] * x[j][d];
                }
            }
        }
        int[] all = IntStream.range(0, 12).toArray();
        int[] truth = clips.stream().mapToInt(HeadLearner.Clip::label).toArray();
        double strength = 0.7;
        RidgeSoftmax head = new RidgeSoftmax(products, all, new double[12][4], truth, strength);
        double[][] weights = head.weights(x);
        // The objective of the class comment, written out over W and b.
        double[] centre = new double[VALUES];
        double scale = 0.0;
        for (int d = 0; d < VALUES; d++) {
            for (double[] row : x) {
                centre[d] += row[d] / 12;
            }
            for (double[] row : x) {
                scale += (row[d] - centre[d]) * (row[d] - centre[d]) / 12;
            }
        }
        double root = Math.sqrt(scale);
        double[][] w = new double[4][VALUES + 1];
        for (int k = 0; k < 4; k++) {
            w[k][VALUES] = weights[k][VALUES];
            for (int d = 0; d < VALUES; d++) {
                w[k][d] = weights[k][d] * root;
                w[k][VALUES] += weights[k][d] * centre[d];
            }
        }
        double least = objective(w, x, centre, root, truth, strength);
        Random random = new Random(5);
        for (int n = 0; n < 200; n++) {
            double[][] other = new double[4][];
            for (int k = 0; k < 4; k++) {
                other[k] = w[k].clone();
                for (int d = 0; d <= VALUES; d++) {
                    other[k][d] += 0.05 * random.nextGaussian();
                }
            }
            assertThat(objective(other, x, centre, root, truth, strength)).isGreaterThan(least);
        }
    }

    private static double objective(
            double[][] w, double[][] x, double[] centre, double root, int[] truth, double strength) {
        double sum = 0.0;
        for (double[] row : w) {
            for (double value : row) {
                sum += strength / 2 * value * value;
            }
        }
        for (int i = 0; i < x.length; i++) {
            double[] p = new double[w.length];
            for (int k = 0; k < w.length; k++) {
                p[k] = w[k][VALUES];
                for (int d = 0; d < VALUES; d++) {
                    p[k] += w[k][d] * (x[i][d] - centre[d]) / root;
                }
            }
            PersonalHead.softmax(p);
            sum -= Math.log(p[truth[i]]);
        }
        return sum;
    }

    @Test
    void equalClipsAndSingleLabelsDoNoHarm() {
        List<HeadLearner.Clip> equal = new ArrayList<>();
        List<HeadLearner.Clip> single = new ArrayList<>();
        double[] x = new double[VALUES];
        java.util.Arrays.fill(x, 3.7);
        for (int i = 0; i < 12; i++) {
            equal.add(new HeadLearner.Clip(x, UNSURE, i % 2, i));
            single.add(new HeadLearner.Clip(baby(i, 1, 1, false).get(0).embedding(), UNSURE, 2, i));
        }
        for (HeadLearner.Head head : List.of(HeadLearner.learn(equal, 4, true), HeadLearner.learn(single, 5, false))) {
            assertThat(head.verdict()).isNotEqualTo(Verdict.LEARNT);
            for (double p : answer(head, x, UNSURE)) {
                assertThat(p).isFinite();
            }
        }
    }

    @Test
    void aLabelThatTheModelDoesNotKnowHasTheShareOfOne() {
        assertThat(PersonalHead.prior(new double[] {0.7, 0.3}, 2)).containsExactly(0.7, 0.3);
        assertThat(PersonalHead.prior(new double[] {0.7, 0.2, 0.1}, 4))
                .containsExactly(new double[] {0.525, 0.15, 0.075, 0.25}, within(1e-12));
    }
}
