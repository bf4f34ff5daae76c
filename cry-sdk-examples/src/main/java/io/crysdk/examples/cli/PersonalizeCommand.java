package io.crysdk.examples.cli;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import io.crysdk.CryOutcome;
import io.crysdk.CryResult;
import io.crysdk.Personalization;
import io.crysdk.Personalizer;
import io.crysdk.train.console.ProgressLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cry personalize}: learns one baby from labelled clips, or shows what was learnt. */
@Command(
        name = "personalize",
        description = "Learns one baby from 5 labelled clips or more, and says whether it was worth it.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification
final class PersonalizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ParentCommand
    private CryCommand cry;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(names = "--out", paramLabel = "F", description = "Where to write what was learnt, for example baby.cryp.")
    private @Nullable Path out;

    @Option(
            names = "--file-times",
            description = "With a folder: the clips were recorded when their files were last changed.")
    private boolean fileTimes;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    /** One of three. */
    static final class Source {
        @Option(
                names = "--manifest",
                paramLabel = "CSV",
                description = "The clips: columns path, label and, better with it, time (2026-01-05T06:30).")
        @Nullable Path manifest;

        @Parameters(
                paramLabel = "FOLDER",
                arity = "0..1",
                description = "The clips: a folder in it for each label, named as the label.")
        @Nullable Path folder;

        @Option(names = "--show", paramLabel = "F", description = "Only show what was learnt before.")
        @Nullable Path show;
    }

    @Override
    public Integer call() throws IOException {
        if (source.show != null) {
            Personalization shown = Personalization.read(source.show);
            report().shown(source.show, shown);
            return CommandLine.ExitCode.OK;
        }
        if (out == null) {
            throw new ParameterException(spec.commandLine(), "Say with --out where to write what is learnt");
        }
        List<LabelledFiles.Labelled> files = source.manifest != null
                ? LabelledFiles.manifest(source.manifest)
                : LabelledFiles.folders(Objects.requireNonNull(source.folder), fileTimes);
        if (files.size() > Personalizer.MAX_CLIPS) {
            throw new IOException("there are " + files.size() + " labelled clips: at most " + Personalizer.MAX_CLIPS
                    + " are learnt from, so leave out the oldest");
        }
        return learn(files, out);
    }

    private int learn(List<LabelledFiles.Labelled> files, Path to) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        int failed = 0;
        try (CryClassifier classifier = engine.open();
                ProgressLine progress = ProgressLine.files("personalize", files.size())) {
            Personalizer personalizer = classifier.personalizer();
            for (LabelledFiles.Labelled file : files) {
                try {
                    CryResult alone = add(personalizer, file);
                    progress.clear();
                    if (alone.outcome() == CryOutcome.NOT_CRY) {
                        err.println(file.file() + ": the model hears no cry in it: " + alone);
                    }
                } catch (CryException e) {
                    failed++;
                    progress.clear();
                    err.println(file.file() + ": " + CryCommand.describe(e));
                    cry.trace(e, err);
                }
                err.flush();
                progress.step();
            }
            if (personalizer.clips() < Personalizer.MIN_CLIPS) {
                throw new IOException("there are " + personalizer.clips() + " labelled clips that can be read: "
                        + Personalizer.MIN_CLIPS + " or more are needed");
            }
            Personalization learnt = personalizer.learn();
            learnt.write(to);
            report().shown(to, learnt);
        }
        return failed == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static CryResult add(Personalizer personalizer, LabelledFiles.Labelled file) {
        AudioClip clip = AudioClip.read(file.file());
        return file.recorded().isPresent()
                ? personalizer.add(clip, file.reason(), file.recorded().get())
                : personalizer.add(clip, file.reason());
    }

    private PersonalizationReport report() {
        PrintWriter to = spec.commandLine().getOut();
        return json ? new JsonReport(to) : new PersonalizationText(to);
    }
}
