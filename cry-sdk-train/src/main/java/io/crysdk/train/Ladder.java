package io.crysdk.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.train.judge.Confusion;
import io.crysdk.train.judge.Prediction;
import io.crysdk.train.judge.ReasonFigures;
import io.crysdk.train.judge.ReasonRun;
import io.crysdk.train.judge.Temperature;
import io.crysdk.train.weights.VggishWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same network judged under every way of dividing the same cries, beside baselines that cost next to nothing: what an
 * easier split adds to a figure has nothing to do with the reasons of crying.
 *
 * <p>What the networks said of each fold is kept in the work folder, and so is an unfinished training after each of its
 * epochs: a run that was stopped goes on where it was.
 */
final class Ladder {
    private static final Logger LOG = LoggerFactory.getLogger(Ladder.class);
    private static final int BATCH = 64;
    /** What was judged, in a report. */
    static final String NETWORK = "the network";

    private final UnitRecipe recipe;
    private final int folds;
    private final int mostOfOne;
    private final Path work;

    /**
     * Creates a ladder.
     *
     * @param recipe how a network is made
     * @param folds how many
     * @param mostOfOne how many units of one recording are taken at most; 0 for all
     * @param work where what was said is kept
     */
    Ladder(UnitRecipe recipe, int folds, int mostOfOne, Path work) {
        this.recipe = recipe;
        this.folds = folds;
        this.mostOfOne = mostOfOne;
        this.work = work;
    }

    /**
     * Climbs.
     *
     * @param manifest the cries
     * @param rungs which, in order
     * @param seeds of folds and networks, one or more
     * @param networks false for the baselines alone, the nearest neighbour in the network's place
     * @return an array of what {@link ReasonFigures} gives, one a rung
     */
    ArrayNode run(Manifest manifest, List<Rung> rungs, List<Long> seeds, boolean networks) throws IOException {
        ArrayNode ladder = JsonNodeFactory.instance.arrayNode();
        for (Rung rung : rungs) {
            List<Unit> cut = cut(rung, manifest);
            List<Unit> units = rung.multiplied(cut);
            List<ReasonRun> runs = new ArrayList<>();
            Pace pace = new Pace(seeds.size() * folds);
            for (long seed : seeds) {
                int[] parted = rung.folds(units, folds, seed);
                runs.add(networks ? networks(rung, units, parted, seed, pace) : neighbours(units, parted, seed));
            }
            Temperature.Weighing weighing = recipe.weighing() == Weighing.NONE
                    ? Temperature.Weighing.RECORDINGS_ALIKE
                    : Temperature.Weighing.LABELS_ALIKE;
            ObjectNode json = ReasonFigures.of(recipe.labels(), runs, weighing);
            ReasonReading.of(
                            runs,
                            weighing,
                            json.at("/figures/accuracy/majority").asDouble())
                    .putInto(json);
            json.put("name", rung.id());
            json.put("split", rung.split());
            json.put("unit", rung.unit());
            json.put("judged", networks ? NETWORK : "the nearest neighbour, no network");
            json.put("mistake", rung.mistake() != null);
            if (rung.mistake() != null) {
                json.put("what_is_wrong", rung.mistake());
            }
            baselines(json.putArray("baselines"), rung, cut, seeds);
            LOG.info(
                    "{}: accuracy {}, weighted F1 {}, UAR {}; always the commonest: {}",
                    rung.id(),
                    json.at("/figures/accuracy/value").asText(),
                    json.at("/figures/weighted_f1/value").asText(),
                    json.at("/figures/uar/value").asText(),
                    json.at("/figures/accuracy/majority").asText());
            ladder.add(json);
        }
        return ladder;
    }

    /** What a rung divides, before rare labels are multiplied. */
    List<Unit> cut(Rung rung, Manifest manifest) {
        List<Unit> cut = rung.cut(new Units(recipe.labels(), recipe.frontEnd(), mostOfOne), manifest);
        if (cut.isEmpty()) {
            throw new IllegalArgumentException(
                    "no cry of " + recipe.labels() + " with a segment of 0.18 s or more in the manifest");
        }
        return cut;
    }

    // The networks.

    /** The network that learnt all units, kept like the folds' answers; close it after use. */
    VggishNet last(Rung rung, List<Unit> units, long seed) throws IOException {
        String place = rung.id() + "-seed-" + seed + "-all";
        String run = recipe.described() + ", start " + start() + ", seed " + seed + ", learnt " + digest(units);
        return Checkpoint.network(
                work.resolve("ladder"),
                place,
                run,
                recipe.net(),
                progress -> recipe.train(place, units, rung, 1000 * seed + folds, progress));
    }

    private ReasonRun networks(Rung rung, List<Unit> units, int[] parted, long seed, Pace pace) throws IOException {
        List<Prediction> predictions = new ArrayList<>();
        List<double[][]> logits = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            List<Unit> held = UnitRecipe.of(units, parted, fold, true);
            List<Unit> learnt = UnitRecipe.of(units, parted, fold, false);
            Map<String, float[]> said = said(rung, learnt, held, seed, fold);
            for (Unit unit : held) {
                double[][] windows =
                        windows(said.get(unit.id()), recipe.labels().size());
                logits.add(windows);
                predictions.add(new Prediction(unit.id(), unit.group(), fold, unit.label(), mean(windows, 1.0)));
            }
            pace.tell(rung, seed, fold);
        }
        return new ReasonRun(seed, predictions, (i, inverse) -> mean(logits.get(i), inverse));
    }

    /** The logits [windows * K] of every held-out unit. */
    private Map<String, float[]> said(Rung rung, List<Unit> learnt, List<Unit> held, long seed, int fold)
            throws IOException {
        String place = rung.id() + "-seed-" + seed + "-fold-" + fold;
        Path file = work.resolve("ladder").resolve(place + ".said");
        String run = recipe.described() + ", start " + start() + ", seed " + seed + ", fold " + fold + ", learnt "
                + digest(learnt) + ", held out " + digest(held);
        Optional<Map<String, float[]>> before = Checkpoint.read(file, run);
        if (before.isPresent()) {
            LOG.info("{}: judged before", place);
            return before.get();
        }
        Trainer.Progress progress = new Trainer.Progress(work.resolve("ladder").resolve(place + ".part"), run);
        Map<String, float[]> said;
        try (VggishNet network = recipe.train(place, learnt, rung, 1000 * seed + fold, progress)) {
            said = said(network, held, recipe.frontEnd().hopFrames());
        }
        Checkpoint.write(file, run, said);
        progress.done();
        return said;
    }

    /** Asks a network about units, in the windows that inference would cut. */
    static Map<String, float[]> said(VggishNet network, List<Unit> units, int hop) {
        int k = network.settings().reasons();
        List<Unit> owners = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        for (Unit unit : units) {
            for (int start : Scorer.starts(unit.frames(), hop)) {
                owners.add(unit);
                starts.add(start);
            }
        }
        float[] patches = new float[BATCH * Augmentation.PATCH];
        Map<String, List<Float>> said = new LinkedHashMap<>();
        for (int from = 0; from < owners.size(); from += BATCH) {
            int n = Math.min(BATCH, owners.size() - from);
            for (int i = 0; i < n; i++) {
                System.arraycopy(
                        owners.get(from + i).logMel(),
                        starts.get(from + i) * Augmentation.BANDS,
                        patches,
                        i * Augmentation.PATCH,
                        Augmentation.PATCH);
            }
            float[] logits = Scorer.forward(network, patches, 0, n).reasons();
            for (int i = 0; i < n * k; i++) {
                said.computeIfAbsent(owners.get(from + i / k).id(), id -> new ArrayList<>())
                        .add(logits[i]);
            }
        }
        Map<String, float[]> out = new LinkedHashMap<>();
        said.forEach((id, values) -> {
            float[] array = new float[values.size()];
            for (int i = 0; i < array.length; i++) {
                array[i] = values.get(i);
            }
            out.put(id, array);
        });
        return out;
    }

    private static double[][] windows(float @Nullable [] logits, int k) {
        if (logits == null) {
            throw new IllegalStateException("a unit was not judged");
        }
        double[][] windows = new double[logits.length / k][k];
        for (int i = 0; i < logits.length; i++) {
            windows[i / k][i % k] = logits[i];
        }
        return windows;
    }

    /** The mean of the windows' probabilities. */
    private static double[] mean(double[][] logits, double inverseTemperature) {
        double[] mean = new double[logits[0].length];
        for (double[] window : logits) {
            double most = Double.NEGATIVE_INFINITY;
            for (double z : window) {
                most = Math.max(most, z);
            }
            double sum = 0.0;
            double[] p = new double[window.length];
            for (int k = 0; k < p.length; k++) {
                p[k] = Math.exp((window[k] - most) * inverseTemperature);
                sum += p[k];
            }
            for (int k = 0; k < p.length; k++) {
                mean[k] += p[k] / sum / logits.length;
            }
        }
        return mean;
    }

    // Baselines.

    /** Answers for the units of one fold after learning from those of the others. */
    @FunctionalInterface
    private interface Baseline {
        int[] answers(List<Unit> learnt, List<Unit> held);
    }

    private void baselines(ArrayNode out, Rung rung, List<Unit> units, List<Long> seeds) {
        baseline(
                out.addObject(),
                "nearest neighbour",
                "the label of the nearest unit by mean log-mel spectrum",
                rung,
                units,
                seeds,
                false,
                Ladder::nearest);
        baseline(
                out.addObject(),
                "nearest neighbour, labels permuted",
                "the same where the labels were dealt anew among the recordings before anything else: what is left is"
                        + " recognising the recording",
                rung,
                units,
                seeds,
                true,
                Ladder::nearest);
        baseline(
                out.addObject(),
                "recording oracle",
                "knows from which recording a unit is, and says the label that units of that recording had among those"
                        + " learnt, or the commonest",
                rung,
                units,
                seeds,
                false,
                this::oracle);
    }

    private void baseline(
            ObjectNode out,
            String name,
            String how,
            Rung rung,
            List<Unit> units,
            List<Long> seeds,
            boolean permuted,
            Baseline baseline) {
        double accuracy = 0.0;
        double f1 = 0.0;
        double uar = 0.0;
        for (long seed : seeds) {
            List<Unit> own = rung.multiplied(permuted ? permuted(units, seed) : units);
            Confusion confusion = Confusion.of(
                    predictions(own, rung.folds(own, folds, seed), baseline),
                    recipe.labels().size());
            accuracy += confusion.accuracy() / seeds.size();
            f1 += confusion.weightedF1() / seeds.size();
            uar += confusion.uar() / seeds.size();
        }
        out.put("name", name);
        out.put("how", how);
        out.put("accuracy", round(accuracy));
        out.put("weighted_f1", round(f1));
        out.put("uar", round(uar));
    }

    private ReasonRun neighbours(List<Unit> units, int[] parted, long seed) {
        return new ReasonRun(seed, predictions(units, parted, Ladder::nearest));
    }

    private List<Prediction> predictions(List<Unit> units, int[] parted, Baseline baseline) {
        List<Prediction> predictions = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            List<Unit> held = UnitRecipe.of(units, parted, fold, true);
            int[] answers = baseline.answers(UnitRecipe.of(units, parted, fold, false), held);
            for (int i = 0; i < answers.length; i++) {
                double[] sure = new double[recipe.labels().size()];
                sure[answers[i]] = 1.0;
                predictions.add(new Prediction(
                        held.get(i).id(), held.get(i).group(), fold, held.get(i).label(), sure));
            }
        }
        return predictions;
    }

    private static int[] nearest(List<Unit> learnt, List<Unit> held) {
        NearestNeighbour neighbour = new NearestNeighbour(learnt);
        return held.stream().mapToInt(neighbour::answer).toArray();
    }

    private int[] oracle(List<Unit> learnt, List<Unit> held) {
        Map<String, int[]> byRecording = new HashMap<>();
        int[] all = new int[recipe.labels().size()];
        for (Unit unit : learnt) {
            byRecording.computeIfAbsent(unit.recording(), r -> new int[all.length])[unit.label()]++;
            all[unit.label()]++;
        }
        return held.stream()
                .mapToInt(u -> most(byRecording.getOrDefault(u.recording(), all)))
                .toArray();
    }

    private static int most(int[] counts) {
        int best = 0;
        for (int k = 1; k < counts.length; k++) {
            best = counts[k] > counts[best] ? k : best;
        }
        return best;
    }

    /** The same units, the recordings' labels dealt anew among the recordings. */
    private static List<Unit> permuted(List<Unit> units, long seed) {
        Map<String, Integer> labels = new TreeMap<>();
        units.forEach(u -> labels.put(u.recording(), u.label()));
        List<Integer> dealt = new ArrayList<>(labels.values());
        Collections.shuffle(dealt, new Random(seed));
        int at = 0;
        for (Map.Entry<String, Integer> recording : labels.entrySet()) {
            recording.setValue(dealt.get(at++));
        }
        return units.stream()
                .map(u -> u.withLabel(labels.getOrDefault(u.recording(), u.label())))
                .toList();
    }

    // Small things.

    /** A rung beside what needs no network. */
    static String line(JsonNode rung) {
        StringJoiner beside = new StringJoiner(", ");
        beside.add(String.format(
                Locale.ROOT,
                "always the commonest %.3f",
                rung.at("/figures/accuracy/majority").asDouble()));
        rung.path("baselines")
                .forEach(baseline -> beside.add(String.format(
                        Locale.ROOT,
                        "%s %.3f",
                        baseline.path("name").asText(),
                        baseline.path("accuracy").asDouble())));
        return String.format(
                Locale.ROOT,
                "%s: accuracy %.3f, weighted F1 %.3f, UAR %.3f; accuracy of %s",
                rung.path("name").asText(),
                rung.at("/figures/accuracy/value").asDouble(),
                rung.at("/figures/weighted_f1/value").asDouble(),
                rung.at("/figures/uar/value").asDouble(),
                beside);
    }

    private static String digest(List<Unit> units) {
        TreeSet<String> rows = new TreeSet<>();
        units.forEach(u -> rows.add(u.id() + " " + u.label() + " " + java.util.Arrays.hashCode(u.logMel())));
        return Digests.sha256(String.join("\n", rows));
    }

    private String start() {
        VggishWeights start = recipe.start();
        return start == null ? "He" : Digests.sha256(start.values());
    }

    private static double round(double value) {
        return Math.rint(value * 1e6) / 1e6;
    }

    /** How long the folds of a rung take, and will. */
    private static final class Pace {
        private final int all;
        private final long begin = System.nanoTime();
        private int done;

        Pace(int all) {
            this.all = all;
        }

        void tell(Rung rung, long seed, int fold) {
            done++;
            double each = (System.nanoTime() - begin) / 1e9 / done;
            LOG.info(
                    "{}: seed {}, fold {} judged; {} of {} folds of this rung, {} left",
                    rung.id(),
                    seed,
                    fold,
                    done,
                    all,
                    Duration.ofSeconds((long) (each * (all - done))));
        }
    }
}
