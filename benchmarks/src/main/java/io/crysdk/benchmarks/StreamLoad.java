package io.crysdk.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.crysdk.CryClassifier;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryEvent.CryUpdated;
import io.crysdk.CryStream;
import io.crysdk.StreamOptions;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Many live streams of one classifier in real time: what they cost, how late their events are, and whether audio is lost.
 * No JMH benchmark, since time is what it is given. Run it with the number of streams, the seconds, and the sample rate.
 */
public final class StreamLoad {
    private static final int CHUNKS_A_SECOND = 50;
    private static final double WARM_UP_SECONDS = 10.0;

    private final ConcurrentLinkedQueue<Double> delays = new ConcurrentLinkedQueue<>();
    private final double measureFrom;
    private final double begin = now();

    private StreamLoad(double measureFrom) {
        this.measureFrom = measureFrom;
    }

    /**
     * Prints the figures.
     *
     * @param args streams, seconds, sample rate
     */
    public static void main(String[] args) {
        int streams = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 60.0;
        int rate = args.length > 2 ? Integer.parseInt(args[2]) : 16_000;
        new StreamLoad(WARM_UP_SECONDS).run(streams, WARM_UP_SECONDS + seconds, rate);
    }

    private void run(int count, double seconds, int rate) {
        float[] audio = TestSignal.noise(rate);
        // Every window is an event, so that the delay of every window is seen.
        StreamOptions options = StreamOptions.builder()
                .smoothing(Duration.ZERO)
                .startThreshold(0.0)
                .minLength(Duration.ZERO)
                .updateEvery(Duration.ofNanos(1))
                .build();
        try (CryClassifier classifier = CryClassifier.create()) {
            List<Feed> feeds = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                // Spread over a window's hop, as streams that begin when they like are.
                feeds.add(new Feed(classifier, options, begin + 0.48 * i / count));
            }
            double cpuFrom = 0.0;
            double from = 0.0;
            int chunk = rate / CHUNKS_A_SECOND;
            while (now() - begin < seconds) {
                for (Feed feed : feeds) {
                    feed.pushWhatIsDue(audio, rate, chunk);
                }
                if (from == 0.0 && now() - begin >= measureFrom) {
                    from = now();
                    cpuFrom = cpuSeconds();
                }
                LockSupport.parkNanos(2_000_000);
            }
            double cpu = (cpuSeconds() - cpuFrom) / (now() - from);
            double lost = 0.0;
            double heard = 0.0;
            for (Feed feed : feeds) {
                feed.stream.close();
                lost += feed.stream.statistics().lostSeconds();
                heard += feed.stream.statistics().heardSeconds();
            }
            double[] sorted =
                    delays.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "%d streams at %d Hz for %.0f s on %d processors: %.2f processors busy, %.2f %% of one a stream;"
                            + " %d windows told, ms after their last sample was pushed: median %.1f, 99 %% %.1f, last %.1f;"
                            + " %.0f s of audio heard, %.1f s lost%n",
                    count,
                    rate,
                    now() - from,
                    Runtime.getRuntime().availableProcessors(),
                    cpu,
                    100 * cpu / count,
                    sorted.length,
                    quantile(sorted, 0.5),
                    quantile(sorted, 0.99),
                    quantile(sorted, 1.0),
                    heard,
                    lost);
        }
    }

    /** One stream, and where it has got to. */
    private final class Feed {
        private final double start;
        private final CryStream stream;
        private long pushed;
        /** When each of the last chunks was pushed. */
        private final double[] pushedAt = new double[64 * CHUNKS_A_SECOND];

        Feed(CryClassifier classifier, StreamOptions options, double start) {
            this.start = start;
            this.stream = classifier.openStream(options, this::told);
        }

        void pushWhatIsDue(float[] audio, int rate, int chunk) {
            while (start + (double) (pushed + 1) / CHUNKS_A_SECOND <= now()) {
                pushedAt[(int) (pushed % pushedAt.length)] = now();
                stream.format(rate, 1);
                stream.push(audio, (int) (pushed % CHUNKS_A_SECOND) * chunk, chunk);
                pushed++;
            }
        }

        private void told(CryEvent event) {
            if ((event instanceof CryStarted || event instanceof CryUpdated) && now() - begin >= measureFrom) {
                // A few milliseconds that the resampler looks ahead count as delay too.
                long chunk = (long) Math.ceil(event.seconds() * CHUNKS_A_SECOND - 1e-6) - 1;
                delays.add(1000 * (now() - pushedAt[(int) (chunk % pushedAt.length)]));
            }
        }
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(share * (sorted.length - 1))];
    }

    private static double now() {
        return System.nanoTime() / 1e9;
    }

    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime() / 1e9
                : Double.NaN;
    }
}
