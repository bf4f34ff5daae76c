package io.crysdk.train;

import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.ReasonAggregation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Networks of several sizes with random weights, which know nothing and take as long as learnt ones: VGGish's own width
 * and what is made of it, for benchmarks to compare. Needs no PyTorch. Stateless; any thread may call it.
 *
 * @since 0.1.0
 */
public final class RandomModels {
    private static final List<String> LABELS = List.of("hunger", "boredom", "tiredness", "discomfort");
    private static final List<Integer> VGGISH_DENSE = List.of(4096, 4096);

    private RandomModels() {}

    /**
     * Writes full.onnx, full-rank256.onnx, full-rank256-int8.onnx, quarter.onnx, quarter-int8.onnx, eighth.onnx and
     * eighth-int8.onnx.
     *
     * @param args the folder
     * @throws IOException if it cannot be written
     */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        write(folder, "full", NetSettings.vggish(1, VGGISH_DENSE, false, LABELS.size()), false);
        write(
                folder,
                "full-rank256",
                NetSettings.vggish(1, VGGISH_DENSE, false, LABELS.size()).withRank(256),
                true);
        write(folder, "quarter", NetSettings.vggish(4, List.of(512), false, LABELS.size()), true);
        write(folder, "eighth", NetSettings.vggish(8, List.of(256), false, LABELS.size()), true);
    }

    private static void write(Path folder, String name, NetSettings settings, boolean int8) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, float[]> weights = weights(settings, random);
        ModelContract contract = contract(name);
        Files.write(
                folder.resolve(name + ".onnx"),
                OnnxGraph.of(settings, weights, contract).toByteArray());
        if (int8) {
            float[] noise = new float[16 * Augmentation.PATCH];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) Math.log(0.01 + random.nextDouble());
            }
            ActivationRanges ranges = ActivationRanges.observe(settings, weights, contract, noise, 1.0);
            Files.write(
                    folder.resolve(name + "-int8.onnx"),
                    OnnxGraph.int8(settings, weights, contract, Map.of(), ranges)
                            .toByteArray());
        }
    }

    /** He's initialisation of every layer. */
    static Map<String, float[]> weights(NetSettings settings, SplittableRandom random) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        int in = 1;
        for (int c = 0; c < settings.channels().size(); c++) {
            layer(
                    weights,
                    OnnxGraph.conv(c),
                    random,
                    9 * in,
                    settings.channels().get(c));
            in = settings.channels().get(c);
        }
        in = settings.flat();
        for (int d = 0; d < settings.hidden().size(); d++) {
            String name = "fc" + (d + 1);
            int out = settings.hidden().get(d);
            if (settings.product(in, out)) {
                weights.put(name + ".inner.weight", normal(random, in, settings.rank() * in));
                in = settings.rank();
            }
            layer(weights, name, random, in, out);
            in = out;
        }
        layer(weights, "embedding", random, in, settings.embedding());
        layer(weights, "gate", random, settings.embedding(), 1);
        layer(weights, "reasons", random, settings.embedding(), settings.reasons());
        return weights;
    }

    private static void layer(Map<String, float[]> weights, String name, SplittableRandom random, int in, int out) {
        weights.put(name + ".weight", normal(random, in, in * out));
        weights.put(name + ".bias", new float[out]);
    }

    private static float[] normal(SplittableRandom random, int in, int count) {
        float[] values = new float[count];
        double deviation = Math.sqrt(2.0 / in);
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    private static ModelContract contract(String name) {
        return new ModelContract(
                "random-" + name,
                "0",
                LABELS.stream().map(CryReason::new).toList(),
                FrontEndSettings.PLAIN,
                GateContract.PLAIN,
                ReasonAggregation.CRY_WEIGHTED_MEAN,
                1.0,
                0.95,
                "Apache-2.0",
                "nothing: random weights",
                "none");
    }
}
