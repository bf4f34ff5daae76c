package io.crysdk.train.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that TensorFlow and PyTorch wrote. */
class WeightsImportTest {
    /** Sums in another order than the framework's. */
    private static final float SUMS = 1e-5f;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "v1.ckpt,                     8, 'TensorFlow checkpoint, version 1'",
        "v1-training.ckpt,            8, 'TensorFlow checkpoint, version 1'",
        "v2.index,                    8, 'TensorFlow checkpoint, version 2'",
        "port.pth,                    8, PyTorch state dict",
        "port-legacy.pth,             8, 'PyTorch state dict, written before 1.6'",
        "port-transposed.pth,         8, PyTorch state dict",
        "port-transposed-legacy.pth,  8, 'PyTorch state dict, written before 1.6'",
        "port-double.pth,             8, PyTorch state dict",
        "training.pth,                8, PyTorch state dict",
        "port.onnx,                 128, ONNX",
    })
    void everyBitArrivesInItsPlace(String name, int embedding, String format) throws IOException {
        WeightsImport found = WeightsImport.read(Fixtures.file(name));
        VggishWeights drawn = Fixtures.drawn(embedding);
        assertThat(found.format()).isEqualTo(format);
        assertThat(found.weights().settings(true, 4)).isEqualTo(drawn.settings(true, 4));
        assertThat(found.weights().values().keySet())
                .containsExactlyElementsOf(drawn.values().keySet());
        drawn.values()
                .forEach((array, values) -> assertThat(found.weights().values().get(array))
                        .as(array)
                        .isEqualTo(values));
        assertThat(found.rows()).hasSize(18);
        assertThat(found.weights().fullSize()).isFalse();
        assertThat(found.bytes()).isEqualTo(Files.size(Fixtures.file(name)));
    }

    @ParameterizedTest
    @CsvSource({"port-half.pth, 0x1p-11", "port-bfloat16.pth, 0x1p-8"})
    void shorterFloatsAreWidened(String name, double precision) throws IOException {
        VggishWeights found = VggishWeights.read(Fixtures.file(name));
        Fixtures.drawn(8).values().forEach((array, values) -> {
            for (int i = 0; i < values.length; i++) {
                // Below 2^-14 a half has less precision.
                double tolerance = Math.max(Math.abs(values[i]), 0x1p-14) * precision;
                assertThat((double) found.values().get(array)[i]).isCloseTo(values[i], within(tolerance));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"v1.ckpt, tensorflow", "v2.index, tensorflow", "port-legacy.pth, pytorch", "training.pth, pytorch"})
    void whatIsWrittenAnswersAsTheFrameworkDid(String name, String framework) throws IOException {
        Path file = folder.resolve("body.onnx");
        VggishWeights.read(Fixtures.file(name)).write(file, Map.of("crysdk.weights.from", framework));
        float[] expected = Fixtures.answer(framework);
        float[] found = EmbeddingRun.of(file, Fixtures.patches());
        assertThat(found).hasSize(16);
        assertThat(found).containsExactly(expected, within(SUMS));
        assertThat(Fixtures.answer("tensorflow")).containsExactly(Fixtures.answer("pytorch"), within(SUMS));
        // And it can be read again.
        VggishWeights again = VggishWeights.read(file);
        Fixtures.drawn(8)
                .values()
                .forEach(
                        (array, values) -> assertThat(again.values().get(array)).isEqualTo(values));
    }

    @Test
    void tellsWhatItLeftAlone() throws IOException {
        assertThat(WeightsImport.read(Fixtures.file("v1.ckpt")).leftAlone()).isEmpty();
        assertThat(WeightsImport.read(Fixtures.file("v1-training.ckpt")).leftAlone())
                .containsExactly("global_step", "vggish/conv1/weights/Adam");
        assertThat(WeightsImport.read(Fixtures.file("training.pth")).leftAlone())
                .containsExactly("module.pproc.pca_means", "module.steps");
    }

    @Test
    void tellsTheRangeOfEveryArray() throws IOException {
        WeightsImport.Row row =
                WeightsImport.read(Fixtures.file("v1.ckpt")).rows().get(1);
        assertThat(row.name()).isEqualTo("conv1.bias");
        assertThat(row.from()).isEqualTo("vggish/conv1/biases");
        assertThat(row.shape()).containsExactly(2L);
        float[] bias = Fixtures.drawn(8).values().get("conv1.bias");
        assertThat(row.least()).isEqualTo(Math.min(bias[0], bias[1]));
        assertThat(row.largest()).isEqualTo(Math.max(bias[0], bias[1]));
        assertThat(row.mean()).isCloseTo((bias[0] + bias[1]) / 2, within(1e-7));
        assertThat(row.deviation()).isCloseTo(Math.abs(bias[0] - bias[1]) / 2, within(1e-7));
    }

    @Test
    void packedBlocksAreUnpacked() throws IOException {
        Path packed = folder.resolve("packed.ckpt");
        Tables tables = new Tables(true);
        try (FileBytes plain = FileBytes.open(Fixtures.file("v1.ckpt"))) {
            for (Map.Entry<String, byte[]> entry : Tables.entries(plain).entrySet()) {
                tables.block(entry.getKey().getBytes(StandardCharsets.ISO_8859_1), entry.getValue());
            }
        }
        Files.write(packed, tables.finish());
        assertThat(Files.size(packed)).isNotEqualTo(Files.size(Fixtures.file("v1.ckpt")));
        VggishWeights found = VggishWeights.read(packed);
        Fixtures.drawn(8)
                .values()
                .forEach(
                        (array, values) -> assertThat(found.values().get(array)).isEqualTo(values));
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() throws IOException {
        // Two names go, one array becomes too short for its shape, another holds a NaN, a third is all zeros.
        Path file = folder.resolve("wrong.ckpt");
        Tables tables = new Tables(false);
        try (FileBytes plain = FileBytes.open(Fixtures.file("v1.ckpt"))) {
            for (Map.Entry<String, byte[]> entry : Tables.entries(plain).entrySet()) {
                String key = entry.getKey();
                byte[] value = entry.getValue();
                if (key.isEmpty()) {
                    value = replaced(value, "vggish/conv2/biases", "vggish/conv2/biasez");
                    value = replaced(value, "vggish/fc1/fc1_1/weights", "vggish/fc1/fc1_1/weightz");
                } else if (key.contains("conv1/weights")) {
                    ByteBuffer.wrap(value).putInt(value.length - 4, 0xffffffff);
                } else if (key.contains("fc2/weights")) {
                    java.util.Arrays.fill(value, value.length - 320, value.length, (byte) 0);
                } else if (key.contains("fc1_2/biases")) {
                    ByteBuffer.wrap(value).putInt(value.length - 4, 0x0000807f);
                }
                tables.block(key.getBytes(StandardCharsets.ISO_8859_1), value);
            }
        }
        Files.write(file, tables.finish());
        CryException e = catchThrowableOfType(CryException.class, () -> VggishWeights.read(file));
        assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID);
        List<String> problems = ((WeightsException) e.getCause()).problems();
        assertThat(problems).hasSize(4);
        assertThat(problems.get(0))
                .startsWith("missing: vggish/conv2/biases, vggish/fc1/fc1_1/weights; found: vggish/conv1/biases, ");
        assertThat(problems.get(1)).isEqualTo("vggish/conv1/weights has 1 values that are not finite");
        assertThat(problems.get(2)).isEqualTo("vggish/fc1/fc1_2/biases has 1 values that are not finite");
        assertThat(problems.get(3)).startsWith("vggish/fc2/weights makes its layer's output 0.0 times its input");
        assertThat(e).hasMessageStartingWith("4 problems in wrong.ckpt:\n  missing: ");
    }

    @Test
    void layersThatDoNotFitAreNamedWithTheirShapes() throws IOException {
        Path file = folder.resolve("shapes.ckpt");
        Tables tables = new Tables(false);
        try (FileBytes plain = FileBytes.open(Fixtures.file("v1.ckpt"))) {
            for (Map.Entry<String, byte[]> entry : Tables.entries(plain).entrySet()) {
                byte[] value = entry.getValue();
                if (entry.getKey().isEmpty()) {
                    // conv3_1 and conv3_2 change places, so that nothing fits from there to the one after.
                    value = replaced(value, "vggish/conv3/conv3_1", "vggish/conv3/conv3_9");
                    value = replaced(value, "vggish/conv3/conv3_2", "vggish/conv3/conv3_1");
                    value = replaced(value, "vggish/conv3/conv3_9", "vggish/conv3/conv3_2");
                }
                tables.block(entry.getKey().getBytes(StandardCharsets.ISO_8859_1), value);
            }
        }
        Files.write(file, tables.finish());
        CryException e = catchThrowableOfType(CryException.class, () -> VggishWeights.read(file));
        assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID);
        List<String> problems = ((WeightsException) e.getCause()).problems();
        assertThat(problems)
                .first()
                .isEqualTo("vggish/conv3/conv3_1/weights has the shape [3, 3, 5, 4] and vggish/conv3/conv3_1/biases"
                        + " [4], expected [3, 3, 3, n] and [n]");
    }

    @Test
    void partsOfVariablesAreRefused() {
        assertThatThrownBy(() -> VggishWeights.read(Fixtures.file("v1-parts.ckpt")))
                .isInstanceOf(CryException.class)
                .hasMessageContaining("vggish/conv1/weights is stored in parts")
                .hasMessageContaining("vggish/fc2/biases is stored in parts");
    }

    @Test
    void theValuesOfVersionTwoBelongBesideItsIndex() throws IOException {
        Path index = Files.copy(Fixtures.file("v2.index"), folder.resolve("alone.index"));
        assertThatThrownBy(() -> VggishWeights.read(index))
                .isInstanceOf(CryException.class)
                .hasMessageContaining("alone.data-00000-of-00001 beside it, which is not there");
        byte[] data = Files.readAllBytes(Fixtures.file("v2.data-00000-of-00001"));
        data[data.length / 2] ^= 4;
        Files.write(folder.resolve("alone.data-00000-of-00001"), data);
        assertThatThrownBy(() -> VggishWeights.read(index))
                .isInstanceOf(CryException.class)
                .hasMessageContaining("the checksum of")
                .hasMessageContaining("is wrong");
    }

    @Test
    void aWholePythonObjectIsRefused() {
        assertThatThrownBy(() -> VggishWeights.read(Fixtures.file("module.pth")))
                .isInstanceOf(CryException.class)
                .hasMessageContaining("it wants __main__.Network")
                .hasMessageContaining("state_dict()");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "PK", "hello, world", "<!DOCTYPE html>", "\n\n  <html>", "CRY1...."})
    void otherFilesAreNotWeights(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("other"), content);
        assertThatThrownBy(() -> VggishWeights.read(file))
                .isInstanceOf(CryException.class)
                .hasMessageStartingWith(
                        "other: it is no TensorFlow checkpoint, no PyTorch state dict and no ONNX file");
    }

    @Test
    void whatWasFoundInsteadIsSaid() throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        found.put("version https://git-lfs.github.com/spec/v1\noid", "Git LFS");
        found.put("<!DOCTYPE html><p>404", "a page of a web site");
        found.put("CRY1 and more", "a checkpoint that the trainer keeps for itself");
        for (Map.Entry<String, String> entry : found.entrySet()) {
            Path file = Files.writeString(folder.resolve("other"), entry.getKey());
            assertThatThrownBy(() -> VggishWeights.read(file)).hasMessageContaining(entry.getValue());
        }
        Path hdf = Files.write(folder.resolve("h5"), new byte[] {(byte) 0x89, 'H', 'D', 'F', 13, 10, 26, 10});
        assertThatThrownBy(() -> VggishWeights.read(hdf)).hasMessageContaining("an HDF5 file");
        assertThatThrownBy(() -> VggishWeights.read(folder.resolve("none")))
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND));
    }

    @Test
    void weightsCheckThemselves() {
        VggishWeights good = Fixtures.drawn(8);
        Map<String, float[]> values = new LinkedHashMap<>(good.values());
        values.put("fc1.bias", new float[3]);
        assertThatThrownBy(() -> new VggishWeights(good.channels(), good.hidden(), 8, 0, values))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("fc1.bias has 12 values, found 3");
        values.remove("fc1.bias");
        assertThatThrownBy(() -> new VggishWeights(good.channels(), good.hidden(), 8, 0, values))
                .hasMessageStartingWith("expected [conv1.weight, ");
        values.put("fc1.bias", new float[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Float.NaN});
        assertThatThrownBy(() -> new VggishWeights(good.channels(), good.hidden(), 8, 0, values))
                .hasMessage("fc1.bias is finite, found NaN");
        assertThatThrownBy(() -> new VggishWeights(List.of(1, 2), good.hidden(), 8, 0, values))
                .hasMessageStartingWith("VGGish has six convolutions");
    }

    @Test
    void halvesAreThoseOfTheStandard() {
        ByteBuffer stored = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits : new int[] {0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x3555, 0x7c00, 0xfc00, 0x7e00}) {
            stored.putShort((short) bits);
        }
        assertThat(Element.HALF.floats(stored.flip()))
                .containsExactly(
                        1.0f,
                        -2.0f,
                        65504.0f,
                        0x1p-24f,
                        0x3ffp-24f,
                        0x1p-14f,
                        0.33325195f,
                        Float.POSITIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        Float.NaN);
    }

    /** Puts one text of equal length in place of another, wherever it stands. */
    private static byte[] replaced(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1).replace(from, to);
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
