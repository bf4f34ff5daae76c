package io.crysdk.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import io.crysdk.CryOutcome;
import io.crysdk.examples.cli.FakeMicrophones;
import io.crysdk.testing.Movie;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mains run as a reader would run them, with the default model. */
class ExamplesTest {
    @TempDir
    Path folder;

    @Test
    void theDefaultModelTakesTheBundledClipForACry() {
        try (CryClassifier classifier = CryClassifier.create()) {
            assertThat(classifier.classify(SampleClip.load()).outcome()).isNotEqualTo(CryOutcome.NOT_CRY);
        }
    }

    @Test
    void classifyFile() throws Exception {
        Path wav = sample("cry.wav");
        assertThat(printed(() -> ClassifyFile.main(new String[] {wav.toString()}))
                        .get(0))
                .contains("(cry ");
    }

    @Test
    void cutCries() throws Exception {
        Path wav = sample("cry.wav");
        assertThat(printed(() -> CutCries.main(new String[] {wav.toString()})))
                .hasSizeBetween(2, 5)
                .allMatch(line -> line.matches("\\d\\.\\d\\d s: \\d\\.\\d\\d s, \\d{3} Hz, -\\d+ dBFS"));
    }

    @Test
    void criesOfAVideoAreToldAtItsTimes() throws Exception {
        float[] sound = SampleClip.load().samples();
        Path late = new Movie().sound(sound, 0.7).write(folder.resolve("late.mp4"));
        String atOnce = printed(
                        () -> CutCries.main(new String[] {sample("cry.wav").toString()}))
                .get(0);
        String told =
                printed(() -> CutCries.main(new String[] {late.toString()})).get(0);
        assertThat(seconds(told)).isCloseTo(seconds(atOnce) + 0.7, within(0.011));
    }

    private static double seconds(String line) {
        return Double.parseDouble(line.substring(0, line.indexOf(' ')));
    }

    @Test
    void classifyPcm() throws Exception {
        List<String> lines = printed(() -> ClassifyPcm.main(new String[0]));
        assertThat(lines).hasSize(2).allMatch(line -> line.contains("(cry "));
    }

    @Test
    void micrometerIsToldOfTheLoadAndOfEachCall() throws Exception {
        Path wav = sample("cry.wav");
        List<String> lines = printed(() -> MicrometerMetrics.main(new String[] {wav.toString(), wav.toString()}));
        assertThat(lines)
                .anyMatch(line -> line.matches("cry\\.work\\(TIMER\\)\\[failure='none', kind='LOAD'].*count=1\\.0.*"))
                .anyMatch(line ->
                        line.matches("cry\\.network\\(TIMER\\)\\[failure='none', kind='CLASSIFY'].*count=2\\.0.*"))
                .anyMatch(line ->
                        line.matches("cry\\.audio\\(COUNTER\\)\\[failure='none', kind='CLASSIFY'].*count=8\\.0.*"));
    }

    @Test
    void metersCountWhatWasDoneAndTellFailuresApart() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        long windows = 0;
        try (CryClassifier classifier = CryClassifier.builder()
                .listener(MicrometerMetrics.listener(registry))
                .build()) {
            for (int i = 0; i < 3; i++) {
                windows += classifier.classify(SampleClip.load()).windows().size();
            }
            assertThatExceptionOfType(CryException.class).isThrownBy(() -> classifier.classify(new float[1]));
        }
        assertThat(registry.get("cry.windows")
                        .tags("kind", "CLASSIFY", "failure", "none")
                        .counter()
                        .count())
                .isEqualTo(windows);
        assertThat(registry.get("cry.clips")
                        .tags("kind", "CLASSIFY", "failure", "none")
                        .counter()
                        .count())
                .isEqualTo(3);
        Timer good = registry.get("cry.work")
                .tags("kind", "CLASSIFY", "failure", "none")
                .timer();
        assertThat(good.count()).isEqualTo(3);
        assertThat(good.totalTime(TimeUnit.NANOSECONDS))
                .isGreaterThanOrEqualTo(registry.get("cry.network")
                        .tags("kind", "CLASSIFY", "failure", "none")
                        .timer()
                        .totalTime(TimeUnit.NANOSECONDS))
                .isPositive();
        assertThat(registry.get("cry.work")
                        .tags("kind", "CLASSIFY", "failure", "INVALID_AUDIO")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void classifyFolder() throws Exception {
        for (int i = 0; i < 6; i++) {
            sample("cry" + i + ".wav");
        }
        Files.writeString(folder.resolve("cry3a.txt"), "no recording");
        List<String> lines = printed(() -> ClassifyFolder.main(new String[] {folder.toString()}));
        assertThat(lines).hasSize(7).isSorted();
        assertThat(lines.get(4)).startsWith("cry3a.txt: UNSUPPORTED_FORMAT");
        assertThat(lines.stream().filter(line -> line.contains("(cry "))).hasSize(6);
    }

    @Test
    void theDefaultMicrophoneIsListenedTo() throws Exception {
        String property = "javax.sound.sampled.TargetDataLine"; // whatever else this machine has
        System.setProperty(property, "#" + FakeMicrophones.PLAYER);
        try {
            List<String> lines = printed(() -> LiveMicrophone.main(new String[0]));
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0)).matches("it cries since [1-3]\\D\\d s");
            assertThat(lines.get(1)).matches("it stopped at [5-7]\\D\\d s");
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    void aGrowingFileIsFollowedToItsEnd() throws Exception {
        Path wav = folder.resolve("night.wav");
        byte[] whole;
        try (InputStream in = SampleClip.open()) {
            whole = in.readAllBytes();
        }
        Files.write(wav, Arrays.copyOf(whole, whole.length / 2));
        Thread recorder = new Thread(() -> {
            try {
                Thread.sleep(500);
                Files.write(wav, Arrays.copyOfRange(whole, whole.length / 2, whole.length), StandardOpenOption.APPEND);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        recorder.start();
        List<String> lines = printed(() -> MonitorGrowingFile.main(new String[] {wav.toString(), "3"}));
        recorder.join();
        assertThat(lines.get(0)).startsWith("CryStarted[");
        assertThat(lines.get(lines.size() - 1)).startsWith("StreamEnded[seconds=4.0,");
    }

    private Path sample(String name) throws IOException {
        Path wav = folder.resolve(name);
        try (InputStream in = SampleClip.open()) {
            Files.copy(in, wav);
        }
        return wav;
    }

    private static List<String> printed(Main main) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            main.run();
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private interface Main {
        void run() throws Exception;
    }
}
