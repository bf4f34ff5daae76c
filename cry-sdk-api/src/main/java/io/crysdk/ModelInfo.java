package io.crysdk;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What a loaded model says of itself, after the engine has checked it.
 *
 * @param id name, version and digest
 * @param bytes the size of its file
 * @param parameters the values in its graph's initialisers: weights and biases, and where it is rounded their scales
 * @param labels the reasons it tells apart, in the order of its output
 * @param hasGate whether it says if a clip is a cry at all
 * @param hasEmbedding whether it gives the values before its heads, 128 in a VGGish
 * @param gateThreshold the cry probability from which a clip counts as a cry; empty without a gate
 * @param minReasonProbability the probability from which the most probable reason is named
 * @param metadata everything the file carries as metadata, unknown keys too
 * @since 0.1.0
 */
public record ModelInfo(
        ModelId id,
        long bytes,
        long parameters,
        List<CryReason> labels,
        boolean hasGate,
        boolean hasEmbedding,
        OptionalDouble gateThreshold,
        double minReasonProbability,
        Map<String, String> metadata) {
    /**
     * Creates a description.
     *
     * @throws IllegalArgumentException if a threshold is out of range or a count negative
     */
    public ModelInfo {
        Objects.requireNonNull(id, "id");
        if (bytes < 0 || parameters < 0) {
            throw new IllegalArgumentException(
                    "bytes and parameters are 0 or more, found " + bytes + " and " + parameters);
        }
        labels = List.copyOf(labels);
        Checks.unit("gateThreshold", gateThreshold);
        Checks.unit("minReasonProbability", minReasonProbability);
        metadata = Map.copyOf(metadata);
    }
}
