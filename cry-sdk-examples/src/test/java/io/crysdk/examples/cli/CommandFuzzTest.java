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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
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
        Files.writeString(folder.resolve("clips.csv"), "path,label,time\ncry.wav,hunger,2026-01-05T06:30\n");
    }

    @MethodSource("lines")
    @FuzzTest
    void command(byte[] bytes) {
        List<String> arguments = new ArrayList<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
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
            }
            return;
        }
        if (!arguments.get(0).equals("features") && !arguments.contains("--model")) {
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
        assertThat(exit == 0 || !err.toString().isBlank())
                .as(arguments + " " + exit)
                .isTrue();
    }

    /** Each command with all its options, and lines that work. */
    static Stream<Arguments> lines() {
        Stream<String> all = CryCommand.commandLine().getSubcommands().entrySet().stream()
                .map(command -> command.getKey()
                        + command.getValue().getCommandSpec().options().stream()
                                .filter(option -> !option.longestName().equals("--debug"))
                                .map(option -> "\n" + option.longestName()
                                        + (option.arity().max() > 0 ? "=1" : ""))
                                .reduce("", String::concat));
        Stream<String> working = Stream.of(
                "classify\n$/cry.wav\n--json",
                "classify\n--sample\n$/short.wav\n$/missing.wav\n--max-minutes=1\n--track\n2",
                "classify\n--model\n$/gateless.onnx\n--labels=$/labels.txt\n$/cry.wav",
                "segment\n$/cry.wav\n--json\n--threshold\n0.5\n--export\n$/cut\n--force",
                "features\n$/cry.wav\n--frames\n--out\n$/f.npy",
                "models",
                "personalize\n--manifest\n$/clips.csv\n--out\n$/baby.cryp",
                "personalize\n$/clips\n--file-times\n--out=$/baby.cryp",
                "import-weights\n$/cry.wav\n$/w.onnx",
                "--version",
                "help",
                "");
        return Stream.concat(all, working).map(lines -> Arguments.of((Object) lines.getBytes(StandardCharsets.UTF_8)));
    }
}
