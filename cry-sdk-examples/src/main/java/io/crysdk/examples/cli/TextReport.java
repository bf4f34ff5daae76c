package io.crysdk.examples.cli;

import io.crysdk.CryException;
import io.crysdk.CryOutcome;
import io.crysdk.CryResult;
import io.crysdk.ReasonScore;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;

/** Answers for people: a line for each file, its warnings indented below. */
final class TextReport implements Report {
    private final PrintWriter out;
    private final PrintWriter err;
    private final ColorScheme colours;

    TextReport(PrintWriter out, PrintWriter err, ColorScheme colours) {
        this.out = out;
        this.err = err;
        this.colours = colours;
    }

    @Override
    public void answer(String file, CryResult result) {
        String reason = result.reason().map(r -> " " + r).orElse("");
        List<String> details = new ArrayList<>();
        result.cryProbability().ifPresent(p -> details.add("cry " + decimals(p)));
        // What the reason head makes of a sound that is no cry means nothing.
        if (result.outcome() != CryOutcome.NOT_CRY) {
            String verdict = result.outcome() == CryOutcome.UNCERTAIN ? "no reason stands out: " : "";
            details.add(
                    verdict + result.scores().stream().map(TextReport::score).collect(Collectors.joining(", ")));
        }
        if (result.model().personalization().isPresent()) {
            details.add("personal");
        }
        out.println(file + ": " + coloured(result.outcome(), result.outcome() + reason) + "  "
                + String.join("; ", details));
        result.track().filter(track -> track.count() > 1).ifPresent(track -> out.println("  " + track));
        result.warnings().forEach(warning -> out.println("  " + warning));
        out.flush();
    }

    @Override
    public void failure(String file, CryException e) {
        err.println(file + ": " + CryCommand.describe(e));
        err.flush();
    }

    private Text coloured(CryOutcome outcome, String text) {
        Style colour = switch (outcome) {
            case CRY -> Style.fg_red;
            case UNCERTAIN -> Style.fg_yellow;
            case NOT_CRY -> Style.fg_green;
        };
        return colours.apply(text, List.of(Style.bold, colour));
    }

    private static String score(ReasonScore score) {
        return score.reason() + " " + decimals(score.probability());
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
