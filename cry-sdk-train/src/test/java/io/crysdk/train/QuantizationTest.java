package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl;
import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.ReasonAggregation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class QuantizationTest {
    private static final NetSettings SMALL = new NetSettings(List.of(8, 8, 12, 12, 16, 16), List.of(24), 16, false, 4);
    private static final int WINDOWS = 12;

    private final Map<String, float[]> weights = shaken(RandomModels.weights(SMALL, new SplittableRandom(7)));
    private final ModelContract contract = contract();
    private final float[] patches = patches();

    @Test
    void answersStayNearThoseOfTheParent() throws IOException {
        ActivationRanges ranges = ActivationRanges.observe(SMALL, weights, contract, patches, 1.0);

        float[] expected = embeddings(OnnxGraph.of(SMALL, weights, contract));
        float[] found = embeddings(OnnxGraph.int8(SMALL, weights, contract, Map.of(), ranges));

        assertThat(relativeError(expected, found)).isBetween(1e-4, 0.05);
    }

    /** Six convolutions and four pools between two scales each: the runtime can take the stack for integers. */
    @Test
    void convolutionsAreOfBytesAndPoolingKeepsTheirScale() throws IOException {
        ActivationRanges ranges = ActivationRanges.observe(SMALL, weights, contract, patches, 1.0);

        OnnxMl.GraphProto graph =
                OnnxGraph.int8(SMALL, weights, contract, Map.of(), ranges).getGraph();

        Map<String, OnnxMl.TensorProto> tensors = new TreeMap<>();
        graph.getInitializerList().forEach(t -> tensors.put(t.getName(), t));
        float inputScale = floats(tensors, "input.scale")[0];
        for (int c = 0; c < 6; c++) {
            String name = OnnxGraph.conv(c);
            byte[] rounded = tensors.get(name + ".weight.q").getRawData().toByteArray();
            float[] scales = floats(tensors, name + ".weight.scale");
            float[] weight = weights.get(name + ".weight");
            float[] bias = weights.get(name + ".bias");
            ByteBuffer biases = bytes(tensors, name + ".bias.q");
            for (int i = 0; i < weight.length; i++) {
                float scale = scales[i / (weight.length / scales.length)];
                assertThat(rounded[i]).isBetween((byte) -63, (byte) 63);
                assertThat(rounded[i] * scale).isCloseTo(weight[i], within(scale * 0.501f));
            }
            for (int o = 0; o < bias.length; o++) {
                float unit = scales[o] * inputScale;
                assertThat(biases.getInt() * unit).isCloseTo(bias[o], within(unit + Math.abs(bias[o]) * 1e-6f));
            }
            inputScale = floats(tensors, name + ".relu.scale")[0];
        }
        assertThat(graph.getNodeList().stream().filter(n -> n.getOpType().equals("MaxPool")))
                .allSatisfy(pool -> {
                    String before = scaleOf(graph, pool.getInput(0));
                    String after = graph.getNodeList().stream()
                            .filter(n -> n.getInputCount() > 0 && n.getInput(0).equals(pool.getOutput(0)))
                            .findFirst()
                            .orElseThrow()
                            .getInput(1);
                    assertThat(after).isEqualTo(before);
                })
                .hasSize(4);
    }

    @Test
    void aShareLeavesTheLoudestValuesOut() throws IOException {
        ActivationRanges all = ActivationRanges.observe(SMALL, weights, contract, patches, 1.0);
        ActivationRanges most = ActivationRanges.observe(SMALL, weights, contract, patches, 0.99);

        for (int c = 0; c < 6; c++) {
            assertThat(most.highs().get(c)).isPositive().isLessThan(all.highs().get(c));
        }
        assertThat(all.inputLow()).isEqualTo((float) Math.log(0.01));
    }

    @Test
    void aChannelWithoutWeightsKeepsItsBias() throws IOException {
        float[] weight = weights.get("conv2.weight");
        Arrays.fill(weight, 0, weight.length / 8, 0.0f);
        weights.get("conv2.bias")[0] = 3.0f;
        ActivationRanges ranges = ActivationRanges.observe(SMALL, weights, contract, patches, 1.0);

        float[] expected = embeddings(OnnxGraph.of(SMALL, weights, contract));
        float[] found = embeddings(OnnxGraph.int8(SMALL, weights, contract, Map.of(), ranges));

        assertThat(relativeError(expected, found)).isLessThan(0.05);
    }

    @Test
    void aLayerThatIsNeverHeardIsRefused() {
        Arrays.fill(weights.get("conv3.weight"), 0.0f);
        Arrays.fill(weights.get("conv3.bias"), -1.0f);

        assertThatThrownBy(() -> ActivationRanges.observe(SMALL, weights, contract, patches, 1.0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing to quantise by");
    }

    private float[] embeddings(OnnxMl.ModelProto model) throws IOException {
        try (OrtNetwork network = OrtNetwork.load(model);
                OrtNetwork.Outputs outputs = network.run(patches, 0, WINDOWS)) {
            return outputs.floats("embedding");
        }
    }

    private static double relativeError(float[] expected, float[] found) {
        double error = 0.0;
        double size = 0.0;
        for (int i = 0; i < expected.length; i++) {
            error += (expected[i] - found[i]) * (expected[i] - found[i]);
            size += expected[i] * expected[i];
        }
        return Math.sqrt(error / size);
    }

    private static String scaleOf(OnnxMl.GraphProto graph, String output) {
        return graph.getNodeList().stream()
                .filter(n -> n.getOutput(0).equals(output))
                .findFirst()
                .orElseThrow()
                .getInput(1);
    }

    private static float[] floats(Map<String, OnnxMl.TensorProto> tensors, String name) {
        ByteBuffer bytes = bytes(tensors, name);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    private static ByteBuffer bytes(Map<String, OnnxMl.TensorProto> tensors, String name) {
        return tensors.get(name).getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** With biases, which random weights do not have. */
    private static Map<String, float[]> shaken(Map<String, float[]> weights) {
        SplittableRandom random = new SplittableRandom(3);
        weights.forEach((name, values) -> {
            for (int i = 0; name.endsWith(".bias") && i < values.length; i++) {
                values[i] = (float) (0.1 * random.nextGaussian());
            }
        });
        return weights;
    }

    private static float[] patches() {
        SplittableRandom random = new SplittableRandom(9);
        float[] patches = new float[WINDOWS * Augmentation.PATCH];
        for (int i = 0; i < patches.length; i++) {
            patches[i] = (float) Math.log(0.01 + (i < Augmentation.PATCH ? 0.0 : random.nextDouble()));
        }
        return patches;
    }

    private static ModelContract contract() {
        return new ModelContract(
                "t",
                "1",
                List.of(new CryReason("a"), new CryReason("b"), new CryReason("c"), new CryReason("d")),
                FrontEndSettings.PLAIN,
                GateContract.PLAIN,
                ReasonAggregation.CRY_WEIGHTED_MEAN,
                1.0,
                0.5,
                "Apache-2.0",
                "",
                "");
    }
}
