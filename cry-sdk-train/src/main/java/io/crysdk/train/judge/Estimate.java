package io.crysdk.train.judge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/**
 * A figure.
 *
 * @param value the mean over seeds
 * @param low where its 95 % interval begins; NaN without one
 * @param high where it ends
 * @param seeds [seeds] the figure of each
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
record Estimate(double value, double low, double high, double[] seeds) {
    /** A figure without an interval. */
    static Estimate plain(double... seeds) {
        return new Estimate(Arrays.stream(seeds).average().orElse(Double.NaN), Double.NaN, Double.NaN, seeds);
    }

    /** What is not a number is left out: JSON has no word for it. */
    ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        put(node, "value", value);
        put(node, "low", low);
        put(node, "high", high);
        if (seeds.length > 1) {
            ArrayNode each = node.putArray("seeds");
            Arrays.stream(seeds).forEach(seed -> each.add(round(seed)));
        }
        return node;
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, round(value));
        }
    }

    static double round(double value) {
        return Double.isFinite(value) ? Math.rint(value * 1e6) / 1e6 : value;
    }
}
