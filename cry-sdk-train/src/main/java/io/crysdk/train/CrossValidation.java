package io.crysdk.train;

import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.ShortClipPolicy;
import io.crysdk.train.judge.GateFigures;
import io.crysdk.train.judge.Roc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges networks on recordings that they never heard: one for each of the manifest's folds, trained on the others.
 *
 * <p>No group stands in two folds (the manifest refuses it), so nothing of a held-out baby or place is ever learnt.
 */
final class CrossValidation {
    private static final Logger LOG = LoggerFactory.getLogger(CrossValidation.class);

    private final FrontEndSettings frontEnd;
    private final Networks networks;

    /** Where the network comes from that is to be judged on a fold. */
    @FunctionalInterface
    interface Networks {
        /**
         * Makes or finds it.
         *
         * @param fold that it never heard
         * @param learnt the recordings that it may have heard
         * @return the network, which the caller closes
         */
        Scorer.Network network(int fold, List<Clip> learnt) throws IOException;
    }

    /**
     * Creates a cross-validation.
     *
     * @param frontEnd as inference will have it
     * @param networks one a fold
     */
    CrossValidation(FrontEndSettings frontEnd, Networks networks) {
        this.frontEnd = frontEnd;
        this.networks = networks;
    }

    /**
     * Networks that are trained, unless they were before.
     *
     * @param recipe how a network is made of recordings
     * @param work where they are kept
     * @param run what they follow from
     * @param parents from which they learn too; null for none
     */
    static Networks trained(Recipe recipe, Path work, long seed, String run, @Nullable Parents parents) {
        return (fold, learnt) -> {
            String name = "fold " + fold;
            return Scorer.of(Checkpoint.network(work, "fold-" + fold, run + " " + name, recipe.net(), progress -> {
                try (Parents.Parent parent = parents == null ? null : parents.open(name)) {
                    return recipe.train(name, learnt, seed + fold, progress, parent);
                }
            }));
        };
    }

    /**
     * What the networks said of recordings that they had not heard, all folds pooled.
     *
     * @param scores one a recording
     * @param noisy by signal-to-noise ratio in dB: the cries with other held-out sounds over them
     * @param shortCries gate logits of short cries by policy
     * @param shortOthers gate logits of short other sounds by policy
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
    record Pooled(
            List<ClipScore> scores,
            SortedMap<Integer, List<ClipScore>> noisy,
            Map<ShortClipPolicy, double[]> shortCries,
            Map<ShortClipPolicy, double[]> shortOthers) {}

    /** Runs all folds. */
    Pooled run(List<Clip> clips, long seed) throws IOException {
        TreeSet<Integer> folds = new TreeSet<>();
        clips.forEach(clip -> folds.add(clip.entry().fold()));
        if (folds.size() < 2 || folds.contains(-1)) {
            throw new IllegalArgumentException("every row needs a fold, and there must be two or more, found " + folds);
        }
        List<ClipScore> scores = new ArrayList<>();
        SortedMap<Integer, List<ClipScore>> noisy = new TreeMap<>();
        Map<ShortClipPolicy, double[]> cries = new EnumMap<>(ShortClipPolicy.class);
        Map<ShortClipPolicy, double[]> others = new EnumMap<>(ShortClipPolicy.class);
        for (int fold : folds) {
            List<Clip> held =
                    clips.stream().filter(c -> c.entry().fold() == fold).toList();
            Set<String> heldGroups = held.stream().map(c -> c.entry().group()).collect(Collectors.toSet());
            List<Clip> learnt = clips.stream()
                    .filter(c -> c.entry().fold() != fold
                            && !heldGroups.contains(c.entry().group()))
                    .toList();
            LOG.info("fold {}: {} recordings to learn, {} held out", fold, learnt.size(), held.size());
            try (Scorer.Network network = networks.network(fold, learnt)) {
                List<ClipScore> own = Scorer.score(network, held, frontEnd.hopFrames());
                LOG.info("fold {}: {}", fold, gate(own));
                scores.addAll(own);
                NoisyClips.score(network, held, frontEnd, seed + fold)
                        .forEach((db, more) -> noisy.computeIfAbsent(db, d -> new ArrayList<>())
                                .addAll(more));
                ShortClips cuts = new ShortClips(held, seed + fold);
                for (ShortClipPolicy policy : ShortClipPolicy.values()) {
                    double[][] gate = cuts.score(
                            network,
                            new FrontEndSettings(
                                    frontEnd.preEmphasis(), frontEnd.zScore(), policy, frontEnd.hopFrames()));
                    cries.merge(policy, gate[0], CrossValidation::concat);
                    others.merge(policy, gate[1], CrossValidation::concat);
                }
            }
        }
        return new Pooled(scores, noisy, cries, others);
    }

    private static String gate(List<ClipScore> scores) {
        double[] cries = scores.stream()
                .filter(s -> s.clip().cry())
                .mapToDouble(ClipScore::gate)
                .toArray();
        double[] others = scores.stream()
                .filter(s -> !s.clip().cry())
                .mapToDouble(ClipScore::gate)
                .toArray();
        double threshold = Roc.threshold(cries, others, GateFigures.FALSE_ALARMS);
        return String.format(
                Locale.ROOT,
                "gate AUC %.4f, recall %.3f at 1 %% false alarms",
                Roc.auc(cries, others),
                Roc.share(cries, threshold));
    }

    private static double[] concat(double[] a, double[] b) {
        return DoubleStream.concat(DoubleStream.of(a), DoubleStream.of(b)).toArray();
    }
}
