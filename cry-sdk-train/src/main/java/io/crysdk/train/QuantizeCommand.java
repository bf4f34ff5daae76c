package io.crysdk.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.CryReason;
import io.crysdk.ModelId;
import io.crysdk.ModelSource;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Rounds a finished training's networks to 8 bits, and compares them with their parents. Needs no PyTorch. */
@Command(
        name = "quantize",
        mixinStandardHelpOptions = true,
        description = {
            "Rounds the convolutions of a model that 'make' has made to 8 bits.",
            "The networks of its folds, taken from the work folder, are rounded first, each by ranges found on the"
                    + " recordings it had learnt, and judged beside themselves on those it had not. Thresholds and"
                    + " calibration are chosen anew. The model is written only if every figure holds."
        })
final class QuantizeCommand implements Callable<Integer> {
    /** The key of what a model was made smaller from. */
    static final String PARENT = "crysdk.parent";

    /** Between a file and the weights that it should hold; what rounding to a float may make of a probability. */
    private static final double SAME = 1e-4;

    @Mixin
    RecipeOptions recipe = new RecipeOptions();

    @Option(names = "--parent", required = true, paramLabel = "F.onnx", description = "The model that was made.")
    Path parent = Path.of("model.onnx");

    @Option(names = "--out", required = true, paramLabel = "F.onnx", description = "The ONNX file to write.")
    Path out = Path.of("model-int8.onnx");

    @Option(
            names = "--report",
            defaultValue = "cry-train/report-int8",
            description = "Folder for report.json and report.md. Default: ${DEFAULT-VALUE}.")
    Path report = Path.of("cry-train/report-int8");

    @Option(names = "--id", paramLabel = "ID", description = "The new model's. Default: the parent's with -int8.")
    @Nullable String id;

    @Option(names = "--model-version", paramLabel = "V", description = "The new model's. Default: the parent's.")
    @Nullable String version;

    @Option(
            names = "--share",
            defaultValue = "" + ActivationRanges.SHARE,
            paramLabel = "P",
            description = "What share of a layer's values lies within its range. Default: ${DEFAULT-VALUE}.")
    double share;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        try (OnnxModel model = OnnxModel.load(ModelSource.file(parent))) {
            return round(model);
        }
    }

    private int round(OnnxModel model) throws IOException {
        TrainConfig config = recipe.config();
        NetSettings net = config.net();
        ModelContract contract = model.contract();
        List<String> labels = contract.labels().stream().map(CryReason::id).toList();
        if (!labels.equals(config.labels())) {
            throw new IllegalArgumentException(
                    parent + " tells " + labels + " apart, the configuration " + config.labels());
        }
        List<Clip> clips = recipe.clips();
        long seed = config.seeds().get(0);
        String run = recipe.run(clips, seed);
        Map<String, float[]> last = weights("final.ckpt", run + " final");
        check(model, last, TrainCommand.windows(clips, seed));

        CrossValidation.Networks parents = (fold, learnt) ->
                OrtNetwork.load(OnnxGraph.of(net, weights("fold-" + fold + ".ckpt", run + " fold " + fold), contract));
        CrossValidation.Networks rounded = (fold, learnt) -> {
            Map<String, float[]> weights = weights("fold-" + fold + ".ckpt", run + " fold " + fold);
            return OrtNetwork.load(
                    OnnxGraph.int8(net, weights, contract, Map.of(), ranges(contract, weights, learnt, seed + fold)));
        };
        CrossValidation.Pooled before = new CrossValidation(config.frontEnd(), parents).run(clips, seed);
        CrossValidation.Pooled after = new CrossValidation(config.frontEnd(), rounded).run(clips, seed);

        ObjectNode figures = new Judgement(before, labels).json();
        ObjectNode json = new Judgement(after, labels).json();
        json.put("title", "Cross-validation of networks rounded to 8 bits");
        // Both shall hear the same windows.
        ((ObjectNode) json.path("chosen"))
                .put("short_clip", contract.frontEnd().shortClip().id());
        ModelId made = model.info().id();
        ModelContract own = Judgement.contract(
                json,
                id == null ? made.id() + "-int8" : id,
                version == null ? made.version() : version,
                contract.labels(),
                contract.frontEnd(),
                contract.licence(),
                contract.trainingData());
        ObjectNode comparison = Comparison.of(side(own, after, json), side(contract, before, figures));
        comparison.put("model", named(made));
        json.set("parent", comparison);
        ObjectNode described = json.putObject("run");
        described.put("seeds", "[" + seed + "]");
        described.put("share", share);
        TrainCommand.describe(described, recipe);
        described.put("data_sha256", RecipeOptions.digest(clips));
        Judgement.write(json, report);

        PrintWriter lines = spec.commandLine().getOut();
        lines.println(Judgement.figures(json));
        lines.println(report.resolve("report.md"));
        lines.flush();
        List<String> unmet = Comparison.unmet(comparison);
        if (!unmet.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            unmet.forEach(line -> err.println("*** " + line));
            err.println("*** Not every figure holds: " + out + " was not written.");
            err.flush();
            return 1;
        }
        write(model, own, last, clips, seed);
        lines.println(out.getFileName() + ": " + Files.size(out) + " bytes, sha256 "
                + Digests.sha256(Files.readAllBytes(out)));
        lines.flush();
        return 0;
    }

    private static Comparison.Side side(ModelContract contract, CrossValidation.Pooled pooled, ObjectNode figures) {
        return new Comparison.Side(
                contract, pooled.scores().stream().map(ClipScore::said).toList(), figures);
    }

    private ActivationRanges ranges(ModelContract contract, Map<String, float[]> weights, List<Clip> learnt, long seed)
            throws IOException {
        return ActivationRanges.observe(
                recipe.config().net(), weights, contract, ActivationRanges.windows(learnt, seed), share);
    }

    /** Writes the model with everything that its parent says of itself and it does not say otherwise. */
    private void write(OnnxModel model, ModelContract own, Map<String, float[]> weights, List<Clip> clips, long seed)
            throws IOException {
        Map<String, String> more = new TreeMap<>(model.info().metadata());
        more.keySet().removeAll(own.toMetadata().keySet());
        more.put(PARENT, named(model.info().id()));
        byte[] made = OnnxGraph.int8(
                        recipe.config().net(), weights, own, more, ranges(model.contract(), weights, clips, seed))
                .toByteArray();
        WriteAside.write(out, aside -> {
            Files.write(aside, made);
            OnnxModel.load(ModelSource.file(aside)).close();
        });
    }

    private static String named(ModelId made) {
        return made.id() + " " + made.version() + ", sha256 " + made.sha256();
    }

    /** The parent must be what the work folder's last network was exported as: it is named as the parent. */
    private void check(OnnxModel model, Map<String, float[]> weights, float[] patches) throws IOException {
        OnnxModel.Output out = model.run(patches);
        double[] gate = new double[out.probabilities().length];
        double worst = 0.0;
        try (OrtNetwork network = OrtNetwork.load(OnnxGraph.of(recipe.config().net(), weights, model.contract()))) {
            network.logits(patches, gate, new double[gate.length][]);
            for (int i = 0; i < gate.length && model.info().hasGate(); i++) {
                double cry = 1.0 / (1.0 + Math.exp(-gate[i]));
                worst = Math.max(worst, Math.abs(cry - out.cryProbabilities()[i]));
            }
        }
        if (!model.info().hasGate() || worst > SAME) {
            throw new IOException(parent + " is not the model that 'make' made of " + recipe.work.resolve("final.ckpt")
                    + (model.info().hasGate() ? ": their cry probabilities differ by " + worst : ": it has no gate"));
        }
    }

    private Map<String, float[]> weights(String file, String run) throws IOException {
        Path kept = recipe.work.resolve(file);
        return OnnxExporter.fold(
                recipe.config().net(),
                Checkpoint.read(kept, run)
                        .orElseThrow(
                                () -> new IOException(kept + " is not there, or not of this configuration and these"
                                        + " recordings: give the options that 'make' was given")));
    }
}
