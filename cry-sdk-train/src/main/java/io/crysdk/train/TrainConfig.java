package io.crysdk.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.ShortClipPolicy;
import io.crysdk.train.weights.VggishWeights;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a training or a judging follows from, bar the recordings: a preset, a TOML file over it, and single values
 * over that.
 *
 * @param labels reason ids in output order
 * @param seeds of folds and networks; a single training takes the first
 * @param threads PyTorch's; one gives the same bits in every run
 * @param net the network's shape
 * @param training how it is fitted
 * @param pretrainingEpochs how long to learn from a teacher alone first; 0 for not at all
 * @param weighing what is done about rare labels where reasons are learnt from units; the gate's training always weighs
 * @param augmentation what happens to what is learnt
 * @param frontEnd what is done to a clip before the network hears it
 * @param start a file of weights to begin with
 * @param parents the work folders of runs over the same recordings and folds, whose networks have their say in what is a
 *     cry; none for the labels alone
 * @param parentWeight how much of it, from 0 to 1; the rest is the label's
 * @param rungs ways of dividing units of crying; none to cross-validate the gate on the manifest's folds
 * @param folds how many, where they are not the manifest's
 * @param unitsPerRecording how many units of one recording the rungs take at most; 0 for all
 * @since 0.1.0
 */
public record TrainConfig(
        List<String> labels,
        List<Long> seeds,
        int threads,
        NetSettings net,
        TrainSettings training,
        int pretrainingEpochs,
        Weighing weighing,
        AugmentationSettings augmentation,
        FrontEndSettings frontEnd,
        Optional<Path> start,
        List<Path> parents,
        double parentWeight,
        List<Rung> rungs,
        int folds,
        int unitsPerRecording) {
    /** The preset that the shipped model is made with. */
    public static final String DEFAULT_PRESET = "default";

    /** The presets by name. */
    public static final Set<String> PRESETS = Set.of(DEFAULT_PRESET, "paper");

    private static final int PRETRAINING_EPOCHS = 10;
    private static final double PARENT_WEIGHT = 0.5;
    private static final List<Integer> VGGISH_HIDDEN = List.of(4096, 4096);
    private static final List<Integer> NARROW_HIDDEN = List.of(512);

    /** Creates a configuration. */
    public TrainConfig {
        labels = List.copyOf(labels);
        seeds = List.copyOf(seeds);
        rungs = List.copyOf(rungs);
    }

    /**
     * Reads a configuration.
     *
     * @param preset one of {@link #PRESETS}
     * @param file a TOML file whose values replace the preset's
     * @param values dotted keys with values as TOML writes them (a word needs no quotes), which replace both
     * @return the configuration
     * @throws ConfigException if a key is not known or a value not possible, naming every one
     * @throws IOException if the file cannot be read
     */
    public static TrainConfig read(String preset, Optional<Path> file, Map<String, String> values) throws IOException {
        ConfigTree tree = new ConfigTree();
        defaults(tree);
        if (!preset.equals(DEFAULT_PRESET)) {
            tree.preset(preset, PRESETS);
        }
        if (file.isPresent()) {
            tree.file(file.get());
        }
        values.forEach(tree::set);
        return of(tree);
    }

    /** The shipped recipe, written down once: in the classes that it configures. */
    private static void defaults(ConfigTree tree) {
        TrainSettings t = TrainSettings.DEFAULT;
        AugmentationSettings a = AugmentationSettings.DEFAULT;
        FrontEndSettings f = FrontEndSettings.PLAIN;
        JsonNodeFactory json = JsonNodeFactory.instance;
        put(
                tree,
                "labels",
                words(List.of(
                        CryReason.HUNGER.id(),
                        CryReason.BOREDOM.id(),
                        CryReason.TIREDNESS.id(),
                        CryReason.DISCOMFORT.id())));
        put(tree, "seeds", json.arrayNode().add(1));
        put(tree, "threads", json.numberNode(1));
        put(tree, "network.width_divisor", json.numberNode(4));
        put(tree, "network.dense", json.textNode("narrow"));
        put(tree, "network.batch_norm", json.booleanNode(true));
        put(tree, "training.epochs", json.numberNode(t.epochs()));
        put(tree, "training.steps", json.numberNode(t.stepsPerEpoch()));
        put(tree, "training.batch", json.numberNode(t.batch()));
        put(tree, "training.rate", json.numberNode(t.learningRate()));
        put(tree, "training.schedule", json.textNode(id(t.schedule())));
        put(tree, "training.weight_decay", json.numberNode(t.weightDecay()));
        put(tree, "training.reason_weight", json.numberNode(t.reasonWeight()));
        put(tree, "training.sound_weight", json.numberNode(t.soundWeight()));
        put(tree, "training.label_smoothing", json.numberNode(t.labelSmoothing()));
        put(tree, "training.weighing", json.textNode(id(Weighing.CLASS_WEIGHTS)));
        put(tree, "training.freeze", words(t.frozen()));
        put(tree, "training.patience", json.numberNode(t.patience()));
        put(tree, "training.pretraining_epochs", json.numberNode(PRETRAINING_EPOCHS));
        put(tree, "augmentation.mixed", json.numberNode(a.mixed()));
        put(tree, "augmentation.min_snr_db", json.numberNode(a.minSnrDb()));
        put(tree, "augmentation.max_snr_db", json.numberNode(a.maxSnrDb()));
        put(tree, "augmentation.gain", json.numberNode(a.gain()));
        put(tree, "augmentation.band_limit", json.numberNode(a.bandLimit()));
        put(tree, "augmentation.reverberation", json.numberNode(a.reverberation()));
        put(tree, "augmentation.masks", json.numberNode(a.masks()));
        put(tree, "augmentation.shortened", json.numberNode(a.shortened()));
        put(tree, "augmentation.made_by_rule", json.numberNode(a.madeByRule()));
        put(tree, "front_end.pre_emphasis", json.numberNode(f.preEmphasis()));
        put(tree, "front_end.z_score", json.booleanNode(f.zScore()));
        put(tree, "front_end.short_clip", json.textNode(f.shortClip().id()));
        put(tree, "front_end.hop_frames", json.numberNode(f.hopFrames()));
        put(tree, "start.weights", json.textNode(""));
        put(tree, "distil.work", json.arrayNode());
        put(tree, "distil.weight", json.numberNode(PARENT_WEIGHT));
        put(tree, "ladder.rungs", json.arrayNode());
        put(tree, "ladder.folds", json.numberNode(5));
        put(tree, "ladder.units_per_recording", json.numberNode(0));
    }

    private static void put(ConfigTree tree, String key, JsonNode value) {
        tree.put(key, value, "preset " + DEFAULT_PRESET);
    }

    private static ArrayNode words(List<String> words) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        words.forEach(array::add);
        return array;
    }

    private static TrainConfig of(ConfigTree tree) {
        List<String> labels = tree.words("labels");
        if (labels.size() < 2
                || new HashSet<>(labels).size() < labels.size()
                || labels.stream().anyMatch(String::isBlank)) {
            tree.wrong("labels", "two or more different reasons");
            labels = List.of("a", "b");
        }
        List<Long> seeds = tree.wholes("seeds");
        if (seeds.isEmpty() || new HashSet<>(seeds).size() < seeds.size()) {
            tree.wrong("seeds", "one or more different whole numbers");
            seeds = List.of(1L);
        }
        int threads = tree.whole("threads", 1);
        NetSettings net = network(tree, labels.size());
        TrainSettings training = training(tree);
        int pretraining = tree.whole("training.pretraining_epochs", 0);
        Weighing weighing = choice(tree, "training.weighing", Weighing.values());
        AugmentationSettings augmentation = tree.made(
                "augmentation",
                () -> new AugmentationSettings(
                        tree.number("augmentation.mixed", 0, 1),
                        tree.number("augmentation.min_snr_db", -60, 60),
                        tree.number("augmentation.max_snr_db", -60, 60),
                        tree.number("augmentation.gain", 0, 1),
                        tree.number("augmentation.band_limit", 0, 1),
                        tree.number("augmentation.reverberation", 0, 1),
                        tree.number("augmentation.masks", 0, 1),
                        tree.number("augmentation.shortened", 0, 1),
                        tree.number("augmentation.made_by_rule", 0, 1)));
        FrontEndSettings frontEnd = frontEnd(tree);
        Optional<Path> start = start(tree);
        List<Path> parents = tree.words("distil.work").stream().map(Path::of).toList();
        double parentWeight = tree.number("distil.weight", 0, 1);
        List<Rung> rungs = new ArrayList<>();
        for (String rung : tree.words("ladder.rungs")) {
            Optional<Rung> known = Arrays.stream(Rung.values())
                    .filter(r -> r.id().equals(rung))
                    .findFirst();
            known.ifPresentOrElse(
                    rungs::add,
                    () -> tree.wrong(
                            "ladder.rungs",
                            "some of "
                                    + Arrays.stream(Rung.values()).map(Rung::id).toList()));
        }
        int folds = tree.whole("ladder.folds", 2);
        int most = tree.whole("ladder.units_per_recording", 0);
        tree.done();
        return new TrainConfig(
                labels,
                seeds,
                threads,
                Objects.requireNonNull(net),
                Objects.requireNonNull(training),
                pretraining,
                weighing,
                Objects.requireNonNull(augmentation),
                Objects.requireNonNull(frontEnd),
                start,
                parents,
                parentWeight,
                rungs,
                folds,
                most);
    }

    private static @Nullable NetSettings network(ConfigTree tree, int labels) {
        List<Integer> hidden = NARROW_HIDDEN;
        int rank = 0;
        if (tree.isList("network.dense")) {
            hidden = tree.wholes("network.dense").stream()
                    .map(w -> (int) Math.max(Integer.MIN_VALUE, Math.min(w, Integer.MAX_VALUE)))
                    .toList();
        } else {
            String dense = tree.word("network.dense");
            if (dense.equals("full")) {
                hidden = VGGISH_HIDDEN;
            } else if (dense.matches("rank-[1-9]\\d{0,3}")) {
                hidden = VGGISH_HIDDEN;
                rank = Integer.parseInt(dense.substring("rank-".length()));
            } else if (!dense.equals("narrow")) {
                tree.wrong("network.dense", "full, narrow, rank-R such as rank-256, or a list of widths");
            }
        }
        int divisor = tree.whole("network.width_divisor", 1);
        boolean batchNorm = tree.flag("network.batch_norm");
        List<Integer> widths = hidden;
        int ranked = rank;
        return tree.made(
                "network",
                () -> NetSettings.vggish(divisor, widths, batchNorm, labels).withRank(ranked));
    }

    private static Optional<Path> start(ConfigTree tree) {
        String file = tree.word("start.weights");
        try {
            return file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file));
        } catch (InvalidPathException e) {
            tree.wrong("start.weights", "a file's name");
            return Optional.empty();
        }
    }

    private static @Nullable TrainSettings training(ConfigTree tree) {
        double big = Double.MAX_VALUE;
        int epochs = tree.whole("training.epochs", 1);
        int steps = tree.whole("training.steps", 1);
        int batch = tree.whole("training.batch", 2);
        double rate = tree.number("training.rate", Double.MIN_NORMAL, big);
        TrainSettings.Schedule schedule = choice(tree, "training.schedule", TrainSettings.Schedule.values());
        double decay = tree.number("training.weight_decay", 0, big);
        double reasons = tree.number("training.reason_weight", 0, big);
        double sounds = tree.number("training.sound_weight", 0, big);
        double smoothing = tree.number("training.label_smoothing", 0, 0.49);
        List<String> frozen = tree.words("training.freeze");
        int patience = tree.whole("training.patience", 0);
        return tree.made(
                "training",
                () -> new TrainSettings(
                        epochs, steps, batch, rate, schedule, decay, reasons, sounds, smoothing, frozen, patience));
    }

    private static @Nullable FrontEndSettings frontEnd(ConfigTree tree) {
        double preEmphasis = tree.number("front_end.pre_emphasis", 0, Math.nextDown(1.0));
        boolean zScore = tree.flag("front_end.z_score");
        int hop = tree.whole("front_end.hop_frames", 1);
        String id = tree.word("front_end.short_clip");
        Optional<ShortClipPolicy> policy = Arrays.stream(ShortClipPolicy.values())
                .filter(p -> p.id().equals(id))
                .findFirst();
        if (policy.isEmpty()) {
            tree.wrong(
                    "front_end.short_clip",
                    "one of "
                            + Arrays.stream(ShortClipPolicy.values())
                                    .map(ShortClipPolicy::id)
                                    .toList());
        }
        return tree.made(
                "front_end",
                () -> new FrontEndSettings(preEmphasis, zScore, policy.orElse(ShortClipPolicy.REPEAT), hop));
    }

    private static String id(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E choice(ConfigTree tree, String key, E[] values) {
        String word = tree.word(key);
        for (E value : values) {
            if (id(value).equals(word)) {
                return value;
            }
        }
        tree.wrong(key, "one of " + Arrays.stream(values).map(TrainConfig::id).toList());
        return values[0];
    }

    UnitRecipe units(@Nullable VggishWeights weights) {
        return new UnitRecipe(net, training, weighing, augmentation, frontEnd, labels, weights);
    }
}
