package io.crysdk.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.crysdk.CryReason;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.ReasonAggregation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model of the reasons alone, as in the paper: learnt from all units of the cries that a rung judged, read as that
 * judgement says it should be, and without a gate, since it never heard anything but cries.
 */
final class ReasonModel {
    private final RecipeOptions recipe;
    private final Ladder ladder;
    private final Rung rung;

    /**
     * Creates the maker of a model.
     *
     * @param recipe with labels, front end, seed
     * @param ladder that judged
     * @param rung by which the model is described
     */
    ReasonModel(RecipeOptions recipe, Ladder ladder, Rung rung) {
        if (rung.mistake() != null) {
            throw new IllegalArgumentException(
                    "no model is made from the rung " + rung.id() + ", which is a mistake: " + rung.mistake());
        }
        this.recipe = recipe;
        this.ladder = ladder;
        this.rung = rung;
    }

    /**
     * Trains and exports.
     *
     * @param report of the same recipe, with this rung
     * @param target what is exported, and as what
     * @return one line that says what was made
     */
    String make(JsonNode report, Target target) throws IOException {
        JsonNode judged = judged(report);
        long seed = recipe.config().seeds().get(0);
        Manifest manifest = Manifest.read(recipe.manifests);
        List<Unit> units = ladder.cut(rung, manifest);
        Set<String> paths = units.stream().map(Unit::path).collect(Collectors.toSet());
        List<Manifest.Entry> learnt = manifest.entries().stream()
                .filter(entry -> paths.contains(entry.path()))
                .toList();
        try (VggishNet network = ladder.last(rung, units, seed)) {
            double difference = OnnxExporter.exportUngated(
                    network,
                    contract(judged, target, units, learnt),
                    metadata(learnt),
                    target.out,
                    patches(units, seed));
            target.attribute(learnt);
            return target.made(difference);
        }
    }

    private JsonNode judged(JsonNode report) {
        for (JsonNode own : report.path("ladder")) {
            if (own.path("name").asText().equals(rung.id())
                    && own.path("judged").asText().equals(Ladder.NETWORK)
                    && own.has("min_probability")) {
                return own;
            }
        }
        throw new IllegalArgumentException(
                "the report does not judge a network on the rung " + rung.id() + ": crossval first");
    }

    private ModelContract contract(JsonNode judged, Target target, List<Unit> units, List<Manifest.Entry> learnt)
            throws IOException {
        TrainConfig config = recipe.config();
        return new ModelContract(
                target.id,
                target.version,
                config.labels().stream().map(CryReason::new).toList(),
                config.frontEnd(),
                GateContract.PLAIN,
                ReasonAggregation.MEAN,
                judged.at("/calibration/temperature").asDouble(),
                judged.path("min_probability").asDouble(),
                target.licence,
                target.trainingData.isEmpty()
                        ? units.size() + " cries cut from " + learnt.size() + " recordings"
                        : target.trainingData,
                judged.path("split").asText() + ": " + Ladder.line(judged));
    }

    private Map<String, String> metadata(List<Manifest.Entry> learnt) throws IOException {
        Stream.Builder<String> digests = Stream.builder();
        for (Manifest.Entry entry : learnt) {
            digests.add(Digests.sha256(Files.readAllBytes(entry.file())));
        }
        Map<String, String> metadata =
                new TreeMap<>(Learnt.metadata(digests.build(), learnt.stream().map(Manifest.Entry::group)));
        if (recipe.start() != null) {
            metadata.put(Learnt.START, recipe.startDescribed());
        }
        return metadata;
    }

    /** The first window of each of 64 units, and silence. */
    private static float[] patches(List<Unit> units, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return OnnxExporter.patches(
                Stream.generate(() -> units.get(random.nextInt(units.size())).logMel()));
    }
}
