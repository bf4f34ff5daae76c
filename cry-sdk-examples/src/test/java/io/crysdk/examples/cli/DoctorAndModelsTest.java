package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.CryClassifier;
import io.crysdk.ModelSource;
import io.crysdk.dsp.WavDecoder;
import io.crysdk.examples.CustomModel;
import io.crysdk.examples.SampleClip;
import io.crysdk.models.TrainedModels;
import io.crysdk.onnx.OnnxRuntime;
import io.crysdk.spi.ModelProvider.InstalledModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorAndModelsTest {
    @TempDir
    Path folder;

    @Test
    void aHealthyMachineIsCalledSo() throws IOException {
        Run run = Run.cry("doctor", "--model", TestModels.gated(folder));
        assertThat(run.out()).as(run.out()).endsWith("healthy" + System.lineSeparator());
        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains(OnnxRuntime.version())
                .contains("CPUExecutionProvider")
                .contains("WavDecoder")
                .contains("FfmpegDecoder")
                .contains("bit for bit")
                .contains("gated")
                .contains("sha256")
                .doesNotContain("FAIL");
    }

    @Test
    void aMissingModelIsExplained() {
        Run run = Run.cry("doctor", "--model", folder.resolve("gone.onnx"));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("[FAIL] model").contains("gone.onnx").contains("not healthy");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void theSelfTestEqualsTheReference() {
        assertThat(FrontEndSelfTest.digest()).isEqualTo(FrontEndSelfTest.EXPECTED);
    }

    @Test
    void modelsAreListedAndCardsShown() {
        List<String> lines = Run.cry("models").out().lines().toList();
        assertThat(lines.get(0)).startsWith("name ").contains("file", "parameters", "made from");
        assertThat(lines.get(1)).startsWith("default ").containsPattern("\\d\\.\\d MB +\\d\\.\\d\\d M ");
        assertThat(lines)
                .anySatisfy(line -> assertThat(line).startsWith("default [").contains("sha256"));
        assertThat(Run.cry("models", "list").out()).isEqualTo(Run.cry("models").out());
        assertThat(Run.cry("models").exit()).isZero();
        Run card = Run.cry("models", "show", "default");
        assertThat(card.exit()).isZero();
        assertThat(card.out()).startsWith("#");
        Run missing = Run.cry("models", "show", "nobody");
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.err()).contains("nobody").contains("default").contains("[MODEL_NOT_FOUND]");
    }

    /** Every file that is packed can be asked for by its name, and the card tells of it. */
    @Test
    void everyPackedModelIsInstalled() throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(Path.of("../models/src/main/resources/io/crysdk/models"))) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".onnx"))
                    .map(file -> file.replace(".onnx", ""))
                    .toList();
        }
        List<InstalledModel> models = new TrainedModels().models();
        assertThat(models.stream().map(InstalledModel::name)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(models.get(0).name()).isEqualTo(ModelSource.DEFAULT);
        for (InstalledModel model : models) {
            Run run = Run.cry("classify", "--model", model.name(), "--sample");
            assertThat(run.exit()).as(run.err()).isZero();
            try (CryClassifier classifier = CryClassifier.builder()
                    .model(ModelSource.installed(model.name()))
                    .build()) {
                assertThat(classifier.model().id().id()).isEqualTo(model.name());
                assertThat(model.card()).contains(classifier.model().id().sha256() + "  " + model.name() + ".onnx");
            }
        }
    }

    @Test
    void versionIsTold() {
        assertThat(Run.cry("--version").out()).startsWith("cry ");
    }

    @Test
    void theBundledClipIsWhatAnyDecoderReads() throws IOException {
        Path wav = folder.resolve(SampleClip.NAME);
        try (InputStream in = SampleClip.open()) {
            Files.copy(in, wav);
        }
        assertThat(Files.size(wav)).isLessThan(150_000);
        assertThat(new WavDecoder().decode(wav).samples())
                .isEqualTo(SampleClip.load().samples());
        assertThat(SampleClip.load().durationSeconds()).isEqualTo(4.0);
    }

    @Test
    void theCustomModelExampleRuns() throws IOException {
        Path wav = folder.resolve("cry.wav");
        try (InputStream in = SampleClip.open()) {
            Files.copy(in, wav);
        }
        String model = TestModels.gateless(folder).toString();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            CustomModel.main(new String[] {model, wav.toString()});
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("[hunger, tiredness]")
                .contains("hunger 0.");
    }
}
