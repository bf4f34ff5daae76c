package io.crysdk.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.ShortClipPolicy;
import io.crysdk.onnx.GateAggregation;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.ReasonAggregation;
import io.crysdk.train.judge.GateFigures;
import io.crysdk.train.judge.GateRun;
import io.crysdk.train.judge.GateScore;
import io.crysdk.train.judge.Prediction;
import io.crysdk.train.judge.ReasonFigures;
import io.crysdk.train.judge.ReasonRun;
import io.crysdk.train.judge.Report;
import io.crysdk.train.judge.Roc;
import io.crysdk.train.judge.Temperature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * What pooled held-out answers amount to: figures, and the settings chosen from them. Written as JSON and as Markdown with
 * plots.
 */
final class Judgement {
    /** What the manifest's folds are, if nothing else is said. */
    static final String GROUP_FOLDS = "group folds: no installation, author or speaker in two folds; all folds pooled";

    /** What {@link CategoryFolds} makes of them. */
    static final String KIND_FOLDS =
            "whole kinds of sound left out in turn, beside the groups: no baby, place or kind of"
                    + " other sound that is judged was learnt; all folds pooled";

    /** The least share of a recording's magnitude in the bands above a telephone's that speaks against a telephone. */
    private static final double WIDE = 0.01;

    /** What the rounding to 16 bits alone puts into those bands of a frame, with some to spare. */
    private static final double ROUNDING = 0.02;

    /** The first band that begins above 4.75 kHz, where a telephone's recordings end, images and all. */
    private static final int BEYOND_TELEPHONE = 54;

    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final List<String> labels;
    private final SortedMap<Long, CrossValidation.Pooled> seeds;
    private final double threshold;

    /** Judges one run. */
    Judgement(CrossValidation.Pooled pooled, List<String> labels) {
        this(new TreeMap<>(Map.of(1L, pooled)), labels, GROUP_FOLDS);
    }

    /**
     * Judges.
     *
     * @param seeds one run a seed
     * @param labels the reasons in the order of the network's logits
     * @param split what the folds are, in words
     */
    Judgement(SortedMap<Long, CrossValidation.Pooled> seeds, List<String> labels, String split) {
        this.labels = labels;
        this.seeds = seeds;
        List<GateRun> runs = new ArrayList<>();
        seeds.forEach((seed, pooled) -> runs.add(run(seed, pooled)));
        this.threshold = GateFigures.threshold(runs);
        GateContract gate = Calibration.platt(logits(runs, true), logits(runs, false));
        json.put("title", "Cross-validation");
        json.put("split", split);
        ObjectNode gateFigures = GateFigures.of(runs);
        gateFigures.put(
                "noise_how",
                "Each held-out cry with one held-out other sound of the same fold over it, mixed sample by sample, the ratio"
                        + " that of their mean squares; the other sounds as they are");
        json.set("gate", gateFigures);
        ShortClipPolicy policy = shortClips();
        ReasonReading reading = reasonFigures(gate);
        ObjectNode chosen = json.putObject("chosen");
        chosen.put("gate_slope", round(gate.slope()));
        chosen.put("gate_offset", round(gate.offset()));
        chosen.put("gate_threshold", round(gate.probability(threshold)));
        chosen.put("reason_temperature", round(reading.temperature()));
        chosen.put("reason_min_probability", round(reading.least()));
        chosen.put("short_clip", policy.id());
        chosen.put(
                "gate_rule",
                "Platt's calibration with cries and other sounds weighing the same; the threshold is the lowest with at"
                        + " most 1 % false alarms over all held-out recordings without a cry");
        chosen.put("reason_rule", "temperature of least class-balanced log loss, " + reading.rule());
    }

    ObjectNode json() {
        return json;
    }

    private static GateRun run(long seed, CrossValidation.Pooled pooled) {
        SortedMap<Integer, List<GateScore>> noisy = new TreeMap<>();
        pooled.noisy()
                .forEach((db, scores) ->
                        noisy.put(db, scores.stream().map(Judgement::score).toList()));
        return new GateRun(seed, pooled.scores().stream().map(Judgement::score).toList(), noisy);
    }

    private static GateScore score(ClipScore score) {
        Manifest.Entry entry = score.clip().entry();
        return new GateScore(
                entry.path(),
                entry.group(),
                entry.part(),
                entry.category(),
                band(score.clip().logMel()),
                entry.fold(),
                score.clip().cry(),
                score.gate(),
                score.gateLogits(),
                score.clip().frames() * Augmentation.FRAME_SECONDS);
    }

    /** Whether a recording has anything above a telephone's band; heard, not read, for few manifests tell. */
    static String band(float[] logMel) {
        double all = 0.0;
        double beyond = 0.0;
        float[] magnitude = new float[logMel.length];
        Augmentation.toMagnitude(logMel, 0, magnitude);
        for (int frame = 0; frame < magnitude.length; frame += LogMelExtractor.BANDS) {
            double above = 0.0;
            for (int band = 0; band < LogMelExtractor.BANDS; band++) {
                all += magnitude[frame + band];
                above += band >= BEYOND_TELEPHONE ? magnitude[frame + band] : 0.0;
            }
            beyond += Math.max(0.0, above - ROUNDING);
        }
        return beyond >= WIDE * all ? "16 kHz" : "8 kHz (nothing above 4 kHz)";
    }

    private static double[] logits(List<GateRun> runs, boolean cry) {
        return runs.stream()
                .flatMap(run -> run.clips().stream())
                .filter(s -> s.cry() == cry)
                .mapToDouble(GateScore::logit)
                .toArray();
    }

    /** The policy under which recall less false alarms is larger, both at the common threshold. */
    private ShortClipPolicy shortClips() {
        ObjectNode node = json.putObject("short_clips");
        node.put("how", "Cries of 0.2 to 0.975 s cut along held-out segments, and other sounds cut to such lengths");
        ShortClipPolicy best = ShortClipPolicy.REPEAT;
        double most = Double.NEGATIVE_INFINITY;
        for (ShortClipPolicy policy : ShortClipPolicy.values()) {
            double[] cries = shortOnes(policy, true);
            double[] others = shortOnes(policy, false);
            if (cries.length == 0 || others.length == 0) {
                continue;
            }
            double recall = Roc.share(cries, threshold);
            double alarms = Roc.share(others, threshold);
            ObjectNode own = node.putObject(policy.id());
            own.put("cries", cries.length);
            own.put("others", others.length);
            own.put("recall_at_the_common_threshold", round(recall));
            own.put("false_alarms_at_the_common_threshold", round(alarms));
            own.put("auc", round(Roc.auc(cries, others)));
            own.put(
                    "recall_at_1_percent_false_alarms",
                    round(Roc.share(cries, Roc.threshold(cries, others, GateFigures.FALSE_ALARMS))));
            if (recall - alarms > most) {
                most = recall - alarms;
                best = policy;
            }
        }
        node.put("chosen", best.id());
        return best;
    }

    /** All seeds together. */
    private double[] shortOnes(ShortClipPolicy policy, boolean cries) {
        return seeds.values().stream()
                .map(pooled -> cries ? pooled.shortCries() : pooled.shortOthers())
                .flatMapToDouble(scores -> DoubleStream.of(scores.getOrDefault(policy, new double[0])))
                .toArray();
    }

    /** Temperature and minimum probability. */
    private ReasonReading reasonFigures(GateContract gate) {
        List<ReasonRun> runs = new ArrayList<>();
        seeds.forEach((seed, pooled) -> {
            List<ClipScore> labelled = pooled.scores().stream()
                    .filter(s -> labels.contains(s.clip().entry().label()))
                    .toList();
            if (!labelled.isEmpty()) {
                runs.add(new ReasonRun(
                        seed,
                        labelled.stream().map(s -> prediction(s, gate)).toList(),
                        (i, inverse) -> Calibration.reasons(labelled.get(i), gate, inverse)));
            }
        });
        if (runs.isEmpty()) {
            json.putObject("reasons").put("recordings", 0);
            return new ReasonReading(1.0, Calibration.HARDLY_EVER, 0);
        }
        ObjectNode node = ReasonFigures.of(labels, runs, Temperature.Weighing.LABELS_ALIKE);
        json.set("reasons", node);
        ReasonReading reading = ReasonReading.of(
                runs,
                Temperature.Weighing.LABELS_ALIKE,
                node.at("/figures/accuracy/majority").asDouble());
        reading.putInto(node);
        return reading;
    }

    private Prediction prediction(ClipScore score, GateContract gate) {
        Manifest.Entry entry = score.clip().entry();
        return new Prediction(
                entry.path(),
                entry.group(),
                entry.fold(),
                labels.indexOf(entry.label()),
                Calibration.reasons(score, gate, 1.0));
    }

    private static double round(double value) {
        return Math.rint(value * 1e6) / 1e6;
    }

    /** Writes report.json, report.md and its pictures into a folder. */
    static void write(ObjectNode report, Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : Report.files(report).entrySet()) {
            WriteAside.write(folder.resolve(file.getKey()), aside -> Files.write(aside, file.getValue()));
        }
    }

    /**
     * A model's contract by what was chosen here.
     *
     * @param report as {@link #json} gives it
     * @param frontEnd of the model; what was chosen of short clips is not looked at
     */
    static ModelContract contract(
            JsonNode report,
            String id,
            String version,
            List<CryReason> labels,
            FrontEndSettings frontEnd,
            String licence,
            String trainingData) {
        JsonNode chosen = report.path("chosen");
        return new ModelContract(
                id,
                version,
                labels,
                frontEnd,
                new GateContract(
                        GateAggregation.TOP3_MEAN,
                        chosen.path("gate_slope").asDouble(),
                        chosen.path("gate_offset").asDouble(),
                        chosen.path("gate_threshold").asDouble()),
                ReasonAggregation.CRY_WEIGHTED_MEAN,
                chosen.path("reason_temperature").asDouble(),
                chosen.path("reason_min_probability").asDouble(),
                licence,
                trainingData,
                figures(report));
    }

    /** One line with the main figures and their split, for a model's metadata. */
    static String figures(JsonNode report) {
        return String.format(
                Locale.ROOT,
                "Held out by groups (%d recordings with a cry, %d without), all folds pooled: gate AUC %.4f, recall %.3f at"
                        + " 1 %% false alarms. Reasons on %d labelled cries: accuracy %.3f (always the commonest: %.3f), UAR"
                        + " %.3f (always the commonest: %.2f).",
                report.at("/gate/cries").asInt(),
                report.at("/gate/others").asInt(),
                report.at("/gate/auc/value").asDouble(),
                report.at("/gate/recall_at_1_percent_false_alarms/value").asDouble(),
                report.at("/reasons/recordings").asInt(),
                report.at("/reasons/figures/accuracy/value").asDouble(),
                report.at("/reasons/figures/accuracy/majority").asDouble(),
                report.at("/reasons/figures/uar/value").asDouble(),
                report.at("/reasons/figures/uar/majority").asDouble());
    }
}
