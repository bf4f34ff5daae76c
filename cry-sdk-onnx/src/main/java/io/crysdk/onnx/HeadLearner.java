package io.crysdk.onnx;

import io.crysdk.Personalization.Figures;
import io.crysdk.Personalization.Protocol;
import io.crysdk.Personalization.Score;
import io.crysdk.Personalization.Verdict;
import io.crysdk.Personalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Learns the head of one baby and says what it is worth. Arithmetic only: clips come as values, and the same clips give
 * the same head.
 */
final class HeadLearner {
    /** Strengths of the penalty, the strongest first so that a tie moves the answer less. */
    private static final double[] STRENGTHS = {10.0, 3.0, 1.0, 0.3, 0.1};

    /** Shares of the correction that are applied: the head's own temperature, but cooling towards the model's answer. */
    private static final double[] SHARES = {0.25, 0.35, 0.5, 0.7, 1.0};

    /** Parts that are left out in turn to choose the strength: more cost time and tell no more. */
    private static final int PARTS = 10;

    private static final int LEAST_JUDGED = 5;

    /** How many standard errors the gain over each simple answer must be. Held against babies whose cries tell nothing. */
    private static final double CLEARLY = 2.0;

    private static final double HARDLY_EVER = 0.95;

    private final double[][] embeddings;
    private final double[][] priors;
    private final double[][] offsets;
    private final int[] truth;
    private final int[] episode;
    private final int labels;
    private final boolean timed;
    private final double[][] products;

    /**
     * One clip.
     *
     * @param embedding aggregated over its windows
     * @param generic [model's labels] what the model alone says
     * @param label index of its label
     * @param episode which episode of crying it is of, from 0
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, compared by nobody.
    record Clip(double[] embedding, double[] generic, int label, int episode) {}

    /** What was learnt; weights as [labels][values + 1], the constant last. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, compared by nobody.
    record Head(double[][] weights, Verdict verdict, Optional<Figures> figures, double minReasonProbability) {}

    /** How strongly a head is held back; a share of zero is the model alone. */
    private record Choice(double strength, double share) {
        static final Choice MODEL_ALONE = new Choice(STRENGTHS[0], 0.0);
    }

    private HeadLearner(List<Clip> clips, int labels, boolean timed) {
        this.labels = labels;
        this.timed = timed;
        embeddings = clips.stream().map(Clip::embedding).toArray(double[][]::new);
        priors =
                clips.stream().map(c -> PersonalHead.prior(c.generic(), labels)).toArray(double[][]::new);
        offsets = Arrays.stream(priors)
                .map(p -> Arrays.stream(p).map(Math::log).toArray())
                .toArray(double[][]::new);
        truth = clips.stream().mapToInt(Clip::label).toArray();
        episode = clips.stream().mapToInt(Clip::episode).toArray();
        int n = clips.size();
        products = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0.0;
                for (int d = 0; d < embeddings[i].length; d++) {
                    sum += embeddings[i][d] * embeddings[j][d];
                }
                products[i][j] = sum;
                products[j][i] = sum;
            }
        }
    }

    /**
     * Learns.
     *
     * @param clips one or more; where timed, in order of time with ascending episodes
     * @param labels how many labels there are
     * @param timed whether the order and the episodes are those of time
     */
    static Head learn(List<Clip> clips, int labels, boolean timed) {
        return new HeadLearner(clips, labels, timed).learn();
    }

    private Head learn() {
        int[] all = IntStream.range(0, truth.length).toArray();
        List<Judged> judged = judge();
        Optional<Figures> figures = judged.isEmpty() ? Optional.empty() : Optional.of(figures(judged));
        Verdict verdict = verdict(judged);
        Choice choice = choose(all);
        // Without any strength that helped there is a head all the same, as weak as can be, for whoever insists.
        double share = choice.share() == 0.0 ? SHARES[0] : choice.share();
        double[][] weights = new RidgeSoftmax(products, all, offsets, truth, choice.strength()).weights(embeddings);
        for (double[] row : weights) {
            for (int d = 0; d < row.length; d++) {
                row[d] *= share;
            }
        }
        return new Head(weights, verdict, figures, minReasonProbability(judged));
    }

    /** Chooses by leaving out one episode of the training clips after the other. */
    private Choice choose(int[] train) {
        int[] episodes = Arrays.stream(train).map(i -> episode[i]).distinct().toArray();
        int parts = Math.min(PARTS, episodes.length);
        if (parts < 2) {
            return Choice.MODEL_ALONE;
        }
        int[] partOf = new int[episode[train[train.length - 1]] + 1];
        for (int e = 0; e < episodes.length; e++) {
            partOf[episodes[e]] = e * parts / episodes.length;
        }
        Choice best = Choice.MODEL_ALONE;
        double least = loss(train, new double[truth.length][labels], 0.0);
        for (double strength : STRENGTHS) {
            double[][] added = new double[truth.length][];
            for (int part = 0; part < parts; part++) {
                int left = part;
                RidgeSoftmax head = new RidgeSoftmax(
                        products,
                        Arrays.stream(train)
                                .filter(i -> partOf[episode[i]] != left)
                                .toArray(),
                        offsets,
                        truth,
                        strength);
                Arrays.stream(train).filter(i -> partOf[episode[i]] == left).forEach(i -> added[i] = head.added(i));
            }
            for (double share : SHARES) {
                double loss = loss(train, added, share);
                if (loss < least) {
                    least = loss;
                    best = new Choice(strength, share);
                }
            }
        }
        return best;
    }

    private double loss(int[] clips, double[][] added, double share) {
        double sum = 0.0;
        for (int i : clips) {
            sum -= Math.log(Math.max(Double.MIN_NORMAL, probabilities(i, added[i], share)[truth[i]]));
        }
        return sum / clips.length;
    }

    private double[] probabilities(int clip, double[] added, double share) {
        double[] logits = offsets[clip].clone();
        for (int l = 0; l < labels; l++) {
            logits[l] += share * added[l];
        }
        PersonalHead.softmax(logits);
        return logits;
    }

    /** An answer to a clip: the label it settles on, and what it gives each. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on inside this class, compared by nobody.
    private record Answer(int label, double[] probabilities) {
        static Answer mostProbable(double[] probabilities) {
            int best = 0;
            for (int l = 1; l < probabilities.length; l++) {
                best = probabilities[l] > probabilities[best] ? l : best;
            }
            return new Answer(best, probabilities);
        }

        boolean right(int truth) {
            return label == truth;
        }

        double logLoss(int truth) {
            return -Math.log(Math.max(Double.MIN_NORMAL, probabilities[truth]));
        }
    }

    /** What was answered to a clip that had not been learnt from: by the head, the model, and the simple rules. */
    private record Judged(int episode, int truth, List<Answer> answers) {
        static final int PERSONAL = 0;
        static final int GENERIC = 1;
        static final int COMMONEST = 2;
        static final int LAST = 3;

        double gain(int rival) {
            return answers.get(rival).logLoss(truth) - answers.get(PERSONAL).logLoss(truth);
        }
    }

    private List<Judged> judge() {
        List<Judged> judged = new ArrayList<>();
        int episodes = episode[episode.length - 1] + 1;
        for (int e = 0; e < episodes; e++) {
            int now = e;
            int[] known = IntStream.range(0, truth.length)
                    .filter(i -> timed ? episode[i] < now : episode[i] != now)
                    .toArray();
            if (known.length < Personalizer.MIN_CLIPS) {
                continue;
            }
            Choice choice = choose(known);
            RidgeSoftmax head = new RidgeSoftmax(products, known, offsets, truth, choice.strength());
            Answer commonest = commonest(known);
            Answer last = last(known);
            for (int i = 0; i < truth.length; i++) {
                if (episode[i] == e) {
                    Answer personal = Answer.mostProbable(probabilities(i, head.added(i), choice.share()));
                    Answer generic = Answer.mostProbable(priors[i]);
                    judged.add(new Judged(
                            e,
                            truth[i],
                            timed
                                    ? List.of(personal, generic, commonest, last)
                                    : List.of(personal, generic, commonest)));
                }
            }
        }
        return judged;
    }

    /** The label that most known clips have, as sure as if each label had occurred once more. */
    private Answer commonest(int[] known) {
        double[] shares = new double[labels];
        Arrays.fill(shares, 1.0 / (known.length + labels));
        for (int i : known) {
            shares[truth[i]] += 1.0 / (known.length + labels);
        }
        return Answer.mostProbable(shares);
    }

    /** The last label, as sure as the last label of an episode has been right of the next one so far. */
    private Answer last(int[] known) {
        int repeats = 0;
        int chances = 0;
        int before = -1;
        for (int k = 1; k < known.length; k++) {
            if (episode[known[k]] != episode[known[k - 1]]) {
                before = truth[known[k - 1]];
            }
            if (before >= 0) {
                chances++;
                repeats += truth[known[k]] == before ? 1 : 0;
            }
        }
        double sure = (repeats + 1.0) / (chances + 2.0);
        double[] shares = new double[labels];
        Arrays.fill(shares, (1 - sure) / (labels - 1));
        int last = truth[known[known.length - 1]];
        shares[last] = sure;
        return new Answer(last, shares);
    }

    private Figures figures(List<Judged> judged) {
        return new Figures(
                timed ? Protocol.FORWARD_IN_TIME : Protocol.LEAVE_ONE_OUT,
                episode[episode.length - 1] + 1,
                judged.size(),
                score(judged, Judged.PERSONAL),
                score(judged, Judged.GENERIC),
                score(judged, Judged.COMMONEST),
                timed ? Optional.of(score(judged, Judged.LAST)) : Optional.empty());
    }

    private static Score score(List<Judged> judged, int answer) {
        return new Score(
                accuracy(judged, answer),
                judged.stream()
                        .mapToDouble(j -> j.answers.get(answer).logLoss(j.truth))
                        .average()
                        .orElseThrow());
    }

    private static double accuracy(List<Judged> judged, int answer) {
        return judged.stream().filter(j -> j.answers.get(answer).right(j.truth)).count() / (double) judged.size();
    }

    private Verdict verdict(List<Judged> judged) {
        if (judged.size() < LEAST_JUDGED || labelsInTwoEpisodes() < 2) {
            return Verdict.TOO_FEW;
        }
        for (int rival = 1; rival < judged.get(0).answers.size(); rival++) {
            if (accuracy(judged, Judged.PERSONAL) <= accuracy(judged, rival) || !clearGain(judged, rival)) {
                return Verdict.NO_BETTER;
            }
        }
        return Verdict.LEARNT;
    }

    private long labelsInTwoEpisodes() {
        return IntStream.range(0, labels)
                .filter(l -> IntStream.range(0, truth.length)
                                .filter(i -> truth[i] == l)
                                .map(i -> episode[i])
                                .distinct()
                                .count()
                        >= 2)
                .count();
    }

    /** Whether the log loss is lower by several standard errors; the clips of an episode are one witness, not many. */
    private static boolean clearGain(List<Judged> judged, int rival) {
        double mean = judged.stream().mapToDouble(j -> j.gain(rival)).average().orElseThrow();
        double square = 0.0;
        int from = 0;
        while (from < judged.size()) {
            int to = from;
            double deviation = 0.0;
            while (to < judged.size() && judged.get(to).episode == judged.get(from).episode) {
                deviation += judged.get(to++).gain(rival) - mean;
            }
            square += deviation * deviation;
            from = to;
        }
        return mean > CLEARLY * Math.sqrt(square) / judged.size();
    }

    /**
     * The lowest probability from which the judged clips that would have been named are right more often than the best
     * simple answer, with the lower end of a 95 % interval; five of them or more.
     */
    private static double minReasonProbability(List<Judged> judged) {
        if (judged.isEmpty()) {
            return HARDLY_EVER;
        }
        double best = IntStream.range(1, judged.get(0).answers.size())
                .mapToDouble(rival -> accuracy(judged, rival))
                .max()
                .orElseThrow();
        for (int percent = 50; percent < 95; percent += 5) {
            double least = percent / 100.0;
            List<Judged> named = judged.stream()
                    .filter(j -> {
                        Answer personal = j.answers.get(Judged.PERSONAL);
                        return personal.probabilities[personal.label] >= least;
                    })
                    .toList();
            if (named.size() >= LEAST_JUDGED && wilsonLower(accuracy(named, Judged.PERSONAL), named.size()) > best) {
                return least;
            }
        }
        return HARDLY_EVER;
    }

    /** The lower end of Wilson's 95 % interval for a share. */
    private static double wilsonLower(double share, int of) {
        double z = 1.959964;
        double centre = share + z * z / (2 * of);
        double spread = z * Math.sqrt(share * (1 - share) / of + z * z / (4.0 * of * of));
        return (centre - spread) / (1 + z * z / of);
    }
}
