package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.ReasonAggregation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetTest {
    private static final NetSettings TINY = new NetSettings(List.of(2, 3, 4, 4, 5, 6), List.of(7), 8, true, 4);

    @TempDir
    Path folder;

    @Test
    void exportedGraphGivesTheTrainersAnswers() throws IOException {
        for (boolean batchNorm : new boolean[] {true, false}) {
            NetSettings settings =
                    new NetSettings(TINY.channels(), TINY.hidden(), TINY.embedding(), batchNorm, TINY.reasons());
            try (VggishNet net = VggishNet.create(settings, new SplittableRandom(1))) {
                net.load(shaken(net.state()));
                Path file = folder.resolve("m" + batchNorm + ".onnx");
                double difference = OnnxExporter.export(net, contract("t"), file, patches(5));
                assertThat(difference).isLessThan(1e-5);
                assertThat(file).exists();
                try (var files = Files.list(folder)) {
                    assertThat(files.filter(f -> f.toString().endsWith(".part")))
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void foldingAwayANormalisationIsExact() {
        try (VggishNet normalised = VggishNet.create(TINY, new SplittableRandom(2));
                VggishNet plain = VggishNet.create(
                        new NetSettings(TINY.channels(), TINY.hidden(), TINY.embedding(), false, 4),
                        new SplittableRandom(3))) {
            normalised.load(shaken(normalised.state()));
            plain.load(OnnxExporter.fold(TINY, normalised.state()));
            float[] patches = patches(3);
            Scorer.Values a = Scorer.forward(normalised, patches, 0, 3);
            Scorer.Values b = Scorer.forward(plain, patches, 0, 3);
            for (int i = 0; i < a.embedding().length; i++) {
                assertThat(b.embedding()[i])
                        .isCloseTo(a.embedding()[i], within(1e-5f * (1 + Math.abs(a.embedding()[i]))));
            }
        }
    }

    /** The last map is flattened by time, then band, then channel: a weight on one place sees just that place. */
    @Test
    void flattensByTimeBandChannel() {
        NetSettings settings = new NetSettings(List.of(1, 1, 1, 1, 1, 2), List.of(), 48, false, 2);
        try (VggishNet net = VggishNet.create(settings, new SplittableRandom(1))) {
            Map<String, float[]> state = new HashMap<>(net.state());
            for (int c = 1; c <= 5; c++) {
                state.put("conv" + c + ".weight", centre(1));
                state.put("conv" + c + ".bias", new float[1]);
            }
            // Channel 0 hands its input through, channel 1 doubles it.
            float[] last = Arrays.copyOf(centre(1), 18);
            last[9 + 4] = 2.0f;
            state.put("conv6.weight", last);
            state.put("conv6.bias", new float[2]);
            float[] identity = new float[48 * 48];
            for (int i = 0; i < 48; i++) {
                identity[i * 48 + i] = 1.0f;
            }
            state.put("embedding.weight", identity);
            state.put("embedding.bias", new float[48]);
            net.load(state);
            float[] patch = new float[Augmentation.PATCH];
            for (int t = 0; t < 6; t++) {
                for (int b = 0; b < 4; b++) {
                    patch[16 * t * 64 + 16 * b] = 1 + 10 * t + b;
                }
            }
            float[] embedding = Scorer.forward(net, patch, 0, 1).embedding();
            for (int t = 0; t < 6; t++) {
                for (int b = 0; b < 4; b++) {
                    assertThat(embedding[(t * 4 + b) * 2]).isEqualTo(1 + 10 * t + b);
                    assertThat(embedding[(t * 4 + b) * 2 + 1]).isEqualTo(2 * (1 + 10 * t + b));
                }
            }
        }
    }

    @Test
    void anExportThatDiffersIsNoExport() throws IOException {
        try (VggishNet net = VggishNet.create(TINY, new SplittableRandom(1))) {
            Path file = folder.resolve("nan.onnx");
            Map<String, float[]> state = net.state();
            value(state, "gate.bias")[0] = Float.NaN;
            net.load(state);
            assertThatThrownBy(() -> OnnxExporter.export(net, contract("t"), file, patches(2)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("nothing was exported");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void checkpointsBelongToOneRun() throws IOException {
        Path file = folder.resolve("net.ckpt");
        try (VggishNet net = VggishNet.create(TINY, new SplittableRandom(1));
                VggishNet other = VggishNet.create(TINY, new SplittableRandom(2))) {
            Checkpoint.write(file, "run a", net.state());
            assertThat(Checkpoint.read(file, "run b")).isEmpty();
            assertThat(Checkpoint.read(folder.resolve("none"), "run a")).isEmpty();
            other.load(Checkpoint.read(file, "run a").orElseThrow());
            net.state()
                    .forEach((name, values) ->
                            assertThat(other.state().get(name)).isEqualTo(values));
        }
    }

    @Test
    void refusesWeightsOfAnotherShape() {
        try (VggishNet net = VggishNet.create(TINY, new SplittableRandom(1))) {
            Map<String, float[]> state = net.state();
            state.put("gate.bias", new float[2]);
            assertThatThrownBy(() -> net.load(state)).hasMessage("gate.bias has 1 values, found 2");
            state.remove("gate.bias");
            assertThatThrownBy(() -> net.load(state)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> NetSettings.vggish(3, List.of(512), true, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(NetSettings.vggish(1, List.of(4096, 4096), false, 4).channels())
                .containsExactly(64, 128, 256, 256, 512, 512);
    }

    static ModelContract contract(String id) {
        return new ModelContract(
                id,
                "1",
                List.of(CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT),
                FrontEndSettings.PLAIN,
                GateContract.PLAIN,
                ReasonAggregation.MEAN,
                1.0,
                0.5,
                "",
                "",
                "");
    }

    /** Statistics and scales as training would leave them: none of them 0 or 1. */
    private static Map<String, float[]> shaken(Map<String, float[]> state) {
        SplittableRandom random = new SplittableRandom(9);
        state.forEach((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] += name.endsWith(".weight") ? 0 : (float) random.nextDouble(0.1, 0.6);
            }
        });
        return state;
    }

    private static float[] patches(int n) {
        SplittableRandom random = new SplittableRandom(4);
        float[] patches = new float[n * Augmentation.PATCH];
        for (int i = 0; i < patches.length; i++) {
            patches[i] = (float) random.nextDouble(-4.6, 3.0);
        }
        return patches;
    }

    private static float[] centre(float value) {
        float[] weight = new float[9];
        weight[4] = value;
        return weight;
    }

    private static float[] value(Map<String, float[]> state, String name) {
        return state.get(name);
    }
}
