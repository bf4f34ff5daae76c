package io.crysdk.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/** What became of a model that was made smaller: it beside its parent, on the same windows, and whether that may pass. */
final class Comparison {
    /** From here on, or from one less this on, a gate's word is certain. */
    private static final double CERTAIN = 0.9;

    /** From here on a reason among the model's labels is. */
    private static final double CERTAIN_REASON = 0.5;

    private static final double MAX_AUC_CHANGE = 0.001;
    private static final double MAX_RECALL_CHANGE = 0.01;
    private static final double MIN_AGREEMENT = 0.99;

    private final Side own;
    private final Side parent;
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final ArrayNode criteria = JsonNodeFactory.instance.arrayNode();

    /**
     * A model that was heard.
     *
     * @param contract how its answers are read
     * @param said what it said of each recording
     * @param figures what that amounts to, as a report has it
     */
    record Side(ModelContract contract, List<Said> said, JsonNode figures) {}

    private Comparison(Side own, Side parent) {
        this.own = own;
        this.parent = parent;
    }

    /**
     * Compares.
     *
     * @param own the smaller model
     * @param parent what it was made from; it said something of the same recordings, in the same order
     * @return how far the answers are apart, every figure beside the parent's, and {@code criteria}: what must hold of a
     *     model that takes its parent's place
     * @throws IllegalArgumentException if the two do not hear the same windows or do not tell the same reasons apart
     */
    static ObjectNode of(Side own, Side parent) {
        ModelContract a = own.contract();
        ModelContract b = parent.contract();
        if (!a.labels().equals(b.labels()) || !a.frontEnd().equals(b.frontEnd())) {
            throw new IllegalArgumentException(
                    "a model and its parent have the same labels and the same front end, found " + a.labels() + ", "
                            + a.frontEnd() + " and " + b.labels() + ", " + b.frontEnd());
        }
        Comparison comparison = new Comparison(own, parent);
        comparison.figuresHold();
        comparison.windows();
        comparison.recordings();
        ObjectNode changes = comparison.json.putObject("figures");
        for (String part : List.of("gate", "reasons")) {
            changes(changes, part, own.figures().path(part), parent.figures().path(part));
        }
        comparison.json.set("criteria", comparison.criteria);
        return comparison.json;
    }

    /** The criteria that are not met, each in a line; none if the model may take its parent's place. */
    static List<String> unmet(JsonNode comparison) {
        return StreamSupport.stream(comparison.path("criteria").spliterator(), false)
                .filter(line -> !line.path("met").asBoolean())
                .map(line -> String.format(
                        Locale.ROOT,
                        "%s: %.4f, the parent's %.4f, expected %s",
                        line.path("figure").asText(),
                        line.path("value").asDouble(),
                        line.path("parent").asDouble(),
                        line.path("condition").asText()))
                .toList();
    }

    private void criterion(String figure, double value, double ofParent, String condition, boolean met) {
        ObjectNode line = criteria.addObject();
        line.put("figure", figure);
        line.put("value", value);
        line.put("parent", ofParent);
        line.put("condition", condition);
        line.put("met", met);
    }

    private void figuresHold() {
        near("gate AUC", "/gate/auc/value", MAX_AUC_CHANGE);
        near("recall at 1 % false alarms", "/gate/recall_at_1_percent_false_alarms/value", MAX_RECALL_CHANGE);
        JsonNode uar = parent.figures().at("/reasons/figures/uar");
        if (uar.has("low")) {
            double value = own.figures().at("/reasons/figures/uar/value").asDouble();
            double low = uar.path("low").asDouble();
            double high = uar.path("high").asDouble();
            criterion(
                    "UAR of the reasons",
                    value,
                    uar.path("value").asDouble(),
                    String.format(Locale.ROOT, "inside the parent's 95 %% interval, %.3f to %.3f", low, high),
                    value >= low && value <= high);
        }
    }

    private void near(String figure, String path, double most) {
        JsonNode value = own.figures().at(path);
        JsonNode ofParent = parent.figures().at(path);
        if (ofParent.isNumber()) {
            double change = value.asDouble(Double.NaN) - ofParent.asDouble();
            criterion(figure, value.asDouble(), ofParent.asDouble(), "within " + most, Math.abs(change) <= most);
        }
    }

    private void windows() {
        GateContract gate = own.contract().gate();
        GateContract parentGate = parent.contract().gate();
        long windows = 0;
        Agreement all = new Agreement();
        Agreement certainGate = new Agreement();
        Agreement certainReason = new Agreement();
        double reason = 0.0;
        double cry = 0.0;
        for (int i = 0; i < own.said().size(); i++) {
            Said a = own.said().get(i);
            Said b = parent.said().get(i);
            for (int w = 0; w < a.reasonLogits().length; w++) {
                windows++;
                double[] reasons = Calibration.softmax(a.reasonLogits()[w], 1.0);
                double[] ofParent = Calibration.softmax(b.reasonLogits()[w], 1.0);
                boolean same = Said.top(reasons) == Said.top(ofParent);
                all.add(same);
                if (ofParent[Said.top(ofParent)] >= CERTAIN_REASON) {
                    certainReason.add(same);
                }
                for (int k = 0; k < reasons.length; k++) {
                    reason = Math.max(reason, Math.abs(reasons[k] - ofParent[k]));
                }
            }
            for (int w = 0; w < Math.min(a.gateLogits().length, b.gateLogits().length); w++) {
                double p = gate.probability(a.gateLogits()[w]);
                double q = parentGate.probability(b.gateLogits()[w]);
                cry = Math.max(cry, Math.abs(p - q));
                if (q >= CERTAIN || q <= 1.0 - CERTAIN) {
                    certainGate.add(p >= gate.threshold() == q >= parentGate.threshold());
                }
            }
        }
        json.put("windows", windows);
        json.put("same_top_label", all.share());
        json.put("largest_difference_of_a_reason", reason);
        json.put("largest_difference_of_the_cry_probability", cry);
        agree("the gate's label", certainGate, CERTAIN, windows);
        agree("the top reason", certainReason, CERTAIN_REASON, windows);
    }

    /** Of windows that were looked at, how many are judged alike. */
    private static final class Agreement {
        private long windows;
        private long same;

        void add(boolean alike) {
            windows++;
            same += alike ? 1 : 0;
        }

        double share() {
            return (double) same / windows;
        }
    }

    private void agree(String what, Agreement certain, double from, long windows) {
        if (certain.windows > 0) {
            criterion(
                    what + ", of " + certain.windows + " of " + windows + " windows where the parent is certain ("
                            + from + ")",
                    certain.share(),
                    1.0,
                    "at least " + MIN_AGREEMENT,
                    certain.share() >= MIN_AGREEMENT);
        }
    }

    private void recordings() {
        int outcomes = 0;
        int labels = 0;
        for (int i = 0; i < own.said().size(); i++) {
            Said a = own.said().get(i);
            Said b = parent.said().get(i);
            outcomes += cry(a, own.contract()) == cry(b, parent.contract()) ? 1 : 0;
            labels += a.topReason(own.contract()) == b.topReason(parent.contract()) ? 1 : 0;
        }
        json.put("recordings", own.said().size());
        json.put("recordings_on_the_same_side_of_the_threshold", outcomes);
        json.put("recordings_with_the_same_top_label", labels);
    }

    private static boolean cry(Said said, ModelContract contract) {
        return said.cryProbability(contract) >= contract.gate().threshold();
    }

    /** Every figure that both have, by its path with points between. */
    private static void changes(ObjectNode out, String path, JsonNode own, JsonNode parent) {
        JsonNode a = own.path("value");
        JsonNode b = parent.path("value");
        if (a.isNumber() && b.isNumber()) {
            ObjectNode figure = out.putObject(path);
            figure.put("value", a.asDouble());
            figure.put("parent", b.asDouble());
            figure.put("change", a.asDouble() - b.asDouble());
        } else if (own.isObject()) {
            own.properties().forEach(e -> changes(out, path + "." + e.getKey(), e.getValue(), parent.path(e.getKey())));
        }
    }
}
