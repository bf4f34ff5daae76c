package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.CryClassifier;
import io.crysdk.Personalization.Verdict;
import io.crysdk.dsp.WavWriter;
import io.crysdk.train.synth.SyntheticDiary;
import io.crysdk.train.synth.SyntheticDiary.Telling;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Over the model that ships. */
class PersonalizationTrialTest {
    @TempDir
    Path folder;

    @Test
    void aBabyWhoseCriesTellIsLearntAndLaterCriesAreKnownByIt() {
        try (CryClassifier classifier = CryClassifier.create()) {
            Map<Integer, PersonalizationTrial.Row> curve =
                    new PersonalizationTrial(classifier).curve(Telling.CLEARLY, 1, List.of(5, 45), 20, 2);
            assertThat(curve.keySet()).containsExactly(5, 45);
            assertThat(curve.get(5).verdicts).doesNotContainKey(Verdict.LEARNT);
            PersonalizationTrial.Row row = curve.get(45);
            assertThat(row.verdicts).containsOnlyKeys(Verdict.LEARNT);
            assertThat(row.personal.clips()).isEqualTo(20);
            assertThat(row.personal.accuracy())
                    .isGreaterThan(row.generic.accuracy() + 0.2)
                    .isGreaterThan(row.commonest.accuracy() + 0.2)
                    .isGreaterThan(row.lastEpisode.accuracy() + 0.2);
            assertThat(row.personal.logLoss()).isLessThan(row.generic.logLoss());
            assertThat(PersonalizationTrial.table(curve)).contains("| 45 | **").contains("| 1 of 1 | ");
        }
    }

    @Test
    void groupsOfAManifestAreJudgedClipByClip() throws IOException {
        List<SyntheticDiary.Entry> diary = SyntheticDiary.of(Telling.CLEARLY, 7, 1);
        StringBuilder csv = new StringBuilder("path,class,group,original_name\n");
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < diary.size(); i++) {
            SyntheticDiary.Entry entry = diary.get(i);
            WavWriter.write(entry.clip(), folder.resolve(i + ".wav"));
            long uploaded = entry.recorded().toEpochMilli();
            rows.add("%d.wav,%s,baby,app-%d-1.wav%n".formatted(i, entry.reason(), uploaded));
        }
        // The order of the rows is not that of time.
        for (int i = rows.size() - 1; i >= 0; i--) {
            csv.append(rows.get(i));
        }
        WavWriter.write(diary.get(0).clip(), folder.resolve("alone.wav"));
        csv.append("alone.wav,hunger,other,app-1400000000000-1.wav\n");
        Path manifest = Files.writeString(folder.resolve("clips.csv"), csv);

        StringWriter out = new StringWriter();
        assertThat(new CommandLine(new EvaluatePersonalizationCommand())
                        .setOut(new PrintWriter(out))
                        .execute("--manifest", manifest.toString()))
                .isZero();
        int right = 0;
        for (int i = 5; i < 7; i++) {
            right += diary.get(i).reason().equals(diary.get(i - 1).reason()) ? 1 : 0;
        }
        assertThat(out.toString())
                .contains("2 groups with clips of known time")
                .contains("| 1 | 7 | {")
                .doesNotContain("| 2 |")
                .contains("from a group's sixth on, by what was learnt of all before it, 2 clips")
                .contains(String.format(Locale.ROOT, "| the label of the clip before | %.2f of 2 |", right / 2.0));
    }
}
