package io.crysdk.train.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the layers of VGGish are called where it comes from.
 *
 * @param scope what usually stands before the names
 * @param weight how a weight's name ends
 * @param bias how a bias's name ends
 * @param theirs names of the six convolutions, the two dense layers and the embedding
 */
record Naming(String scope, String weight, String bias, List<String> theirs) {
    /** Variables of TensorFlow's {@code vggish_slim.py}. */
    static final Naming TENSORFLOW = new Naming(
            "vggish/",
            "/weights",
            "/biases",
            List.of(
                    "conv1",
                    "conv2",
                    "conv3/conv3_1",
                    "conv3/conv3_2",
                    "conv4/conv4_1",
                    "conv4/conv4_2",
                    "fc1/fc1_1",
                    "fc1/fc1_2",
                    "fc2"));

    /** The state dict of the PyTorch port (torchvggish), whose modules are counted with ReLUs and pools among them. */
    static final Naming PYTORCH = new Naming(
            "",
            ".weight",
            ".bias",
            List.of(
                    "features.0",
                    "features.3",
                    "features.6",
                    "features.8",
                    "features.11",
                    "features.13",
                    "embeddings.0",
                    "embeddings.2",
                    "embeddings.4"));

    private static final List<String> OURS =
            List.of("conv1", "conv2", "conv3", "conv4", "conv5", "conv6", "fc1", "fc2", "embedding");

    /**
     * Finds the layers, whatever stands before their names: a scope, or the name of a module.
     *
     * @param tensors what is in the file, by name
     * @param problems is told which names are missing
     * @return nine layers, null for those that are missing
     */
    List<@Nullable Layer> layers(Map<String, Tensor> tensors, List<String> problems) {
        List<String> wanted = new ArrayList<>();
        theirs.forEach(name -> {
            wanted.add(name + weight);
            wanted.add(name + bias);
        });
        String prefix = prefix(tensors, wanted);
        List<@Nullable Layer> layers = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < theirs.size(); i++) {
            Tensor w = tensors.get(prefix + theirs.get(i) + weight);
            Tensor b = tensors.get(prefix + theirs.get(i) + bias);
            if (w != null && b != null) {
                layers.add(new Layer(OURS.get(i), w, b));
            } else {
                layers.add(null);
                missing.addAll(w == null ? List.of(prefix + theirs.get(i) + weight) : List.of());
                missing.addAll(b == null ? List.of(prefix + theirs.get(i) + bias) : List.of());
            }
        }
        if (!missing.isEmpty()) {
            problems.add("missing: " + String.join(", ", missing) + "; found: "
                    + String.join(", ", tensors.keySet().stream().limit(20).toList())
                    + (tensors.size() > 20 ? " and " + (tensors.size() - 20) + " more" : ""));
        }
        return layers;
    }

    /** The one under which most of the names are, the first in order where several are equal. */
    private String prefix(Map<String, Tensor> tensors, List<String> wanted) {
        Map<String, Integer> counts = new TreeMap<>();
        for (String name : tensors.keySet()) {
            for (String end : wanted) {
                String prefix = name.endsWith(end) ? name.substring(0, name.length() - end.length()) : "?";
                if (prefix.isEmpty() || prefix.endsWith("/") || prefix.endsWith(".")) {
                    counts.merge(prefix, 1, Integer::sum);
                }
            }
        }
        String best = scope;
        int most = 0;
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            if (entry.getValue() > most) {
                most = entry.getValue();
                best = entry.getKey();
            }
        }
        return best;
    }
}
