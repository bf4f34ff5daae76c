package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crysdk.Personalization;
import io.crysdk.Personalization.Verdict;
import io.crysdk.dsp.WavWriter;
import io.crysdk.train.synth.SyntheticDiary;
import io.crysdk.train.synth.SyntheticDiary.Telling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command over the model that ships, with synthesised clips. */
class PersonalizeCommandTest {
    @TempDir
    static Path folder;

    private static Path manifest;
    private static Path folders;
    private static Path clip;

    @BeforeAll
    static void diary() throws IOException {
        StringBuilder csv = new StringBuilder("path,time,label,note\n");
        folders = Files.createDirectory(folder.resolve("folders"));
        List<SyntheticDiary.Entry> diary = SyntheticDiary.of(Telling.CLEARLY, 7, 3);
        for (int i = 0; i < diary.size(); i++) {
            SyntheticDiary.Entry entry = diary.get(i);
            String label = i == 0 ? "teething" : entry.reason().id();
            Path of = Files.createDirectories(folders.resolve(label));
            clip = of.resolve("clip" + i + ".wav");
            WavWriter.write(entry.clip(), clip);
            Files.setLastModifiedTime(clip, FileTime.from(entry.recorded()));
            csv.append("folders/" + label + "/clip" + i + ".wav," + entry.recorded() + "," + label + ",\n");
        }
        csv.append("nowhere.wav,,,not labelled yet\n");
        manifest = Files.writeString(folder.resolve("clips.csv"), csv);
    }

    @Test
    void clipsGoInAFileComesOutAndAnswersSaySo() throws IOException {
        Path file = folder.resolve("baby.cryp");
        Run run = Run.cry("personalize", "--manifest", manifest, "--out", file);
        assertThat(run.exit()).isZero();
        Personalization learnt = Personalization.read(file);
        assertThat(learnt.clips().stream().mapToInt(Integer::intValue).sum()).isEqualTo(7);
        assertThat(run.out())
                .contains(file + ": " + learnt.verdict())
                .contains("teething 1")
                .contains(learnt.toBytes().length + " bytes for the model default");

        // So few clips are never clearly better: not applied, and said so.
        assertThat(learnt.verdict()).isNotEqualTo(Verdict.LEARNT);
        Run cautious = Run.cry("classify", "--json", "--personalization", file, clip);
        assertThat(cautious.exit()).isZero();
        assertThat(cautious.err())
                .contains("is not applied")
                .contains(learnt.verdict().name());
        assertThat(json(cautious).get("model").get("personalization").isNull()).isTrue();
        assertThat(json(cautious).get("scores")).hasSize(4);

        Run insisting = Run.cry("classify", "--json", "--even-if-no-better", "--personalization", file, clip);
        assertThat(insisting.err()).isEmpty();
        assertThat(json(insisting).get("model").get("personalization").textValue())
                .isEqualTo(learnt.sha256());
        assertThat(json(insisting).get("scores").findValuesAsText("label"))
                .hasSize(5)
                .contains("teething");
        assertThat(Run.cry("classify", "--even-if-no-better", "--personalization", file, clip)
                        .out())
                .contains("personal");
    }

    @Test
    void aLiveCryIsAnsweredForTheBabyToo() {
        Path file = folder.resolve("live.cryp");
        assertThat(Run.cry("personalize", "--manifest", manifest, "--out", file).exit())
                .isZero();
        Run run = MonitorCommandTest.monitor(
                MonitorCommandTest.night(),
                "--json",
                "--threshold",
                "0.5",
                "--even-if-no-better",
                "--personalization",
                file);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().lines().filter(line -> line.contains("\"CryStarted\"") || line.contains("\"CryEnded\"")))
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(line -> line.contains("\"teething\""));
    }

    @Test
    void foldersAreLabelsAndFilesMayTellTheTime() throws IOException {
        Path untimed = folder.resolve("untimed.cryp");
        JsonNode shown = json(Run.cry("personalize", "--json", folders, "--out", untimed));
        assertThat(keys(shown))
                .containsExactly(
                        "file", "sha256", "bytes", "verdict", "labels", "figures", "minReasonProbability", "model");
        assertThat(shown.get("figures").get("protocol").textValue()).isEqualTo("LEAVE_ONE_OUT");
        assertThat(keys(shown.get("figures")))
                .containsExactly("protocol", "episodes", "judged", "personal", "generic", "commonest", "lastLabel");
        assertThat(shown.get("figures").get("lastLabel").isNull()).isTrue();
        assertThat(keys(shown.get("figures").get("personal"))).containsExactly("accuracy", "logLoss");
        assertThat(json(Run.cry("personalize", "--json", "--show", untimed))).isEqualTo(shown);

        Path timed = folder.resolve("timed.cryp");
        Path byTime = folder.resolve("by-time.cryp");
        assertThat(Run.cry("personalize", "--file-times", folders, "--out", timed)
                        .exit())
                .isZero();
        assertThat(Run.cry("personalize", "--manifest", manifest, "--out", byTime)
                        .exit())
                .isZero();
        assertThat(Files.readAllBytes(timed)).isEqualTo(Files.readAllBytes(byTime));
        assertThat(Run.cry("personalize", "--show", timed).out()).contains(timed + ": ");
    }

    @Test
    void aClipThatCannotBeReadIsToldAndTheRestIsLearntFrom() throws IOException {
        Path text = Files.writeString(folder.resolve("text.wav"), "no recording at all");
        Path more = Files.writeString(
                folder.resolve("more.csv"),
                Files.readString(manifest) + folder.relativize(text) + ",2026-03-01T10:00,hunger,\n");
        Path file = folder.resolve("rest.cryp");
        Run run = Run.cry("personalize", "--manifest", more, "--out", file);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("text.wav").contains("[UNSUPPORTED_FORMAT]");
        assertThat(Personalization.read(file).clips().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(7);
    }

    @Test
    void allBadRowsAreToldAtOnce() throws IOException {
        Path bad = Files.writeString(
                folder.resolve("bad.csv"),
                "path,label,time\ngone.wav,hunger,2026-01-05T06:30\nbaby.wav,Hunger!,\n" + folder.relativize(clip)
                        + ",hunger,yesterday\n" + folder.relativize(clip) + ",hunger,2026-01-05 06:30\n"
                        + folder.relativize(clip) + ",hunger,\n");
        Run run = Run.cry("personalize", "--manifest", bad, "--out", folder.resolve("x.cryp"));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .contains("line 2")
                .contains("gone.wav")
                .contains("line 3")
                .contains("line 4")
                .contains("yesterday")
                .contains("only 1 of 2 labelled rows have a time");
        Path columns = Files.writeString(folder.resolve("columns.csv"), "file,reason\n");
        assertThat(Run.cry("personalize", "--manifest", columns, "--out", folder.resolve("x.cryp"))
                        .err())
                .contains("no columns path and label");
        assertThat(folder.resolve("x.cryp")).doesNotExist();
    }

    @Test
    void tooFewOrTooManyClipsAndWrongFilesAreOneLine() throws IOException {
        Path few = Files.writeString(folder.resolve("few.csv"), "path,label\n" + folder.relativize(clip) + ",hunger\n");
        Run run = Run.cry("personalize", "--manifest", few, "--out", folder.resolve("few.cryp"));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("1 labelled clips").contains("5 or more");
        Path many = Files.writeString(
                folder.resolve("many.csv"), "path,label\n" + (folder.relativize(clip) + ",hunger\n").repeat(201));
        assertThat(Run.cry("personalize", "--manifest", many, "--out", folder.resolve("many.cryp"))
                        .err())
                .contains("201 labelled clips")
                .contains("at most 200");
        Run wrong = Run.cry("classify", "--personalization", manifest, clip);
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err().lines()).hasSize(1);
        assertThat(wrong.err()).contains("not a personalization").contains("[MODEL_INVALID]");
        assertThat(Run.cry("personalize", "--manifest", manifest).exit()).isEqualTo(2);
        assertThat(Run.cry("personalize").exit()).isEqualTo(2);
        Run plain = Run.cry(
                "personalize",
                "--model",
                TestModels.gated(folder),
                "--manifest",
                manifest,
                "--out",
                folder.resolve("few.cryp"));
        assertThat(plain.exit()).isEqualTo(1);
        assertThat(plain.err()).contains("[MODEL_INCOMPATIBLE]");
    }

    private static JsonNode json(Run run) throws IOException {
        return new ObjectMapper().readTree(run.out());
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
