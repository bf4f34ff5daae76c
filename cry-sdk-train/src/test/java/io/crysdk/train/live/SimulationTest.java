package io.crysdk.train.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.CryEvent.Cry;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.dsp.WavWriter;
import io.crysdk.train.Manifest;
import io.crysdk.train.synth.CryStyle;
import io.crysdk.train.synth.CrySynthesizer;
import io.crysdk.train.synth.CryVoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A small corpus by rule: two babies, and two sounds that are none. */
class SimulationTest {
    @TempDir
    Path folder;

    private Path manifest;

    @BeforeEach
    void corpus() throws IOException {
        StringBuilder csv = new StringBuilder("path,group,fold,is_cry,segments,category\n");
        for (int baby = 0; baby < 2; baby++) {
            float[] cry =
                    new CrySynthesizer(CryVoice.newborn().withPitch(400 + 80 * baby), CryStyle.steady(), baby).cry(3);
            float[] clip = new float[5 * 16_000];
            System.arraycopy(cry, 0, clip, 16_000, 3 * 16_000);
            write("cry" + baby, clip);
            csv.append("cry%d.wav,baby%d,%d,1,16000-64000,baby_cry\n".formatted(baby, baby, baby));
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int sound = 0; sound < 2; sound++) {
            float[] clip = new float[2 * 16_000];
            for (int i = 0; i < clip.length; i++) {
                clip[i] = sound == 0 ? (float) random.nextDouble(-0.3, 0.3) : (float) (0.3 * Math.sin(0.05 * i));
            }
            write("sound" + sound, clip);
            csv.append("sound%d.wav,%d,%d,0,,%s\n".formatted(sound, sound, sound, sound == 0 ? "hiss" : "tone"));
        }
        manifest = Files.writeString(folder.resolve("manifest.csv"), csv);
    }

    private void write(String name, float[] samples) throws IOException {
        WavWriter.write(AudioClip.of(samples, 16_000, 1), folder.resolve(name + ".wav"));
    }

    private Day day(long seed) throws IOException {
        List<Recording> cries = new ArrayList<>();
        List<Recording> sounds = new ArrayList<>();
        for (Manifest.Entry entry : Manifest.read(List.of(manifest)).entries()) {
            (entry.cry() == Manifest.Cry.YES ? cries : sounds).add(Recording.read(entry));
        }
        return new Day(cries, sounds, seed);
    }

    private static float[] listen(Day day, double hours, int chunk) {
        float[] all = new float[(int) (hours * 3600 * Day.RATE)];
        float[] part = new float[chunk];
        for (int done = 0; done < all.length; ) {
            int n = Math.min(chunk, all.length - done);
            day.next(part, n);
            System.arraycopy(part, 0, all, done, n);
            done += n;
        }
        return all;
    }

    @Test
    void theSameSeedMakesTheSameDayHoweverItIsListenedTo() throws IOException {
        Day first = day(5);
        Day second = day(5);
        float[] samples = listen(first, 1, 16_000);
        assertThat(listen(second, 1, 777)).isEqualTo(samples);
        assertThat(second.bouts()).isEqualTo(first.bouts());
        assertThat(listen(day(6), 0.01, 16_000)).isNotEqualTo(Arrays.copyOf(samples, 576_000));
    }

    @Test
    void boutsAreWhereTheyAreSaidToBeAndAsLoud() throws IOException {
        Day day = day(9);
        float[] samples = listen(day, 2, 10_000);
        assertThat(day.bouts()).hasSizeBetween(2, 12);
        for (Day.Bout bout : day.bouts()) {
            if (bout.end() < samples.length && bout.aboveNoise() > 20 && bout.recordings() == 1) {
                double squares = 0;
                for (long t = bout.start(); t < bout.end(); t++) {
                    squares += samples[(int) t] * samples[(int) t];
                }
                // Other sounds may play at the same time, and what is too loud is clipped.
                assertThat(10 * Math.log10(squares / (bout.end() - bout.start())))
                        .isGreaterThan(bout.levelDbfs() - 3);
            }
        }
    }

    @Test
    void aCryThatIsToldIsScoredAgainstWhatWasPlayed() throws IOException {
        Day day = day(9);
        listen(day, 2, 10_000);
        Scorecard scorecard = new Scorecard(day);
        Day.Bout bout = day.bouts().get(0);
        double start = bout.start() / 16_000.0;
        double end = bout.end() / 16_000.0;
        tell(scorecard, start + 1.25, start + 0.25, end - 0.5);
        tell(scorecard, 1.5, 0.5, 2);
        String table = scorecard.table();
        assertThat(table)
                .contains(String.format(
                        Locale.ROOT,
                        "| recall of bouts | %.3f (1 of %d) |",
                        1.0 / day.bouts().size(),
                        day.bouts().size()))
                .contains("| false alarms | 1, 0.5")
                .contains("`CryStarted`, s of audio: median, 90 % | 1.25, 1.25 |")
                .contains("`startSeconds` less the truth, s: 10 %, median, 90 % | 0.25, 0.25, 0.25 |")
                .contains("`endSeconds` less the truth, s: 10 %, median, 90 % | -0.50, -0.50, -0.50 |");
    }

    private static void tell(Scorecard scorecard, double known, double start, double end) {
        Cry cry = new Cry(start, end, 0.9, Optional.empty(), List.of(), -20);
        scorecard.add(new CryStarted(known, cry));
        scorecard.add(new CryEnded(end + 3, cry));
    }

    @Test
    void theCommandPrintsATableAndPlaysOneFoldAlone() {
        String table = run("--hours", "0.1", "--seed", "3");
        assertThat(table)
                .startsWith("| figure | value |\n|---|---|\n| model | default ")
                .contains("| recordings | 2 cries, 2 other sounds, of all folds |")
                .contains("| audio lost, events dropped | 0 s, 0 |")
                .contains("| windows judged | 749 |")
                .contains("before the stream is opened | ")
                .doesNotContain("first hour");
        assertThat(run("--hours", "0.01", "--fold", "1")).contains("1 cries, 1 other sounds, all of fold 1");
        assertThat(new CommandLine(new SimulateCommand())
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute("--manifest", manifest.toString(), "--fold", "4"))
                .isEqualTo(2);
    }

    private String run(String... args) {
        List<String> all = new ArrayList<>(List.of("--manifest", manifest.toString()));
        all.addAll(List.of(args));
        StringWriter out = new StringWriter();
        assertThat(new CommandLine(new SimulateCommand())
                        .setOut(new PrintWriter(out))
                        .execute(all.toArray(String[]::new)))
                .isZero();
        return out.toString();
    }

    @Test
    void memoryIsToldInMegabytes() {
        Memory now = Memory.now();
        assertThat(now.heap()).isBetween(1L, 4000L);
        assertThat(Memory.largest(List.of(new Memory(3, 50), new Memory(4, 40))))
                .isEqualTo(new Memory(4, 50));
        assertThat(new Memory(4, 0).toString()).isEqualTo("4 MB, unknown");
        assertThat(Memory.cpuNanos()).isGreaterThanOrEqualTo(0);
    }
}
