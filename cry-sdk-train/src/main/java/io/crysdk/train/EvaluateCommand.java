package io.crysdk.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.ModelInfo;
import io.crysdk.ModelSource;
import io.crysdk.onnx.OnnxModel;
import io.crysdk.onnx.OnnxRuntime;
import io.crysdk.spi.ModelProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Judges a finished model on recordings with labels. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description =
                "Judges a model on labelled recordings as it would answer them, and writes report.json, report.md and"
                        + " plots. Needs no PyTorch.")
final class EvaluateCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = ModelSource.DEFAULT,
            description = "An installed model's name or an ONNX file. Default: ${DEFAULT-VALUE}.")
    private String model = ModelSource.DEFAULT;

    @Option(
            names = "--parent",
            paramLabel = "M",
            description =
                    "The model that this one was made smaller from: both hear the same windows, and the report says what"
                            + " changed.")
    private @Nullable String parent;

    @Option(
            names = "--manifest",
            required = true,
            split = ",",
            description = "CSV files with path, label or class, group, is_cry; folds are not needed.")
    private List<Path> manifests = List.of();

    @Option(names = "--fold", description = "Only the rows of this fold, for a model that was trained on the others.")
    private @Nullable Integer fold;

    @Option(
            names = "--split",
            paramLabel = "TEXT",
            description = "What these recordings are to the model, in your words, for the report.")
    private @Nullable String split;

    @Option(
            names = "--report",
            defaultValue = "cry-evaluation",
            description = "Folder for the report. Default: ${DEFAULT-VALUE}.")
    private Path report = Path.of("cry-evaluation");

    @Option(
            names = "--noise",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Also judge the cries under the other sounds at -5 to 20 dB. Default: ${DEFAULT-VALUE}.")
    private boolean noise;

    @Option(names = "--threads", defaultValue = "1", description = "Recordings at once. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        long begin = System.nanoTime();
        if (threads < 1 || threads > 64) {
            throw new IllegalArgumentException("threads are 1 to 64, found " + threads);
        }
        Manifest manifest = Manifest.read(manifests);
        List<Manifest.Entry> entries = manifest.entries().stream()
                .filter(e -> e.usable() && (fold == null || e.fold() == fold))
                .toList();
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("no usable row of "
                    + manifests
                    + (fold == null ? "" : " in fold " + fold)
                    + " is left: every row is disputed or neither cry nor not");
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        try (OnnxModel loaded = OnnxModel.load(source(model))) {
            ModelInfo info = loaded.info();
            json.put("title", "Evaluation of " + info.id());
            json.put("split", split());
            Evaluation evaluation = new Evaluation(loaded, threads, noise);
            List<Evaluation.Heard> heard = evaluation.hear(entries);
            json.setAll(evaluation.judge(heard));
            if (parent != null) {
                json.set("parent", compare(evaluation, heard, json, entries, parent));
            }
            describe(json.putObject("run"), loaded, entries.size());
            scores(evaluation, info, heard);
        }
        ((ObjectNode) json.path("run")).put("seconds", (System.nanoTime() - begin) / 1_000_000_000L);
        Judgement.write(json, report);
        PrintWriter out = spec.commandLine().getOut();
        if (json.hasNonNull("notice")) {
            spec.commandLine().getErr().println("*** " + json.path("notice").asText());
            spec.commandLine().getErr().flush();
        }
        out.println(summary(json));
        out.println(report.resolve("report.md"));
        out.flush();
        return 0;
    }

    private ObjectNode compare(
            Evaluation evaluation,
            List<Evaluation.Heard> heard,
            ObjectNode figures,
            List<Manifest.Entry> entries,
            String name)
            throws IOException {
        try (OnnxModel loaded = OnnxModel.load(source(name))) {
            Evaluation other = new Evaluation(loaded, threads, noise);
            List<Evaluation.Heard> parentHeard = other.hear(entries);
            ObjectNode json =
                    Comparison.of(side(evaluation, heard, figures), side(other, parentHeard, other.judge(parentHeard)));
            json.put("model", loaded.info().id().toString());
            return json;
        }
    }

    private static Comparison.Side side(Evaluation evaluation, List<Evaluation.Heard> heard, ObjectNode figures) {
        return new Comparison.Side(
                evaluation.contract(),
                heard.stream().map(Evaluation.Heard::said).toList(),
                figures);
    }

    /** One row a recording, to look closer at what went wrong. */
    private void scores(Evaluation evaluation, ModelInfo info, List<Evaluation.Heard> heard) throws IOException {
        List<String> header = new ArrayList<>(List.of("path", "group", "is_cry", "label", "cry_probability"));
        info.labels().forEach(label -> header.add(label.id()));
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader(header.toArray(String[]::new))
                .get();
        WriteAside.write(report.resolve("scores.csv"), aside -> {
            try (CSVPrinter out = format.print(aside, StandardCharsets.UTF_8)) {
                for (Evaluation.Heard h : heard) {
                    Manifest.Entry entry = h.entry();
                    List<Object> row = new ArrayList<>(List.of(
                            entry.path(), entry.group(), entry.cry() == Manifest.Cry.YES ? 1 : 0, entry.label()));
                    double cry = evaluation.cryProbability(h);
                    row.add(Double.isNaN(cry) ? "" : text("%.6f", cry));
                    for (double p : evaluation.reasons(h)) {
                        row.add(text("%.6f", p));
                    }
                    out.printRecord(row);
                }
            }
        });
    }

    private String split() {
        String rows = fold == null ? "all usable rows of the manifest" : "the manifest's fold " + fold;
        return split == null ? rows : split + " (" + rows + ")";
    }

    private static ModelSource source(String model) {
        boolean installed = ModelProvider.installed().stream()
                .anyMatch(known -> known.name().equals(model));
        boolean file = Files.exists(Path.of(model)) || model.endsWith(".onnx") || model.contains("/");
        return !installed && file ? ModelSource.file(Path.of(model)) : ModelSource.installed(model);
    }

    private void describe(ObjectNode run, OnnxModel loaded, int recordings) throws IOException {
        ModelInfo info = loaded.info();
        run.put("model", info.id().id());
        run.put("model_version", info.id().version());
        run.put("model_sha256", info.id().sha256());
        run.put("model_says_it_learnt", loaded.contract().trainingData());
        run.put("model_says_of_itself", loaded.contract().figures());
        run.put("front_end", loaded.contract().frontEnd().toString());
        run.put("recordings", recordings);
        for (Path manifest : manifests) {
            run.put("sha256_of_" + manifest.getFileName(), Digests.sha256(Files.readAllBytes(manifest)));
        }
        run.put("code", CodeVersion.commit());
        run.put("java", Runtime.version().toString());
        run.put("onnxruntime", OnnxRuntime.version());
        run.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        run.put("cores", Runtime.getRuntime().availableProcessors());
        run.put("threads", threads);
    }

    /** The main figures, each with its interval. */
    private static String summary(ObjectNode json) {
        StringBuilder out = new StringBuilder();
        if (json.path("gate").isObject()) {
            out.append(figure(json, "gate AUC", "/gate/auc"))
                    .append(figure(json, "recall at 1 % false alarms", "/gate/recall_at_1_percent_false_alarms"))
                    .append(figure(json, "recall at the model's threshold", "/gate/at_threshold/recall"))
                    .append(figure(json, "false alarms there", "/gate/at_threshold/false_alarms"));
        }
        if (json.path("reasons").isObject()) {
            out.append(figure(json, "reasons: accuracy", "/reasons/figures/accuracy"))
                    .append(text(
                                    " (always the commonest: %.4f)%n",
                                    json.at("/reasons/figures/accuracy/majority")
                                            .asDouble())
                            .stripLeading())
                    .append(figure(json, "reasons: UAR", "/reasons/figures/uar"));
        }
        if (json.path("parent").isObject()) {
            out.append(text(
                    "beside its parent: the same top label in %.2f %% of %d windows, a reason differs by at most %.2g, the cry"
                            + " probability by %.2g%n",
                    100 * json.at("/parent/same_top_label").asDouble(),
                    json.at("/parent/windows").asLong(),
                    json.at("/parent/largest_difference_of_a_reason").asDouble(),
                    json.at("/parent/largest_difference_of_the_cry_probability").asDouble()));
        }
        return out.toString().stripTrailing();
    }

    private static String figure(ObjectNode json, String name, String path) {
        return text(
                "%s: %.4f (%.4f to %.4f)%n",
                name,
                json.at(path + "/value").asDouble(),
                json.at(path + "/low").asDouble(),
                json.at(path + "/high").asDouble());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
