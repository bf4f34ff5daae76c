package io.crysdk.examples.cli;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryException;
import io.crysdk.CryStream;
import io.crysdk.StreamOptions;
import io.crysdk.StreamOptions.Overflow;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code cry monitor}: listens to standard input or a microphone until that ends, a signal comes, or nobody reads on.
 *
 * <p>One thread reads and pushes; it may be stuck in a read for ever, so nobody waits for it. The stream's listener
 * prints. The main thread waits for the end, whatever brings it, and closes in order: not a shutdown hook, since ONNX
 * Runtime has one of its own, which pulls the ground from under whoever still computes.
 */
@Command(
        name = "monitor",
        description =
                "Listens to standard input (16-bit little-endian samples) or a microphone, and tells when a cry starts,"
                        + " goes on and ends.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification
final class MonitorCommand implements Callable<Integer> {
    private static final List<String> SIGNALS = List.of("INT", "TERM");

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private PersonalOptions personal = new PersonalOptions();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Option(
            names = "--rate",
            paramLabel = "HZ",
            description = "Sample rate; default: 16000, or what the device offers.")
    private @Nullable Integer rate;

    @Option(names = "--channels", paramLabel = "N", description = "Default: 1, or what the device offers.")
    private @Nullable Integer channels;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "Listen to a microphone: 'default', or a part of a name that --list-devices shows.")
    private @Nullable String device;

    @Option(
            names = "--live",
            description = "Standard input is live: it is never kept waiting, and what is lost is told. Without it"
                    + " whoever writes there waits for the network and for whoever reads the events, as a file can.")
    private boolean live;

    @Option(names = "--list-devices", description = "List the microphones, and leave.")
    private boolean listDevices;

    @Option(
            names = "--level",
            paramLabel = "S",
            description =
                    "Tell the level every so many seconds, 0.01 or more. That nobody reads on is noticed at the next"
                            + " event; with this, soon.")
    private double level;

    @Option(
            names = "--update",
            paramLabel = "S",
            defaultValue = "1",
            description = "Tell of a cry that goes on every so many seconds, 0 for never; default: ${DEFAULT-VALUE}.")
    private double update;

    @Option(
            names = "--hop",
            paramLabel = "S",
            defaultValue = "0.48",
            description = "From one window to the next; default: ${DEFAULT-VALUE}.")
    private double hop;

    @Option(
            names = "--threshold",
            paramLabel = "P",
            description = "The cry probability from which a cry starts; default: the model's.")
    private @Nullable Double threshold;

    @Option(
            names = "--end-after",
            paramLabel = "S",
            defaultValue = "5",
            description = "After so many seconds without crying a cry has ended; default: ${DEFAULT-VALUE}.")
    private double endAfter;

    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean nobodyReads;
    private volatile @Nullable CryException failure;

    /** Where the audio comes from. */
    interface Source extends AutoCloseable {
        /** Takes hold of it, or fails before anything is heard. */
        default void open() {}

        /** Pushes until there is no more, or it is told to stop. */
        void pump(CryStream stream, BooleanSupplier stopped) throws IOException;

        /** Lets go of what was opened and never pumped. */
        @Override
        default void close() {}
    }

    @Override
    public Integer call() throws InterruptedException {
        checkOptions();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (listDevices) {
            List<String> names = Microphone.names();
            names.forEach(out::println);
            out.flush();
            if (names.isEmpty()) {
                err.println("no microphone found");
                err.flush();
            }
            return CommandLine.ExitCode.OK;
        }
        StreamOptions options = options();
        Source source = device == null
                ? new StandardInput(rate == null ? 16_000 : rate, channels == null ? 1 : channels, live)
                : Microphone.find(device, rate, channels);
        Consumer<CryEvent> report = json
                ? new JsonEvents(out)
                : new TextEvents(out, spec.commandLine().getColorScheme());
        List<Object> before = SIGNALS.stream()
                .map(signal -> Signals.register(signal, over::countDown))
                .toList();
        try (source;
                CryClassifier classifier = engine.open()) {
            source.open();
            CryStream.Statistics heard = listen(personal.over(classifier, err), options, source, event -> {
                report.accept(event);
                // The writer over standard output does not hear of that one's errors.
                if (out.checkError() || System.out.checkError()) {
                    nobodyReads = true; // as with a pipe into head
                    over.countDown();
                }
            });
            lost(heard).ifPresent(err::println);
            err.flush();
        } finally {
            for (int i = 0; i < SIGNALS.size(); i++) {
                Signals.unregister(SIGNALS.get(i), before.get(i));
            }
        }
        if (failure != null) {
            throw failure;
        }
        return nobodyReads ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private void checkOptions() {
        if (live && (listDevices || device != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--live is about standard input; a microphone is always live");
        }
    }

    private CryStream.Statistics listen(
            CryClassifier classifier, StreamOptions options, Source source, Consumer<CryEvent> report)
            throws InterruptedException {
        CryStream stream = classifier.openStream(options, event -> {
            report.accept(event);
            if (event instanceof StreamEnded ended && ended.failure().isPresent()) {
                failed(ended.failure().get());
            }
        });
        try (stream) {
            Thread reader = new Thread(() -> read(source, stream), "cry-monitor-input");
            reader.setDaemon(true);
            reader.start();
            over.await();
        }
        return stream.statistics();
    }

    /** Says what did not reach whoever reads, if anything. */
    static Optional<String> lost(CryStream.Statistics heard) {
        List<String> what = new ArrayList<>();
        if (heard.lostSeconds() > 0) {
            what.add(String.format(
                    Locale.ROOT,
                    "%.2f s of audio, which came faster than it could be judged",
                    Math.max(0.01, heard.lostSeconds())));
        }
        if (heard.droppedEvents() > 0) {
            what.add(
                    heard.droppedEvents() == 1
                            ? "1 event, which was not read in time"
                            : heard.droppedEvents() + " events, which were not read in time");
        }
        return what.isEmpty() ? Optional.empty() : Optional.of("cry: lost " + String.join("; and ", what));
    }

    private void read(Source source, CryStream stream) {
        try {
            source.pump(stream, () -> over.getCount() == 0);
            over.countDown();
        } catch (CryException e) {
            failed(e);
        } catch (IOException | RuntimeException e) {
            failed(new CryException(CryErrorCode.AUDIO_UNREADABLE, "cannot read the audio: " + e, e));
        }
    }

    /** What fails once it is over fails because it is over. */
    private synchronized void failed(CryException e) {
        if (over.getCount() > 0) {
            failure = e;
            over.countDown();
        }
    }

    private StreamOptions options() {
        try {
            StreamOptions.Builder options = StreamOptions.builder()
                    .windowHop(seconds(hop))
                    .updateEvery(seconds(update))
                    .levelEvery(seconds(level))
                    .endAfter(seconds(endAfter))
                    // A file can wait, a microphone cannot.
                    .overflow(device == null && !live ? Overflow.BLOCK : Overflow.DROP_OLDEST);
            if (threshold != null) {
                options.startThreshold(threshold);
            }
            return options.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Duration seconds(double seconds) {
        if (!(seconds >= 0.0 && seconds <= 1e6)) {
            throw new IllegalArgumentException("not a number of seconds: " + seconds);
        }
        return Duration.ofNanos(Math.round(seconds * 1e6) * 1000);
    }
}
