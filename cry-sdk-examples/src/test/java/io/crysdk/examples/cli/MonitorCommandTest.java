package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crysdk.AudioClip;
import io.crysdk.CryStream;
import io.crysdk.examples.SampleClip;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MonitorCommandTest {
    @TempDir
    Path folder;

    private Path gated;

    @BeforeEach
    void model() throws IOException {
        gated = TestModels.gated(folder);
    }

    /** Two seconds of silence, four of the bundled cry, five of silence; s16le, mono, 16 kHz. */
    static byte[] night() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[2 * 32_000]);
        AudioClip cry = SampleClip.load();
        for (float sample : cry.samples()) {
            int s = Math.round(sample * 32768);
            bytes.write(s);
            bytes.write(s >> 8);
        }
        bytes.writeBytes(new byte[5 * 32_000]);
        return bytes.toByteArray();
    }

    static Run monitor(byte[] input, Object... args) {
        List<Object> all = new ArrayList<>(List.of("monitor"));
        all.addAll(Arrays.asList(args));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input));
        try {
            return Run.cry(all.toArray());
        } finally {
            System.setIn(before);
        }
    }

    private static List<JsonNode> json(String out) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : out.split("\n")) {
            nodes.add(mapper.readTree(line));
        }
        return nodes;
    }

    private static List<JsonNode> of(List<JsonNode> events, String type) {
        return events.stream()
                .filter(event -> event.get("event").textValue().equals(type))
                .toList();
    }

    @Test
    void aCryOnStandardInputIsToldToPrograms() throws IOException {
        Run run = monitor(night(), "--json", "--model", gated, "--threshold", "0.6");
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        List<JsonNode> events = json(run.out());
        JsonNode started = of(events, "CryStarted").get(0);
        List<String> keys = new ArrayList<>();
        started.fieldNames().forEachRemaining(keys::add);
        assertThat(keys)
                .containsExactly(
                        "event",
                        "seconds",
                        "startSeconds",
                        "endSeconds",
                        "cryProbability",
                        "reason",
                        "scores",
                        "levelDbfs");
        assertThat(started.get("startSeconds").doubleValue()).isBetween(1.0, 3.5);
        assertThat(of(events, "CryEnded")).hasSize(1);
        assertThat(of(events, "CryEnded").get(0).get("endSeconds").doubleValue())
                .isBetween(5.0, 7.5);
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.get("event").textValue()).isEqualTo("StreamEnded");
        assertThat(last.get("seconds").doubleValue()).isEqualTo(11);
        assertThat(last.get("error").isNull()).isTrue();
    }

    @Test
    void peopleGetALineForEachEvent() {
        Run run = monitor(night(), "--model", gated, "--threshold", "0.6", "--level", "0.5", "--update", "0");
        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("0:00:00.5  level -120.0 dBFS, peak 0.0000")
                .containsPattern("0:00:0\\d\\.\\d  cry started at 0:00:0[123]\\.\\d  cry 0\\.\\d\\d, -\\d+ dBFS; ")
                .containsPattern("cry ended at 0:00:0\\d\\.\\d after \\d\\.\\d s  cry ")
                .doesNotContain("crying")
                .endsWith("0:00:11.0  end\n")
                .doesNotContain("\u001b");
    }

    @Test
    void aPauseIsNotCalledCrying() throws IOException {
        Run run = monitor(night(), "--model", gated, "--threshold", "0.6", "--update", "0.5");
        assertThat(run.out())
                .containsPattern("0:00:0[3-6]\\.\\d  crying  cry 0\\.[4-9]")
                .containsPattern("0:00:(0[89]|10)\\.\\d  pausing since 0:00:0[5-7]\\.\\d  cry 0\\.\\d\\d, -120 dBFS; ")
                .doesNotContainPattern("crying .*-120 dBFS");
        List<JsonNode> updates = of(
                json(monitor(night(), "--json", "--model", gated, "--threshold", "0.6")
                        .out()),
                "CryUpdated");
        assertThat(updates)
                .anyMatch(update -> update.get("endSeconds").doubleValue()
                        < update.get("seconds").doubleValue())
                .anyMatch(update -> update.get("endSeconds").doubleValue()
                        == update.get("seconds").doubleValue());
        for (JsonNode update : updates) {
            boolean silent = update.get("levelDbfs").doubleValue() == -120;
            assertThat(update.get("endSeconds").doubleValue()
                            < update.get("seconds").doubleValue())
                    .isEqualTo(silent || update.get("cryProbability").doubleValue() < 0.3);
        }
    }

    /**
     * The first event is not read before all of the input is taken, which is more than audio and events that may wait: so
     * some of either is lost, and told.
     */
    @Test
    void aSlowReaderDoesNotHoldUpLiveAudio() throws IOException {
        CountDownLatch taken = new CountDownLatch(1);
        InputStream twoMinutes = new InputStream() {
            private int left = 120 * 32_000;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int offset, int count) {
                int some = Math.min(count, left);
                left -= some;
                if (some == 0) {
                    taken.countDown();
                }
                return some == 0 ? -1 : some;
            }
        };
        AtomicBoolean heldUp = new AtomicBoolean();
        StringWriter out = new StringWriter();
        PrintWriter slow = new PrintWriter(out) {
            @Override
            public void flush() {
                try {
                    heldUp.compareAndSet(false, !taken.await(60, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        StringWriter err = new StringWriter();
        InputStream before = System.in;
        System.setIn(twoMinutes);
        int exit;
        try {
            exit = CryCommand.commandLine()
                    .setOut(slow)
                    .setErr(new PrintWriter(err))
                    .execute("monitor", "--live", "--json", "--model", gated.toString(), "--level", "0.1");
        } finally {
            System.setIn(before);
        }
        assertThat(heldUp).isFalse();
        assertThat(exit).isZero();
        assertThat(err.toString()).matches("cry: lost \\d.* (judged|in time)\n");
        List<JsonNode> events = json(out.toString());
        assertThat(events.get(events.size() - 1).get("event").textValue()).isEqualTo("StreamEnded");
        assertThat(events.get(events.size() - 1).get("seconds").doubleValue()).isCloseTo(120, within(0.1));
    }

    @Test
    void whatIsLostIsSaid() {
        assertThat(MonitorCommand.lost(new CryStream.Statistics(60, 60, 0, 120, 0, 0)))
                .isEmpty();
        assertThat(MonitorCommand.lost(new CryStream.Statistics(60, 57.75, 2.25, 116, 0, 0)))
                .contains("cry: lost 2.25 s of audio, which came faster than it could be judged");
        assertThat(MonitorCommand.lost(new CryStream.Statistics(60, 60, 0, 120, 12, 0)))
                .contains("cry: lost 12 events, which were not read in time");
        assertThat(MonitorCommand.lost(new CryStream.Statistics(60, 57, 3, 115, 1, 0)))
                .contains("cry: lost 3.00 s of audio, which came faster than it could be judged; and 1 event, which"
                        + " was not read in time");
        assertThat(MonitorCommand.lost(new CryStream.Statistics(60, 59.96, 0.04, 120, 0, 0)))
                .contains("cry: lost 0.04 s of audio, which came faster than it could be judged");
        assertThat(MonitorCommand.lost(new CryStream.Statistics(60, 59.999, 0.001, 120, 0, 0)))
                .contains("cry: lost 0.01 s of audio, which came faster than it could be judged");
    }

    @Test
    void liveAudioIsHeardAsAFileIs() {
        assertThat(monitor(night(), "--live", "--model", gated, "--threshold", "0.6"))
                .isEqualTo(monitor(night(), "--model", gated, "--threshold", "0.6"));
    }

    @Test
    void theRateAndTheChannelsAreTheCallers() throws IOException {
        byte[] mono = night();
        byte[] stereo = new byte[2 * mono.length];
        for (int i = 0; i < mono.length; i++) {
            stereo[i / 2 * 4 + i % 2] = mono[i];
            stereo[i / 2 * 4 + 2 + i % 2] = mono[i];
        }
        Run run = monitor(stereo, "--json", "--model", gated, "--rate", 8000, "--channels", 2, "--threshold", "0.6");
        List<JsonNode> events = json(run.out());
        assertThat(of(events, "CryStarted")).isNotEmpty();
        assertThat(events.get(events.size() - 1).get("seconds").doubleValue()).isEqualTo(22);
    }

    @Test
    void aWrongCommandLineIsUsage() {
        assertThat(monitor(new byte[0], "--model", gated, "--hop", "0.005").exit())
                .isEqualTo(2);
        assertThat(monitor(new byte[0], "--model", gated, "--level", "0.015").exit())
                .isEqualTo(2);
        assertThat(monitor(new byte[0], "--model", gated, "--threshold", "2").exit())
                .isEqualTo(2);
        assertThat(monitor(new byte[0], "--model", gated, "--level", "NaN").exit())
                .isEqualTo(2);
        assertThat(monitor(new byte[0], "--model", gated, "no-file.pcm").exit()).isEqualTo(2);
        for (Object[] microphone : new Object[][] {{"--device", "default"}, {"--list-devices"}}) {
            List<Object> args = new ArrayList<>(List.of("--model", gated, "--live"));
            args.addAll(List.of(microphone));
            Run live = monitor(new byte[0], args.toArray());
            assertThat(live.exit()).isEqualTo(2);
            assertThat(live.out()).isEmpty();
            assertThat(live.err()).contains("--live is about standard input");
        }
        Run rate = monitor(new byte[2], "--model", gated, "--rate", "100");
        assertThat(rate.exit()).isEqualTo(1);
        assertThat(rate.err()).contains("[UNSUPPORTED_FORMAT]");
    }

    @Test
    void aModelWithoutAGateIsRefused() throws IOException {
        Run run = monitor(night(), "--model", TestModels.gateless(folder));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("no gate").contains("[MODEL_INCOMPATIBLE]");
    }

    @Test
    void microphonesAreListedAndFoundByAPartOfTheirName() {
        assertThat(Run.cry("monitor", "--list-devices").out()).contains(FakeMicrophones.NAME);
        Run run = Run.cry("monitor", "--model", gated, "--device", "nobody has this");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .contains(FakeMicrophones.NAME)
                .contains("--list-devices")
                .contains("[AUDIO_UNREADABLE]");
        Run wrongRate = Run.cry("monitor", "--model", gated, "--device", "test microphone", "--rate", "16000");
        assertThat(wrongRate.exit()).isEqualTo(1);
        assertThat(wrongRate.err()).contains("cannot listen to " + FakeMicrophones.NAME);
        assertThat(wrongRate.out()).isEmpty();
    }

    @Test
    void aMachineWithoutMicrophonesSaysSo() {
        FakeMicrophones.none = true;
        try {
            Run list = Run.cry("monitor", "--list-devices");
            assumeThat(list.out()).isEmpty();
            assertThat(list).isEqualTo(new Run(0, "", "no microphone found\n"));
            Run listen = Run.cry("monitor", "--model", gated, "--device", "default");
            assertThat(listen.exit()).isEqualTo(1);
            assertThat(listen.out()).isEmpty();
            assertThat(listen.err())
                    .contains("cannot listen to the default microphone: none was found")
                    .contains("[AUDIO_UNREADABLE]");
        } finally {
            FakeMicrophones.none = false;
        }
    }

    @Test
    void ofAMicrophoneThatSomebodyElseHasTheFormatAndItsReasonAreTold() {
        FakeMicrophones.taken = true;
        try {
            Run run = Run.cry("monitor", "--model", gated, "--device", "test microphone");
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .containsPattern(
                            "\\(PCM_SIGNED 48000[^)]*stereo[^)]*, nor in 11 other formats\\): somebody else has it");
        } finally {
            FakeMicrophones.taken = false;
        }
    }

    /** A process of its own: it can be sent a signal, and its output can be closed. */
    private Process start(Path err, Object... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CryCommand.class.getName(),
                "monitor",
                "--model",
                gated.toString()));
        Arrays.stream(args).map(String::valueOf).forEach(command::add);
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly());
        return process;
    }

    /** What the command said; newer virtual machines warn of native code on their own account. */
    private static List<String> said(Path err) throws IOException {
        return Files.readAllLines(err).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING: "))
                .toList();
    }

    /** A shell that starts a build in the background may let it ignore SIGINT, and what ignores a signal hands that on. */
    private static boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.isReadable(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    @DisabledOnOs(OS.WINDOWS)
    void aSignalEndsItInOrder(String signal) throws Exception {
        assumeThat(signal.equals("INT") && ignoresInterrupts()).isFalse();
        Path err = folder.resolve("err");
        Process process = start(err, "--json", "--threshold", "0.6", "--end-after", "60");
        try (OutputStream in = process.getOutputStream();
                var out = process.inputReader(StandardCharsets.UTF_8)) {
            in.write(night());
            in.flush();
            String first = out.readLine();
            assertThat(first).contains("CryStarted");
            // While it waits for more input.
            new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            List<String> rest = out.lines().toList();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(said(err)).isEmpty();
            assertThat(process.exitValue()).isZero();
            assertThat(rest.get(rest.size() - 1)).contains("StreamEnded");
            assertThat(rest.get(rest.size() - 2)).contains("CryEnded");
        }
    }

    @Test
    void itEndsQuietlyWhereNobodyReadsOn() throws Exception {
        Path err = folder.resolve("err");
        Process process = start(err, "--level", "0.01");
        try (OutputStream in = process.getOutputStream()) {
            in.write(new byte[32_000]);
            in.flush();
            assertThat(process.getInputStream().read()).isPositive();
            process.getInputStream().close();
            byte[] more = new byte[3_200];
            while (process.isAlive()) {
                in.write(more);
                in.flush();
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("pipe"); // it has gone, and with it who reads what we write
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(said(err)).isEmpty();
    }

    @Test
    void aMicrophoneIsHeardAndWaitedForWhenItGoes() throws Exception {
        FakeMicrophones.unpluggedAfter = 0.5;
        int opened = FakeMicrophones.OPENED.get();
        StringWriter out = new StringWriter();
        Thread command = new Thread(() -> CryCommand.commandLine()
                .setOut(new PrintWriter(out))
                .execute("monitor", "--json", "--model", gated.toString(), "--device", "test micro", "--level", "0.1"));
        command.start();
        while (FakeMicrophones.OPENED.get() < opened + 2) {
            Thread.sleep(20);
        }
        while (of(json(out.toString()), "Level").size() < 6) {
            Thread.sleep(20);
        }
        FakeMicrophones.unpluggedAfter = Double.POSITIVE_INFINITY;
        command.interrupt();
        command.join();
        List<JsonNode> events = json(out.toString());
        List<JsonNode> lost = of(events, "DeviceLost");
        assertThat(lost).isNotEmpty();
        assertThat(lost.get(0).get("seconds").doubleValue()).isEqualTo(0.5);
        assertThat(lost.get(0).get("message").textValue()).contains(FakeMicrophones.NAME);
        JsonNode gap = of(events, "AudioGap").get(0);
        assertThat(gap.get("seconds").doubleValue()).isEqualTo(0.5);
        assertThat(gap.get("cause").textValue()).isEqualTo("CLOCK");
        assertThat(gap.get("missingSeconds").doubleValue()).isGreaterThan(1.9);
    }
}
