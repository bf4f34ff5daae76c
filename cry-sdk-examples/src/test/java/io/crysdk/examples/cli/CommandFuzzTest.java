package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crysdk.AudioClip;
import io.crysdk.CryException;
import io.crysdk.dsp.WavWriter;
import io.crysdk.examples.SampleClip;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Whatever the arguments, the command answers or says in a line what is wrong; see docs/fuzzing.md.
 *
 * <p>An input is text with an argument a line, in which {@code $} is a folder of files made here. No argument leads out of
 * it or out of the working folder.
 */
class CommandFuzzTest {
    /** What is run. The others' arguments are only read: they train, listen or take long. */
    private static final Set<String> RUN =
            Set.of("classify", "segment", "features", "models", "personalize", "import-weights");

    @TempDir
    static Path folder;

    @BeforeAll
    static void files() throws IOException {
        TestModels.gated(folder);
        TestModels.gateless(folder);
        float[] cry = Arrays.copyOf(SampleClip.load().samples(), 12_000);
        for (String label : List.of("hunger", "boredom")) {
            Path clips = Files.createDirectories(folder.resolve("clips").resolve(label));
            for (int i = 0; i < 3; i++) {
                WavWriter.write(AudioClip.of(cry, 16_000, 1), clips.resolve(i + ".wav"));
            }
        }
        WavWriter.write(AudioClip.of(cry, 16_000, 1), folder.resolve("cry.wav"));
        WavWriter.write(AudioClip.of(new float[200], 16_000, 2), folder.resolve("short.wav"));
        Files.writeString(folder.resolve("labels.txt"), "hunger\nboredom\n");
        StringBuilder diary = new StringBuilder("path,label,time\n");
        for (int i = 0; i < 6; i++) {
            String label = i < 3 ? "hunger" : "boredom";
            diary.append("clips/%s/%d.wav,%s,2026-01-0%dT06:30\n".formatted(label, i % 3, label, i + 1));
        }
        Files.writeString(folder.resolve("clips.csv"), diary);
    }

    @MethodSource("lines")
    @FuzzTest
    void command(byte[] bytes) {
        run(new String(bytes, StandardCharsets.UTF_8));
    }

    @MethodSource("working")
    @ParameterizedTest
    void whatIsMeantToWorkDoes(String lines) {
        Ended ended = run(lines);
        assertThat(ended.exit()).as(ended.told()).isZero();
    }

    private record Ended(int exit, String told) {}

    /** Runs a command, or only reads its arguments. */
    private static Ended run(String lines) {
        List<String> arguments = new ArrayList<>();
        for (String line : lines.split("\n", -1)) {
            arguments.add(line.replace('/', '_')
                    .replace('\\', '_')
                    .replace("..", "__")
                    .replace("debug", "")
                    .replace("$_", folder + "/"));
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                CryCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        if (!RUN.contains(arguments.get(0))) {
            try {
                command.parseArgs(arguments.toArray(String[]::new));
            } catch (ParameterException e) {
                assertThat(e.getMessage()).isNotBlank();
                return new Ended(CommandLine.ExitCode.USAGE, e.getMessage());
            }
            return new Ended(CommandLine.ExitCode.OK, "");
        }
        CommandSpec spec = command.getSubcommands().get(arguments.get(0)).getCommandSpec();
        // Small and quick; but only the default model, which is taken where none is named, can learn.
        if (spec.findOption("--model") != null
                && !arguments.contains("--model")
                && !arguments.get(0).equals("personalize")) {
            arguments.addAll(1, List.of("--model", folder.resolve("gated.onnx").toString()));
        }
        command.setExecutionExceptionHandler((e, of, parsed) -> {
            if (e instanceof CryException || e instanceof IOException || e instanceof IllegalArgumentException) {
                of.getErr().println("cry: " + CryCommand.describe(e));
                return CommandLine.ExitCode.SOFTWARE;
            }
            throw e;
        });
        int exit = command.execute(arguments.toArray(String[]::new));
        assertThat(exit).isBetween(0, 2);
        assertThat(out + "\n" + err).doesNotContain("\tat ");
        // With --json a file's failure stands with the answers.
        assertThat(exit == 0 || !err.toString().isBlank() || out.toString().contains("\"error\":{\"code\":"))
                .as(arguments + " " + exit)
                .isTrue();
        return new Ended(exit, out + "\n" + err);
    }

    static Stream<String> working() {
        return Stream.of(
                "classify\n$/cry.wav\n--json",
                "classify\n--model\n$/gateless.onnx\n--labels=$/labels.txt\n$/cry.wav",
                "segment\n$/cry.wav\n--json\n--threshold\n0.5\n--export\n$/cut\n--force",
                "features\n$/cry.wav\n--frames\n--out\n$/f.npy",
                "models",
                "personalize\n--manifest\n$/clips.csv\n--out\n$/baby.cryp",
                "personalize\n$/clips\n--file-times\n--out=$/baby.cryp",
                "--version");
    }

    /** Each command with all its options, lines that work and some that do not. */
    static Stream<Arguments> lines() {
        Stream<String> all = CryCommand.commandLine().getSubcommands().entrySet().stream()
                .map(command -> command.getKey()
                        + command.getValue().getCommandSpec().options().stream()
                                .filter(option -> !option.longestName().equals("--debug"))
                                .map(option -> "\n" + option.longestName()
                                        + (option.arity().max() > 0 ? "=1" : ""))
                                .reduce("", String::concat));
        Stream<String> others = Stream.of(
                "classify\n--sample\n$/short.wav\n$/missing.wav\n--max-minutes=1\n--track\n2",
                "segment\n$/missing.wav\n--json",
                "import-weights\n$/cry.wav\n--to\n$/w.onnx",
                "help",
                "");
        return Stream.concat(all, Stream.concat(working(), others))
                .map(lines -> Arguments.of((Object) lines.getBytes(StandardCharsets.UTF_8)));
    }
}
