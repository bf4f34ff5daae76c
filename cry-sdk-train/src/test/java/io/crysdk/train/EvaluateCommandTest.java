package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.crysdk.CryClassifier;
import io.crysdk.CryResult;
import io.crysdk.ModelSource;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxModel;
import io.crysdk.spi.ModelProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The installed model on wails and noise made here, without PyTorch. */
class EvaluateCommandTest {
    @TempDir
    Path folder;

    private Path manifest;

    @BeforeEach
    void record() throws IOException {
        StringBuilder csv = new StringBuilder("path,class,group,fold,is_cry,category\n");
        SplittableRandom random = new SplittableRandom(5);
        String[] labels = {"hunger", "discomfort", "colic", "tiredness"};
        for (int i = 0; i < 8; i++) {
            // One shorter than a window.
            int length = i == 3 ? 9000 : 30000 + 700 * i;
            Wavs.write(folder.resolve("cry" + i + ".wav"), Wavs.wail(random, length));
            Wavs.write(folder.resolve("noise" + i + ".wav"), Wavs.noise(random, length));
            csv.append("cry%d.wav,%s,baby%d,%d,1,baby_cry%n".formatted(i, labels[i % 4], i, i % 2));
            csv.append("noise%d.wav,,place%d,%d,0,noise%n".formatted(i, i, i % 2));
        }
        manifest = Files.writeString(folder.resolve("manifest.csv"), csv);
    }

    @Test
    void saysWhatTheClassifierSays() throws IOException {
        try (OnnxModel model = OnnxModel.load(ModelSource.installed(ModelSource.DEFAULT));
                CryClassifier classifier = CryClassifier.create()) {
            Evaluation evaluation = new Evaluation(model, 2, false);
            List<Evaluation.Heard> heard =
                    evaluation.hear(Manifest.read(List.of(manifest)).entries());
            assertThat(heard).hasSize(16);
            ModelContract contract = model.contract();
            for (Evaluation.Heard h : heard) {
                CryResult result = classifier.classify(h.entry().file());
                assertThat(evaluation.cryProbability(h))
                        .as(h.entry().path())
                        .isCloseTo(result.cryProbability().orElseThrow(), within(1e-5));
                double[] reasons = evaluation.reasons(h);
                result.scores()
                        .forEach(score -> assertThat(reasons[contract.labels().indexOf(score.reason())])
                                .isCloseTo(score.probability(), within(1e-5)));
            }
        }
    }

    @Test
    void writesAReportAndDoesNotClaimThatItWasHeldOut() throws IOException {
        OnnxMl.ModelProto.Builder model = installed();
        List<OnnxMl.StringStringEntryProto> kept = model.getMetadataPropsList().stream()
                .filter(entry -> !entry.getKey().equals(Learnt.RECORDINGS))
                .toList();
        assertThat(kept).hasSizeLessThan(model.getMetadataPropsCount());
        Path silent = Files.write(
                folder.resolve("silent.onnx"),
                model.clearMetadataProps().addAllMetadataProps(kept).build().toByteArray());
        Path report = folder.resolve("report");
        Run run = evaluate(
                "--model",
                silent.toString(),
                "--manifest",
                manifest.toString(),
                "--report",
                report.toString(),
                "--split",
                "made here");
        assertThat(run.code).as(run.err).isZero();
        assertThat(run.err).contains("***").contains("HELD OUT");
        assertThat(run.out).contains("gate AUC").contains("report.md");
        JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(report.resolve("report.json")));
        assertThat(json.at("/gate/cries").asInt()).isEqualTo(8);
        assertThat(json.at("/gate/threshold_rule").asText()).contains("the model's own");
        assertThat(json.at("/gate/noise")).hasSize(NoisyClips.LEVELS.size());
        assertThat(json.at("/reasons/recordings").asInt())
                .as("colic is none of its labels")
                .isEqualTo(6);
        assertThat(json.at("/labels_that_the_model_does_not_know").asText()).isEqualTo("[colic]");
        assertThat(json.at("/run/model").asText()).isEqualTo("default");
        assertThat(json.at("/run/code").asText()).isNotEmpty();
        assertThat(report.resolve("report.md")).content().contains("made here", "HELD OUT", "![gate roc]");
        assertThat(Files.readAllLines(report.resolve("scores.csv")))
                .hasSize(17)
                .first()
                .asString()
                .contains("cry_probability");
    }

    @Test
    void oneFoldWithoutNoise() throws IOException {
        Path report = folder.resolve("fold");
        Run run =
                evaluate("--manifest", manifest.toString(), "--report", report.toString(), "--fold", "1", "--no-noise");
        assertThat(run.code).isZero();
        assertThat(run.err)
                .as("the installed model lists what it learnt, and not these")
                .isEmpty();
        JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(report.resolve("report.json")));
        assertThat(json.at("/gate/cries").asInt()).isEqualTo(4);
        assertThat(json.at("/gate/noise")).isEmpty();
        assertThat(json.at("/split").asText()).contains("fold 1");
        Run none = evaluate("--manifest", manifest.toString(), "--report", report.toString(), "--fold", "7");
        assertThat(none.code).isNotZero();
        assertThat(none.err).contains("fold 7");
    }

    /** The installed model with weights of 11 bits: as much as half precision keeps. */
    @Test
    void aSmallerModelStandsBesideItsParent() throws IOException {
        OnnxMl.ModelProto.Builder model = installed();
        for (OnnxMl.TensorProto.Builder weights : model.getGraphBuilder().getInitializerBuilderList()) {
            if (weights.getDataType() == OnnxMl.TensorProto.DataType.FLOAT.getNumber()) {
                ByteBuffer raw =
                        ByteBuffer.wrap(weights.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
                for (int at = 0; at < raw.capacity(); at += 4) {
                    raw.putInt(at, raw.getInt(at) & 0xFFFFE000);
                }
                weights.setRawData(ByteString.copyFrom(raw.array()));
            }
        }
        Path small = Files.write(folder.resolve("small.onnx"), model.build().toByteArray());
        Path report = folder.resolve("beside");
        Run run = evaluate(
                "--model",
                small.toString(),
                "--parent",
                ModelSource.DEFAULT,
                "--manifest",
                manifest.toString(),
                "--report",
                report.toString(),
                "--no-noise");
        assertThat(run.code).as(run.err).isZero();
        assertThat(run.out).contains("beside its parent");
        JsonNode beside = new ObjectMapper()
                .readTree(report.resolve("report.json").toFile())
                .path("parent");
        assertThat(beside.path("windows").asInt()).isGreaterThan(16);
        assertThat(beside.path("same_top_label").asDouble()).isBetween(0.8, 1.0);
        assertThat(beside.path("largest_difference_of_a_reason").asDouble()).isBetween(1e-6, 0.05);
        assertThat(beside.path("largest_difference_of_the_cry_probability").asDouble())
                .isBetween(1e-6, 0.05);
        assertThat(beside.path("recordings_on_the_same_side_of_the_threshold").asInt())
                .isBetween(15, 16);
        JsonNode auc = beside.path("figures").path("gate.auc");
        assertThat(auc.path("change").asDouble())
                .isEqualTo(auc.path("value").asDouble() - auc.path("parent").asDouble());
        assertThat(report.resolve("report.md")).content().contains("## Beside its parent", "| gate: auc | ");
    }

    @Test
    void whatWasLearntIsKnownByItsBytesAndItsGroup() {
        Clip learnt = clip("baby1", "a".repeat(64));
        Map<String, String> metadata = Learnt.metadata(List.of(learnt, clip("baby2", "b".repeat(64))));
        Learnt read = Learnt.of(metadata).orElseThrow();
        assertThat(read.recording("a".repeat(64))).isTrue();
        assertThat(read.recording("c".repeat(64))).isFalse();
        assertThat(read.group("baby2")).isTrue();
        assertThat(read.group("baby3")).isFalse();
        assertThat(Learnt.of(Map.of())).isEmpty();
        assertThat(metadata.get(Learnt.RECORDINGS)).hasSize(16);
    }

    private static OnnxMl.ModelProto.Builder installed() throws IOException {
        try (InputStream in = ModelProvider.installed().get(0).open()) {
            return OnnxMl.ModelProto.parseFrom(in).toBuilder();
        }
    }

    private static Clip clip(String group, String sha256) {
        Manifest.Entry entry = new Manifest.Entry(
                Path.of("x"), "x", "", group, 0, Manifest.Cry.YES, List.of(), "", "", "", "", "", "", "");
        return new Clip(entry, new float[0], sha256);
    }

    private record Run(int code, String out, String err) {}

    private static Run evaluate(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new EvaluateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
        return new Run(code, out.toString(), err.toString());
    }
}
