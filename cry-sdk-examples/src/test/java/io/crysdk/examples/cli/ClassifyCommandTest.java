package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crysdk.AudioClip;
import io.crysdk.dsp.WavWriter;
import io.crysdk.examples.SampleClip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyCommandTest {
    @TempDir
    Path folder;

    private Path gated;
    private Path gateless;
    private Path cry;
    private Path silence;

    @BeforeEach
    void files() throws IOException {
        gated = TestModels.gated(folder);
        gateless = TestModels.gateless(folder);
        cry = folder.resolve("cry.wav");
        WavWriter.write(SampleClip.load(), cry);
        silence = folder.resolve("silence.wav");
        WavWriter.write(AudioClip.of(new float[32_000], 16_000, 1), silence);
    }

    @Test
    void jsonIsOneObjectALineWithTheKeysOfTheContract() throws Exception {
        Run run = Run.cry("classify", "--json", "--model", gated, "--sample", cry);
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        List<JsonNode> lines = json(run);
        assertThat(lines).hasSize(2);
        JsonNode answer = lines.get(1);
        assertThat(keys(answer))
                .containsExactly(
                        "file",
                        "outcome",
                        "reason",
                        "cryProbability",
                        "scores",
                        "windows",
                        "quality",
                        "warnings",
                        "model",
                        "track");
        assertThat(answer.get("file").textValue()).isEqualTo(cry.toString());
        assertThat(answer.get("outcome").textValue()).isIn("CRY", "UNCERTAIN");
        assertThat(answer.get("cryProbability").isNumber()).isTrue();
        assertThat(keys(answer.get("scores").get(0))).containsExactly("label", "probability");
        double sum = 0.0;
        for (JsonNode score : answer.get("scores")) {
            sum += score.get("probability").doubleValue();
        }
        assertThat(sum).isCloseTo(1.0, within(1e-6));
        JsonNode window = answer.get("windows").get(0);
        assertThat(keys(window)).containsExactly("startSeconds", "endSeconds", "cryProbability", "scores");
        assertThat(window.get("endSeconds").doubleValue()).isEqualTo(0.975);
        assertThat(keys(answer.get("quality")))
                .containsExactly("durationSeconds", "peak", "clippedShare", "silentShare", "bandwidthHz");
        assertThat(answer.get("quality").get("durationSeconds").doubleValue()).isEqualTo(4.0);
        assertThat(answer.get("warnings").isArray()).isTrue();
        assertThat(keys(answer.get("model"))).containsExactly("id", "version", "sha256", "personalization");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(gated));
        assertThat(answer.get("model").get("sha256").textValue())
                .isEqualTo(HexFormat.of().formatHex(digest));
        assertThat(keys(answer.get("track")))
                .containsExactly("number", "count", "container", "codec", "sampleRate", "channels", "language");
        assertThat(answer.get("track").get("codec").textValue()).isEqualTo("pcm_s16le");
        assertThat(lines.get(0).get("track").isNull()).isTrue();
        assertThat(lines.get(0).get("file").textValue()).isEqualTo("sample-cry.wav");
        assertThat(lines.get(0).get("scores")).isEqualTo(answer.get("scores"));
    }

    @Test
    void whatIsNotSaidIsNull() throws IOException {
        JsonNode answer =
                json(Run.cry("classify", "--json", "--model", gateless, cry)).get(0);
        assertThat(answer.get("cryProbability").isNull()).isTrue();
        assertThat(answer.get("windows").get(0).get("cryProbability").isNull()).isTrue();
        JsonNode quiet =
                json(Run.cry("classify", "--json", "--model", gated, silence)).get(0);
        assertThat(quiet.get("outcome").textValue()).isEqualTo("NOT_CRY");
        assertThat(quiet.get("reason").isNull()).isTrue();
    }

    @Test
    void aFileThatFailsHasItsErrorAndTheRunGoesOn() throws IOException {
        Path text = Files.writeString(folder.resolve("text.mp3"), "no recording at all");
        Run run = Run.cry("classify", "--json", "--model", gated, folder.resolve("gone.wav"), text, cry);
        assertThat(run.exit()).isEqualTo(1);
        List<JsonNode> lines = json(run);
        assertThat(lines).hasSize(3);
        for (JsonNode failure : lines.subList(0, 2)) {
            assertThat(keys(failure)).containsExactly("file", "error");
            assertThat(keys(failure.get("error"))).containsExactly("code", "message");
            assertThat(failure.get("error").get("message").textValue()).isNotBlank();
        }
        assertThat(lines.get(0).get("error").get("code").textValue()).isEqualTo("AUDIO_UNREADABLE");
        assertThat(lines.get(1).get("error").get("code").textValue()).isEqualTo("UNSUPPORTED_FORMAT");
        assertThat(lines.get(2).has("outcome")).isTrue();
        assertThat(run.out() + run.err()).doesNotContain("\tat ");
    }

    @Test
    void aFileThatIsCutShortIsJudgedWithAWarning() throws IOException {
        byte[] bytes = Files.readAllBytes(cry);
        Path cut = Files.write(folder.resolve("cut.wav"), Arrays.copyOf(bytes, bytes.length / 2));
        Run run = Run.cry("classify", "--model", gated, cut);
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("\n  cut short: 2.00 s of the 4.00 s that its header promises\n");
        JsonNode answer =
                json(Run.cry("classify", "--json", "--model", gated, cut)).get(0);
        assertThat(answer.get("warnings").get(0).textValue()).startsWith("cut short");
    }

    @Test
    void theTrackAndTheLimitCanBeChosen() {
        assertThat(Run.cry("classify", "--model", gated, "--track", 1, cry).exit())
                .isZero();
        Run run = Run.cry("classify", "--model", gated, "--track", 2, cry);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("track 2").contains("[INVALID_AUDIO]");
        assertThat(Run.cry("classify", "--model", gated, "--track", 0, cry).exit())
                .isEqualTo(2);
        assertThat(Run.cry("classify", "--model", gated, "--max-minutes", 0, cry)
                        .exit())
                .isEqualTo(2);
        assertThat(Run.cry("classify", "--model", gated, "--max-minutes", 1, cry)
                        .exit())
                .isZero();
    }

    @Test
    void jsonIsAsciiWhateverTheFileIsCalled() throws IOException {
        Path named = Files.copy(cry, folder.resolve("schrei-\u00e4\u8d64.wav"));
        Run run = Run.cry("classify", "--json", "--model", gated, named);
        assertThat(run.out()).isASCII();
        assertThat(json(run).get(0).get("file").textValue()).isEqualTo(named.toString());
    }

    @Test
    void peopleGetALineForEachFile() {
        Run run = Run.cry("classify", "--model", gated, cry, silence, folder.resolve("gone.wav"));
        assertThat(run.exit()).isEqualTo(1);
        List<String> lines =
                run.out().lines().filter(line -> !line.startsWith("  ")).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith(cry + ": ").contains("hunger").contains("cry 0.");
        // The scores of a sound that is no cry mean nothing, and are not shown.
        assertThat(lines.get(1)).startsWith(silence + ": NOT_CRY").doesNotContain("hunger");
        assertThat(run.err()).contains("gone.wav").contains("[AUDIO_UNREADABLE]");
        assertThat(run.out()).doesNotContain("\u001b");
    }

    @Test
    void aWrongCommandLineIsUsage() {
        assertThat(Run.cry("classify").exit()).isEqualTo(2);
        assertThat(Run.cry("classify", "--no-such-option", cry).exit()).isEqualTo(2);
        assertThat(Run.cry("classify", "--provider", "tpu", cry).exit()).isEqualTo(2);
        assertThat(Run.cry("no-such-command").exit()).isEqualTo(2);
        assertThat(Run.cry().exit()).isEqualTo(2);
        assertThat(Run.cry("classify", "--no-such-option", cry).err()).contains("Usage: cry classify");
        assertThat(Run.cry("classify", "--help").exit()).isZero();
    }

    @Test
    void aModelThatIsNotThereIsOneLineAndWithDebugAStackTrace() {
        Run run = Run.cry("classify", "--model", "nobody", cry);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).startsWith("cry: ").contains("nobody").contains("[MODEL_NOT_FOUND]");
        assertThat(Run.cry("classify", "--model", folder.resolve("x.onnx"), cry).err())
                .contains("[MODEL_NOT_FOUND]");
        assertThat(Run.cry("--debug", "classify", "--model", "nobody", cry).err())
                .contains("\tat io.crysdk");
        assertThat(Run.cry("classify", "--debug", "--model", "nobody", cry).err())
                .contains("\tat io.crysdk");
    }

    @Test
    void aLabelsFileNamesTheOutputs() throws IOException {
        Path labels = Files.writeString(folder.resolve("labels.txt"), "pain\nsleep\n");
        JsonNode answer = json(Run.cry("classify", "--json", "--model", gateless, "--labels", labels, cry))
                .get(0);
        assertThat(answer.get("scores").findValuesAsText("label")).containsExactlyInAnyOrder("pain", "sleep");
        Files.writeString(labels, "Pain!\n");
        Run run = Run.cry("classify", "--model", gateless, "--labels", labels, cry);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("labels.txt").contains("[MODEL_INVALID]");
    }

    @Test
    void aProviderThatIsMissingIsNeverReplaced() {
        Run run = Run.cry("classify", "--provider", "cuda", "--model", gated, cry);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("CUDA").contains("[PROVIDER_UNAVAILABLE]");
    }

    private static List<JsonNode> json(Run run) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : run.out().split("\n")) {
            nodes.add(mapper.readTree(line));
        }
        return nodes;
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
