package io.crysdk.train;

import io.crysdk.onnx.GateAggregation;

/**
 * What a network says of one recording.
 *
 * @param clip the recording
 * @param gateLogits [windows]
 * @param reasonLogits [windows][K]
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
record ClipScore(Clip clip, double[] gateLogits, double[][] reasonLogits) {
    Said said() {
        return new Said(gateLogits, reasonLogits);
    }

    /** The clip's gate logit, aggregated as inference does. */
    double gate() {
        return GateAggregation.TOP3_MEAN.aggregate(gateLogits);
    }
}
