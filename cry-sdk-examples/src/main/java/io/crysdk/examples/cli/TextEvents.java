package io.crysdk.examples.cli;

import io.crysdk.CryEvent;
import io.crysdk.CryEvent.AudioGap;
import io.crysdk.CryEvent.Cry;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryEvent.CryUpdated;
import io.crysdk.CryEvent.DeviceLost;
import io.crysdk.CryEvent.FormatChanged;
import io.crysdk.CryEvent.Level;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.ColorScheme;

/** Events for people: a line each, with the time since the beginning. */
final class TextEvents implements Consumer<CryEvent> {
    private final PrintWriter out;
    private final ColorScheme colours;

    TextEvents(PrintWriter out, ColorScheme colours) {
        this.out = out;
        this.colours = colours;
    }

    @Override
    public void accept(CryEvent event) {
        out.println(time(event.seconds()) + "  " + text(event));
        out.flush();
    }

    private String text(CryEvent event) {
        if (event instanceof CryStarted started) {
            return coloured("cry started", Style.fg_red) + " at "
                    + time(started.cry().startSeconds()).strip() + details(started.cry());
        } else if (event instanceof CryUpdated updated) {
            double heard = updated.cry().endSeconds();
            return (heard < updated.seconds() ? "pausing since " + time(heard).strip() : "crying")
                    + details(updated.cry());
        } else if (event instanceof CryEnded ended) {
            Cry cry = ended.cry();
            return coloured("cry ended", Style.fg_green) + " at "
                    + time(cry.endSeconds()).strip() + " after "
                    + format("%.1f s", cry.endSeconds() - cry.startSeconds()) + details(cry);
        } else if (event instanceof Level level) {
            return format("level %.1f dBFS, peak %.4f", level.levelDbfs(), level.peak());
        } else if (event instanceof AudioGap gap) {
            String what = gap.missingSeconds() < 0 ? "the clock was set back by %.2f s" : "%.2f s of audio are missing";
            return format(what, Math.abs(gap.missingSeconds())) + " ("
                    + gap.cause().name().toLowerCase(Locale.ROOT) + ")";
        } else if (event instanceof FormatChanged format) {
            return "now at " + format.sampleRate() + " Hz, channels: " + format.channels();
        } else if (event instanceof DeviceLost lost) {
            return coloured("device lost", Style.fg_yellow) + ": " + lost.message();
        }
        return "end";
    }

    private static String details(Cry cry) {
        String reasons = cry.scores().stream()
                .map(score -> score.reason() + format(" %.2f", score.probability()))
                .collect(Collectors.joining(", "));
        return format("  cry %.2f, %.0f dBFS; ", cry.cryProbability(), cry.levelDbfs())
                + cry.reason().map(reason -> reason + ": ").orElse("no reason stands out: ")
                + reasons;
    }

    private String coloured(String text, IStyle colour) {
        return colours.apply(text, List.of(Style.bold, colour)).toString();
    }

    private static String time(double seconds) {
        long tenths = Math.round(Math.abs(seconds) * 10);
        String sign = seconds < 0 && tenths > 0 ? "-" : "";
        String text =
                format("%s%d:%02d:%02d.%d", sign, tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
        return format("%10s", text);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
