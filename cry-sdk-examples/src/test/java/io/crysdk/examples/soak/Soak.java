package io.crysdk.examples.soak;

import io.crysdk.CryClassifier;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryStream;
import io.crysdk.StreamOptions;
import io.crysdk.StreamOptions.Overflow;
import io.crysdk.testing.Footprint;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A day of a process that uses the library, as fast as it goes: one live stream that is never closed, and beside it, some
 * times an hour, {@linkplain Round what else a host does}. After each simulated hour it writes down what the process
 * holds; in the end it says by {@linkplain Flatness rule} whether that grew.
 *
 * <p>{@code cry-sdk-examples/soak} runs it as it should be run.
 */
public final class Soak {
    private static final int LONGEST_CHUNK = 1600;
    private static final int PATIENCE_SECONDS = 120;
    /** The longest: half the windows of the default, and nothing that is measured here depends on it. */
    private static final Duration HOP = Duration.ofMillis(960);

    private final int hours;
    private final int secondsAnHour;
    private final int roundsAnHour;
    private final AtomicLong cries = new AtomicLong();

    Soak(int hours, int secondsAnHour, int roundsAnHour) {
        this.hours = hours;
        this.secondsAnHour = secondsAnHour;
        this.roundsAnHour = roundsAnHour;
    }

    /**
     * Runs it. Exit code 0: flat; 1: something grew; 2: the command line is wrong.
     *
     * @param args how many hours, and the CSV file to write
     * @throws Exception if anything was answered otherwise than it must be
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 2
                || !args[0].matches("[1-9]\\d{0,3}")
                || Integer.parseInt(args[0]) < Flatness.FEWEST_HOURS) {
            System.err.println("expected: HOURS (" + Flatness.FEWEST_HOURS + " or more) FILE.csv");
            System.exit(2);
        }
        long begin = System.nanoTime();
        Soak soak = new Soak(Integer.parseInt(args[0]), 3600, 2);
        List<Hour> day = soak.run(Path.of(args[1]), System.out);
        double seconds = (System.nanoTime() - begin) / 1e9;
        List<Flatness> verdict = Flatness.of(
                day, ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-XX:+AlwaysPreTouch"));
        System.out.println();
        System.out.print(Flatness.markdown(verdict));
        System.out.printf(
                Locale.ROOT,
                "%n%d h in %.0f s, %.0f times faster than real time; %d cries told; Java %s, %s, %d processors, %s%n",
                soak.hours,
                seconds,
                soak.hours * 3600 / seconds,
                soak.cries.get(),
                Runtime.version(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
        System.exit(verdict.stream().allMatch(Flatness::flat) ? 0 : 1);
    }

    /**
     * Lives through the hours.
     *
     * @param csv receives a line for each as it ends
     * @param out receives the same as Markdown
     */
    List<Hour> run(Path csv, PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("soak");
        Files.writeString(csv, Hour.CSV_HEADER);
        out.print(Hour.MARKDOWN_HEADER);
        List<Hour> day = new ArrayList<>();
        StreamOptions options = StreamOptions.builder()
                .overflow(Overflow.BLOCK)
                .windowHop(HOP)
                .levelEvery(Duration.ofSeconds(1))
                .build();
        try (CryClassifier classifier = CryClassifier.create();
                CryClassifier hasty =
                        CryClassifier.builder().timeout(Round.SOON).build();
                CryStream stream = classifier.openStream(options, event -> {
                    if (event instanceof CryStarted) {
                        cries.incrementAndGet();
                    }
                })) {
            Daylong sound = new Daylong(1);
            Round round = new Round(classifier, hasty, sound, folder);
            SplittableRandom random = new SplittableRandom(1);
            float[] chunk = new float[LONGEST_CHUNK];
            for (int hour = 1; hour <= hours; hour++) {
                for (int r = 1; r <= roundsAnHour; r++) {
                    double until = (hour - 1 + (double) r / roundsAnHour) * secondsAnHour;
                    while (sound.seconds() < until) {
                        int count = random.nextInt(1, LONGEST_CHUNK + 1);
                        sound.next(chunk, count);
                        stream.push(chunk, 0, count);
                    }
                    round.make();
                }
                waitUntilHeard(stream);
                Hour now = new Hour(
                        hour,
                        Footprint.now(),
                        ManagementFactory.getMemoryMXBean()
                                .getNonHeapMemoryUsage()
                                .getUsed(),
                        round.done(stream.statistics().windows()));
                Files.writeString(csv, now.csv(), StandardOpenOption.APPEND);
                out.print(now.markdown());
                day.add(now);
            }
            if (stream.statistics().lostSeconds() > 0) {
                throw new IllegalStateException("audio was lost: " + stream.statistics());
            }
        } finally {
            delete(folder);
        }
        return day;
    }

    /** What is pushed waits for the network; what waits is no growth. */
    private static void waitUntilHeard(CryStream stream) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (true) {
            CryStream.Statistics now = stream.statistics();
            // The last window is not yet full, and a resampler looks ahead.
            if (now.pushedSeconds() - now.heardSeconds() < 1.0) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("nobody heard the last of the audio: " + now);
            }
            Thread.sleep(5);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
