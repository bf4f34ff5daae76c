package io.crysdk.examples.cli;

import io.crysdk.Personalization;
import io.crysdk.Personalization.Figures;
import io.crysdk.Personalization.Protocol;
import io.crysdk.Personalization.Score;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What was learnt of a baby, for people. */
final class PersonalizationText implements PersonalizationReport {
    private final PrintWriter out;

    PersonalizationText(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void shown(Path file, Personalization p) {
        String clips = IntStream.range(0, p.labels().size())
                .filter(k -> p.clips().get(k) > 0)
                .mapToObj(k -> p.labels().get(k) + " " + p.clips().get(k))
                .collect(Collectors.joining(", "));
        out.println(file + ": " + p.verdict() + ", from " + clips);
        p.figures().ifPresent(this::figures);
        out.println(
                switch (p.verdict()) {
                    case LEARNT ->
                        text("It is applied, and a reason named from a probability of %.2f.", p.minReasonProbability());
                    case NO_BETTER ->
                        "It is no better than one of these, so the model answers alone; --even-if-no-better applies it.";
                    case TOO_FEW ->
                        "These are too few clips, labels or episodes to tell, so the model answers alone; --even-if-no-better"
                                + " applies it.";
                });
        out.println(text("%d bytes for the model %s", p.toBytes().length, p.model()));
        out.flush();
    }

    private void figures(Figures f) {
        out.println(text(
                "Judged on %d clips, %s:",
                f.judged(),
                f.protocol() == Protocol.FORWARD_IN_TIME
                        ? "each knowing only earlier ones of " + f.episodes() + " episodes of crying"
                        : "each knowing all others; without times that promises too much if some are of one crying"));
        out.println("                     right  log loss");
        row("what was learnt", f.personal());
        row("the model alone", f.generic());
        row("the commonest label", f.commonest());
        f.lastLabel().ifPresent(last -> row("the last label", last));
    }

    private void row(String name, Score score) {
        out.println(text("%-20s  %.2f      %.2f", name, score.accuracy(), score.logLoss()));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
