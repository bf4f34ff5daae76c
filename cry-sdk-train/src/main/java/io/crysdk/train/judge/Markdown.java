package io.crysdk.train.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** A report for people, made of nothing but what its JSON says. */
final class Markdown {
    private final JsonNode report;
    private final Map<String, String> pictures;
    private final StringBuilder out = new StringBuilder();

    private Markdown(JsonNode report, Map<String, String> pictures) {
        this.report = report;
        this.pictures = pictures;
    }

    /**
     * Writes the report.
     *
     * @param report what {@link Report} writes as JSON
     * @param pictures file names by what they show
     * @return Markdown
     */
    static String of(JsonNode report, Map<String, String> pictures) {
        return new Markdown(report, pictures).write();
    }

    private String write() {
        line("# " + report.path("title").asText("Judgement"));
        if (report.hasNonNull("notice")) {
            line("");
            line("> **" + report.path("notice").asText() + "**");
        }
        howToRead();
        if (report.path("gate").isObject()) {
            heading("Is it a cry?");
            gate(report.path("gate"), "gate");
        }
        report.path("gates").properties().forEach(e -> {
            heading("Is it a cry? " + e.getValue().path("title").asText(e.getKey()));
            gate(e.getValue(), "gate-" + e.getKey());
        });
        if (report.path("short_clips").isObject()) {
            shortClips(report.path("short_clips"));
        }
        if (report.path("reasons").path("figures").isObject()) {
            heading("Why? " + report.path("reasons").path("title").asText(""));
            reasons(report.path("reasons"), "reasons");
        }
        if (report.path("ladder").isArray() && !report.path("ladder").isEmpty()) {
            ladder(report.path("ladder"));
        }
        if (report.path("parent").isObject()) {
            parent(report.path("parent"));
        }
        if (report.path("chosen").isObject()) {
            heading("Settings chosen from these answers");
            table(report.path("chosen"));
        }
        if (report.path("run").isObject()) {
            heading("The run");
            table(report.path("run"));
        }
        return out.toString();
    }

    private void howToRead() {
        if (report.hasNonNull("split")) {
            line("");
            line("Split: " + report.path("split").asText() + ".");
        }
        line("");
        line(
                "Every figure is a mean over the seeds that stand beside it. In brackets: the 95 % interval by bootstrap over"
                        + " groups (" + Bootstrap.DRAWS
                        + " draws), which says how far other babies and places would move it; the"
                        + " spread over seeds says what luck in training does.");
    }

    // The gate.

    private void gate(JsonNode gate, String picture) {
        if (gate.hasNonNull("split")) {
            line("Split: " + gate.path("split").asText() + ".");
            line("");
        }
        line(text(
                "%d recordings with a cry (%d groups), %d without (%d groups, %.2f hours); %d folds, all pooled.",
                gate.path("cries").asInt(),
                gate.path("cry_groups").asInt(),
                gate.path("others").asInt(),
                gate.path("other_groups").asInt(),
                gate.path("hours_of_others").asDouble(),
                gate.path("folds").asInt()));
        line("");
        List<String> seeds = seeds(gate);
        row("figure", "value", seeds);
        rule(2 + seeds.size());
        figureRow("AUC", gate.path("auc"), 4, seeds.size());
        for (String rate : List.of("0.1", "0.5", "1", "2", "5")) {
            figureRow(
                    "recall at " + rate + " % false alarms",
                    gate.path("recall_at_" + rate + "_percent_false_alarms"),
                    3,
                    seeds.size());
        }
        JsonNode at = gate.path("at_threshold");
        figureRow("recall at the threshold", at.path("recall"), 3, seeds.size());
        figureRow("false alarms at the threshold", at.path("false_alarms"), 4, seeds.size());
        if (at.has("recall_at_threshold_of_other_folds")) {
            figureRow(
                    "recall at the threshold of the other folds",
                    at.path("recall_at_threshold_of_other_folds"),
                    3,
                    seeds.size());
            figureRow(
                    "false alarms at the threshold of the other folds",
                    at.path("false_alarms_at_threshold_of_other_folds"),
                    4,
                    seeds.size());
        }
        line("");
        line(text(
                "The threshold is a logit of %.3f: %s.",
                at.path("logit").asDouble(), gate.path("threshold_rule").asText()));
        picture(picture + "-roc");
        noise(gate, picture);
        hourly(gate.path("false_alarms_per_hour"), picture);
        pieces("By bandwidth", "material", gate.path("by_band"));
        pieces("By collection", "collection", gate.path("by_part"));
        categories(gate.path("by_category"));
        gateCalibration(gate.path("calibration"), picture);
    }

    private void noise(JsonNode gate, String picture) {
        JsonNode noise = gate.path("noise");
        if (!noise.properties().iterator().hasNext()) {
            return;
        }
        line("");
        line("### In noise");
        line("");
        line(gate.path("noise_how").asText("Held-out cries with other held-out sounds mixed in") + ".");
        line("");
        line(
                "| SNR | AUC | recall at 0.1 % | at 1 % | at 5 % false alarms | at the same threshold | at 5 alarms an hour |");
        rule(7);
        noise.properties()
                .forEach(e -> line(text(
                        "| %s dB | %s | %s | %s | %s | %s | %s |",
                        e.getKey(),
                        figure(e.getValue().path("auc"), 4),
                        figure(e.getValue().path("recall_at_0.1_percent_false_alarms"), 3),
                        figure(e.getValue().path("recall_at_1_percent_false_alarms"), 3),
                        figure(e.getValue().path("recall_at_5_percent_false_alarms"), 3),
                        figure(e.getValue().path("recall_at_the_same_threshold"), 3),
                        figure(e.getValue().path("recall_at_5_alarms_per_hour"), 3))));
        picture(picture + "-noise");
    }

    private void hourly(JsonNode hourly, String picture) {
        line("");
        line("### False alarms an hour");
        line("");
        line("Window by window, as a stream would have it: "
                + hourly.path("how").asText()
                + ". The sounds follow each other without the quiet of a home between them.");
        line("");
        List<String> rates = new ArrayList<>();
        hourly.path("recall").properties().forEach(e -> rates.add(e.getKey()));
        line("| false alarms an hour | " + String.join(" | ", rates) + " |");
        rule(1 + rates.size());
        line("| recall | "
                + String.join(
                        " | ",
                        rates.stream()
                                .map(r -> figure(hourly.path("recall").path(r), 3))
                                .toList())
                + " |");
        picture(picture + "-alarms");
    }

    private void pieces(String title, String corner, JsonNode pieces) {
        line("");
        line("### " + title);
        line("");
        line("At the one threshold above. AUC of these cries against all other sounds, of all cries against these other"
                + " sounds, and of these against each other.");
        line("");
        line("| " + corner
                + " | cries | others | recall | false alarms | AUC, these cries | AUC, these others | AUC within |");
        rule(8);
        pieces.properties()
                .forEach(e -> line(text(
                        "| %s | %s | %s | %s | %s | %s | %s | %s |",
                        e.getKey(),
                        e.getValue().path("cries").asText(),
                        e.getValue().path("others").asText(),
                        figure(e.getValue().path("recall_at_threshold"), 3),
                        figure(e.getValue().path("false_alarms_at_threshold"), 3),
                        figure(e.getValue().path("auc_against_all_others"), 4),
                        figure(e.getValue().path("auc_of_all_cries_against_these"), 4),
                        figure(e.getValue().path("auc_within"), 4))));
    }

    private void categories(JsonNode categories) {
        line("");
        line("### By kind of other sound");
        line("");
        line(
                "| kind | recordings | groups | false alarms at the threshold | AUC of all cries against these | recall of all"
                        + " cries at 1 % of these |");
        rule(6);
        categories
                .properties()
                .forEach(e -> line(text(
                        "| %s | %s | %s | %s | %s | %s |",
                        e.getKey().replace('_', ' '),
                        e.getValue().path("recordings").asText(),
                        e.getValue().path("groups").asText(),
                        count(e.getValue().path("false_alarms").path("value").asDouble()),
                        figure(e.getValue().path("auc_of_all_cries_against_these"), 4),
                        figure(e.getValue().path("recall_of_all_cries_at_1_percent_of_these"), 3))));
    }

    private void gateCalibration(JsonNode calibration, String picture) {
        line("");
        line("### How well the cry probability holds");
        line("");
        String text = text(
                "Expected calibration error over %d bins, %s: %s as the network says it",
                Reliability.BINS, calibration.path("weighs").asText(), figure(calibration.at("/before/ece"), 3));
        if (calibration.path("after").isObject()) {
            text += text(
                    ", %s calibrated (%s)",
                    figure(calibration.at("/after/ece"), 3),
                    calibration.path("how").asText());
        }
        line(text + ".");
        picture(picture + "-reliability");
    }

    private void shortClips(JsonNode node) {
        heading("Short clips");
        line(node.path("how").asText() + ".");
        line("");
        line("| policy | cries | others | recall at the threshold | false alarms at the threshold | AUC | recall at 1 %"
                + " false alarms |");
        rule(7);
        node.properties().forEach(e -> {
            JsonNode own = e.getValue();
            if (own.isObject()) {
                line(text(
                        "| %s | %s | %s | %.3f | %.4f | %.4f | %.3f |",
                        e.getKey(),
                        own.path("cries").asText(),
                        own.path("others").asText(),
                        own.path("recall_at_the_common_threshold").asDouble(),
                        own.path("false_alarms_at_the_common_threshold").asDouble(),
                        own.path("auc").asDouble(),
                        own.path("recall_at_1_percent_false_alarms").asDouble()));
            }
        });
        line("");
        line("Chosen: " + node.path("chosen").asText() + ".");
    }

    // The reasons.

    private void reasons(JsonNode reasons, String picture) {
        if (reasons.hasNonNull("split")) {
            line("Split: " + reasons.path("split").asText() + ".");
            line("");
        }
        if (reasons.hasNonNull("what_is_wrong")) {
            line("**A mistake, to show what it does**: "
                    + reasons.path("what_is_wrong").asText() + ".");
            line("");
        }
        line(text(
                "%d %s of %d groups, %d folds, all pooled.%s",
                reasons.path("recordings").asInt(),
                reasons.hasNonNull("unit") ? "units" : "recordings",
                reasons.path("groups").asInt(),
                reasons.path("folds").asInt(),
                reasons.hasNonNull("unit")
                        ? " A unit is " + reasons.path("unit").asText() + "."
                        : ""));
        if (reasons.hasNonNull("judged")) {
            line("Judged: " + reasons.path("judged").asText() + ".");
        }
        line("");
        List<String> seeds = seeds(reasons);
        row("figure", "value", concat(seeds, List.of("always the commonest", "permuted labels", "p")));
        rule(5 + seeds.size());
        reasons.path("figures")
                .properties()
                .forEach(e -> line(text(
                        "| %s | %s | %s%.3f | %.3f (%.3f to %.3f) | %s |",
                        name(e.getKey()),
                        figure(e.getValue(), 3),
                        perSeed(e.getValue(), 3, seeds.size()),
                        e.getValue().path("majority").asDouble(),
                        e.getValue().at("/permuted/value").asDouble(),
                        e.getValue().at("/permuted/low").asDouble(),
                        e.getValue().at("/permuted/high").asDouble(),
                        chance(e.getValue().at("/permuted/p").asDouble()))));
        line("");
        line("Permuted labels: the same answers against labels that were dealt anew over whole groups ("
                + PermutedLabels.DRAWS
                + " times; mean, and from the 2.5th to the 97.5th percentile); p is the share of deals"
                + " that do as well.");
        baselines(reasons.path("baselines"));
        perLabel(reasons);
        paperTables(reasons);
        picture(picture + "-confusion");
        reasonCalibration(reasons, picture);
    }

    private void baselines(JsonNode baselines) {
        if (baselines.isEmpty()) {
            return;
        }
        line("");
        line("| for comparison | accuracy | weighted F1 | UAR | what it is |");
        rule(5);
        baselines.forEach(b -> line(text(
                "| %s | %.3f | %.3f | %.3f | %s |",
                b.path("name").asText(),
                b.path("accuracy").asDouble(),
                b.path("weighted_f1").asDouble(),
                b.path("uar").asDouble(),
                b.path("how").asText())));
    }

    private void perLabel(JsonNode reasons) {
        line("");
        line("| truth | recordings | groups | precision | recall | F1 |" + answers(reasons));
        rule(6 + reasons.path("per_label").size());
        int[] row = {0};
        reasons.path("per_label").properties().forEach(e -> {
            JsonNode own = e.getValue();
            StringBuilder cells = new StringBuilder();
            reasons.path("confusion_truth_by_answer")
                    .path(row[0]++)
                    .forEach(c -> cells.append(' ').append(count(c.asDouble())).append(" |"));
            line(text(
                    "| %s | %d | %d | %s | %s | %s |%s",
                    e.getKey(),
                    own.path("recordings").asInt(),
                    own.path("groups").asInt(),
                    figure(own.path("precision"), 3),
                    figure(own.path("recall"), 3),
                    figure(own.path("f1"), 3),
                    cells));
        });
    }

    private static String answers(JsonNode reasons) {
        StringBuilder cells = new StringBuilder();
        reasons.path("per_label")
                .properties()
                .forEach(e -> cells.append(" answered ").append(e.getKey()).append(" |"));
        return cells.toString();
    }

    /** Tables 2 and 3 in the paper's own shape, with its figures where its labels are ours. */
    private void paperTables(JsonNode reasons) {
        List<String> labels = new ArrayList<>();
        reasons.path("per_label").properties().forEach(e -> labels.add(e.getKey()));
        boolean theirs = labels.equals(PaperFigures.LABELS);
        List<JsonNode> folds = new ArrayList<>();
        reasons.path("accuracy_by_fold").forEach(folds::add);
        if (folds.size() < 2) {
            return;
        }
        line("");
        line("The paper's Table 2, accuracy by fold" + (theirs ? remark() : "") + ":");
        line("");
        StringBuilder head = new StringBuilder("| |");
        StringBuilder own = new StringBuilder("| this network |");
        StringBuilder paper = new StringBuilder("| the paper's |");
        double sum = 0.0;
        for (int f = 0; f < folds.size(); f++) {
            double value = folds.get(f).path("value").asDouble();
            sum += value;
            head.append(" fold ").append(f + 1).append(" |");
            own.append(text(" %.1f %% |", 100 * value));
            paper.append(
                    f < PaperFigures.FOLD_ACCURACY.length
                            ? text(" %.1f %% |", 100 * PaperFigures.FOLD_ACCURACY[f])
                            : " |");
        }
        line(head + " mean |");
        rule(2 + folds.size());
        line(own + text(" %.1f %% |", 100 * sum / folds.size()));
        if (theirs && folds.size() == PaperFigures.FOLD_ACCURACY.length) {
            line(paper + text(" %.1f %% |", 100 * PaperFigures.MEAN_ACCURACY));
        }
        table3(reasons, theirs);
    }

    private static String remark() {
        return " (the paper's row: their network, on their private data, folds random over clips)";
    }

    private void table3(JsonNode reasons, boolean theirs) {
        line("");
        line("The paper's Table 3, by label" + (theirs ? remark() : "") + ":");
        line("");
        line("| | precision | recall | F1 |" + (theirs ? " the paper's precision | recall | F1 |" : ""));
        rule(theirs ? 7 : 4);
        int[] k = {0};
        reasons.path("per_label")
                .properties()
                .forEach(e -> line(text(
                        "| %s | %.3f | %.3f | %.3f |%s",
                        e.getKey(),
                        e.getValue().at("/precision/value").asDouble(),
                        e.getValue().at("/recall/value").asDouble(),
                        e.getValue().at("/f1/value").asDouble(),
                        theirs ? three(PaperFigures.BY_LABEL[k[0]++]) : "")));
        line(text(
                "| weighted mean | %.3f | %.3f | %.3f |%s",
                reasons.at("/figures/weighted_precision/value").asDouble(),
                reasons.at("/figures/weighted_recall/value").asDouble(),
                reasons.at("/figures/weighted_f1/value").asDouble(),
                theirs ? three(PaperFigures.WEIGHTED) : ""));
    }

    private static String three(double[] figures) {
        return text(" %.3f | %.3f | %.3f |", figures[0], figures[1], figures[2]);
    }

    private void reasonCalibration(JsonNode reasons, String picture) {
        JsonNode calibration = reasons.path("calibration");
        line("");
        line(text(
                "Calibration (%s): expected calibration error over %d bins %s before, %s after; with labels weighing alike %s"
                        + " before, %s after. Log loss, %s: %s before, %s after, and %.3f for saying nothing.",
                calibration.path("how").asText(),
                Reliability.BINS,
                figure(calibration.at("/before/ece"), 3),
                figure(calibration.at("/after/ece"), 3),
                figure(calibration.at("/before/ece_labels_alike"), 3),
                figure(calibration.at("/after/ece_labels_alike"), 3),
                calibration.path("log_loss_weighs").asText(),
                figure(calibration.at("/before/log_loss"), 3),
                figure(calibration.at("/after/log_loss"), 3),
                calibration.path("log_loss_of_saying_nothing").asDouble()));
        line(temperature(calibration));
        picture(picture + "-reliability");
        JsonNode reject = reasons.path("reject");
        line("");
        line(text(
                "Risk against coverage: an area of %s; a confidence that says nothing has %.3f, the share of wrong answers.",
                figure(reject.path("area"), 3),
                reject.path("area_without_confidence").asDouble()));
        picture(picture + "-risk");
    }

    private static String temperature(JsonNode calibration) {
        double inverse = calibration.path("inverse_temperature").asDouble();
        return inverse < 1.0 / Temperature.CAP
                ? text(
                        "The best temperature over all folds is %s: the scores carry next to nothing, and %.0f, at which they"
                                + " are all but alike, stands for it.",
                        inverse < 1e-6 ? "infinite" : text("%.0f", 1.0 / inverse), Temperature.CAP)
                : text("Temperature over all folds: %.3f.", 1.0 / inverse);
    }

    // A model that was made smaller.

    private void parent(JsonNode parent) {
        heading("Beside its parent");
        line("The same windows heard by " + parent.path("model").asText()
                + ", which this model was made smaller from.");
        line("");
        line("| what | value |");
        rule(2);
        for (String what : List.of(
                "windows",
                "same_top_label",
                "largest_difference_of_a_reason",
                "largest_difference_of_the_cry_probability",
                "recordings",
                "recordings_on_the_same_side_of_the_threshold",
                "recordings_with_the_same_top_label")) {
            JsonNode value = parent.path(what);
            line(text(
                    "| %s | %s |",
                    name(what), value.isIntegralNumber() ? value.asText() : text("%.6f", value.asDouble())));
        }
        line("");
        line("| what must hold of a model that takes its parent's place | this model | parent | condition | holds |");
        rule(5);
        parent.path("criteria")
                .forEach(criterion -> line(text(
                        "| %s | %.4f | %.4f | %s | %s |",
                        criterion.path("figure").asText(),
                        criterion.path("value").asDouble(),
                        criterion.path("parent").asDouble(),
                        criterion.path("condition").asText(),
                        criterion.path("met").asBoolean() ? "yes" : "**no**")));
        line("");
        line("| figure | this model | parent | change |");
        rule(4);
        parent.path("figures").properties().forEach(e -> {
            // Those of single kinds, labels and collections are in the JSON.
            if (e.getKey().chars().filter(c -> c == '.').count() <= 2) {
                line(text(
                        "| %s | %.4f | %.4f | %+.4f |",
                        name(e.getKey().replace(".", ": ")),
                        e.getValue().path("value").asDouble(),
                        e.getValue().path("parent").asDouble(),
                        e.getValue().path("change").asDouble()));
            }
        });
    }

    // The ladder.

    private void ladder(JsonNode rungs) {
        heading("The ladder");
        line("The same network under every split. What stands on both sides of a split can be recognised instead of"
                + " understood: each rung says what does.");
        line("");
        line("| rung | recordings or units | groups | accuracy | weighted F1 | UAR | macro F1 | always the commonest:"
                + " accuracy | permuted labels: UAR |");
        rule(9);
        rungs.forEach(rung -> line(text(
                "| %s%s | %d | %d | %s | %s | %s | %s | %.3f | %.3f (%.3f to %.3f) |",
                rung.path("name").asText(),
                rung.path("mistake").asBoolean() ? " (a mistake)" : "",
                rung.path("recordings").asInt(),
                rung.path("groups").asInt(),
                figure(rung.at("/figures/accuracy"), 3),
                figure(rung.at("/figures/weighted_f1"), 3),
                figure(rung.at("/figures/uar"), 3),
                figure(rung.at("/figures/macro_f1"), 3),
                rung.at("/figures/accuracy/majority").asDouble(),
                rung.at("/figures/uar/permuted/value").asDouble(),
                rung.at("/figures/uar/permuted/low").asDouble(),
                rung.at("/figures/uar/permuted/high").asDouble())));
        besideTheLadder(rungs);
        picture("ladder");
        rungs.forEach(rung -> {
            line("");
            line("### " + capital(rung.path("name").asText()));
            line("");
            reasons(rung, "ladder-" + Plots.file(rung.path("name").asText()));
        });
    }

    /** Every rung beside what needs no network, which is how much of a figure the split gives away. */
    private void besideTheLadder(JsonNode rungs) {
        List<String> names = new ArrayList<>();
        rungs.path(0).path("baselines").forEach(b -> names.add(b.path("name").asText()));
        line("");
        line("Beside it what learns nothing of crying, accuracy and in brackets UAR:");
        line("");
        row("rung", rungs.path(0).path("judged").asText("judged"), concat(List.of("always the commonest"), names));
        rule(3 + names.size());
        rungs.forEach(rung -> {
            List<String> cells = new ArrayList<>();
            cells.add(both(rung.at("/figures/accuracy/majority"), rung.at("/figures/uar/majority")));
            rung.path("baselines").forEach(b -> cells.add(both(b.path("accuracy"), b.path("uar"))));
            row(
                    rung.path("name").asText(),
                    both(rung.at("/figures/accuracy/value"), rung.at("/figures/uar/value")),
                    cells);
        });
        line("");
        rungs.path(0)
                .path("baselines")
                .forEach(b -> line(
                        "- " + b.path("name").asText() + ": " + b.path("how").asText() + "."));
    }

    private static String both(JsonNode accuracy, JsonNode uar) {
        return text("%.3f (%.3f)", accuracy.asDouble(), uar.asDouble());
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    // Small things.

    private void heading(String text) {
        line("");
        line("## " + text.strip());
        line("");
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }

    private void picture(String what) {
        String file = pictures.get(what);
        if (file != null) {
            line("");
            line("![" + what.replace('-', ' ') + "](" + file + ")");
        }
    }

    private void row(String first, String second, List<String> more) {
        line("| " + first + " | " + second + " | " + String.join(" | ", more) + (more.isEmpty() ? "" : " |"));
    }

    private void rule(int columns) {
        line("|" + "---|".repeat(columns));
    }

    private void figureRow(String name, JsonNode figure, int digits, int seeds) {
        line("| " + name + " | " + figure(figure, digits) + " | " + perSeed(figure, digits, seeds));
    }

    /** A column for each seed where there are several. */
    private static List<String> seeds(JsonNode node) {
        List<String> seeds = new ArrayList<>();
        node.path("seeds").forEach(seed -> seeds.add("seed " + seed.asText()));
        return seeds.size() > 1 ? seeds : List.of();
    }

    private static String perSeed(JsonNode figure, int digits, int seeds) {
        StringBuilder cells = new StringBuilder();
        for (int s = 0; s < seeds; s++) {
            JsonNode value = figure.path("seeds").path(s);
            cells.append(value.isNumber() ? text("%." + digits + "f", value.asDouble()) : "")
                    .append(" | ");
        }
        return cells.toString();
    }

    private static String figure(JsonNode figure, int digits) {
        if (!figure.path("value").isNumber()) {
            return "";
        }
        String value = text("%." + digits + "f", figure.path("value").asDouble());
        return figure.path("low").isNumber()
                ? value
                        + text(
                                " (%." + digits + "f to %." + digits + "f)",
                                figure.path("low").asDouble(),
                                figure.path("high").asDouble())
                : value;
    }

    private static String chance(double p) {
        return p < 0.001 ? "< 0.001" : text("%.3f", p);
    }

    private static String count(double value) {
        return value == Math.rint(value) ? Long.toString(Math.round(value)) : text("%.1f", value);
    }

    private static String name(String key) {
        return switch (key) {
            case "uar" -> "UAR (mean recall)";
            case "weighted_f1" -> "weighted F1";
            case "macro_f1" -> "macro F1";
            default -> key.replace('_', ' ');
        };
    }

    private void table(JsonNode node) {
        line("| what | value |");
        rule(2);
        node.properties().forEach(e -> {
            Function<JsonNode, String> value = v -> v.isValueNode() ? v.asText() : v.toString();
            if (e.getValue().isObject()) {
                e.getValue()
                        .properties()
                        .forEach(inner -> line("| " + e.getKey().replace('_', ' ') + ": "
                                + inner.getKey().replace('_', ' ') + " | " + value.apply(inner.getValue()) + " |"));
            } else {
                line("| " + e.getKey().replace('_', ' ') + " | " + value.apply(e.getValue()) + " |");
            }
        });
    }

    private static List<String> concat(List<String> a, List<String> b) {
        List<String> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
