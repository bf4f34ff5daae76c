package io.crysdk.examples.cli;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.ModelInfo;
import io.crysdk.ModelSource;
import io.crysdk.spi.ModelProvider;
import io.crysdk.spi.ModelProvider.InstalledModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cry models}: what is installed, and the card of each model. */
@Command(
        name = "models",
        description = "Lists the installed models, or shows a model's card.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification
final class ModelsCommand implements Callable<Integer> {
    /** The widest installed name is default-float32. */
    private static final String ROW = "%-15s  %-8s  %8s  %10s  %10s  %13s  %-10s  %s%n";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return list();
    }

    @Command(
            description =
                    "Lists the installed models with their size, what they are made from and what they say of themselves.",
            mixinStandardHelpOptions = true)
    int list() {
        PrintWriter out = spec.commandLine().getOut();
        List<InstalledModel> models = ModelProvider.installed();
        if (models.isEmpty()) {
            throw new CryException(
                    CryErrorCode.MODEL_NOT_FOUND,
                    "no models are installed: add the dependency io.crysdk:cry-sdk-models");
        }
        out.printf(
                Locale.ROOT,
                ROW,
                "name",
                "version",
                "file",
                "parameters",
                "a cry from",
                "a reason from",
                "licence",
                "made from");
        StringJoiner more = new StringJoiner(System.lineSeparator());
        boolean failed = false;
        for (InstalledModel model : models) {
            // Only the engine knows what a file is worth, so each is loaded; one that does not load is listed as such.
            try (CryClassifier classifier = CryClassifier.builder()
                    .model(ModelSource.installed(model.name()))
                    .build()) {
                ModelInfo info = classifier.model();
                out.print(row(model.name(), info));
                more.add("")
                        .add(model.name() + " " + info.labels() + " sha256 "
                                + info.id().sha256());
                String figures = info.metadata().getOrDefault("crysdk.figures", "");
                if (!figures.isEmpty()) {
                    more.add(figures);
                }
            } catch (CryException e) {
                failed = true;
                out.println(model.name() + "  " + CryCommand.describe(e));
            }
        }
        out.println(more);
        return failed ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    @Command(
            description = "Shows a model's card: what it was trained on, what it can and cannot do.",
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(
                            paramLabel = "NAME",
                            defaultValue = ModelSource.DEFAULT,
                            description = "An installed model; default: ${DEFAULT-VALUE}.")
                    String name)
            throws IOException {
        List<InstalledModel> models = ModelProvider.installed();
        InstalledModel model = models.stream()
                .filter(installed -> installed.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new CryException(
                        CryErrorCode.MODEL_NOT_FOUND,
                        "no model named '" + name + "' is installed, found "
                                + models.stream().map(InstalledModel::name).toList()));
        spec.commandLine().getOut().println(model.card().stripTrailing());
        return CommandLine.ExitCode.OK;
    }

    private static String row(String name, ModelInfo info) {
        return String.format(
                Locale.ROOT,
                ROW,
                name,
                info.id().version(),
                String.format(Locale.ROOT, "%.1f MB", info.bytes() / 1e6),
                String.format(Locale.ROOT, "%.2f M", info.parameters() / 1e6),
                info.gateThreshold().isPresent()
                        ? String.format(
                                Locale.ROOT, "%.3f", info.gateThreshold().getAsDouble())
                        : "no gate",
                String.format(Locale.ROOT, "%.2f", info.minReasonProbability()),
                info.metadata().getOrDefault("crysdk.licence", ""),
                info.metadata().getOrDefault("crysdk.parent", ""));
    }

    static String describe(ModelInfo info) {
        String gate = info.gateThreshold().isPresent()
                ? String.format(
                        Locale.ROOT, "a cry from %.2f", info.gateThreshold().getAsDouble())
                : "no gate";
        return String.format(
                Locale.ROOT,
                "%s %s  %s  %s, a reason from %.2f  sha256 %s",
                info.id().id(),
                info.id().version(),
                info.labels(),
                gate,
                info.minReasonProbability(),
                info.id().sha256());
    }
}
