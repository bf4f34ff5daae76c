package io.crysdk.onnx;

import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.ShortClipPolicy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a model promises beside its graph: everything between samples and verdict that is not a weight.
 *
 * <p>It travels in the ONNX file's {@code metadata_props} under keys that begin with {@code crysdk.}; a model without
 * them is a plain VGGish-plus-softmax graph and gets the defaults named at each key. Unknown keys are left alone.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><th>key</th><th>value</th><th>default</th></tr>
 * <tr><td>crysdk.contract</td><td>1, the version of this table</td><td>1</td></tr>
 * <tr><td>crysdk.id, crysdk.version</td><td>names</td><td>the file's name, {@code unversioned}</td></tr>
 * <tr><td>crysdk.labels</td><td>reason ids in output order, commas between</td><td>none: the caller names them</td></tr>
 * <tr><td>crysdk.features</td><td>{@value #FEATURES}</td><td>the same</td></tr>
 * <tr><td>crysdk.pre_emphasis</td><td>coefficient, 0 for none</td><td>0</td></tr>
 * <tr><td>crysdk.z_score</td><td>true or false</td><td>false</td></tr>
 * <tr><td>crysdk.short_clip</td><td>{@code repeat} or {@code zero_pad}</td><td>repeat</td></tr>
 * <tr><td>crysdk.hop_frames</td><td>1 to 96 frames of 10 ms</td><td>48</td></tr>
 * <tr><td>crysdk.gate.aggregation</td><td>{@code mean} or {@code top3_mean_logit}</td><td>top3_mean_logit</td></tr>
 * <tr><td>crysdk.gate.slope, .offset, .threshold</td><td>see {@link GateContract}</td><td>1, 0, 0.5</td></tr>
 * <tr><td>crysdk.reason.aggregation</td><td>{@code mean} or {@code cry_weighted_mean}</td><td>mean</td></tr>
 * <tr><td>crysdk.reason.temperature</td><td>divides the logits, positive</td><td>1</td></tr>
 * <tr><td>crysdk.reason.min_probability</td><td>from which a reason is named</td><td>0.5</td></tr>
 * <tr><td>crysdk.licence, .training_data, .figures</td><td>text for people</td><td>empty</td></tr>
 * </table>
 *
 * @param id the model's name
 * @param version the model's version
 * @param labels reasons in output order; empty if the file names none
 * @param frontEnd preprocessing, short-clip policy and hop
 * @param gate how the gate's logits are read; of no effect without a gate output
 * @param reasonAggregation from window probabilities to the clip's
 * @param temperature divides the reasons' logits, positive
 * @param minReasonProbability the probability from which the most probable reason is named
 * @param licence under which the model may be used
 * @param trainingData what it was trained on
 * @param figures its measured figures, each with its split
 * @since 0.1.0
 */
public record ModelContract(
        String id,
        String version,
        List<CryReason> labels,
        FrontEndSettings frontEnd,
        GateContract gate,
        ReasonAggregation reasonAggregation,
        double temperature,
        double minReasonProbability,
        String licence,
        String trainingData,
        String figures) {
    /** The version of the key table that this code reads and writes. */
    public static final String CONTRACT = "1";

    /** The front end that models here are trained on. */
    public static final String FEATURES = "vggish-logmel-1";

    /**
     * Creates a contract.
     *
     * @throws IllegalArgumentException if a value is out of range or a label stands twice
     */
    public ModelContract {
        if (id.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException(
                    "crysdk.id and crysdk.version are not blank, found '" + id + "' '" + version + "'");
        }
        labels = List.copyOf(labels);
        if (labels.size() == 1 || labels.stream().distinct().count() != labels.size()) {
            throw new IllegalArgumentException("crysdk.labels are two or more, all different, found " + labels);
        }
        Objects.requireNonNull(frontEnd, "frontEnd");
        Objects.requireNonNull(gate, "gate");
        Objects.requireNonNull(reasonAggregation, "reasonAggregation");
        if (!(temperature > 0.0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "crysdk.reason.temperature is positive and finite, found " + temperature);
        }
        if (!(minReasonProbability >= 0.0 && minReasonProbability <= 1.0)) {
            throw new IllegalArgumentException(
                    "crysdk.reason.min_probability is within 0 to 1, found " + minReasonProbability);
        }
        Objects.requireNonNull(licence, "licence");
        Objects.requireNonNull(trainingData, "trainingData");
        Objects.requireNonNull(figures, "figures");
    }

    /**
     * Writes the contract as metadata.
     *
     * @return every key of the table, in its order; {@link #fromMetadata} gives an equal contract back
     */
    public Map<String, String> toMetadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("crysdk.contract", CONTRACT);
        metadata.put("crysdk.id", id);
        metadata.put("crysdk.version", version);
        metadata.put("crysdk.labels", labels.stream().map(CryReason::id).collect(Collectors.joining(",")));
        metadata.put("crysdk.features", FEATURES);
        metadata.put("crysdk.pre_emphasis", Double.toString(frontEnd.preEmphasis()));
        metadata.put("crysdk.z_score", Boolean.toString(frontEnd.zScore()));
        metadata.put("crysdk.short_clip", frontEnd.shortClip().id());
        metadata.put("crysdk.hop_frames", Integer.toString(frontEnd.hopFrames()));
        metadata.put("crysdk.gate.aggregation", gate.aggregation().id());
        metadata.put("crysdk.gate.slope", Double.toString(gate.slope()));
        metadata.put("crysdk.gate.offset", Double.toString(gate.offset()));
        metadata.put("crysdk.gate.threshold", Double.toString(gate.threshold()));
        metadata.put("crysdk.reason.aggregation", reasonAggregation.id());
        metadata.put("crysdk.reason.temperature", Double.toString(temperature));
        metadata.put("crysdk.reason.min_probability", Double.toString(minReasonProbability));
        metadata.put("crysdk.licence", licence);
        metadata.put("crysdk.training_data", trainingData);
        metadata.put("crysdk.figures", figures);
        return metadata;
    }

    /**
     * Reads the contract from metadata, with the defaults of the table for keys that are missing.
     *
     * @param metadata a model's {@code metadata_props}
     * @param name what to call a model that does not name itself
     * @return the contract
     * @throws IncompatibleContractException if the contract or the features are of another version
     * @throws IllegalArgumentException if a value cannot be read or is out of range; the message names the key
     */
    public static ModelContract fromMetadata(Map<String, String> metadata, String name) {
        Reader reader = new Reader(metadata);
        reader.demand("crysdk.contract", CONTRACT);
        reader.demand("crysdk.features", FEATURES);
        return new ModelContract(
                reader.text("crysdk.id", name),
                reader.text("crysdk.version", "unversioned"),
                reader.labels("crysdk.labels"),
                within(
                        "crysdk.pre_emphasis and crysdk.hop_frames",
                        () -> new FrontEndSettings(
                                reader.value("crysdk.pre_emphasis", Double::valueOf, 0.0),
                                reader.value("crysdk.z_score", Reader::bool, false),
                                reader.value("crysdk.short_clip", ShortClipPolicy::ofId, ShortClipPolicy.REPEAT),
                                reader.value(
                                        "crysdk.hop_frames", Integer::valueOf, FrontEndSettings.PLAIN.hopFrames()))),
                within(
                        "crysdk.gate.slope, .offset and .threshold",
                        () -> new GateContract(
                                reader.choice(
                                        "crysdk.gate.aggregation",
                                        GateAggregation.values(),
                                        GateAggregation::id,
                                        GateContract.PLAIN.aggregation()),
                                reader.value("crysdk.gate.slope", Double::valueOf, GateContract.PLAIN.slope()),
                                reader.value("crysdk.gate.offset", Double::valueOf, GateContract.PLAIN.offset()),
                                reader.value(
                                        "crysdk.gate.threshold", Double::valueOf, GateContract.PLAIN.threshold()))),
                reader.choice(
                        "crysdk.reason.aggregation",
                        ReasonAggregation.values(),
                        ReasonAggregation::id,
                        ReasonAggregation.MEAN),
                reader.value("crysdk.reason.temperature", Double::valueOf, 1.0),
                reader.value("crysdk.reason.min_probability", Double::valueOf, 0.5),
                reader.text("crysdk.licence", ""),
                reader.text("crysdk.training_data", ""),
                reader.text("crysdk.figures", ""));
    }

    /** Names the keys in a complaint about values that can be read but are out of range. */
    private static <T> T within(String keys, Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            throw String.valueOf(e.getMessage()).startsWith("crysdk.")
                    ? e
                    : new IllegalArgumentException(keys + ": " + e.getMessage(), e);
        }
    }

    /** Reads values and names the key in every complaint. */
    private record Reader(Map<String, String> metadata) {
        void demand(String key, String expected) {
            String found = metadata.getOrDefault(key, expected);
            if (!found.equals(expected)) {
                throw new IncompatibleContractException(key + " is '" + found + "', and this version reads '" + expected
                        + "': use the Cry SDK that the model was made for");
            }
        }

        String text(String key, String otherwise) {
            return metadata.getOrDefault(key, otherwise);
        }

        <T> T value(String key, Function<String, T> parse, T otherwise) {
            String text = metadata.get(key);
            if (text == null) {
                return otherwise;
            }
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + " cannot be read from '" + text + "': " + e.getMessage(), e);
            }
        }

        <T> T choice(String key, T[] choices, Function<T, String> id, T otherwise) {
            String text = metadata.get(key);
            if (text == null) {
                return otherwise;
            }
            return Arrays.stream(choices)
                    .filter(choice -> id.apply(choice).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(key + " is '" + text + "', expected one of "
                            + Arrays.stream(choices).map(id).toList()));
        }

        List<CryReason> labels(String key) {
            return value(
                    key,
                    text -> text.isEmpty()
                            ? List.of()
                            : Arrays.stream(text.split(",", -1))
                                    .map(CryReason::new)
                                    .toList(),
                    List.of());
        }

        static boolean bool(String text) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("neither true nor false: " + text);
            };
        }
    }
}
