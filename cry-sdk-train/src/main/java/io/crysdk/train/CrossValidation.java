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
 * Judges a recipe on recordings it never heard: one network for each of the manifest's folds, trained on the others.
 *
 * <p>No group stands in two folds (the manifest refuses it), so nothing of a held-out baby or place is ever learnt.
 * Networks are kept in the work folder and are not trained again by the same run.
 */
final class CrossValidation {
    private static final Logger LOG = LoggerFactory.getLogger(CrossValidation.class);

    private final Recipe recipe;
    private final Path work;
    private final FrontEndSettings frontEnd;

    /**
     * Creates a cross-validation.
     *
     * @param recipe how a network is made of recordings
     * @param work where networks are kept
     * @param frontEnd as inference will have it
     */
    CrossValidation(Recipe recipe, Path work, FrontEndSettings frontEnd) {
        this.recipe = recipe;
        this.work = work;
        this.frontEnd = frontEnd;
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

    /**
     * Runs all folds.
     *
     * @param parents from which the networks learn too; null for none
     */
    Pooled run(List<Clip> clips, long seed, String runName, @Nullable Parents parents) throws IOException {
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
            try (VggishNet network = network(fold, learnt, seed, runName, parents)) {
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

    private VggishNet network(int fold, List<Clip> learnt, long seed, String runName, @Nullable Parents parents)
            throws IOException {
        String name = "fold " + fold;
        return Checkpoint.network(work, "fold-" + fold, runName + " " + name, recipe.net(), progress -> {
            try (Parents.Parent parent = parents == null ? null : parents.open(name)) {
                return recipe.train(name, learnt, seed + fold, progress, parent);
            }
        });
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
