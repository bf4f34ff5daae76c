package io.crysdk.train;

import io.crysdk.CryReason;
import io.crysdk.ModelSource;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
                    + " recordings it had learnt, and compared with themselves on those it had not. The model is written"
                    + " only if every figure holds."
        })
final class QuantizeCommand implements Callable<Integer> {
    @Mixin
    RecipeOptions recipe = new RecipeOptions();

    @Option(names = "--parent", required = true, paramLabel = "F.onnx", description = "The model that was made.")
    Path parent = Path.of("model.onnx");

    @Option(names = "--out", required = true, paramLabel = "F.onnx", description = "The ONNX file to write.")
    Path out = Path.of("model-int8.onnx");

    @Option(names = "--report", paramLabel = "F.md", description = "Where to write the comparison.")
    @Nullable Path report;

    @Option(names = "--id", paramLabel = "ID", description = "The new model's. Default: the parent's with -int8.")
    @Nullable String id;

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
        TrainConfig config = recipe.config();
        NetSettings settings = recipe.recipe().net();
        ModelContract contract;
        try (OnnxModel model = OnnxModel.load(ModelSource.file(parent))) {
            contract = model.contract();
        }
        List<String> labels = contract.labels().stream().map(CryReason::id).toList();
        if (!labels.equals(config.labels())) {
            throw new IllegalArgumentException(
                    parent + " tells " + labels + " apart, the configuration " + config.labels());
        }
        List<Clip> clips = recipe.clips();
        long seed = config.seeds().get(0);
        String run = recipe.run(clips, seed);
        Quantization quantization =
                new Quantization(settings, contract, config.frontEnd().hopFrames(), share);
        TreeSet<Integer> folds = new TreeSet<>();
        clips.forEach(clip -> folds.add(clip.entry().fold()));
        for (int fold : folds) {
            quantization.fold(fold, weights(settings, "fold-" + fold + ".ckpt", run + " fold " + fold), clips, seed);
        }
        Quantization.Outcome outcome = quantization.outcome(labels);
        String markdown = outcome.markdown();
        say(markdown);
        if (report != null) {
            WriteAside.write(report, aside -> Files.writeString(aside, markdown, StandardCharsets.UTF_8));
        }
        if (!outcome.met()) {
            say("Not every figure holds: " + out + " was not written.");
            return 1;
        }
        Map<String, float[]> weights = weights(settings, "final.ckpt", run + " final");
        byte[] made = OnnxGraph.int8(
                        settings,
                        weights,
                        named(contract),
                        Learnt.metadata(clips),
                        quantization.ranges(weights, clips, seed))
                .toByteArray();
        WriteAside.write(out, aside -> Files.write(aside, made));
        say(out.getFileName() + ": " + made.length + " bytes, sha256 " + Digests.sha256(made));
        return 0;
    }

    private Map<String, float[]> weights(NetSettings settings, String file, String run) throws IOException {
        Path kept = recipe.work.resolve(file);
        return OnnxExporter.fold(
                settings,
                Checkpoint.read(kept, run)
                        .orElseThrow(
                                () -> new IOException(kept + " is not there, or not of this configuration and these"
                                        + " recordings: give the options that 'make' was given")));
    }

    private ModelContract named(ModelContract c) {
        return new ModelContract(
                id == null ? c.id() + "-int8" : id,
                c.version(),
                c.labels(),
                c.frontEnd(),
                c.gate(),
                c.reasonAggregation(),
                c.temperature(),
                c.minReasonProbability(),
                c.licence(),
                c.trainingData(),
                c.figures());
    }

    private void say(String text) {
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
    }
}
