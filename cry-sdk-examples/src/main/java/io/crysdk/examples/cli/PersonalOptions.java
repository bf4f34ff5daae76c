package io.crysdk.examples.cli;

import io.crysdk.CryClassifier;
import io.crysdk.Personalization;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that may answer for one baby. */
final class PersonalOptions {
    @Option(
            names = "--personalization",
            paramLabel = "F",
            description = "Answer for one baby: a file that 'cry personalize' wrote. Applied if it is worth it.")
    private @Nullable Path file;

    @Option(names = "--even-if-no-better", description = "Apply the personalization whatever its verdict.")
    private boolean always;

    /** Returns the classifier, or a view of it that knows the baby. The view need not be closed. */
    CryClassifier over(CryClassifier classifier, PrintWriter err) {
        if (file == null) {
            return classifier;
        }
        Personalization personalization = Personalization.read(file);
        if (!always && personalization.verdict() != Personalization.Verdict.LEARNT) {
            err.println(file + " is not applied, the model answers alone: " + personalization);
            err.flush();
        }
        return classifier.withPersonalization(
                personalization, always ? Personalization.Use.ALWAYS : Personalization.Use.IF_LEARNT);
    }
}
