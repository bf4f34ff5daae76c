package io.crysdk.examples.cli;

import io.crysdk.AudioOptions;
import io.crysdk.dsp.FileSignal;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cry features}: what the network would see of a file, for NumPy and for the eye. */
@Command(
        name = "features",
        description = "Writes the plain VGGish log-mel features of a file: no pre-emphasis, no z-score, no padding.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification and the file
final class FeaturesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "An audio or video file.")
    private Path file;

    @Option(names = "--out", paramLabel = "F.npy", description = "Write the features: float32 [n,96,64].")
    private @Nullable Path out;

    @Option(names = "--frames", description = "Write all frames instead of whole examples: float32 [f,64].")
    private boolean frames;

    @Option(names = "--png", paramLabel = "F.png", description = "Draw the log-mel picture.")
    private @Nullable Path png;

    @Override
    public Integer call() throws IOException {
        if (out == null && png == null) {
            throw new ParameterException(spec.commandLine(), "Say where to write: --out F.npy, --png F.png, or both");
        }
        try (FileSignal signal = FileSignal.open(file, AudioOptions.defaults(), 1)) {
            signal.warnings().forEach(warning -> spec.commandLine().getErr().println("cry: " + file + ": " + warning));
            int all = LogMelExtractor.frames(signal.length());
            if (out != null) {
                writeNpy(out, signal, all);
            }
            if (png != null) {
                writePng(png, signal, all);
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private void writeNpy(Path target, Signal signal, int all) throws IOException {
        int examples = all / LogMelExtractor.PATCH_FRAMES;
        int written = frames ? all : examples * LogMelExtractor.PATCH_FRAMES;
        int[] shape = frames
                ? new int[] {all, LogMelExtractor.BANDS}
                : new int[] {examples, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS};
        Aside.write(target, stream -> {
            NpyFile.writeHeader(stream, shape);
            LogMelFrames.forEachBlock(
                    signal, written, (rows, count) -> NpyFile.writeValues(stream, rows, count * LogMelExtractor.BANDS));
        });
        if (written == 0) {
            spec.commandLine()
                    .getErr()
                    .println("cry: " + file + " has " + all + " frames, and " + (frames ? "one frame" : "one example")
                            + " needs " + (frames ? LogMelExtractor.FRAME_SAMPLES : LogMelExtractor.PATCH_SAMPLES)
                            + " samples at 16 kHz, found " + signal.length() + ": the reference pads nothing, so "
                            + target + " is empty");
        }
    }

    private void writePng(Path target, Signal signal, int all) throws IOException {
        LogMelPicture picture = new LogMelPicture(String.valueOf(file.getFileName()), signal.length());
        LogMelFrames.forEachBlock(signal, all, picture::add);
        Aside.write(target, stream -> ImageIO.write(picture.draw(), "png", stream));
    }
}
