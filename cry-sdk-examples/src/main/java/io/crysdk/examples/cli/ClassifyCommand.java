package io.crysdk.examples.cli;

import io.crysdk.AudioOptions;
import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import io.crysdk.CryResult;
import io.crysdk.examples.SampleClip;
import io.crysdk.train.console.ProgressLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cry classify}: an answer for each file, in order; a file that fails does not stop the run. */
@Command(
        name = "classify",
        description = "Says of each file whether a baby cries in it, and why it may.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification
final class ClassifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ParentCommand
    private CryCommand cry;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private PersonalOptions personal = new PersonalOptions();

    @Mixin
    private FileOptions reading = new FileOptions();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Option(names = "--sample", description = "Classify the bundled clip, a synthesised cry, first.")
    private boolean sample;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Audio or video files.")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() {
        if (files.isEmpty() && !sample) {
            throw new ParameterException(spec.commandLine(), "Name a file, or give --sample");
        }
        AudioOptions options = reading.audio();
        List<Question> questions = new ArrayList<>();
        if (sample) {
            questions.add(
                    new Question(SampleClip.NAME, (classifier, progress) -> classifier.classify(SampleClip.load())));
        }
        for (Path file : files) {
            questions.add(new Question(
                    file.toString(),
                    (classifier, progress) -> classifier.classify(file, options.withProgress(progress::part))));
        }
        CommandLine command = spec.commandLine();
        Report report = json
                ? new JsonReport(command.getOut())
                : new TextReport(command.getOut(), command.getErr(), command.getColorScheme());
        return answer(questions, report);
    }

    private int answer(List<Question> questions, Report report) {
        boolean failed = false;
        try (CryClassifier loaded = engine.open();
                ProgressLine progress = ProgressLine.files("classify", questions.size())) {
            CryClassifier classifier = personal.over(loaded, spec.commandLine().getErr());
            for (Question question : questions) {
                try {
                    CryResult result = question.ask.apply(classifier, progress);
                    progress.clear();
                    report.answer(question.file, result);
                } catch (CryException e) {
                    failed = true;
                    progress.clear();
                    report.failure(question.file, e);
                    cry.trace(e, spec.commandLine().getErr());
                }
                progress.step();
                if (spec.commandLine().getOut().checkError()) {
                    // Nobody reads on, as with a pipe into head.
                    return CommandLine.ExitCode.SOFTWARE;
                }
            }
        }
        return failed ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private record Question(String file, BiFunction<CryClassifier, ProgressLine, CryResult> ask) {}
}
