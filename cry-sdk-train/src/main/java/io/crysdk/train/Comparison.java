package io.crysdk.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import java.util.List;

/** What became of a model that was made smaller: it beside its parent, on the same windows. */
final class Comparison {
    private final Evaluation own;
    private final Evaluation parent;

    /**
     * Creates a comparison.
     *
     * @param own the smaller model
     * @param parent what it was made from
     * @throws IllegalArgumentException if the two do not hear the same windows or do not tell the same reasons apart
     */
    Comparison(Evaluation own, Evaluation parent) {
        ModelContract a = own.contract();
        ModelContract b = parent.contract();
        if (!a.labels().equals(b.labels()) || !a.frontEnd().equals(b.frontEnd())) {
            throw new IllegalArgumentException(
                    "a model and its parent have the same labels and the same front end, found " + a.labels() + ", "
                            + a.frontEnd() + " and " + b.labels() + ", " + b.frontEnd());
        }
        this.own = own;
        this.parent = parent;
    }

    /**
     * Compares.
     *
     * @param heard what the model said
     * @param parentHeard what its parent said of the same recordings, in the same order
     * @param figures what {@link Evaluation#judge} makes of the first
     * @param parentFigures and of the second
     * @return how far the answers are apart, and every figure beside the parent's
     */
    ObjectNode of(
            List<Evaluation.Heard> heard,
            List<Evaluation.Heard> parentHeard,
            JsonNode figures,
            JsonNode parentFigures) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        windows(json, heard, parentHeard);
        recordings(json, heard, parentHeard);
        ObjectNode changes = json.putObject("figures");
        for (String part : List.of("gate", "reasons")) {
            changes(changes, part, figures.path(part), parentFigures.path(part));
        }
        return json;
    }

    private void windows(ObjectNode json, List<Evaluation.Heard> heard, List<Evaluation.Heard> parentHeard) {
        GateContract gate = own.contract().gate();
        GateContract parentGate = parent.contract().gate();
        long windows = 0;
        long same = 0;
        double reason = 0.0;
        double cry = 0.0;
        for (int i = 0; i < heard.size(); i++) {
            Evaluation.Heard a = heard.get(i);
            Evaluation.Heard b = parentHeard.get(i);
            for (int w = 0; w < a.reasonLogits().length; w++) {
                windows++;
                same += top(a.reasonLogits()[w]) == top(b.reasonLogits()[w]) ? 1 : 0;
                for (int k = 0; k < a.reasonLogits()[w].length; k++) {
                    // They are logarithms of probabilities.
                    reason = Math.max(
                            reason, Math.abs(Math.exp(a.reasonLogits()[w][k]) - Math.exp(b.reasonLogits()[w][k])));
                }
            }
            for (int w = 0; w < Math.min(a.gateLogits().length, b.gateLogits().length); w++) {
                cry = Math.max(
                        cry, Math.abs(gate.probability(a.gateLogits()[w]) - parentGate.probability(b.gateLogits()[w])));
            }
        }
        json.put("windows", windows);
        json.put("same_top_label", (double) same / windows);
        json.put("largest_difference_of_a_reason", reason);
        json.put("largest_difference_of_the_cry_probability", cry);
    }

    private void recordings(ObjectNode json, List<Evaluation.Heard> heard, List<Evaluation.Heard> parentHeard) {
        int outcomes = 0;
        int labels = 0;
        for (int i = 0; i < heard.size(); i++) {
            outcomes += cry(own, heard.get(i)) == cry(parent, parentHeard.get(i)) ? 1 : 0;
            labels += top(own.reasons(heard.get(i))) == top(parent.reasons(parentHeard.get(i))) ? 1 : 0;
        }
        json.put("recordings", heard.size());
        json.put("recordings_on_the_same_side_of_the_threshold", outcomes);
        json.put("recordings_with_the_same_top_label", labels);
    }

    private static boolean cry(Evaluation evaluation, Evaluation.Heard heard) {
        return evaluation.cryProbability(heard) >= evaluation.contract().gate().threshold();
    }

    private static int top(double[] scores) {
        int top = 0;
        for (int k = 1; k < scores.length; k++) {
            top = scores[k] > scores[top] ? k : top;
        }
        return top;
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
