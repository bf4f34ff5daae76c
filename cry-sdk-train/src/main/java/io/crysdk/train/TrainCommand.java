package io.crysdk.train;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.ShortClipPolicy;
import io.crysdk.onnx.GateAggregation;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxRuntime;
import io.crysdk.onnx.ReasonAggregation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The trainer's command line: cross-validate a recipe, train it on everything and export it, or both in turn. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Trains a cry model from labelled recordings.",
        subcommands = {TrainCommand.CrossValidate.class, TrainCommand.Train.class, TrainCommand.Make.class})
public final class TrainCommand {
    private static final List<String> LABELS =
            List.of(CryReason.HUNGER.id(), CryReason.BOREDOM.id(), CryReason.TIREDNESS.id(), CryReason.DISCOMFORT.id());

    private TrainCommand() {}

    /**
     * Runs the command.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /**
     * Runs the command without leaving the virtual machine.
     *
     * @param args see {@code --help}
     * @return 0 where all went well
     */
    public static int run(String... args) {
        return new CommandLine(new TrainCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    /**
     * Makes every subcommand of the trainer one of another command.
     *
     * @param command where they go
     */
    public static void addTo(CommandLine command) {
        new CommandLine(new TrainCommand())
                .getSubcommands()
                .forEach((name, subcommand) -> command.addSubcommand(name, subcommand));
    }

    /** What every subcommand needs to know. */
    static final class RecipeOptions {
        @Option(
                names = "--manifest",
                required = true,
                split = ",",
                description = "CSV files with path, label or class, group, fold, is_cry, segments, use.")
        List<Path> manifests = List.of();

        @Option(
                names = "--work",
                required = true,
                description = "Folder for features and unfinished work; may be deleted at any time.")
        Path work = Path.of(".");

        @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
        long seed;

        @Option(
                names = "--threads",
                defaultValue = "2",
                description = "PyTorch's threads; 1 gives the same bits in every run. Default: ${DEFAULT-VALUE}.")
        int threads;

        @Option(
                names = "--width-divisor",
                defaultValue = "4",
                description = "1 for VGGish's own channels, 4 for a quarter. Default: ${DEFAULT-VALUE}.")
        int divisor;

        @Option(
                names = "--hidden",
                split = ",",
                defaultValue = "512",
                description = "Dense layers before the embedding; VGGish: 4096,4096. Default: ${DEFAULT-VALUE}.")
        List<Integer> hidden = List.of();

        @Option(
                names = "--batch-norm",
                defaultValue = "true",
                arity = "1",
                description = "Normalise after convolutions. Default: ${DEFAULT-VALUE}.")
        boolean batchNorm;

        @Option(names = "--epochs", defaultValue = "18", description = "Default: ${DEFAULT-VALUE}.")
        int epochs;

        @Option(
                names = "--teacher",
                paramLabel = "WINDOWS.csv=PROBABILITIES.npy",
                description = "What a tagger says of the recordings, learnt beside the labels; may be repeated.")
        Map<Path, Path> teachers = new TreeMap<>();

        @Option(
                names = "--pretraining-epochs",
                defaultValue = "0",
                description = "Epochs of learning from the teacher alone. Default: ${DEFAULT-VALUE}.")
        int pretrainingEpochs;

        @Option(names = "--steps", defaultValue = "67", description = "Batches in an epoch. Default: ${DEFAULT-VALUE}.")
        int steps;

        @Option(names = "--batch", defaultValue = "64", description = "Patches in a batch. Default: ${DEFAULT-VALUE}.")
        int batch;

        NetSettings net() {
            return NetSettings.vggish(divisor, hidden, batchNorm, LABELS.size());
        }

        TrainSettings training() {
            return TrainSettings.DEFAULT.withLength(epochs, steps, batch);
        }

        Recipe recipe() throws IOException {
            Teacher teacher = null;
            if (!teachers.isEmpty()) {
                List<Teacher.Pair> pairs = new ArrayList<>();
                teachers.forEach((windows, probabilities) -> pairs.add(new Teacher.Pair(windows, probabilities)));
                teacher = Teacher.read(pairs);
            }
            TrainSettings pretraining =
                    pretrainingEpochs == 0 ? null : training().withLength(pretrainingEpochs, steps, batch);
            return new Recipe(net(), pretraining, training(), AugmentationSettings.DEFAULT, LABELS, teacher);
        }

        List<Clip> clips() throws IOException {
            return new FeatureStore(work.resolve("features"), FrontEndSettings.PLAIN).load(Manifest.read(manifests));
        }

        /** Everything that a network follows from, bar the code. */
        String run(List<Clip> clips) {
            return "seed " + seed + ", threads " + threads + ", " + net() + ", " + training() + ", pretraining "
                    + pretrainingEpochs + ", teachers " + teachers.keySet() + ", data " + digest(clips);
        }

        static String digest(List<Clip> clips) {
            TreeSet<String> rows = new TreeSet<>();
            clips.forEach(c -> rows.add(c.sha256() + " " + c.entry().label() + " "
                    + c.entry().fold() + " " + c.entry().cry() + " " + c.entry().segments() + " "
                    + c.entry().category()));
            return Digests.sha256(String.join("\n", rows));
        }
    }

    /** Judges a recipe. */
    @Command(
            name = "crossval",
            mixinStandardHelpOptions = true,
            description = "Trains one network for each fold on the others and writes report.json and report.md.")
    static final class CrossValidate implements Runnable {
        @Mixin
        RecipeOptions recipe = new RecipeOptions();

        @Option(names = "--report", required = true, description = "Folder for report.json and report.md.")
        Path report = Path.of(".");

        @Option(
                names = "--leave-out-kinds",
                description =
                        "Leave whole kinds of sound out in turn, beside the groups: how sounds never met are judged.")
        boolean kinds;

        @Option(
                names = "--kinds-that-stay",
                split = ",",
                description = "Kinds that are a place or a phone rather than a sound: divided by groups as ever.")
        Set<String> staying = Set.of();

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            checked(() -> say(
                    spec, crossValidate(recipe, report, clips -> kinds ? CategoryFolds.of(clips, staying) : clips)));
        }
    }

    /** Trains on everything and exports. */
    @Command(
            name = "train",
            mixinStandardHelpOptions = true,
            description = "Trains on all recordings and exports an ONNX file, read as a report says it should be.")
    static final class Train implements Runnable {
        @Mixin
        RecipeOptions recipe = new RecipeOptions();

        @Mixin
        Target target = new Target();

        @Option(names = "--report", required = true, description = "Folder with report.json of the same recipe.")
        Path report = Path.of(".");

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            checked(() -> say(spec, train(recipe, target, report)));
        }
    }

    /** Both. */
    @Command(
            name = "make",
            mixinStandardHelpOptions = true,
            description = "Cross-validates, then trains on all recordings and exports.")
    static final class Make implements Runnable {
        @Mixin
        RecipeOptions recipe = new RecipeOptions();

        @Mixin
        Target target = new Target();

        @Option(names = "--report", required = true, description = "Folder for report.json and report.md.")
        Path report = Path.of(".");

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            checked(() -> {
                say(spec, crossValidate(recipe, report, UnaryOperator.identity()));
                say(spec, train(recipe, target, report));
            });
        }
    }

    /** What is exported, and as what. */
    static final class Target {
        @Option(names = "--out", required = true, description = "The ONNX file.")
        Path out = Path.of("model.onnx");

        @Option(names = "--attribution", description = "Markdown file for the authors of the recordings.")
        @org.jspecify.annotations.Nullable Path attribution;

        @Option(names = "--id", defaultValue = "default", description = "Default: ${DEFAULT-VALUE}.")
        String id = "";

        @Option(names = "--model-version", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
        String version = "";

        @Option(names = "--licence", defaultValue = "Apache-2.0", description = "Default: ${DEFAULT-VALUE}.")
        String licence = "";

        @Option(
                names = "--training-data",
                defaultValue = "",
                description = "What to say of the recordings; counts where empty.")
        String trainingData = "";
    }

    private static String crossValidate(RecipeOptions recipe, Path folder, UnaryOperator<List<Clip>> folds)
            throws IOException {
        long begin = System.nanoTime();
        PyTorch.require(recipe.threads);
        List<Clip> clips = folds.apply(recipe.clips());
        CrossValidation validation =
                new CrossValidation(recipe.recipe(), recipe.work, FrontEndSettings.PLAIN.hopFrames());
        CrossValidation.Pooled pooled = validation.run(clips, recipe.seed, recipe.run(clips));
        Judgement judgement = new Judgement(pooled, LABELS);
        ObjectNode run = judgement.json().putObject("run");
        run.put("seed", recipe.seed);
        run.put("threads", recipe.threads);
        run.put("network", recipe.net().toString());
        run.put("training", recipe.training().toString());
        run.put("data_sha256", RecipeOptions.digest(clips));
        for (Path manifest : recipe.manifests) {
            run.put("sha256_of_" + manifest.getFileName(), Digests.sha256(Files.readAllBytes(manifest)));
        }
        run.put("java", Runtime.version().toString());
        run.put("djl_pytorch", Engine.getInstance().getVersion());
        run.put("onnxruntime", OnnxRuntime.version());
        run.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        run.put("cores", Runtime.getRuntime().availableProcessors());
        run.put("seconds", (System.nanoTime() - begin) / 1_000_000_000L);
        Judgement.write(judgement.json(), folder);
        scores(pooled, recipe.work.resolve("scores.csv"));
        return Judgement.figures(judgement.json());
    }

    /** One row a recording, to look closer at what went wrong. */
    private static void scores(CrossValidation.Pooled pooled, Path file) throws IOException {
        StringBuilder out = new StringBuilder("path,part,category,is_cry,fold,gate_logit\n");
        for (ClipScore score : pooled.scores()) {
            Manifest.Entry entry = score.clip().entry();
            out.append(entry.path())
                    .append(',')
                    .append(entry.part())
                    .append(',')
                    .append(entry.category());
            out.append(',').append(score.clip().cry() ? 1 : 0).append(',').append(entry.fold());
            out.append(',').append(score.gate()).append('\n');
        }
        WriteAside.write(file, aside -> Files.writeString(aside, out, StandardCharsets.UTF_8));
    }

    private static String train(RecipeOptions recipe, Target target, Path report) throws IOException {
        PyTorch.require(recipe.threads);
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(Files.readAllBytes(report.resolve("report.json")));
        List<Clip> clips = recipe.clips();
        Path kept = recipe.work.resolve("final.ckpt");
        String run = recipe.run(clips) + " final";
        Optional<Map<String, float[]>> before = Checkpoint.read(kept, run);
        Recipe how = recipe.recipe();
        Trainer.Progress progress = new Trainer.Progress(recipe.work.resolve("final.part"), run);
        VggishNet network = before.isPresent()
                ? VggishNet.create(how.net(), new SplittableRandom(recipe.seed))
                : how.train("all folds", clips, recipe.seed + 1000, progress);
        try (network) {
            if (before.isPresent()) {
                network.load(before.get());
            } else {
                Checkpoint.write(kept, run, network.state());
                progress.done();
            }
            double difference = OnnxExporter.export(
                    network, contract(json, target, clips), target.out, windows(clips, recipe.seed));
            if (target.attribution != null) {
                String markdown =
                        Attribution.markdown(clips.stream().map(Clip::entry).toList());
                WriteAside.write(
                        target.attribution, aside -> Files.writeString(aside, markdown, StandardCharsets.UTF_8));
            }
            return target.out.getFileName() + ": " + Files.size(target.out) + " bytes, sha256 "
                    + Digests.sha256(Files.readAllBytes(target.out))
                    + ", ONNX Runtime and the trainer differ by at most "
                    + difference;
        }
    }

    private static ModelContract contract(ObjectNode report, Target target, List<Clip> clips) {
        FrontEndSettings plain = FrontEndSettings.PLAIN;
        return new ModelContract(
                target.id,
                target.version,
                LABELS.stream().map(CryReason::new).toList(),
                new FrontEndSettings(
                        plain.preEmphasis(),
                        plain.zScore(),
                        ShortClipPolicy.ofId(report.at("/chosen/short_clip").asText()),
                        plain.hopFrames()),
                new GateContract(
                        GateAggregation.TOP3_MEAN,
                        report.at("/chosen/gate_slope").asDouble(),
                        report.at("/chosen/gate_offset").asDouble(),
                        report.at("/chosen/gate_threshold").asDouble()),
                ReasonAggregation.CRY_WEIGHTED_MEAN,
                report.at("/chosen/reason_temperature").asDouble(),
                report.at("/chosen/reason_min_probability").asDouble(),
                target.licence,
                target.trainingData.isEmpty() ? summary(clips) : target.trainingData,
                Judgement.figures(report));
    }

    private static String summary(List<Clip> clips) {
        Map<String, int[]> parts = new TreeMap<>();
        for (Clip clip : clips) {
            parts.computeIfAbsent(clip.entry().part(), p -> new int[2])[clip.cry() ? 0 : 1]++;
        }
        StringJoiner text = new StringJoiner("; ", "Recordings with and without a cry: ", "");
        parts.forEach((part, counts) -> text.add(part + " " + counts[0] + " and " + counts[1]));
        return text + ". Data digest " + RecipeOptions.digest(clips);
    }

    /** One window from each of 64 recordings, and silence. */
    private static float[] windows(List<Clip> clips, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = 64;
        float[] patches = new float[(count + 1) * Augmentation.PATCH];
        for (int i = 0; i < count; i++) {
            float[] logMel = clips.get(random.nextInt(clips.size())).logMel();
            System.arraycopy(logMel, 0, patches, i * Augmentation.PATCH, Augmentation.PATCH);
        }
        Augmentation.toLogMel(new float[Augmentation.PATCH], patches, count * Augmentation.PATCH);
        return patches;
    }

    /** Work that may fail to read or write. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void checked(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void say(CommandSpec spec, String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
