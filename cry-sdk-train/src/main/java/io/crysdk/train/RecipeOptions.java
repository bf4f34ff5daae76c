package io.crysdk.train;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.train.weights.SmokeTest;
import io.crysdk.train.weights.VggishWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** What every training command needs to know: recordings, a configuration, a place to work. */
final class RecipeOptions {
    private static final Logger LOG = LoggerFactory.getLogger(RecipeOptions.class);

    @Option(
            names = "--manifest",
            required = true,
            split = ",",
            paramLabel = "M.csv",
            description = "CSV files with path, label or class, group, recording, fold, is_cry, segments, use.")
    List<Path> manifests = List.of();

    @Option(
            names = "--work",
            defaultValue = "cry-train/work",
            description =
                    "Folder for features and unfinished work; may be deleted at any time. Default: ${DEFAULT-VALUE}.")
    Path work = Path.of("cry-train/work");

    @Option(
            names = "--preset",
            defaultValue = TrainConfig.DEFAULT_PRESET,
            description = "default: the shipped model's recipe; paper: that of Zhao et al. Default: ${DEFAULT-VALUE}.")
    String preset = TrainConfig.DEFAULT_PRESET;

    @Option(names = "--config", paramLabel = "F.toml", description = "Values that replace the preset's.")
    @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One value of the configuration, such as training.rate=1e-3; may be repeated.")
    Map<String, String> values = new LinkedHashMap<>();

    @Option(names = "--seed", split = ",", paramLabel = "N", description = "The same as --set seeds=[N].")
    List<Long> seeds = List.of();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "PyTorch's threads; 1 gives the same bits in every run. The same as --set threads=N.")
    @Nullable Integer threads;

    @Option(
            names = "--width-divisor",
            paramLabel = "N",
            description = "1 for VGGish's own channels, 4 for a quarter. The same as --set network.width_divisor=N.")
    @Nullable Integer divisor;

    @Option(
            names = "--hidden",
            split = ",",
            paramLabel = "N",
            description = "Dense layers before the embedding. The same as --set network.dense=[N].")
    List<Integer> hidden = List.of();

    @Option(
            names = "--batch-norm",
            arity = "1",
            paramLabel = "true|false",
            description = "Normalise after convolutions. The same as --set network.batch_norm=B.")
    @Nullable Boolean batchNorm;

    @Option(names = "--epochs", paramLabel = "N", description = "The same as --set training.epochs=N.")
    @Nullable Integer epochs;

    @Option(names = "--steps", paramLabel = "N", description = "The same as --set training.steps=N.")
    @Nullable Integer steps;

    @Option(names = "--batch", paramLabel = "N", description = "The same as --set training.batch=N.")
    @Nullable Integer batch;

    @Option(
            names = "--pretraining-epochs",
            paramLabel = "N",
            description = "Epochs of learning from the teacher alone. The same as --set training.pretraining_epochs=N.")
    @Nullable Integer pretrainingEpochs;

    @Option(
            names = "--teacher",
            paramLabel = "WINDOWS.csv=PROBABILITIES.npy",
            description = "What a tagger says of the recordings, learnt beside the labels; may be repeated.")
    Map<Path, Path> teachers = new TreeMap<>();

    @Option(
            names = "--start",
            paramLabel = "FILE",
            description = "Weights to begin with: whatever import-weights reads, as wide as the network. The same as"
                    + " --set start.weights=FILE.")
    @Nullable Path start;

    @Option(
            names = "--distil",
            paramLabel = "WORK",
            description =
                    "Learn from the networks of another run over the same recordings and folds, beside the labels:"
                            + " its work folder; may be repeated. The same as --set distil.work=['WORK'].")
    List<Path> distil = List.of();

    @Option(
            names = "--distil-weight",
            paramLabel = "W",
            description = "How much their word counts, 0 to 1; the rest is the label's. The same as --set"
                    + " distil.weight=W.")
    @Nullable Double distilWeight;

    private @Nullable TrainConfig read;
    private @Nullable VggishWeights begun;

    /** The configuration that all of these make; read once. */
    TrainConfig config() throws IOException {
        if (read == null) {
            Map<String, String> all = new LinkedHashMap<>(values);
            put(all, "seeds", seeds.isEmpty() ? null : seeds);
            put(all, "threads", threads);
            put(all, "network.width_divisor", divisor);
            put(all, "network.dense", hidden.isEmpty() ? null : hidden);
            put(all, "network.batch_norm", batchNorm);
            put(all, "training.epochs", epochs);
            put(all, "training.steps", steps);
            put(all, "training.batch", batch);
            put(all, "training.pretraining_epochs", pretrainingEpochs);
            put(all, "start.weights", start == null ? null : quoted(start));
            put(
                    all,
                    "distil.work",
                    distil.isEmpty()
                            ? null
                            : distil.stream().map(RecipeOptions::quoted).toList());
            put(all, "distil.weight", distilWeight);
            read = TrainConfig.read(preset, Optional.ofNullable(config), all);
        }
        return read;
    }

    private static void put(Map<String, String> all, String key, @Nullable Object value) {
        if (value != null) {
            all.put(key, value.toString());
        }
    }

    /** A string as TOML writes it, whatever is in it. */
    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /**
     * The weights to begin with, read once; null for He's.
     *
     * @throws CryException if the file cannot be used, or its weights are of other widths than the network
     */
    @Nullable VggishWeights start() throws IOException {
        TrainConfig c = config();
        if (begun == null && c.start().isPresent()) {
            Path file = c.start().get();
            VggishWeights weights = VggishWeights.read(file);
            if (!weights.fits(c.net().withSounds(0))) {
                throw new CryException(
                        CryErrorCode.MODEL_INCOMPATIBLE,
                        file.getFileName() + " has " + VggishWeights.widths(weights.settings(false, 2))
                                + ", expected those of the network: " + VggishWeights.widths(c.net())
                                + "; make the network as wide (network.width_divisor, network.dense) or begin with others");
            }
            if (weights.fullSize()) {
                SmokeTest smoke = SmokeTest.run(weights);
                LOG.info(
                        "{}: {}, so these are {} weights",
                        file.getFileName(),
                        smoke,
                        smoke.passed() ? "the published" : "other than the published");
            }
            begun = weights;
        }
        return begun;
    }

    /** What the network begins with, for a report. */
    String startDescribed() throws IOException {
        VggishWeights weights = start();
        return weights == null
                ? "He's initialisation"
                : config().start().map(Path::getFileName).orElse(null) + ", sha256 of the weights "
                        + Digests.sha256(weights.values());
    }

    /** Where a seed's networks are in a work folder. */
    Path folder(Path folder, long seed) throws IOException {
        return seed == config().seeds().get(0) ? folder : folder.resolve("seed-" + seed);
    }

    /** From whom the networks of a seed learn beside the labels; null for nobody. */
    @Nullable Parents parents(List<Clip> clips, long seed) throws IOException {
        TrainConfig c = config();
        if (c.parents().isEmpty()) {
            return null;
        }
        List<Path> works = new ArrayList<>();
        for (Path work : c.parents()) {
            works.add(folder(work, seed));
        }
        return new Parents(works, c.parentWeight(), c.frontEnd(), clips);
    }

    /** Checks that the network made of all folds has one to learn from, if the folds' networks have. */
    void requireFinalParent() throws IOException {
        Parents parents = config().parents().isEmpty()
                ? null
                : parents(clips(), config().seeds().get(0));
        if (parents != null) {
            parents.require(Parents.FINAL);
        }
    }

    Recipe recipe() throws IOException {
        Teacher teacher = null;
        if (!teachers.isEmpty()) {
            List<Teacher.Pair> pairs = new ArrayList<>();
            teachers.forEach((windows, probabilities) -> pairs.add(new Teacher.Pair(windows, probabilities)));
            teacher = Teacher.read(pairs);
        }
        TrainConfig c = config();
        TrainSettings training = c.training();
        TrainSettings pretraining = c.pretrainingEpochs() == 0
                ? null
                : training.withLength(c.pretrainingEpochs(), training.stepsPerEpoch(), training.batch());
        return new Recipe(c.net(), pretraining, training, c.augmentation(), c.labels(), teacher, start());
    }

    List<Clip> clips() throws IOException {
        TrainConfig c = config();
        Manifest manifest =
                Manifest.read(manifests).withFolds(c.folds(), c.seeds().get(0));
        return new FeatureStore(work.resolve("features"), c.frontEnd()).load(manifest);
    }

    /** Everything that a network follows from, bar the code. */
    String run(List<Clip> clips, long seed) throws IOException {
        TrainConfig c = config();
        VggishWeights weights = start();
        Parents parents = parents(clips, seed);
        return "seed " + seed + ", threads " + c.threads() + ", " + c.net() + ", " + c.training()
                + ", " + c.augmentation() + ", " + c.frontEnd() + ", pretraining " + c.pretrainingEpochs()
                + ", teachers " + teachers.keySet()
                + (weights == null ? "" : Parents.BEGAN + Digests.sha256(weights.values()))
                + (parents == null
                        ? ""
                        : ", " + parents.described() + (parents.began() ? Parents.BEGAN + "of the parents" : ""))
                + ", data " + digest(clips);
    }

    static String digest(List<Clip> clips) {
        TreeSet<String> rows = new TreeSet<>();
        clips.forEach(c -> rows.add(c.sha256() + " " + c.entry().label() + " "
                + c.entry().fold() + " " + c.entry().cry() + " " + c.entry().segments() + " "
                + c.entry().category()));
        return Digests.sha256(String.join("\n", rows));
    }
}
