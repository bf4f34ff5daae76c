package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.AudioGap;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryEvent.CryUpdated;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryException;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.CryWindow;
import io.crysdk.ModelSource;
import io.crysdk.StreamOptions;
import io.crysdk.StreamOptions.Overflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

class StreamPropertiesTest {
    private static final int[] RATES = {16_000, 8_000, 11_025, 44_100, 48_000};

    private static final CryClassifier CLASSIFIER = CryClassifier.builder()
            .model(ModelSource.bytes(
                    TinyModels.full().meta("crysdk.pre_emphasis", "0.3").bytes()))
            .build();

    @AfterContainer
    static void close() {
        CLASSIFIER.close();
    }

    /** Audio of one form, and what is said before it. */
    private record Part(AudioClip clip, Said said, double seconds) {}

    private enum Said {
        NOTHING,
        GAP,
        CLOCK,
        LOST
    }

    /** The promise: the same audio gives the same events, bit for bit, in chunks of one sample or of ten seconds. */
    @Property(tries = 20)
    void theEventsDoNotDependOnTheChunks(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Part> parts = parts(random);
        StreamOptions options = options(random);
        List<CryEvent> atOnce = heard(options, parts, 10.0, 0);
        assertThat(atOnce).last().isInstanceOf(StreamEnded.class);
        assertThat(heard(options, parts, 0.0, seed)).isEqualTo(atOnce);
        assertThat(heard(options, parts, 0.02, seed)).isEqualTo(atOnce);
        assertThat(heard(options, parts, Math.pow(10.0, random.nextDouble(-4, 1)), seed))
                .isEqualTo(atOnce);
    }

    /** No rule lies between what is heard and what is told. */
    static StreamOptions everyWindow() {
        return StreamOptions.builder()
                .smoothing(Duration.ZERO)
                .startThreshold(0.0)
                .minLength(Duration.ZERO)
                .updateEvery(Duration.ofNanos(1))
                .overflow(Overflow.BLOCK)
                .eventCapacity(1000)
                .build();
    }

    /** With no rule in between, a stream says of every window what a clip's answer says of it. */
    @Property(tries = 25)
    void theScoresAreThoseOfTheClip(
            @ForAll @IntRange(min = 0, max = 4) int which,
            @ForAll @IntRange(min = 200, max = 6_000) int milliseconds,
            @ForAll long seed) {
        AudioClip clip =
                AudioClip.of(Sounds.noise(milliseconds / 1000.0 * RATES[which] / 16_000, 0.5, seed), RATES[which], 1);
        List<CryEvent> events = heard(everyWindow(), List.of(new Part(clip, Said.NOTHING, 0)), 0.1, seed);
        CryResult whole = CLASSIFIER.classify(clip);
        List<Double> probabilities = new ArrayList<>();
        for (CryEvent event : events) {
            if (event instanceof CryStarted started) {
                probabilities.add(started.cry().cryProbability());
                assertThat(started.cry().scores())
                        .isEqualTo(whole.windows().get(0).scores());
            } else if (event instanceof CryUpdated updated) {
                probabilities.add(updated.cry().cryProbability());
            } else if (event instanceof CryEnded ended) {
                assertThat(ended.cry().startSeconds()).isZero();
                assertThat(ended.cry().endSeconds())
                        .isEqualTo(
                                whole.windows().get(whole.windows().size() - 1).endSeconds());
            }
        }
        assertThat(probabilities)
                .isEqualTo(whole.windows().stream()
                        .map(CryWindow::cryProbability)
                        .map(p -> p.orElseThrow())
                        .toList());
    }

    /** Time goes on through everything, at the rate of the samples. */
    @Property(tries = 30)
    void theLastEventTellsHowLongItWas(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Part> parts = parts(random);
        double expected = 0;
        for (Part part : parts) {
            expected = part.said == Said.CLOCK ? part.seconds : expected + (part.said == Said.GAP ? part.seconds : 0);
            expected += part.clip.durationSeconds();
        }
        // A small difference is followed slowly else, and the end is between the clock and the samples.
        StreamOptions exact = chosen(random).clockTolerance(Duration.ZERO).build();
        List<CryEvent> events = heard(exact, parts, 1.0, seed);
        CryEvent last = events.get(events.size() - 1);
        assertThat(last)
                .isInstanceOfSatisfying(
                        StreamEnded.class, e -> assertThat(e.failure()).isEmpty());
        assertThat(last.seconds()).isCloseTo(expected, within(1e-9));
        assertThat(events.stream()
                        .filter(e -> !setBack(events, e))
                        .map(CryEvent::seconds)
                        .toList())
                .isSorted();
    }

    private static boolean setBack(List<CryEvent> events, CryEvent event) {
        return events.stream()
                .limit(events.indexOf(event))
                .anyMatch(e -> e instanceof AudioGap gap && gap.missingSeconds() < 0);
    }

    private static List<Part> parts(SplittableRandom random) {
        List<Part> parts = new ArrayList<>();
        int count = random.nextInt(1, 5);
        double clock = random.nextDouble(-100, 1e6);
        for (int i = 0; i < count; i++) {
            int rate = RATES[random.nextInt(RATES.length)];
            int channels = random.nextInt(1, 3);
            List<float[]> pieces = new ArrayList<>();
            for (int n = random.nextInt(1, 5); n > 0; n--) {
                double seconds = random.nextDouble(0.001, 2.5) * channels * rate / 16_000;
                double level = random.nextInt(3) == 0 ? 0.0005 : 0.8;
                pieces.add(Sounds.noise(seconds, level, random.nextLong()));
            }
            float[] samples = Sounds.concat(pieces.toArray(float[][]::new));
            samples = Arrays.copyOf(samples, samples.length / channels * channels);
            Said said = Said.values()[random.nextInt(4)];
            clock += random.nextDouble(-1, 20);
            parts.add(new Part(
                    AudioClip.of(samples, rate, channels), said, said == Said.GAP ? random.nextDouble(5) : clock));
        }
        return parts;
    }

    private static StreamOptions options(SplittableRandom random) {
        return chosen(random).build();
    }

    private static StreamOptions.Builder chosen(SplittableRandom random) {
        return StreamOptions.builder()
                .windowHop(Duration.ofMillis(10 * random.nextInt(8, 97)))
                .smoothing(Duration.ofMillis(random.nextInt(2000)))
                .minLength(Duration.ofMillis(random.nextInt(2000)))
                .endAfter(Duration.ofMillis(random.nextInt(3000)))
                .refractory(Duration.ofMillis(random.nextInt(1000)))
                .updateEvery(Duration.ofMillis(random.nextInt(1000)))
                .levelEvery(Duration.ofMillis(10 * random.nextInt(30)))
                .overflow(Overflow.BLOCK)
                .eventCapacity(100_000);
    }

    /** Pushes the parts in chunks of up to so many seconds, or of one sample, and returns all that was said. */
    private static List<CryEvent> heard(StreamOptions options, List<Part> parts, double chunkSeconds, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (CryStream stream = CLASSIFIER.openStream(options, events::add)) {
            for (Part part : parts) {
                switch (part.said) {
                    case GAP -> stream.gap(part.seconds);
                    case CLOCK -> stream.clock(part.seconds);
                    case LOST -> stream.deviceLost("gone");
                    default -> {}
                }
                int channels = part.clip.channels();
                int longest = Math.max(1, (int) (chunkSeconds * part.clip.sampleRate()));
                stream.format(part.clip.sampleRate(), channels);
                int total = part.clip.samplesPerChannel();
                for (int done = 0; done < total; ) {
                    int n = Math.min(total - done, chunkSeconds == 10.0 ? longest : random.nextInt(1, longest + 1));
                    stream.push(part.clip.samples(), done * channels, n * channels);
                    done += n;
                }
            }
        }
        return List.copyOf(events);
    }

    /** Sixteen-bit samples are the same audio, whatever they come in. */
    @Property(tries = 20)
    void theSampleTypeChangesNothing(@ForAll @IntRange(min = 1, max = 3) int channels, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        short[] samples = new short[channels * random.nextInt(30_000, 60_000)];
        float[] floats = new float[samples.length];
        byte[] bytes = new byte[2 * samples.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) random.nextInt(-32768, 32768);
            floats[i] = samples[i] / 32768.0f;
            bytes[2 * i] = (byte) samples[i];
            bytes[2 * i + 1] = (byte) (samples[i] >> 8);
        }
        StreamOptions options = options(random);
        List<List<CryEvent>> all = new ArrayList<>();
        for (int type = 0; type < 3; type++) {
            List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
            try (CryStream stream = CLASSIFIER.openStream(options, events::add)) {
                stream.format(16_000, channels);
                switch (type) {
                    case 0 -> stream.push(floats, 0, floats.length);
                    case 1 -> stream.push(samples, 0, samples.length);
                    default -> {
                        for (int done = 0; done < bytes.length; ) {
                            int n = Math.min(random.nextInt(0, 3 * channels), bytes.length - done);
                            stream.push(bytes, done, n);
                            done += n;
                        }
                    }
                }
            }
            all.add(List.copyOf(events));
        }
        assertThat(all.get(0)).hasSizeGreaterThan(1);
        assertThat(all.get(1)).isEqualTo(all.get(0));
        assertThat(all.get(2)).isEqualTo(all.get(0));
    }

    /** Streams that go to the network together do not disturb each other. */
    @Property(tries = 6)
    void companyChangesNothing(@ForAll @IntRange(min = 2, max = 24) int count, @ForAll long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<Part>> parts = new ArrayList<>();
        List<StreamOptions> options = new ArrayList<>();
        List<List<CryEvent>> alone = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(parts(random));
            options.add(options(random));
            alone.add(heard(options.get(i), parts.get(i), 1.0, seed));
        }
        List<List<CryEvent>> together = new ArrayList<>(Collections.nCopies(count, List.of()));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int stream = i;
            threads.add(
                    new Thread(() -> together.set(stream, heard(options.get(stream), parts.get(stream), 0.3, seed))));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        for (int i = 0; i < count; i++) {
            assertSame(together.get(i), alone.get(i));
        }
    }

    /** Whatever is called in whatever order, only documented errors escape, no second is lost, and the end is told. */
    @Property(tries = 60)
    void anyCallsInAnyOrderKeepTheAccounts(@ForAll long seed) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        StreamOptions drawn = options(random);
        StreamOptions options = StreamOptions.builder()
                .windowHop(drawn.windowHop())
                .levelEvery(drawn.levelEvery())
                .overflow(random.nextBoolean() ? Overflow.DROP_OLDEST : Overflow.DROP_NEWEST)
                .eventCapacity(random.nextInt(8, 40))
                .audioBuffer(Duration.ofSeconds(random.nextInt(1, 4)))
                .build();
        CryStream stream = CLASSIFIER.openStream(options);
        double expected = 0;
        int rate = 16_000;
        int channels = 1;
        for (int call = 0; call < 60; call++) {
            try {
                switch (random.nextInt(9)) {
                    case 0 -> {
                        int newRate = random.nextInt(3_000, 200_000);
                        int newChannels = random.nextInt(0, 4);
                        stream.format(newRate, newChannels);
                        rate = newRate;
                        channels = newChannels;
                    }
                    case 1 -> {
                        double seconds = random.nextDouble(-1, 3);
                        stream.gap(seconds);
                        expected += seconds;
                    }
                    case 2 -> stream.deviceLost("gone");
                    case 3 -> stream.poll(Duration.ZERO);
                    case 4 -> {
                        float[] samples = new float[random.nextInt(200)];
                        samples[samples.length / 2] = random.nextBoolean() ? Float.NaN : 100;
                        int whole = samples.length / channels * channels;
                        if (samples.length / 2 < whole) {
                            // Refused, and its time passes all the same.
                            expected += (double) (whole / channels) / rate;
                        }
                        stream.push(samples, 0, whole);
                    }
                    case 5 -> {
                        short[] samples = new short[random.nextInt(5_000)];
                        stream.push(samples, 0, samples.length);
                        expected += (double) (samples.length / channels) / rate;
                    }
                    default -> {
                        float[] samples = Sounds.noise(random.nextDouble(0, 3), 0.7, seed);
                        int whole = samples.length / channels * channels;
                        stream.push(samples, 0, whole);
                        expected += (double) (whole / channels) / rate;
                    }
                }
            } catch (CryException e) {
                assertThat(e.code()).isIn(CryErrorCode.INVALID_AUDIO, CryErrorCode.UNSUPPORTED_FORMAT);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                assertThat(e).hasMessageMatching(".*(channel|gap|bounds|divide).*");
            }
        }
        stream.close();
        CryEvent last = null;
        for (Optional<CryEvent> event; (event = stream.poll(Duration.ZERO)).isPresent(); ) {
            last = event.get();
        }
        assertThat(last).isInstanceOf(StreamEnded.class);
        assertThat(last.seconds()).isCloseTo(expected, within(1e-6));
        CryStream.Statistics statistics = stream.statistics();
        assertThat(statistics.heardSeconds() + statistics.lostSeconds())
                .isCloseTo(statistics.pushedSeconds(), within(1e-6));
    }

    /** The runtime's kernels differ by up to {@link BatchingPropertiesTest#RUNTIME_TOLERANCE} between batch sizes. */
    private static void assertSame(List<CryEvent> found, List<CryEvent> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).hasSameClassAs(expected.get(i));
            assertThat(found.get(i).seconds()).isEqualTo(expected.get(i).seconds());
            Optional<CryEvent.Cry> cry = cry(found.get(i));
            if (cry.isPresent()) {
                assertThat(cry.get().cryProbability())
                        .isCloseTo(
                                cry(expected.get(i)).orElseThrow().cryProbability(),
                                within(BatchingPropertiesTest.RUNTIME_TOLERANCE));
            }
        }
    }

    private static Optional<CryEvent.Cry> cry(CryEvent event) {
        return event instanceof CryStarted started
                ? Optional.of(started.cry())
                : event instanceof CryUpdated updated
                        ? Optional.of(updated.cry())
                        : event instanceof CryEnded ended ? Optional.of(ended.cry()) : Optional.empty();
    }
}
