package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryReason;
import io.crysdk.ExecutionProvider;
import io.crysdk.ModelSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {
    private static final int PATCH = 96 * 64;

    private static void refused(CryErrorCode code, byte[] model, String... words) {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> OnnxModel.load(ModelSource.bytes(model)).close())
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void onePassGivesReasonsGateAndEmbedding() {
        try (OnnxModel model =
                OnnxModel.load(ModelSource.bytes(TinyModels.full().bytes()))) {
            assertThat(model.info().hasGate()).isTrue();
            assertThat(model.info().hasEmbedding()).isTrue();
            assertThat(model.info().labels())
                    .containsExactly(CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT);
            float[] patches = new float[19 * PATCH];
            for (int i = 0; i < patches.length; i++) {
                patches[i] = i / PATCH * 0.1f - 4.6f;
            }
            OnnxModel.Output output = model.run(patches);
            assertThat(output.probabilities()).hasDimensions(19, 4);
            assertThat(output.embeddings()).hasDimensions(19, 128);
            for (int w = 0; w < 19; w++) {
                double mean = w * 0.1f - 4.6f;
                assertThat(output.cryProbabilities()[w])
                        .isCloseTo((float) (1 / (1 + Math.exp(-mean - 3))), within(1e-5f));
            }
        }
    }

    @Test
    void aModelIsTheSameFromBytesFileStreamAndClassPath(@TempDir Path folder) throws Exception {
        byte[] bytes = TinyModels.full().bytes();
        Path file = Files.write(folder.resolve("mine.onnx"), bytes);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        ClassLoader loader = new ClassLoader(null) {
            @Override
            public InputStream getResourceAsStream(String name) {
                return name.equals("models/mine.onnx") ? new ByteArrayInputStream(bytes) : null;
            }
        };
        for (ModelSource source : List.of(
                ModelSource.bytes(bytes),
                ModelSource.file(file),
                ModelSource.stream("mine", () -> Files.newInputStream(file)),
                ModelSource.classPath(loader, "models/mine.onnx"))) {
            try (OnnxModel model = OnnxModel.load(source)) {
                assertThat(model.info().id().sha256()).isEqualTo(sha256);
                assertThat(model.info().id().id()).isEqualTo("tiny");
            }
        }
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> OnnxModel.load(ModelSource.classPath(loader, "other.onnx")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND));
    }

    @Test
    void aPlainGraphTakesItsNameFromTheFileAndItsLabelsFromTheCaller(@TempDir Path folder) throws IOException {
        Path file =
                Files.write(folder.resolve("exported.onnx"), TinyModels.plain().bytes());
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> CryClassifier.builder().model(file).build())
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INCOMPATIBLE))
                .withMessageContaining("Builder.labels");
        Path labels = Files.writeString(folder.resolve("labels.txt"), "pain\nhunger\n");
        try (CryClassifier classifier =
                CryClassifier.builder().model(file).labels(labels).build()) {
            assertThat(classifier.model().id().id()).isEqualTo("exported");
            assertThat(classifier.model().hasGate()).isFalse();
            assertThat(classifier.model().labels()).containsExactly(new CryReason("pain"), CryReason.HUNGER);
        }
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> CryClassifier.builder()
                        .model(file)
                        .labels(List.of(new CryReason("a"), new CryReason("b"), new CryReason("c")))
                        .build())
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INCOMPATIBLE));
    }

    @Test
    void aChannelAxisOfOneIsUnderstood() {
        byte[] bytes = TinyModels.full().bytes(1, 96, 64);
        try (OnnxModel model = OnnxModel.load(ModelSource.bytes(bytes));
                OnnxModel flat =
                        OnnxModel.load(ModelSource.bytes(TinyModels.full().bytes()))) {
            float[] patches = new float[3 * PATCH];
            Arrays.fill(patches, -2.0f);
            assertThat(model.run(patches).probabilities())
                    .isDeepEqualTo(flat.run(patches).probabilities());
        }
    }

    @Test
    void aFixedBatchIsUnderstood() {
        float[] patches = new float[5 * PATCH];
        for (int i = 0; i < patches.length; i++) {
            patches[i] = (i % 977) / 977.0f;
        }
        try (OnnxModel fixed = OnnxModel.load(
                        ModelSource.bytes(TinyModels.full().fixedBatch(3).bytes()));
                OnnxModel free =
                        OnnxModel.load(ModelSource.bytes(TinyModels.full().bytes()))) {
            float[] expected = free.run(patches).cryProbabilities();
            float[] found = fixed.run(patches).cryProbabilities();
            for (int w = 0; w < 5; w++) {
                assertThat(found[w]).isCloseTo(expected[w], within(1e-5f));
            }
        }
    }

    @Test
    void bytesThatAreNoModelAreRefused() {
        refused(CryErrorCode.MODEL_INVALID, new byte[0], "empty");
        refused(CryErrorCode.MODEL_INVALID, "not a model at all".getBytes(StandardCharsets.UTF_8), "18 bytes");
        byte[] whole = TinyModels.full().bytes();
        refused(CryErrorCode.MODEL_INVALID, Arrays.copyOf(whole, whole.length / 2), "one whole ONNX file");
    }

    @Property(tries = 60)
    void damagedBytesNeverEscapeTheContract(@ForAll @IntRange(min = 0, max = 2000) int at, @ForAll byte value) {
        byte[] bytes = TinyModels.plain().bytes();
        bytes[at] = value;
        try (OnnxModel model = OnnxModel.load(ModelSource.bytes(bytes))) {
            assertThat(model.info()).isNotNull();
        } catch (CryException e) {
            assertThat(e.code())
                    .isIn(CryErrorCode.MODEL_INVALID, CryErrorCode.MODEL_INCOMPATIBLE, CryErrorCode.INFERENCE_FAILED);
        }
    }

    @Test
    void graphsOfAnotherShapeAreRefused() {
        refused(CryErrorCode.MODEL_INCOMPATIBLE, TinyModels.full().bytes(64, 96), "[N,96,64]");
        refused(CryErrorCode.MODEL_INCOMPATIBLE, TinyModels.full().bytes(PATCH), "[N,96,64]");
        refused(CryErrorCode.MODEL_INCOMPATIBLE, TinyModels.logits().bytes(), "softmax");
        refused(
                CryErrorCode.MODEL_INCOMPATIBLE,
                TinyModels.full().meta("crysdk.labels", "hunger,boredom").bytes(),
                "4 outputs and 2 labels");
        refused(
                CryErrorCode.MODEL_INCOMPATIBLE,
                TinyModels.full().meta("crysdk.contract", "9").bytes(),
                "crysdk.contract");
        refused(
                CryErrorCode.MODEL_INVALID,
                TinyModels.full().meta("crysdk.gate.slope", "x").bytes(),
                "crysdk.gate.slope");
    }

    @Test
    void aPinnedModelIsTheOneOrRefused() {
        byte[] bytes = TinyModels.full().bytes();
        ModelSource source = ModelSource.bytes(bytes);
        String sha256;
        try (OnnxModel model = OnnxModel.load(source)) {
            sha256 = model.info().id().sha256();
        }
        CryClassifier.builder().model(source).expectSha256(sha256).build().close();
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> CryClassifier.builder()
                        .model(source)
                        .expectSha256("0".repeat(64))
                        .build())
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID))
                .withMessageContaining(sha256);
    }

    @Test
    void aModelThatIsNotThereIsNamed(@TempDir Path folder) {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> OnnxModel.load(ModelSource.file(folder.resolve("none.onnx"))))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND))
                .withMessageContaining("none.onnx");
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> OnnxModel.load(ModelSource.file(folder)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND));
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> OnnxModel.load(ModelSource.installed("nonesuch")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND))
                .withMessageContaining("nonesuch");
    }

    @Test
    void anOpenerThatFailsIsAModelThatIsNotFound() {
        for (ModelSource source :
                List.of(ModelSource.stream("nothing", () -> null), ModelSource.stream("broken", () -> {
                    throw new IOException("no such luck");
                }))) {
            assertThatExceptionOfType(CryException.class)
                    .isThrownBy(() -> OnnxModel.load(source))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND));
        }
    }

    @Test
    void aClosedModelSaysSo() {
        OnnxModel model = OnnxModel.load(ModelSource.bytes(TinyModels.full().bytes()));
        model.close();
        model.close();
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> model.run(new float[PATCH]))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.CLOSED));
    }

    @Test
    void cudaThatIsMissingIsAnErrorThatSaysHowToGetIt() {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> CryClassifier.builder()
                        .model(ModelSource.bytes(TinyModels.full().bytes()))
                        .executionProvider(ExecutionProvider.cuda(0).withMemoryLimit(1L << 30))
                        .build())
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.PROVIDER_UNAVAILABLE))
                .withMessageContaining("onnxruntime_gpu");
    }
}
