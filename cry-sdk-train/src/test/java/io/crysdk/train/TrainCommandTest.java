package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crysdk.ModelSource;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
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
            wav("cry" + i + ".wav", wail(random, i == 3 ? 8000 : 20000));
            wav("noise" + i + ".wav", noise(random, i == 3 ? 8000 : 20000));
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

        assertThat(TrainCommand.run(args)).isZero();
        assertThat(Files.readAllBytes(model))
                .as("nothing is trained twice, and the bits are the same")
                .isEqualTo(first);
    }

    private void wav(String name, double[] samples) throws IOException {
        byte[] bytes = new byte[2 * samples.length];
        for (int i = 0; i < samples.length; i++) {
            int s = (int) Math.round(32767 * samples[i]);
            bytes[2 * i] = (byte) s;
            bytes[2 * i + 1] = (byte) (s >> 8);
        }
        AudioFormat format = new AudioFormat(16000, 16, 1, true, false);
        try (AudioInputStream in = new AudioInputStream(new ByteArrayInputStream(bytes), format, samples.length)) {
            AudioSystem.write(
                    in, AudioFileFormat.Type.WAVE, folder.resolve(name).toFile());
        }
    }

    private static double[] wail(SplittableRandom random, int length) {
        double[] out = new double[length];
        double pitch = random.nextDouble(350, 600);
        double phase = 0;
        for (int i = 0; i < length; i++) {
            phase += 2 * Math.PI * pitch * (1 + 0.2 * Math.sin(2 * Math.PI * i / 16000.0)) / 16000;
            for (int h = 1; h <= 6; h++) {
                out[i] += 0.1 * Math.sin(h * phase);
            }
        }
        return out;
    }

    private static double[] noise(SplittableRandom random, int length) {
        double[] out = new double[length];
        double level = random.nextDouble(0.01, 0.2);
        for (int i = 0; i < length; i++) {
            out[i] = Math.max(-1, Math.min(1, level * random.nextGaussian()));
        }
        return out;
    }
}
