package io.crysdk.examples.cli;

import io.crysdk.AudioOptions;
import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import io.crysdk.dsp.CrySegmenter;
import io.crysdk.dsp.CryUnit;
import io.crysdk.dsp.FileSignal;
import io.crysdk.dsp.Signal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cry segment}: where each cry of a file is, as a list, as clips and as a picture. */
@Command(
        name = "segment",
        description = "Cuts single cries out of a file: when each begins and ends, how high and how loud it is.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification, the parent and the file
final class SegmentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ParentCommand
    private CryCommand cry;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private FileOptions reading = new FileOptions();

    @Parameters(paramLabel = "FILE", description = "An audio or video file.")
    private Path file;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Option(names = "--no-gate", description = "By rule alone: no model confirms that a unit is a cry.")
    private boolean noGate;

    @Option(
            names = "--threshold",
            paramLabel = "P",
            defaultValue = "0.5",
            description = "The cry probability from which the model confirms a unit; default: ${DEFAULT-VALUE}.")
    private double threshold;

    @Option(names = "--export", paramLabel = "DIR", description = "Write each cry as a WAV file named after its begin.")
    private @Nullable Path export;

    @Option(names = "--force", description = "Replace exported files that are there already.")
    private boolean force;

    @Option(names = "--png", paramLabel = "F.png", description = "Draw waveform, log-mel, pitch and cries.")
    private @Nullable Path png;

    @Override
    public Integer call() throws IOException {
        checkOptions();
        PrintWriter out = spec.commandLine().getOut();
        AudioOptions options = reading.audio();
        try (FileSignal signal = FileSignal.open(file, options, 1)) {
            Segments heard = cut(signal);
            FileTime time = FileTime.of(signal);
            Segments told = heard.at(time);
            List<Path> clips = export == null ? List.of() : export(export, options, heard.units(), told.units());
            if (png != null) {
                draw(png, signal, time, told);
            }
            SegmentReport report =
                    new SegmentReport(file.toString(), time.end(), signal.track(), told, clips, signal.warnings());
            if (json) {
                report.writeJson(out);
            } else {
                report.writeText(out);
            }
            return CommandLine.ExitCode.OK;
        } catch (CryException e) {
            if (!json) {
                throw e;
            }
            new JsonReport(out).failure(file.toString(), e);
            cry.trace(e, spec.commandLine().getErr());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private void checkOptions() {
        if (force && export == null) {
            throw new ParameterException(spec.commandLine(), "--force goes with --export");
        }
        if (!(threshold >= 0.0 && threshold <= 1.0)) {
            throw new ParameterException(spec.commandLine(), "--threshold is 0 to 1, found " + threshold);
        }
        for (String option : List.of("--model", "--labels", "--provider", "--threshold")) {
            if (noGate && spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(
                        spec.commandLine(), option + " is about the gate, and --no-gate leaves that out");
            }
        }
    }

    private Segments cut(Signal signal) {
        if (noGate) {
            return Segments.byRule(signal);
        }
        try (CryClassifier classifier = engine.open()) {
            if (!classifier.model().hasGate()) {
                spec.commandLine()
                        .getErr()
                        .println("cry: the model " + classifier.model().id() + " has no gate, so nothing confirms these"
                                + " cries");
                return Segments.byRule(signal);
            }
            return Segments.confirmed(signal, classifier, threshold);
        }
    }

    /** Writes the units at the file's own rate and channel count; where a file would be replaced, none is written. */
    private List<Path> export(Path folder, AudioOptions options, List<CryUnit> units, List<CryUnit> told)
            throws IOException {
        List<Path> files = new ArrayList<>();
        for (CryUnit unit : told) {
            files.add(folder.resolve(String.format(Locale.ROOT, "%s-%08.3fs.wav", stem(), unit.startSeconds())));
        }
        List<Path> there =
                force ? List.of() : files.stream().filter(Files::exists).toList();
        if (!there.isEmpty()) {
            String others = there.size() == 1 ? "" : " and " + (there.size() - 1) + " more";
            throw new IOException(there.get(0) + others + " would be replaced: give --force, or another folder");
        }
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("cannot write to " + folder + ": it is no folder", e);
        }
        UnitClips.write(file, options, units, files);
        return files;
    }

    private String stem() {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private void draw(Path target, Signal signal, FileTime time, Segments told) throws IOException {
        SegmentPicture picture = new SegmentPicture(String.valueOf(file.getFileName()), signal, time, told);
        picture.setPitch(CrySegmenter.pitchTrack(signal));
        Aside.write(target, stream -> ImageIO.write(picture.draw(), "png", stream));
    }
}
