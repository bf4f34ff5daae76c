package io.crysdk.train;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.ShortClipPolicy;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxRuntime;
import io.crysdk.train.live.SimulateCommand;
import io.crysdk.train.weights.ImportWeightsCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The trainer's command line: cross-validate a recipe, train it on everything and export it, or both in turn.
 *
 * <p>One run at a time: how many threads PyTorch takes is a setting of the whole process.
 *
 * @since 0.1.0
 */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Trains a cry model from labelled recordings.",
        subcommands = {
            TrainCommand.CrossValidate.class,
            TrainCommand.Train.class,
            TrainCommand.Make.class,
            QuantizeCommand.class,
            SynthesizeCommand.class,
            SimulateCommand.class,
            EvaluateCommand.class,
            ImportWeightsCommand.class,
            EvaluatePersonalizationCommand.class
        })
public final class TrainCommand {
    private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

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
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("train: " + e.getMessage());
                    command.getErr().flush();
                    LOG.debug("failed", e);
                    return CommandLine.ExitCode.SOFTWARE;
                })
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

    /** Judges a recipe. */
    @Command(
            name = "crossval",
            mixinStandardHelpOptions = true,
            description = "Trains one network for each fold on the others and writes report.json and report.md.")
    static final class CrossValidate implements Callable<Integer> {
        @Mixin
        RecipeOptions recipe = new RecipeOptions();

        @Option(
                names = "--report",
                defaultValue = "cry-train/report",
                description = "Folder for report.json and report.md. Default: ${DEFAULT-VALUE}.")
        Path report = Path.of("cry-train/report");

        @Option(
                names = "--rungs",
                split = ",",
                paramLabel = "RUNG",
                description =
                        "Judge the reasons on units of crying, divided in one way after the other: group, recording,"
                                + " segment, overlap, oversampled. Without it, the gate on the manifest's folds.")
        List<Rung> rungs = List.of();

        @Option(
                names = "--baselines",
                description = "With --rungs: the baselines alone, which need no PyTorch and take seconds.")
        boolean baselines;

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
        public Integer call() throws IOException {
            if (recipe.config().rungs().isEmpty() && rungs.isEmpty()) {
                say(spec, crossValidate(recipe, report, kinds ? staying : null));
            } else {
                say(spec, climb(recipe, report, rungs, !baselines));
            }
            return 0;
        }
    }

    /** Trains on everything and exports. */
    @Command(
            name = "train",
            mixinStandardHelpOptions = true,
            description = "Trains on all recordings and exports an ONNX file, read as a report says it should be. With"
                    + " ladder.rungs in the configuration, as in the preset paper: the reasons alone, without a gate.")
    static final class Train implements Callable<Integer> {
        @Mixin
        RecipeOptions recipe = new RecipeOptions();

        @Mixin
        Target target = new Target();

        @Option(
                names = "--report",
                defaultValue = "cry-train/report",
                description = "Folder with report.json of the same recipe. Default: ${DEFAULT-VALUE}.")
        Path report = Path.of("cry-train/report");

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            say(
                    spec,
                    recipe.config().rungs().isEmpty()
                            ? train(recipe, target, report)
                            : reasons(recipe).make(read(report), target));
            return 0;
        }
    }

    /** Both. */
    @Command(
            name = "make",
            mixinStandardHelpOptions = true,
            description = "Cross-validates, then trains on all recordings and exports. With ladder.rungs in the"
                    + " configuration, as in the preset paper: the reasons alone, without a gate.")
    static final class Make implements Callable<Integer> {
        @Mixin
        RecipeOptions recipe = new RecipeOptions();

        @Mixin
        Target target = new Target();

        @Option(
                names = "--report",
                defaultValue = "cry-train/report",
                description = "Folder for report.json and report.md. Default: ${DEFAULT-VALUE}.")
        Path report = Path.of("cry-train/report");

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            if (recipe.config().rungs().isEmpty()) {
                recipe.requireFinalParent(); // which is read after hours
                say(spec, crossValidate(recipe, report, null));
                say(spec, train(recipe, target, report));
            } else {
                ReasonModel model = reasons(recipe); // which would rather not be made now than after hours
                say(spec, climb(recipe, report, List.of(), true));
                say(spec, model.make(read(report), target));
            }
            return 0;
        }
    }

    private static String crossValidate(RecipeOptions recipe, Path folder, @Nullable Set<String> stayingKinds)
            throws IOException {
        long begin = System.nanoTime();
        TrainConfig config = recipe.config();
        PyTorch.require(config.threads());
        Recipe how = recipe.recipe();
        List<Clip> clips = recipe.clips();
        if (stayingKinds != null) {
            clips = CategoryFolds.of(clips, stayingKinds);
        }
        SortedMap<Long, CrossValidation.Pooled> bySeed = new TreeMap<>();
        for (long seed : config.seeds()) {
            bySeed.put(
                    seed,
                    new CrossValidation(
                                    config.frontEnd(),
                                    CrossValidation.trained(
                                            how,
                                            recipe.folder(recipe.work, seed),
                                            seed,
                                            recipe.run(clips, seed),
                                            recipe.parents(clips, seed)))
                            .run(clips, seed));
        }
        Judgement judgement = new Judgement(
                bySeed, config.labels(), stayingKinds == null ? Judgement.GROUP_FOLDS : Judgement.KIND_FOLDS);
        ObjectNode run = judgement.json().putObject("run");
        run.put("seeds", config.seeds().toString());
        describe(run, recipe);
        Parents parents = recipe.parents(clips, config.seeds().get(0));
        if (parents != null) {
            run.put("learnt_from", parents.described());
        }
        run.put("data_sha256", RecipeOptions.digest(clips));
        run.put("djl_pytorch", Engine.getInstance().getVersion());
        run.put("seconds", (System.nanoTime() - begin) / 1_000_000_000L);
        Judgement.write(judgement.json(), folder);
        scores(bySeed, recipe.work.resolve("scores.csv"));
        return Judgement.figures(judgement.json());
    }

    static void describe(ObjectNode run, RecipeOptions recipe) throws IOException {
        TrainConfig config = recipe.config();
        run.put("preset", recipe.preset);
        run.put("threads", config.threads());
        run.put("network", config.net().toString());
        run.put("training", config.training().toString());
        run.put("augmentation", config.augmentation().toString());
        run.put("front_end", config.frontEnd().toString());
        run.put("start", recipe.startDescribed());
        for (Path manifest : recipe.manifests) {
            run.put("sha256_of_" + manifest.getFileName(), Digests.sha256(Files.readAllBytes(manifest)));
        }
        run.put("code", CodeVersion.commit());
        run.put("java", Runtime.version().toString());
        run.put("onnxruntime", OnnxRuntime.version());
        run.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        run.put("cores", Runtime.getRuntime().availableProcessors());
    }

    /** The ladder of splits. */
    private static String climb(RecipeOptions recipe, Path folder, List<Rung> asked, boolean networks)
            throws IOException {
        long begin = System.nanoTime();
        TrainConfig config = recipe.config();
        Manifest manifest = Manifest.read(recipe.manifests);
        if (networks) {
            PyTorch.require(config.threads());
        }
        List<Rung> rungs = asked.isEmpty() ? config.rungs() : asked;
        Ladder ladder = ladder(recipe, networks);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("title", "The reasons of crying under every split");
        json.put(
                "notice",
                "The same cries and the same network; only what stands on both sides of the split differs. A figure of a"
                        + " rung says nothing about a baby, or a recording, that the rung does not hold out.");
        json.set("ladder", ladder.run(manifest, rungs, config.seeds(), networks));
        ObjectNode run = json.putObject("run");
        run.put("seeds", config.seeds().toString());
        run.put("folds", config.folds());
        run.put("units_per_recording", config.unitsPerRecording());
        run.put("weighing", config.weighing().toString());
        describe(run, recipe);
        if (networks) {
            run.put("djl_pytorch", Engine.getInstance().getVersion());
        }
        run.put("seconds", (System.nanoTime() - begin) / 1_000_000_000L);
        Judgement.write(json, folder);
        StringJoiner lines = new StringJoiner("\n");
        json.path("ladder").forEach(rung -> lines.add(Ladder.line(rung)));
        return lines.toString();
    }

    private static Ladder ladder(RecipeOptions recipe, boolean networks) throws IOException {
        TrainConfig config = recipe.config();
        if (!config.parents().isEmpty()) {
            throw new IllegalArgumentException("what a parent has its say in is the gate, and rungs judge the reasons:"
                    + " --distil and --rungs exclude each other");
        }
        return new Ladder(
                config.units(networks ? recipe.start() : null),
                config.folds(),
                config.unitsPerRecording(),
                recipe.work);
    }

    /** The maker of a model of the reasons alone, by the first rung of the configuration. */
    private static ReasonModel reasons(RecipeOptions recipe) throws IOException {
        PyTorch.require(recipe.config().threads());
        return new ReasonModel(
                recipe, ladder(recipe, true), recipe.config().rungs().get(0));
    }

    private static ObjectNode read(Path report) throws IOException {
        return (ObjectNode) new ObjectMapper().readTree(Files.readAllBytes(report.resolve("report.json")));
    }

    /** One row a recording and seed, to look closer at what went wrong. */
    private static void scores(SortedMap<Long, CrossValidation.Pooled> bySeed, Path file) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader("path", "part", "category", "is_cry", "fold", "gate_logit", "seed")
                .get();
        WriteAside.write(file, aside -> {
            try (CSVPrinter out = format.print(aside, StandardCharsets.UTF_8)) {
                for (Map.Entry<Long, CrossValidation.Pooled> seed : bySeed.entrySet()) {
                    for (ClipScore score : seed.getValue().scores()) {
                        Manifest.Entry entry = score.clip().entry();
                        out.printRecord(
                                entry.path(),
                                entry.part(),
                                entry.category(),
                                score.clip().cry() ? 1 : 0,
                                entry.fold(),
                                score.gate(),
                                seed.getKey());
                    }
                }
            }
        });
    }

    private static String train(RecipeOptions recipe, Target target, Path report) throws IOException {
        long seed = recipe.config().seeds().get(0);
        PyTorch.require(recipe.config().threads());
        ObjectNode json = read(report);
        Recipe how = recipe.recipe();
        List<Clip> clips = recipe.clips();
        Parents parents = recipe.parents(clips, seed);
        try (VggishNet network =
                Checkpoint.network(recipe.work, "final", recipe.run(clips, seed) + " final", how.net(), progress -> {
                    try (Parents.Parent parent = parents == null ? null : parents.open(Parents.FINAL)) {
                        return how.train("all folds", clips, seed + 1000, progress, parent);
                    }
                })) {
            Map<String, String> learnt = new TreeMap<>(Learnt.metadata(clips));
            if (recipe.start() != null) {
                learnt.put(Learnt.START, recipe.startDescribed());
            } else if (parents != null && parents.began()) {
                learnt.put(Learnt.START, "those that its parents began with");
            }
            if (parents != null) {
                learnt.put(Learnt.PARENTS, parents.described());
            }
            double difference = OnnxExporter.export(
                    network, contract(json, target, recipe, clips), learnt, target.out, windows(clips, seed));
            target.attribute(clips.stream().map(Clip::entry).toList());
            return target.made(difference);
        }
    }

    private static ModelContract contract(ObjectNode report, Target target, RecipeOptions recipe, List<Clip> clips)
            throws IOException {
        TrainConfig config = recipe.config();
        FrontEndSettings frontEnd = config.frontEnd();
        return Judgement.contract(
                report,
                target.id,
                target.version,
                config.labels().stream().map(CryReason::new).toList(),
                new FrontEndSettings(
                        frontEnd.preEmphasis(),
                        frontEnd.zScore(),
                        ShortClipPolicy.ofId(report.at("/chosen/short_clip").asText()),
                        frontEnd.hopFrames()),
                target.licence,
                target.trainingData.isEmpty() ? summary(recipe, clips) : target.trainingData);
    }

    private static String summary(RecipeOptions recipe, List<Clip> clips) throws IOException {
        Map<String, int[]> parts = new TreeMap<>();
        for (Clip clip : clips) {
            parts.computeIfAbsent(clip.entry().part(), p -> new int[2])[clip.cry() ? 0 : 1]++;
        }
        StringJoiner text = new StringJoiner("; ", "Recordings with and without a cry: ", "");
        parts.forEach((part, counts) -> text.add(part + " " + counts[0] + " and " + counts[1]));
        String before = recipe.start() == null ? "" : ". It began with the weights of " + recipe.startDescribed();
        return text + ". Data digest " + RecipeOptions.digest(clips) + before;
    }

    /** One window from each of 64 recordings, and silence. */
    static float[] windows(List<Clip> clips, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return OnnxExporter.patches(
                Stream.generate(() -> clips.get(random.nextInt(clips.size())).logMel()));
    }

    private static void say(CommandSpec spec, String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
