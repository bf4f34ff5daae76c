package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.ModelSource;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxModel;
import io.crysdk.train.weights.Fixtures;
import io.crysdk.train.weights.VggishWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole path on sounds made here: wailing tones against noise, from WAV files to a model that loads. */
class TrainCommandTest {
    @TempDir
    Path folder;

    @Test
    void makesAModelFromRecordings() throws IOException {
        Path manifest = recordings(16);
        Path model = folder.resolve("out/model.onnx");
        String[] args = {
            "make",
            "--manifest",
            manifest.toString(),
            "--work",
            folder.resolve("work").toString(),
            "--report",
            folder.resolve("report").toString(),
            "--out",
            model.toString(),
            "--attribution",
            folder.resolve("out/ATTRIBUTION.md").toString(),
            "--width-divisor",
            "16",
            "--hidden",
            "16",
            "--epochs",
            "2",
            "--steps",
            "15",
            "--batch",
            "16",
            "--id",
            "tiny"
        };
        assertThat(TrainCommand.run(args)).isZero();

        JsonNode report = new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("report/report.json")));
        assertThat(report.at("/gate/auc/value").asDouble()).isGreaterThan(0.95);
        assertThat(report.at("/run/seeds").asText()).isEqualTo("[1]");
        assertThat(folder.resolve("report/report.md")).content().contains("group folds");
        byte[] first = Files.readAllBytes(model);
        try (OnnxModel loaded = OnnxModel.load(ModelSource.file(model))) {
            ModelContract contract = loaded.contract();
            assertThat(contract.id()).isEqualTo("tiny");
            assertThat(contract.figures()).contains("Held out by groups");
            assertThat(contract.labels()).hasSize(4);
        }

        evaluates(model, manifest, new SplittableRandom(2));

        assertThat(TrainCommand.run(args)).isZero();
        assertThat(Files.readAllBytes(model))
                .as("nothing is trained twice, and the bits are the same")
                .isEqualTo(first);

        roundsItToBytes(manifest, model);
    }

    /** Written if and only if its figures hold, which those of so small a network need not. */
    private void roundsItToBytes(Path manifest, Path model) throws IOException {
        Path rounded = folder.resolve("out/int8.onnx");
        Path report = folder.resolve("int8");
        List<String> args = new ArrayList<>(List.of("quantize", "--manifest", manifest.toString()));
        args.addAll(List.of("--work", folder.resolve("work").toString(), "--parent", model.toString()));
        args.addAll(List.of("--out", rounded.toString(), "--report", report.toString()));
        args.addAll(List.of("--width-divisor", "16", "--hidden", "16", "--epochs", "2", "--steps", "15"));
        args.addAll(List.of("--model-version", "2"));

        assertThat(TrainCommand.run(args.toArray(String[]::new)))
                .as("without the batch size it is another training's")
                .isNotZero();
        assertThat(report).doesNotExist();

        args.addAll(List.of("--batch", "16"));
        byte[] parent = Files.readAllBytes(model);
        Files.write(model, otherGate(parent));
        assertThat(TrainCommand.run(args.toArray(String[]::new)))
                .as("what is named as the parent must be it")
                .isNotZero();
        assertThat(report).doesNotExist();
        Files.write(model, parent);
        boolean holds = TrainCommand.run(args.toArray(String[]::new)) == 0;
        String markdown = Files.readString(report.resolve("report.md"));
        assertThat(markdown).contains("| gate AUC |", "windows where the parent is certain", "| gate: auc |");
        assertThat(Files.exists(rounded)).isEqualTo(holds);
        assertThat(markdown.contains("| **no** |")).isEqualTo(!holds);
        JsonNode json =
                new ObjectMapper().readTree(report.resolve("report.json").toFile());
        assertThat(json.at("/gate/noise")).hasSize(NoisyClips.LEVELS.size());
        if (holds) {
            try (OnnxModel loaded = OnnxModel.load(ModelSource.file(rounded));
                    OnnxModel from = OnnxModel.load(ModelSource.file(model))) {
                ModelContract contract = loaded.contract();
                assertThat(contract.id()).isEqualTo("tiny-int8");
                assertThat(contract.version()).isEqualTo("2");
                assertThat(contract.gate().threshold())
                        .as("chosen by its own answers")
                        .isEqualTo(json.at("/chosen/gate_threshold").asDouble());
                assertThat(contract.frontEnd()).isEqualTo(from.contract().frontEnd());
                Map<String, String> metadata = loaded.info().metadata();
                assertThat(metadata)
                        .containsKeys(from.info().metadata().keySet().toArray(String[]::new))
                        .containsEntry(Learnt.RECORDINGS, from.info().metadata().get(Learnt.RECORDINGS))
                        .containsEntry(QuantizeCommand.PARENT, "tiny 1, sha256 " + Digests.sha256(parent));
            }
        }
    }

    /** The same graph and metadata with another gate. */
    private static byte[] otherGate(byte[] model) throws IOException {
        OnnxMl.ModelProto.Builder other = OnnxMl.ModelProto.parseFrom(model).toBuilder();
        for (OnnxMl.TensorProto.Builder weights : other.getGraphBuilder().getInitializerBuilderList()) {
            if (weights.getName().equals("gate.bias")) {
                weights.setRawData(ByteString.copyFrom(new byte[] {0, 0, 0, 0}));
            }
        }
        return other.build().toByteArray();
    }

    /** Layers that are not trained come out of the model as they went in. */
    @Test
    void beginsWithWeightsFromElsewhere() throws IOException {
        Path body = folder.resolve("it's a body.onnx");
        NetSettings net = NetSettings.vggish(64, List.of(8), false, 4);
        VggishWeights start;
        try (VggishNet network = VggishNet.create(net, new SplittableRandom(42))) {
            start = network.body();
        }
        start.write(body, Map.of());
        Path model = folder.resolve("model.onnx");
        assertThat(TrainCommand.run(
                        "make",
                        "--manifest",
                        recordings(8).toString(),
                        "--work",
                        folder.resolve("work").toString(),
                        "--report",
                        folder.resolve("report").toString(),
                        "--out",
                        model.toString(),
                        "--start",
                        body.toString(),
                        "--width-divisor",
                        "64",
                        "--hidden",
                        "8",
                        "--batch-norm",
                        "false",
                        "--epochs",
                        "1",
                        "--steps",
                        "2",
                        "--batch",
                        "4",
                        "--set",
                        "training.freeze=['conv','fc','embedding']"))
                .isZero();
        VggishWeights.read(model)
                .values()
                .forEach((name, values) ->
                        assertThat(values).as(name).isEqualTo(start.values().get(name)));
        JsonNode report = new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("report/report.json")));
        assertThat(report.at("/run/start").asText())
                .isEqualTo("it's a body.onnx, sha256 of the weights " + Digests.sha256(start.values()));
        try (OnnxModel loaded = OnnxModel.load(ModelSource.file(model))) {
            assertThat(loaded.contract().trainingData()).contains("It began with the weights of it's a body.onnx");
        }
        Wavs.write(folder.resolve("new.wav"), Wavs.noise(new SplittableRandom(3), 20000));
        Path apart = Files.writeString(
                folder.resolve("apart.csv"),
                "path,class,group,fold,is_cry,segments,use,source,category\nnew.wav,,elsewhere,1,0,,det,here,noise\n");
        assertThat(heldOut(model, apart))
                .startsWith("NOT KNOWN TO BE HELD OUT")
                .contains("began with weights that may have, it's a body.onnx");

        distils(folder.resolve("work"), apart);
    }

    /** A network learns from those of the run before; what they began with is remembered. */
    private void distils(Path parents, Path apart) throws IOException {
        Path model = folder.resolve("lite.onnx");
        List<String> args =
                new ArrayList<>(List.of("make", "--manifest", recordings(8).toString()));
        args.addAll(List.of("--work", folder.resolve("lite").toString(), "--out", model.toString()));
        args.addAll(List.of("--report", folder.resolve("lite-report").toString(), "--width-divisor", "64"));
        args.addAll(List.of("--hidden", "8", "--epochs", "1", "--steps", "2", "--batch", "4"));
        args.addAll(List.of("--distil", parents.toString()));
        Path last = parents.resolve("final.ckpt");
        Path away = Files.move(last, folder.resolve("away.ckpt"));
        assertThat(TrainCommand.run(args.toArray(String[]::new)))
                .as("the last network will have none to learn from")
                .isNotZero();
        assertThat(folder.resolve("lite/fold-0.ckpt")).doesNotExist();

        Files.move(away, last);
        assertThat(TrainCommand.run(args.toArray(String[]::new))).isZero();
        JsonNode report = new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("lite-report/report.json")));
        assertThat(report.at("/run/learnt_from").asText()).matches("parents 0\\.5 of [0-9a-f]{64}");
        try (OnnxModel loaded = OnnxModel.load(ModelSource.file(model))) {
            assertThat(loaded.info().metadata())
                    .containsEntry(Learnt.PARENTS, report.at("/run/learnt_from").asText());
        }
        assertThat(heldOut(model, apart)).contains("those that its parents began with");

        args.set(0, "crossval");
        args.removeAll(List.of("--out", model.toString()));
        args.addAll(List.of("--rungs", "group"));
        assertThat(TrainCommand.run(args.toArray(String[]::new))).isNotZero();
    }

    @Test
    void weightsThatDoNotFitTheNetworkAreRefused() {
        RecipeOptions narrow = options("--start", Fixtures.file("v1.ckpt").toString());
        assertThatThrownBy(narrow::recipe)
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INCOMPATIBLE))
                .hasMessageStartingWith(
                        "v1.ckpt has convolutions of [2, 3, 5, 4, 7, 6], dense layers of [12, 10] and an embedding of 8,"
                                + " expected those of the network: convolutions of [16, 32, 64, 64, 128, 128], dense layers"
                                + " of [512] and an embedding of 128; ");
        RecipeOptions missing = options("--set", "start.weights=" + folder.resolve("none"));
        assertThatThrownBy(missing::recipe)
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND));
    }

    private static RecipeOptions options(String name, String value) {
        return CommandLine.populateCommand(new RecipeOptions(), "--manifest", "none.csv", name, value);
    }

    private Path recordings(int count) throws IOException {
        String[] labels = {"hunger", "boredom", "tiredness", "discomfort"};
        StringBuilder csv = new StringBuilder("path,class,group,fold,is_cry,segments,use,source,category\n");
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < count; i++) {
            Wavs.write(folder.resolve("cry" + i + ".wav"), Wavs.wail(random, i == 3 ? 8000 : 20000));
            Wavs.write(folder.resolve("noise" + i + ".wav"), Wavs.noise(random, i == 3 ? 8000 : 20000));
            csv.append(
                    "cry%d.wav,%s,baby%d,%d,1,2000-7000,class,here,baby_cry%n".formatted(i, labels[i % 4], i, i % 2));
            csv.append("noise%d.wav,,place%d,%d,0,,det,here,noise%n".formatted(i, i, i % 2));
        }
        return Files.writeString(folder.resolve("manifest.csv"), csv);
    }

    /** What it learnt is told apart from what it did not. */
    private void evaluates(Path model, Path manifest, SplittableRandom random) throws IOException {
        assertThat(heldOut(model, manifest)).contains("NOT HELD OUT", "exactly these 32 recordings");

        List<String> rows = Files.readAllLines(manifest);
        Wavs.write(folder.resolve("new.wav"), Wavs.noise(random, 20000));
        Path some = Files.writeString(
                folder.resolve("some.csv"),
                String.join("\n", rows.subList(0, 5)) + "\nnew.wav,,elsewhere,0,0,,det,here,noise\n");
        assertThat(heldOut(model, some)).contains("NOT HELD OUT", "learnt 4 of these 5 recordings");

        String header = rows.get(0);
        Path group = Files.writeString(folder.resolve("group.csv"), header + "\nnew.wav,,place3,1,0,,det,here,noise\n");
        assertThat(heldOut(model, group)).contains("NOT HELD OUT BY GROUP");
        Path apart =
                Files.writeString(folder.resolve("apart.csv"), header + "\nnew.wav,,elsewhere,1,0,,det,here,noise\n");
        assertThat(heldOut(model, apart)).startsWith("held out");
    }

    private String heldOut(Path model, Path manifest) throws IOException {
        Path report = folder.resolve("evaluation");
        assertThat(TrainCommand.run(
                        "evaluate",
                        "--model",
                        model.toString(),
                        "--manifest",
                        manifest.toString(),
                        "--report",
                        report.toString(),
                        "--no-noise"))
                .isZero();
        return new ObjectMapper()
                .readTree(Files.readAllBytes(report.resolve("report.json")))
                .path("held_out")
                .asText();
    }
}
