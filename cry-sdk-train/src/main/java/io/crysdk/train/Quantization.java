package io.crysdk.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What becomes of a network's answers when its convolutions are rounded to 8 bits, on recordings that neither its
 * training nor the choice of its ranges has heard.
 */
final class Quantization {
    private static final int CALIBRATION_CLIPS = 600;
    private static final int BATCH = 16;
    private static final int FRAME = LogMelExtractor.BANDS;

    /** From here on, or from one less this on, a gate's word is certain. */
    private static final double CERTAIN = 0.9;

    /** From here on a reason among the model's labels is. */
    private static final double CERTAIN_REASON = 0.5;

    private static final double MAX_AUC_CHANGE = 0.001;
    private static final double MAX_RECALL_CHANGE = 0.01;
    private static final double MIN_AGREEMENT = 0.99;

    private final NetSettings settings;
    private final ModelContract contract;
    private final int hop;
    private final double share;

    private final List<ClipScore> parent = new ArrayList<>();
    private final List<ClipScore> child = new ArrayList<>();

    /**
     * Begins with nothing compared.
     *
     * @param contract of the parent, as it was exported
     * @param hop from window to window, in frames
     * @param share see {@link ActivationRanges#observe}
     */
    Quantization(NetSettings settings, ModelContract contract, int hop, double share) {
        this.settings = settings;
        this.contract = contract;
        this.hop = hop;
        this.share = share;
    }

    /** The ranges that a network is to be rounded by. */
    ActivationRanges ranges(Map<String, float[]> weights, List<Clip> learnt, long seed) throws IOException {
        return ActivationRanges.observe(settings, weights, contract, windows(learnt, seed), share);
    }

    /** Compares a fold's network with what is made of it. */
    void fold(int fold, Map<String, float[]> weights, List<Clip> clips, long seed) throws IOException {
        List<Clip> held = clips.stream().filter(c -> c.entry().fold() == fold).toList();
        Set<String> heldGroups = held.stream().map(c -> c.entry().group()).collect(Collectors.toSet());
        List<Clip> learnt = clips.stream()
                .filter(c -> !heldGroups.contains(c.entry().group()))
                .toList();
        ActivationRanges ranges = ranges(weights, learnt, seed + fold);
        try (OrtNetwork network = OrtNetwork.load(OnnxGraph.of(settings, weights, contract))) {
            score(network, held, parent);
        }
        try (OrtNetwork network = OrtNetwork.load(OnnxGraph.int8(settings, weights, contract, Map.of(), ranges))) {
            score(network, held, child);
        }
    }

    /** Windows of recordings drawn by chance, one each, and silence. */
    private static float[] windows(List<Clip> clips, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] patches = new float[(CALIBRATION_CLIPS + 1) * Augmentation.PATCH];
        for (int i = 0; i < CALIBRATION_CLIPS; i++) {
            Clip clip = clips.get(random.nextInt(clips.size()));
            int frames = clip.frames() - Augmentation.PATCH / FRAME;
            System.arraycopy(
                    clip.logMel(),
                    random.nextInt(frames + 1) * FRAME,
                    patches,
                    i * Augmentation.PATCH,
                    Augmentation.PATCH);
        }
        Augmentation.toLogMel(new float[Augmentation.PATCH], patches, CALIBRATION_CLIPS * Augmentation.PATCH);
        return patches;
    }

    /** As inference reads the network's outputs. */
    private void score(OrtNetwork network, List<Clip> clips, List<ClipScore> scores) throws IOException {
        int labels = settings.reasons();
        for (Clip clip : clips) {
            List<Integer> starts = Scorer.starts(clip.frames(), hop);
            double[] gate = new double[starts.size()];
            double[][] reasons = new double[starts.size()][labels];
            float[] patches = new float[BATCH * Augmentation.PATCH];
            for (int at = 0; at < gate.length; at += BATCH) {
                int n = Math.min(BATCH, gate.length - at);
                for (int i = 0; i < n; i++) {
                    System.arraycopy(
                            clip.logMel(),
                            starts.get(at + i) * FRAME,
                            patches,
                            i * Augmentation.PATCH,
                            Augmentation.PATCH);
                }
                try (OrtNetwork.Outputs outputs = network.run(patches, 0, n)) {
                    float[] cry = outputs.floats("cry_probability");
                    float[] probabilities = outputs.floats("probabilities");
                    for (int i = 0; i < n; i++) {
                        gate[at + i] = GateContract.logit(cry[i]);
                        for (int k = 0; k < labels; k++) {
                            reasons[at + i][k] = Math.log(Math.max(probabilities[i * labels + k], Float.MIN_NORMAL));
                        }
                    }
                }
            }
            scores.add(new ClipScore(clip, gate, reasons));
        }
    }

    /** What all folds together come to. */
    Outcome outcome(List<String> labels) {
        JsonNode before = judged(parent, labels);
        JsonNode after = judged(child, labels);
        List<Line> lines = new ArrayList<>();
        String auc = "/gate/auc/value";
        lines.add(new Line(
                "gate AUC",
                before.at(auc).asDouble(),
                after.at(auc).asDouble(),
                "within " + MAX_AUC_CHANGE,
                Math.abs(before.at(auc).asDouble() - after.at(auc).asDouble()) <= MAX_AUC_CHANGE));
        String recall = "/gate/recall_at_1_percent_false_alarms/value";
        lines.add(new Line(
                "recall at 1 % false alarms",
                before.at(recall).asDouble(),
                after.at(recall).asDouble(),
                "within " + MAX_RECALL_CHANGE,
                Math.abs(before.at(recall).asDouble() - after.at(recall).asDouble()) <= MAX_RECALL_CHANGE));
        JsonNode uar = before.at("/reasons/figures/uar");
        if (uar.has("low")) {
            double value = after.at("/reasons/figures/uar/value").asDouble();
            lines.add(new Line(
                    "UAR of the reasons",
                    uar.path("value").asDouble(),
                    value,
                    String.format(
                            Locale.ROOT,
                            "inside the parent's 95 %% interval, %.3f to %.3f",
                            uar.path("low").asDouble(),
                            uar.path("high").asDouble()),
                    value >= uar.path("low").asDouble()
                            && value <= uar.path("high").asDouble()));
        }
        return agreement(lines);
    }

    private static JsonNode judged(List<ClipScore> scores, List<String> labels) {
        CrossValidation.Pooled pooled = new CrossValidation.Pooled(scores, new TreeMap<>(), Map.of(), Map.of());
        return new Judgement(pooled, labels).json();
    }

    private Outcome agreement(List<Line> lines) {
        GateContract gate = contract.gate();
        int windows = 0;
        int certain = 0;
        int agree = 0;
        int certainReasons = 0;
        int agreeReasons = 0;
        double largestGate = 0.0;
        double largestReason = 0.0;
        for (int c = 0; c < parent.size(); c++) {
            ClipScore a = parent.get(c);
            ClipScore b = child.get(c);
            for (int w = 0; w < a.gateLogits().length; w++) {
                windows++;
                double p = gate.probability(a.gateLogits()[w]);
                double q = gate.probability(b.gateLogits()[w]);
                largestGate = Math.max(largestGate, Math.abs(p - q));
                if (p >= CERTAIN || p <= 1.0 - CERTAIN) {
                    certain++;
                    agree += p >= gate.threshold() == q >= gate.threshold() ? 1 : 0;
                }
                double[] reasons = Calibration.softmax(a.reasonLogits()[w], 1.0);
                double[] others = Calibration.softmax(b.reasonLogits()[w], 1.0);
                for (int k = 0; k < reasons.length; k++) {
                    largestReason = Math.max(largestReason, Math.abs(reasons[k] - others[k]));
                }
                if (reasons[top(reasons)] >= CERTAIN_REASON) {
                    certainReasons++;
                    agreeReasons += top(reasons) == top(others) ? 1 : 0;
                }
            }
        }
        double share = (double) agree / certain;
        lines.add(new Line(
                "the gate's label, of " + certain + " of " + windows + " windows where the parent is certain (0.9)",
                1.0,
                share,
                "at least " + MIN_AGREEMENT,
                share >= MIN_AGREEMENT));
        if (certainReasons > 0) {
            double shareOfReasons = (double) agreeReasons / certainReasons;
            lines.add(new Line(
                    "the top reason, of " + certainReasons + " windows where the parent is certain (0.5)",
                    1.0,
                    shareOfReasons,
                    "at least " + MIN_AGREEMENT,
                    shareOfReasons >= MIN_AGREEMENT));
        }
        return new Outcome(lines, largestGate, largestReason);
    }

    private static int top(double[] values) {
        int top = 0;
        for (int k = 1; k < values.length; k++) {
            top = values[k] > values[top] ? k : top;
        }
        return top;
    }

    /** A figure before and after, and whether its change may pass. */
    record Line(String figure, double before, double after, String condition, boolean met) {}

    /**
     * The comparison.
     *
     * @param lines figure by figure
     * @param largestGate the largest change of a window's calibrated cry probability
     * @param largestReason the largest change of a window's reason probability
     */
    record Outcome(List<Line> lines, double largestGate, double largestReason) {
        boolean met() {
            return lines.stream().allMatch(Line::met);
        }

        String markdown() {
            StringJoiner text = new StringJoiner("\n", "", "\n");
            text.add("| held out | float32 | int8 | condition | met |").add("|---|---|---|---|---|");
            lines.forEach(l -> text.add(String.format(
                    Locale.ROOT,
                    "| %s | %.4f | %.4f | %s | %s |",
                    l.figure(),
                    l.before(),
                    l.after(),
                    l.condition(),
                    l.met() ? "yes" : "**no**")));
            text.add("");
            text.add(String.format(
                    Locale.ROOT,
                    "The largest change in any window: %.3f of the calibrated cry probability, %.3f of a reason's.",
                    largestGate,
                    largestReason));
            return text.toString();
        }
    }
}
