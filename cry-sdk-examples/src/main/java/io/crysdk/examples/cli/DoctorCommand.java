package io.crysdk.examples.cli;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryOutcome;
import io.crysdk.CryResult;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.examples.SampleClip;
import io.crysdk.onnx.OnnxRuntime;
import io.crysdk.spi.AudioDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cry doctor}: tries every part on this machine and says what works. */
@Command(
        name = "doctor",
        description = "Says what works on this machine: runtime, natives, decoders, front end, model.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    private boolean healthy = true;

    @Override
    public Integer call() {
        check("SDK", CryCommand.Version::sdk);
        check("Java", DoctorCommand::java);
        check("system", DoctorCommand::system);
        check("ONNX Runtime", DoctorCommand::onnxRuntime);
        checkDecoders();
        check("front end", DoctorCommand::frontEnd);
        checkModel();
        PrintWriter out = spec.commandLine().getOut();
        out.println(healthy ? "healthy" : "not healthy: see what is marked FAIL");
        return healthy ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static String java() {
        return System.getProperty("java.version") + " (" + System.getProperty("java.vm.name") + ", "
                + System.getProperty("java.vendor") + ")";
    }

    private static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, heap up to "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MB";
    }

    private static String onnxRuntime() {
        return OnnxRuntime.version() + ", natives loaded, providers: " + String.join(", ", OnnxRuntime.providers());
    }

    /** Lets every installed decoder read the bundled clip, which also shows whether its natives load. */
    private void checkDecoders() {
        float[] expected = SampleClip.load().samples();
        List<AudioDecoder> decoders = new ArrayList<>();
        check("decoders", () -> {
            decoders.addAll(AudioDecoder.installed());
            expect(!decoders.isEmpty(), "none: add the dependency io.crysdk:cry-sdk-dsp or io.crysdk:cry-sdk-media");
            return decoders.size() + " installed";
        });
        for (AudioDecoder decoder : decoders) {
            check("  " + decoder.getClass().getSimpleName(), () -> {
                AudioClip clip = decode(decoder);
                expect(Arrays.equals(clip.samples(), expected), "reads other samples than the bundled clip holds");
                return "reads " + clip;
            });
        }
    }

    private static AudioClip decode(AudioDecoder decoder) throws IOException {
        Path file = Files.createTempFile("cry-doctor", ".wav");
        try (InputStream in = SampleClip.open()) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return decoder.decode(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static String frontEnd() {
        String digest = FrontEndSelfTest.digest();
        expect(
                digest.equals(FrontEndSelfTest.EXPECTED),
                "features differ from the reference: expected " + FrontEndSelfTest.EXPECTED + ", found " + digest);
        return "log-mel features equal the reference bit for bit (" + digest.substring(0, 8) + ", "
                + FrontEndSelfTest.EXAMPLES * LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS + " values)";
    }

    private void checkModel() {
        boolean[] loaded = new boolean[1];
        CryResult[] answer = new CryResult[1];
        check("model", () -> {
            try (CryClassifier classifier = engine.open()) {
                loaded[0] = true;
                answer[0] = classifier.classify(SampleClip.load());
                return ModelsCommand.describe(classifier.model());
            }
        });
        if (loaded[0]) {
            check("bundled clip", () -> {
                expect(answer[0] != null, "no answer");
                expect(
                        answer[0].outcome() != CryOutcome.NOT_CRY,
                        "a synthesised cry is taken for none: " + answer[0] + "; the model is poor, or not for this");
                return answer[0].toString();
            });
        }
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** Prints one line. Errors are caught too, since a missing native library is one. */
    private void check(String name, Check check) {
        String detail;
        boolean passed = true;
        try {
            detail = check.run();
        } catch (Exception | LinkageError e) {
            passed = false;
            healthy = false;
            detail = CryCommand.describe(e);
        }
        ColorScheme colours = spec.commandLine().getColorScheme();
        Object mark = colours.apply(passed ? " ok " : "FAIL", List.of(passed ? Style.fg_green : Style.fg_red));
        spec.commandLine().getOut().printf("[%s] %-18s %s%n", mark, name, detail);
        spec.commandLine().getOut().flush();
    }

    private interface Check {
        String run() throws Exception;
    }
}
