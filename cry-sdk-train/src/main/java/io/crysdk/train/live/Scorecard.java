package io.crysdk.train.live;

import io.crysdk.CryEvent;
import io.crysdk.CryEvent.Cry;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a stream made of a day, beside what was in it. A bout of crying counts as found where a cry that was told overlaps
 * it; a cry that was told more than two seconds away from any bout is a false alarm.
 */
final class Scorecard {
    private static final double TOLERANCE = 2.0;

    private final Day day;
    private final List<Told> told = new ArrayList<>();

    /** A cry that was told. */
    private record Told(double known, double start, double end) {}

    /** Bouts of some kind. */
    private static final class Part {
        int bouts;
        int found;

        void add(boolean wasFound) {
            bouts++;
            found += wasFound ? 1 : 0;
        }

        @Override
        public String toString() {
            return bouts == 0 ? "-" : text("%.3f (%d of %d)", (double) found / bouts, found, bouts);
        }
    }

    private double pending = Double.NaN;

    Scorecard(Day day) {
        this.day = day;
    }

    void add(CryEvent event) {
        if (event instanceof CryStarted started) {
            pending = started.seconds();
        } else if (event instanceof CryEnded ended) {
            Cry cry = ended.cry();
            told.add(new Told(pending, cry.startSeconds(), cry.endSeconds()));
        }
    }

    /** The figures as rows of a Markdown table. */
    String table() {
        List<Double> delays = new ArrayList<>();
        List<Double> starts = new ArrayList<>();
        List<Double> ends = new ArrayList<>();
        Part all = new Part();
        Map<String, Part> parts = new TreeMap<>();
        double crying = 0.0;
        int pieces = 0;
        boolean[] justified = new boolean[told.size()];
        for (Day.Bout bout : day.bouts()) {
            double from = seconds(bout.start());
            double to = seconds(bout.end());
            crying += to - from;
            Told first = null;
            Told last = null;
            for (int i = 0; i < told.size(); i++) {
                Told cry = told.get(i);
                justified[i] |= cry.start < to + TOLERANCE && cry.end > from - TOLERANCE;
                if (cry.start < to && cry.end > from) {
                    first = first == null ? cry : first;
                    last = cry;
                    pieces++;
                }
            }
            all.add(first != null);
            parts.computeIfAbsent(snr(bout.aboveNoise()), key -> new Part()).add(first != null);
            parts.computeIfAbsent(length(to - from), key -> new Part()).add(first != null);
            if (first != null && last != null) {
                delays.add(first.known - from);
                starts.add(first.start - from);
                ends.add(last.end - to);
            }
        }
        Map<String, Integer> alarms = new TreeMap<>();
        int falseAlarms = 0;
        for (int i = 0; i < justified.length; i++) {
            if (!justified[i]) {
                falseAlarms++;
                alarms.merge(day.sound(told.get(i).known), 1, Integer::sum);
            }
        }
        double quietHours = (seconds(day.position()) - crying) / 3600.0;
        StringBuilder out = new StringBuilder();
        row(out, "bouts of crying, minutes of them", text("%d, %.0f", all.bouts, crying / 60));
        row(out, "recall of bouts", all.toString());
        parts.forEach((name, part) -> row(out, "recall, " + name, part.toString()));
        row(out, "cries told for each bout found", text("%.2f", (double) pieces / Math.max(1, all.found)));
        row(out, "false alarms", text("%d, %.2f an hour without crying", falseAlarms, falseAlarms / quietHours));
        row(
                out,
                "what they came from",
                alarms.isEmpty() ? "-" : alarms.toString().replaceAll("[{}]", ""));
        row(out, "from a bout's first cry to `CryStarted`, s of audio: median, 90 %", quantiles(delays, 0.5, 0.9));
        row(out, "`startSeconds` less the truth, s: 10 %, median, 90 %", quantiles(starts, 0.1, 0.5, 0.9));
        row(out, "`endSeconds` less the truth, s: 10 %, median, 90 %", quantiles(ends, 0.1, 0.5, 0.9));
        return out.toString();
    }

    static void row(StringBuilder out, String name, String value) {
        out.append("| ").append(name).append(" | ").append(value).append(" |\n");
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String snr(double aboveNoise) {
        return aboveNoise < 10 ? "under 10 dB above the noise" : aboveNoise < 20 ? "10 to 20 dB" : "20 dB and more";
    }

    private static String length(double seconds) {
        return seconds < 5 ? "bouts under 5 s" : "bouts of 5 s and more";
    }

    private static String quantiles(List<Double> values, double... shares) {
        if (values.isEmpty()) {
            return "-";
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return String.join(
                ", ",
                Arrays.stream(shares)
                        .mapToObj(share -> text("%.2f", sorted[(int) Math.round(share * (sorted.length - 1))]))
                        .toList());
    }

    private static double seconds(long samples) {
        return (double) samples / Day.RATE;
    }
}
