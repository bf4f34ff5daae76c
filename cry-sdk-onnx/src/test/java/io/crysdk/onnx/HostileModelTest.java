package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.ModelSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Models made by whoever wishes us ill. */
class HostileModelTest {
    private static final byte[] PLAIN =
            TinyModels.plain().meta("crysdk.labels", "hunger,boredom").bytes();

    private static byte[] changed(Consumer<OnnxMl.ModelProto.Builder> change) {
        try {
            OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder().mergeFrom(PLAIN);
            change.accept(model);
            return model.build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static void refused(byte[] model, String... words) {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> OnnxModel.load(ModelSource.bytes(model)).close())
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    private static OnnxMl.TensorProto external(OnnxMl.TensorProto tensor, String location) {
        return tensor.toBuilder()
                .clearRawData()
                .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
                .addExternalData(OnnxMl.StringStringEntryProto.newBuilder()
                        .setKey("location")
                        .setValue(location))
                .build();
    }

    @Test
    void noOtherFileIsRead() throws IOException {
        // Relative to the working folder is where the runtime looks for the data of a model that came as bytes.
        Path beside = Path.of("hostile-model-test.weights");
        OnnxMl.TensorProto weights =
                OnnxMl.ModelProto.parseFrom(PLAIN).getGraph().getInitializer(0);
        Files.write(beside, weights.getRawData().toByteArray());
        try {
            for (String location : new String[] {
                beside.toString(),
                beside.toAbsolutePath().toString(),
                "../" + beside,
                "/etc/passwd",
                "..\\..\\secret",
                "",
                "https://example.org/weights"
            }) {
                refused(
                        changed(model -> model.getGraphBuilder().setInitializer(0, external(weights, location))),
                        "external data",
                        "one file");
            }
        } finally {
            Files.delete(beside);
        }
        // Only one of the two marks, and in places where nobody looks.
        refused(
                changed(model -> model.getGraphBuilder()
                        .getInitializerBuilder(0)
                        .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)),
                "external data");
        OnnxMl.TensorProto one = external(
                OnnxMl.TensorProto.newBuilder().setDataType(1).addDims(1).build(), "weights");
        refused(
                changed(model -> model.getGraphBuilder()
                        .getNodeBuilder(0)
                        .addAttribute(OnnxMl.AttributeProto.newBuilder()
                                .setName("value")
                                .setT(one))),
                "external data");
        refused(
                changed(model -> model.getGraphBuilder()
                        .getNodeBuilder(0)
                        .addAttribute(OnnxMl.AttributeProto.newBuilder()
                                .setName("body")
                                .addGraphs(OnnxMl.GraphProto.newBuilder()
                                        .addSparseInitializer(OnnxMl.SparseTensorProto.newBuilder()
                                                .setValues(one))))),
                "external data");
    }

    /** Protobuf's parsers drop all but 32 bits of a field's key: what looks like an unknown field may be external data to them. */
    @Test
    void noFieldHidesBehindAKeyOfTooManyBits() throws IOException {
        byte[] entry = OnnxMl.StringStringEntryProto.newBuilder()
                .setKey("location")
                .setValue("weights")
                .build()
                .toByteArray();
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(tensor);
        out.writeUInt64NoTag(1L << 34 | OnnxMl.TensorProto.EXTERNAL_DATA_FIELD_NUMBER << 3 | 2);
        out.writeByteArrayNoTag(entry);
        out.flush();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(PLAIN);
        whole.writeBytes(field(
                OnnxMl.ModelProto.GRAPH_FIELD_NUMBER,
                field(OnnxMl.GraphProto.INITIALIZER_FIELD_NUMBER, tensor.toByteArray())));
        byte[] model = whole.toByteArray();

        assertThat(OnnxMl.ModelProto.parseFrom(model)
                        .getGraph()
                        .getInitializer(2)
                        .getExternalDataCount())
                .isOne();
        refused(model, "one whole ONNX file");
    }

    private static byte[] field(int number, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(number, content);
        out.flush();
        return bytes.toByteArray();
    }

    @Test
    void tensorsThatClaimMoreThanTheFileHoldsAreRefusedBeforeRoomIsMadeForThem() {
        for (long[] dims : new long[][] {
            {1L << 40},
            {1 << 20, 1 << 20},
            {-1},
            {3, -4},
            {Long.MAX_VALUE},
            {Long.MIN_VALUE},
            {1L << 32, 1L << 32},
            {100_000}
        }) {
            refused(
                    changed(model -> {
                        OnnxMl.TensorProto.Builder tensor =
                                model.getGraphBuilder().getInitializerBuilder(0).clearDims();
                        Arrays.stream(dims).forEach(tensor::addDims);
                    }),
                    "more values");
        }
    }

    @Test
    void graphsThatAreTooLargeOrTooDeepAreRefused() {
        refused(
                changed(model -> {
                    for (int i = 0; i <= OnnxFileCheck.MAX_NODES; i++) {
                        model.getGraphBuilder().addNode(OnnxMl.NodeProto.getDefaultInstance());
                    }
                }),
                "nodes");
        refused(
                changed(model -> {
                    OnnxMl.GraphProto inner = OnnxMl.GraphProto.getDefaultInstance();
                    for (int i = 0; i < 60; i++) {
                        inner = OnnxMl.GraphProto.newBuilder()
                                .addNode(OnnxMl.NodeProto.newBuilder()
                                        .addAttribute(OnnxMl.AttributeProto.newBuilder()
                                                .setG(inner)))
                                .build();
                    }
                    model.getGraphBuilder()
                            .getNodeBuilder(0)
                            .addAttribute(OnnxMl.AttributeProto.newBuilder().setG(inner));
                }),
                "deep");
    }

    @Test
    void whatIsUnknownIsTolerated() {
        byte[] model = changed(m -> m.addMetadataProps(OnnxMl.StringStringEntryProto.newBuilder()
                        .setKey("crysdk.invented_later")
                        .setValue("../../etc/passwd"))
                .addMetadataProps(OnnxMl.StringStringEntryProto.newBuilder()
                        .setKey("somebody.else")
                        .setValue("\u0000".repeat(1000)))
                .addMetadataProps(OnnxMl.StringStringEntryProto.newBuilder()
                        .setKey("zero\u0000byte")
                        .setValue("lost"))
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                900,
                                UnknownFieldSet.Field.newBuilder()
                                        .addVarint(7)
                                        .addFixed32(1)
                                        .addFixed64(2)
                                        .addLengthDelimited(ByteString.copyFromUtf8("later"))
                                        .build())
                        .build()));
        try (OnnxModel loaded = OnnxModel.load(ModelSource.bytes(model))) {
            assertThat(loaded.info().metadata()).containsEntry("crysdk.invented_later", "../../etc/passwd");
        }
    }

    @Test
    void aNameIsNoPath() {
        for (String name :
                new String[] {"../default", "default.onnx", "/io/crysdk/models/default", "", "default\u0000"}) {
            assertThatExceptionOfType(CryException.class)
                    .isThrownBy(() -> OnnxModel.load(ModelSource.installed(name)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND));
        }
    }

    @Test
    void otherFilesAreNoModels() {
        refused("ONNX".getBytes(StandardCharsets.US_ASCII), "4 bytes");
        refused(new byte[1 << 16], "one whole ONNX file");
        refused(new byte[] {16, 0, 0, 0, 'O', 'R', 'T', 'M', 0, 0, 0, 0}, ".ort");
        byte[] ones = new byte[100];
        Arrays.fill(ones, (byte) 0xff);
        refused(ones, "one whole ONNX file");
    }

    @Test
    void cutAnywhereItIsRefused() {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            refused(Arrays.copyOf(PLAIN, 1 + random.nextInt(PLAIN.length - 1)), "bytes)");
        }
    }
}
