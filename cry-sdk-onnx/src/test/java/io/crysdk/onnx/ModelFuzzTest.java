package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.ModelSource;
import io.crysdk.ReasonScore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes of a model, its metadata or its labels, it answers or is refused with a documented error; see docs/fuzzing.md. */
class ModelFuzzTest {
    private static final Set<CryErrorCode> DOCUMENTED =
            EnumSet.of(CryErrorCode.MODEL_INVALID, CryErrorCode.MODEL_INCOMPATIBLE);

    private static final float[] CLIP = Sounds.noise(0.3, 0.5, 1);

    @TempDir
    static Path folder;

    /** What passes has no tensor in another file, as protobuf's own parser understands it. */
    @MethodSource("models")
    @FuzzTest
    void look(byte[] bytes) {
        try {
            OnnxFileCheck.check(new ModelBytes("fuzzed", ByteBuffer.wrap(bytes), "0".repeat(64)));
        } catch (CryException e) {
            assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID);
            return;
        }
        try {
            assertThat(tensors(OnnxMl.ModelProto.parseFrom(bytes).getGraph()))
                    .noneMatch(tensor -> tensor.getExternalDataCount() > 0
                            || tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL);
        } catch (InvalidProtocolBufferException e) {
            // Nor will the runtime make anything of it.
        }
    }

    private static Stream<OnnxMl.TensorProto> tensors(OnnxMl.GraphProto graph) {
        return Stream.concat(
                Stream.concat(
                        graph.getInitializerList().stream(),
                        graph.getSparseInitializerList().stream().map(OnnxMl.SparseTensorProto::getValues)),
                graph.getNodeList().stream()
                        .flatMap(node -> node.getAttributeList().stream())
                        .flatMap(attribute -> Stream.concat(
                                Stream.concat(Stream.of(attribute.getT()), attribute.getTensorsList().stream()),
                                Stream.concat(Stream.of(attribute.getG()), attribute.getGraphsList().stream())
                                        .filter(inner -> inner.getSerializedSize() > 0)
                                        .flatMap(ModelFuzzTest::tensors))));
    }

    /** The whole way: the file is looked through, the runtime loads it, its contract is read, it is tried, and it answers. */
    @MethodSource("models")
    @FuzzTest
    void load(byte[] bytes) {
        answers(bytes);
    }

    /** A sound graph with whatever metadata: lines of {@code key=value}. */
    @MethodSource("metadata")
    @FuzzTest
    void metadata(byte[] bytes) {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            int equals = line.indexOf('=');
            metadata.put("crysdk." + line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
        }
        try {
            ModelContract contract = ModelContract.fromMetadata(metadata, "fuzzed");
            assertThat(ModelContract.fromMetadata(contract.toMetadata(), "other"))
                    .isEqualTo(contract);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("crysdk.");
            return;
        }
        TinyModels model = TinyModels.small();
        metadata.forEach(model::meta);
        answers(model.bytes());
    }

    @MethodSource("labels")
    @FuzzTest
    void labels(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("labels.txt"), bytes);
        try {
            CryClassifier.builder().labels(file);
        } catch (CryException e) {
            assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID);
            assertThat(e).hasMessageContaining("labels.txt");
        }
    }

    private static void answers(byte[] bytes) {
        try (CryClassifier classifier =
                CryClassifier.builder().model(ModelSource.bytes(bytes)).build()) {
            CryResult result = classifier.classify(CLIP);
            assertThat(result.scores()).hasSameSizeAs(classifier.model().labels());
            assertThat(result.scores().stream()
                            .mapToDouble(ReasonScore::probability)
                            .sum())
                    .isCloseTo(1.0, within(1e-3));
            assertThat(result.toString()).isNotBlank();
        } catch (CryException e) {
            // A graph that did well on silence may still fail on sound.
            assertThat(e.code() == CryErrorCode.INFERENCE_FAILED || DOCUMENTED.contains(e.code()))
                    .as(e.toString())
                    .isTrue();
        }
    }

    static Stream<Arguments> models() {
        byte[] small = TinyModels.small().bytes();
        return Stream.of(small, TinyModels.small().fixedBatch(3).bytes()).map(bytes -> Arguments.of((Object) bytes));
    }

    static Stream<Arguments> metadata() {
        String whole = String.join(
                "\n",
                "contract=1",
                "id=mine",
                "version=2.1",
                "labels=hunger,boredom,a,b",
                "features=" + ModelContract.FEATURES,
                "pre_emphasis=0.97",
                "z_score=true",
                "short_clip=zero_pad",
                "hop_frames=24",
                "gate.aggregation=mean",
                "gate.slope=0.7",
                "gate.offset=-1.25",
                "gate.threshold=0.31",
                "reason.aggregation=cry_weighted_mean",
                "reason.temperature=1.7",
                "reason.min_probability=0.62");
        return texts("", whole, "gate.slope=1e308\ngate.offset=-1e308", "id\u0000=zero", "reason.temperature=1e-300");
    }

    static Stream<Arguments> labels() {
        return texts("hunger\nboredom\n", "hunger\r\n\r\n tiredness ", CryReason.DISCOMFORT.id(), "\u00e4\n");
    }

    private static Stream<Arguments> texts(String... texts) {
        return List.of(texts).stream().map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }
}
