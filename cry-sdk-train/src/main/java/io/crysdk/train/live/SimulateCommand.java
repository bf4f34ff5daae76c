package io.crysdk.train.live;

import io.crysdk.CryClassifier;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryStream;
import io.crysdk.StreamOptions;
import io.crysdk.StreamOptions.Overflow;
import io.crysdk.train.Manifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cry simulate}: a day of sound through a live stream, as fast as it goes, and what became of it. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description =
                "Plays a made-up day of labelled recordings to a live stream and prints what it found, as Markdown.")
public final class SimulateCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(SimulateCommand.class);
    private static final int LONGEST_CHUNK = 1600;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--manifest",
            required = true,
            split = ",",
            description = "CSV files with path, group, fold, is_cry, segments, use, category.")
    private List<Path> manifests = List.of();

    @Option(names = "--hours", defaultValue = "24", description = "Default: ${DEFAULT-VALUE}.")
    private double hours;

    @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--model", description = "An ONNX file; default: the installed model.")
    private @Nullable Path model;

    @Option(
            names = "--fold",
            description = "Plays only recordings of this fold: for a model that was trained on the others.")
    private @Nullable Integer fold;

    @Option(names = "--hop", description = "Milliseconds between windows.")
    private @Nullable Integer hop;

    @Option(names = "--start-threshold", description = "The cry probability from which a cry starts.")
    private @Nullable Double startThreshold;

    @Option(names = "--min-length", description = "Milliseconds that a cry lasts at least.")
    private @Nullable Integer minLength;

    /** Creates the command; called by picocli. */
    public SimulateCommand() {}

    @Override
    public Integer call() throws IOException {
        List<Recording> cries = new ArrayList<>();
        List<Recording> sounds = new ArrayList<>();
        for (Manifest.Entry entry : Manifest.read(manifests).entries()) {
            if (entry.usable() && (fold == null || entry.fold() == fold)) {
                (entry.cry() == Manifest.Cry.YES ? cries : sounds).add(Recording.read(entry));
            }
        }
        if (cries.isEmpty() || sounds.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "A day needs cries and other sounds, found " + cries.size() + " and " + sounds.size());
        }
        LOG.info("{} cries, {} other sounds", cries.size(), sounds.size());
        CryClassifier.Builder builder = CryClassifier.builder();
        if (model != null) {
            builder.model(model);
        }
        try (CryClassifier classifier = builder.build()) {
            String report = play(classifier, new Day(cries, sounds, seed), cries.size(), sounds.size());
            PrintWriter out = spec.commandLine().getOut();
            out.print(report);
            out.flush();
        }
        return CommandLine.ExitCode.OK;
    }

    private String play(CryClassifier classifier, Day day, int cries, int sounds) {
        Scorecard scorecard = new Scorecard(day);
        List<Memory> memory = new ArrayList<>();
        Memory before = Memory.now();
        long cpu = Memory.cpuNanos();
        long begin = System.nanoTime();
        CryStream stream = classifier.openStream(options(), event -> {
            scorecard.add(event);
            if (event instanceof StreamEnded ended) {
                ended.failure().ifPresent(failure -> {
                    throw failure;
                });
            }
        });
        try (stream) {
            float[] chunk = new float[LONGEST_CHUNK];
            SplittableRandom random = new SplittableRandom(seed);
            long length = (long) (hours * 3600 * Day.RATE);
            long nextHour = 3600L * Day.RATE;
            while (day.position() < length) {
                int count = (int) Math.min(random.nextInt(1, LONGEST_CHUNK + 1), length - day.position());
                day.next(chunk, count);
                stream.push(chunk, 0, count);
                if (day.position() >= nextHour) {
                    nextHour += 3600L * Day.RATE;
                    memory.add(Memory.now());
                    LOG.info("{} h: {}", memory.size(), memory.get(memory.size() - 1));
                }
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpuSeconds = (Memory.cpuNanos() - cpu) / 1e9;
        CryStream.Statistics statistics = stream.statistics();

        StringBuilder out = new StringBuilder();
        out.append("| figure | value |\n|---|---|\n");
        Scorecard.row(out, "model", classifier.model().id().toString());
        Scorecard.row(
                out,
                "recordings",
                cries + " cries, " + sounds + " other sounds"
                        + (fold == null ? ", of all folds" : ", all of fold " + fold));
        Scorecard.row(out, "hours, seed", Scorecard.text("%.1f, %d", hours, seed));
        out.append(scorecard.table());
        Scorecard.row(
                out,
                "audio lost, events dropped",
                Scorecard.text("%.0f s, %d", statistics.lostSeconds(), statistics.droppedEvents()));
        Scorecard.row(
                out,
                "run by",
                Scorecard.text(
                        "Java %s, %s %s, %d processors",
                        Runtime.version().feature(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors()));
        Scorecard.row(out, "windows judged", Long.toString(statistics.windows()));
        Scorecard.row(out, "times faster than real time", Scorecard.text("%.0f", hours * 3600 / seconds));
        Scorecard.row(
                out,
                "processor time, making the day included",
                Scorecard.text("%.2f %% of one core for a stream in real time", 100 * cpuSeconds / (hours * 3600)));
        Scorecard.row(out, "heap after collection, resident; before the stream is opened", before.toString());
        if (!memory.isEmpty()) {
            Scorecard.row(out, "the same, after the first hour", memory.get(0).toString());
            Scorecard.row(
                    out,
                    "the same, after the last hour",
                    memory.get(memory.size() - 1).toString());
            Scorecard.row(
                    out,
                    "the same, largest of all hours",
                    Memory.largest(memory).toString());
        }
        return out.toString();
    }

    private StreamOptions options() {
        StreamOptions.Builder options = StreamOptions.builder().overflow(Overflow.BLOCK);
        if (hop != null) {
            options.windowHop(Duration.ofMillis(hop));
        }
        if (minLength != null) {
            options.minLength(Duration.ofMillis(minLength));
        }
        if (startThreshold != null) {
            options.startThreshold(startThreshold);
        }
        return options.build();
    }
}
