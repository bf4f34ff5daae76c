package io.crysdk.train;

import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;

/**
 * What a model said of the windows of one recording, uncalibrated.
 *
 * @param gateLogits [windows]; empty without a gate
 * @param reasonLogits [windows][K], or logarithms of probabilities, which are logits too
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
record Said(double[] gateLogits, double[][] reasonLogits) {
    /** The cry probability as the model's user gets it; NaN without a gate. */
    double cryProbability(ModelContract contract) {
        GateContract gate = contract.gate();
        return gateLogits.length == 0
                ? Double.NaN
                : gate.probability(gate.aggregation().aggregate(gateLogits));
    }

    /** The reasons' probabilities at a temperature, in the order of the model's labels. */
    double[] reasons(ModelContract contract, double inverseTemperature) {
        double[][] windows = new double[reasonLogits.length][];
        double[] cry = new double[gateLogits.length];
        for (int w = 0; w < windows.length; w++) {
            windows[w] = Calibration.softmax(reasonLogits[w], inverseTemperature);
        }
        for (int w = 0; w < cry.length; w++) {
            cry[w] = contract.gate().probability(gateLogits[w]);
        }
        return contract.reasonAggregation().aggregate(windows, cry);
    }

    /** The most probable reason at the model's own temperature, by its number. */
    int topReason(ModelContract contract) {
        return top(reasons(contract, 1.0 / contract.temperature()));
    }

    /** Where the largest value stands, the first of equals. */
    static int top(double[] values) {
        int top = 0;
        for (int k = 1; k < values.length; k++) {
            top = values[k] > values[top] ? k : top;
        }
        return top;
    }
}
