package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crysdk.ModelSource;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path on sounds made here: wailing tones against noise, from WAV files to a model that loads. */
class TrainCommandTest {
    @TempDir
    Path folder;

    @Test
    void makesAModelFromRecordings() throws IOException {
        String[] labels = {"hunger", "boredom", "tiredness", "discomfort"};
        StringBuilder csv = new StringBuilder("path,class,group,fold,is_cry,segments,use,source,category\n");
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 16; i++) {
            Wavs.write(folder.resolve("cry" + i + ".wav"), Wavs.wail(random, i == 3 ? 8000 : 20000));
            Wavs.write(folder.resolve("noise" + i + ".wav"), Wavs.noise(random, i == 3 ? 8000 : 20000));
            csv.append(
                    "cry%d.wav,%s,baby%d,%d,1,2000-7000,class,here,baby_cry%n".formatted(i, labels[i % 4], i, i % 2));
            csv.append("noise%d.wav,,place%d,%d,0,,det,here,noise%n".formatted(i, i, i % 2));
        }
        Path manifest = Files.writeString(folder.resolve("manifest.csv"), csv);
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

        evaluates(model, manifest, random);

        assertThat(TrainCommand.run(args)).isZero();
        assertThat(Files.readAllBytes(model))
                .as("nothing is trained twice, and the bits are the same")
                .isEqualTo(first);
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
