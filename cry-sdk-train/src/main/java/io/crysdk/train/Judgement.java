package io.crysdk.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.dsp.ShortClipPolicy;
import io.crysdk.onnx.GateContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What pooled held-out answers amount to: figures, and the settings chosen from them. Written as JSON and as Markdown.
 */
final class Judgement {
    /** The share of other sounds that may be called a cry, which fixes the threshold. */
    static final double FALSE_ALARMS = 0.01;

    private static final String SPLIT =
            "group folds: no installation, author or speaker in two folds; all folds pooled";

    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final List<String> labels;
    private final List<ClipScore> scores;
    private final double[] cries;
    private final double[] others;
    private final double threshold;

    /** Judges. */
    Judgement(CrossValidation.Pooled pooled, List<String> labels) {
        this.labels = labels;
        this.scores = pooled.scores();
        this.cries = gate(s -> s.clip().cry());
        this.others = gate(s -> !s.clip().cry());
        this.threshold = Metrics.thresholdAtFalseAlarms(cries, others, FALSE_ALARMS);
        GateContract gate = Calibration.platt(cries, others);
        json.put("split", SPLIT);
        gateFigures(pooled.noisy());
        parts();
        ShortClipPolicy policy = shortClips(pooled);
        double[] reason = reasonFigures(gate);
        ObjectNode chosen = json.putObject("chosen");
        chosen.put("gate_slope", round(gate.slope()));
        chosen.put("gate_offset", round(gate.offset()));
        chosen.put("gate_threshold", round(gate.probability(threshold)));
        chosen.put("reason_temperature", round(reason[0]));
        chosen.put("reason_min_probability", round(reason[1]));
        chosen.put("short_clip", policy.id());
        chosen.put(
                "gate_rule",
                "Platt's calibration with cries and other sounds weighing the same; the threshold is the lowest with at"
                        + " most 1 % false alarms over all held-out recordings without a cry");
        chosen.put(
                "reason_rule",
                "temperature of least class-balanced log loss; a reason is named from the lowest probability at which at"
                        + " least " + Calibration.MIN_NAMED + " held-out cries are named and the lower end of the 95 %"
                        + " interval of their accuracy is above the majority's share, or from "
                        + Calibration.HARDLY_EVER
                        + " where there is no such probability");
    }

    ObjectNode json() {
        return json;
    }

    private void gateFigures(double[] noisy) {
        ObjectNode node = json.putObject("gate");
        node.put("cries", cries.length);
        node.put("others", others.length);
        node.put("auc", round(Metrics.auc(cries, others)));
        node.put("recall_at_1_percent_false_alarms", round(Metrics.share(cries, threshold)));
        node.put("false_alarms_at_threshold", round(Metrics.share(others, threshold)));
        node.put("threshold_logit", round(threshold));
        if (noisy.length > 0) {
            ObjectNode at0 = node.putObject("cries_at_0_db");
            at0.put("how", "each held-out cry with one held-out other sound of the same energy, in mel magnitudes");
            at0.put("auc", round(Metrics.auc(noisy, others)));
            at0.put("recall_at_the_same_threshold", round(Metrics.share(noisy, threshold)));
        }
    }

    private void parts() {
        ObjectNode parts = json.putObject("gate_by_part");
        Set<String> names = new TreeSet<>();
        scores.forEach(s -> names.add(s.clip().entry().part()));
        for (String name : names) {
            part(
                    parts.putObject(name),
                    gate(s -> s.clip().cry() && s.clip().entry().part().equals(name)),
                    gate(s -> !s.clip().cry() && s.clip().entry().part().equals(name)));
        }
        ObjectNode categories = json.putObject("false_alarms_by_category");
        Set<String> kinds = new TreeSet<>();
        scores.stream()
                .filter(s -> !s.clip().cry())
                .forEach(s -> kinds.add(s.clip().entry().category()));
        for (String kind : kinds) {
            double[] own =
                    gate(s -> !s.clip().cry() && s.clip().entry().category().equals(kind));
            ObjectNode node = categories.putObject(kind);
            node.put("recordings", own.length);
            node.put(
                    "false_alarms",
                    Arrays.stream(own).filter(g -> g >= threshold).count());
        }
    }

    private void part(ObjectNode node, double[] ownCries, double[] ownOthers) {
        node.put("cries", ownCries.length);
        node.put("others", ownOthers.length);
        if (ownCries.length > 0) {
            node.put("recall_at_the_common_threshold", round(Metrics.share(ownCries, threshold)));
            node.put("auc_against_all_others", round(Metrics.auc(ownCries, others)));
        }
        if (ownOthers.length > 0) {
            node.put("false_alarms_at_the_common_threshold", round(Metrics.share(ownOthers, threshold)));
            node.put("auc_of_all_cries_against_these", round(Metrics.auc(cries, ownOthers)));
            double own = Metrics.thresholdAtFalseAlarms(cries, ownOthers, FALSE_ALARMS);
            node.put("recall_of_all_cries_at_1_percent_of_these", round(Metrics.share(cries, own)));
        }
        if (ownCries.length > 0 && ownOthers.length > 0) {
            node.put("auc_within", round(Metrics.auc(ownCries, ownOthers)));
        }
    }

    /** The policy under which recall less false alarms is larger, both at the common threshold. */
    private ShortClipPolicy shortClips(CrossValidation.Pooled pooled) {
        ObjectNode node = json.putObject("short_clips");
        node.put("how", "cries of 0.2 to 0.975 s cut along held-out segments, and other sounds cut to such lengths");
        ShortClipPolicy best = ShortClipPolicy.REPEAT;
        double most = Double.NEGATIVE_INFINITY;
        for (ShortClipPolicy policy : ShortClipPolicy.values()) {
            double[] shortCries = pooled.shortCries().getOrDefault(policy, new double[0]);
            double[] shortOthers = pooled.shortOthers().getOrDefault(policy, new double[0]);
            if (shortCries.length == 0 || shortOthers.length == 0) {
                continue;
            }
            double recall = Metrics.share(shortCries, threshold);
            double alarms = Metrics.share(shortOthers, threshold);
            ObjectNode own = node.putObject(policy.id());
            own.put("cries", shortCries.length);
            own.put("others", shortOthers.length);
            own.put("recall_at_the_common_threshold", round(recall));
            own.put("false_alarms_at_the_common_threshold", round(alarms));
            own.put("auc", round(Metrics.auc(shortCries, shortOthers)));
            own.put(
                    "recall_at_1_percent_false_alarms",
                    round(Metrics.share(
                            shortCries, Metrics.thresholdAtFalseAlarms(shortCries, shortOthers, FALSE_ALARMS))));
            if (recall - alarms > most) {
                most = recall - alarms;
                best = policy;
            }
        }
        node.put("chosen", best.id());
        return best;
    }

    /** Temperature and minimum probability. */
    private double[] reasonFigures(GateContract gate) {
        List<ClipScore> labelled = scores.stream()
                .filter(s -> labels.contains(s.clip().entry().label()))
                .toList();
        ObjectNode node = json.putObject("reasons");
        node.put("recordings", labelled.size());
        if (labelled.isEmpty()) {
            return new double[] {1.0, Calibration.HARDLY_EVER};
        }
        int[] truth = labelled.stream()
                .mapToInt(s -> labels.indexOf(s.clip().entry().label()))
                .toArray();
        double temperature = Calibration.temperature(labelled, truth, gate, labels.size());
        int[] answer = new int[truth.length];
        double[] top = new double[truth.length];
        boolean[] right = new boolean[truth.length];
        for (int i = 0; i < truth.length; i++) {
            double[] p = Calibration.reasons(labelled.get(i), gate, temperature);
            for (int k = 1; k < p.length; k++) {
                answer[i] = p[k] > p[answer[i]] ? k : answer[i];
            }
            top[i] = p[answer[i]];
            right[i] = answer[i] == truth[i];
        }
        int[][] confusion = Metrics.confusion(truth, answer, labels.size());
        double majority = Metrics.majority(truth, labels.size());
        double least = Calibration.minReasonProbability(top, right, majority);
        long named = Arrays.stream(top).filter(p -> p >= least).count();
        node.put("accuracy", round(Metrics.accuracy(confusion)));
        node.put("majority_accuracy", round(majority));
        node.put("uar", round(Metrics.uar(confusion)));
        node.put("majority_uar", round(1.0 / labels.size()));
        node.put("temperature", round(temperature));
        node.put("median_top_probability", round(Arrays.stream(top).sorted().toArray()[top.length / 2]));
        node.put("min_probability", round(least));
        node.put("named_at_min_probability", named);
        ObjectNode perLabel = node.putObject("per_label");
        for (int k = 0; k < labels.size(); k++) {
            Set<String> groups = new HashSet<>();
            for (int i = 0; i < truth.length; i++) {
                if (truth[i] == k) {
                    groups.add(labelled.get(i).clip().entry().group());
                }
            }
            int n = Arrays.stream(confusion[k]).sum();
            ObjectNode own = perLabel.putObject(labels.get(k));
            own.put("recordings", n);
            own.put("groups", groups.size());
            own.put("recall", n == 0 ? 0.0 : round((double) confusion[k][k] / n));
        }
        ArrayNode rows = node.putArray("confusion_truth_by_answer");
        for (int[] row : confusion) {
            ArrayNode cells = rows.addArray();
            Arrays.stream(row).forEach(cells::add);
        }
        return new double[] {temperature, least};
    }

    private double[] gate(Predicate<ClipScore> which) {
        return scores.stream().filter(which).mapToDouble(ClipScore::gate).toArray();
    }

    static double round(double value) {
        return Double.isFinite(value) ? Math.round(value * 1e6) / 1e6 : value;
    }

    /** Writes report.json and report.md into a folder. */
    static void write(ObjectNode report, Path folder) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        byte[] bytes = mapper.writeValueAsBytes(report);
        String markdown = markdown(report);
        WriteAside.write(folder.resolve("report.json"), aside -> Files.write(aside, bytes));
        WriteAside.write(
                folder.resolve("report.md"), aside -> Files.writeString(aside, markdown, StandardCharsets.UTF_8));
    }

    /** One line with the main figures and their split, for a model's metadata. */
    static String figures(ObjectNode report) {
        return String.format(
                Locale.ROOT,
                "Held out by groups (%d recordings with a cry, %d without), all folds pooled: gate AUC %.4f, recall %.3f at"
                        + " 1 %% false alarms. Reasons on %d labelled cries: accuracy %.3f (always the commonest: %.3f), UAR"
                        + " %.3f (always the commonest: %.2f).",
                report.at("/gate/cries").asInt(),
                report.at("/gate/others").asInt(),
                report.at("/gate/auc").asDouble(),
                report.at("/gate/recall_at_1_percent_false_alarms").asDouble(),
                report.at("/reasons/recordings").asInt(),
                report.at("/reasons/accuracy").asDouble(),
                report.at("/reasons/majority_accuracy").asDouble(),
                report.at("/reasons/uar").asDouble(),
                report.at("/reasons/majority_uar").asDouble());
    }

    private static String markdown(ObjectNode report) {
        StringBuilder out = new StringBuilder("# Cross-validation\n\n");
        out.append("Split: ").append(report.path("split").asText()).append(".\n\n");
        out.append("## Gate\n\n");
        table(out, (ObjectNode) report.path("gate"));
        out.append("\n## Gate by part\n\n");
        grid(out, (ObjectNode) report.path("gate_by_part"), "part");
        out.append("\n## False alarms by kind of sound\n\n");
        grid(out, (ObjectNode) report.path("false_alarms_by_category"), "kind");
        out.append("\n## Short clips\n\n")
                .append(report.at("/short_clips/how").asText())
                .append(".\n\n");
        ObjectNode policies = JsonNodeFactory.instance.objectNode();
        report.path("short_clips").properties().forEach(e -> {
            if (e.getValue().isObject()) {
                policies.set(e.getKey(), e.getValue());
            }
        });
        grid(out, policies, "policy");
        out.append("\nChosen: ")
                .append(report.at("/short_clips/chosen").asText())
                .append(".\n");
        out.append("\n## Reasons\n\n");
        table(out, (ObjectNode) report.path("reasons"));
        if (report.at("/reasons/per_label").isObject()) {
            out.append('\n');
            grid(out, (ObjectNode) report.at("/reasons/per_label"), "label");
        }
        out.append("\n## Chosen\n\n");
        table(out, (ObjectNode) report.path("chosen"));
        out.append("\n## Run\n\n");
        table(out, (ObjectNode) report.path("run"));
        return out.toString();
    }

    private static void table(StringBuilder out, ObjectNode node) {
        out.append("| figure | value |\n|---|---|\n");
        node.properties().forEach(e -> {
            if (e.getValue().isValueNode()) {
                row(out, e.getKey(), e.getValue().asText());
            } else if (e.getValue().isObject() && !e.getKey().equals("per_label")) {
                e.getValue()
                        .properties()
                        .forEach(inner -> row(
                                out,
                                e.getKey() + ": " + inner.getKey(),
                                inner.getValue().asText()));
            } else if (e.getValue().isArray()) {
                row(out, e.getKey(), e.getValue().toString());
            }
        });
    }

    private static void row(StringBuilder out, String name, String value) {
        out.append("| ")
                .append(name.replace('_', ' '))
                .append(" | ")
                .append(value)
                .append(" |\n");
    }

    private static void grid(StringBuilder out, ObjectNode node, String corner) {
        Set<String> columns = new java.util.LinkedHashSet<>();
        node.properties().forEach(e -> e.getValue().properties().forEach(inner -> columns.add(inner.getKey())));
        out.append("| ").append(corner);
        columns.forEach(c -> out.append(" | ").append(c.replace('_', ' ')));
        out.append(" |\n|---").append("|---".repeat(columns.size())).append("|\n");
        for (Map.Entry<String, com.fasterxml.jackson.databind.JsonNode> e : node.properties()) {
            out.append("| ").append(e.getKey());
            columns.forEach(c -> out.append(" | ").append(e.getValue().path(c).asText("")));
            out.append(" |\n");
        }
    }
}
