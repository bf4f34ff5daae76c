package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryException;
import io.crysdk.CryListener;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.ModelSource;
import io.crysdk.Personalizer;
import io.crysdk.StreamOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits, interruption and the listener. What would hang without them hangs until the test's own limit. */
@Timeout(300)
class CallsTest {
    private static final ModelSource FULL = ModelSource.bytes(TinyModels.full().bytes());
    private static final float[] LOUD = Sounds.noise(1, 0.9, 1);

    private static void fails(CryErrorCode code, Runnable call) {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aLongClipEndsBetweenItsRuns() {
        float[] hour = Sounds.silence(3600);
        try (CryClassifier classifier = CryClassifier.builder()
                        .model(FULL)
                        .timeout(Duration.ofNanos(1))
                        .build();
                CryClassifier patient = CryClassifier.builder()
                        .model(FULL)
                        .timeout(Duration.ofSeconds(Long.MAX_VALUE))
                        .build()) {
            fails(CryErrorCode.TIMED_OUT, () -> classifier.classify(hour));
            fails(
                    CryErrorCode.TIMED_OUT,
                    () -> classifier.classifyAll(
                            List.of(AudioClip.of(LOUD, 16_000, 1), AudioClip.of(hour, 16_000, 1))));
            fails(
                    CryErrorCode.TIMED_OUT,
                    () -> classifier.personalizer().add(AudioClip.of(LOUD, 16_000, 1), CryReason.HUNGER));
            assertThat(patient.classify(LOUD).windows()).isNotEmpty();
        }
        CryClassifier.Builder builder = CryClassifier.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ofMillis(-1)));
        assertThatNullPointerException().isThrownBy(() -> builder.timeout(null));
    }

    @Test
    void runsThatDoNotEndAreEndedAndBothClassifiersStayUsable() throws Exception {
        try (CryClassifier endless = CryClassifier.builder()
                        .model(ModelSource.bytes(TinyModels.looping().bytes()))
                        .timeout(Duration.ofSeconds(3))
                        .build();
                CryClassifier other = CryClassifier.builder().model(FULL).build()) {
            List<CryErrorCode> codes = new CopyOnWriteArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                threads.add(new Thread(() -> {
                    try {
                        endless.classify(LOUD);
                    } catch (CryException e) {
                        codes.add(e.code());
                    }
                }));
            }
            threads.forEach(Thread::start);
            assertThat(other.classify(LOUD).windows()).isNotEmpty();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(codes).hasSize(8).containsOnly(CryErrorCode.TIMED_OUT);
            assertThat(endless.classify(Sounds.silence(1)).windows()).isNotEmpty();
        }
    }

    @Test
    void withoutAListenerNoClockIsRead() {
        try (Calls nobody = new Calls(Optional.empty(), Optional.empty());
                Calls.Call call = nobody.forLoad()) {
            assertThat(call.now()).isZero();
        }
        try (Calls somebody = new Calls(Optional.empty(), Optional.of(work -> {}));
                Calls.Call call = somebody.forLoad()) {
            assertThat(call.now()).isNotZero();
        }
    }

    @Test
    void theLimitOfARunForStreamsStartsWithIt() throws InterruptedException {
        try (Calls calls = new Calls(Optional.of(Duration.ofNanos(1)), Optional.empty());
                Calls.Call call = calls.forStreams()) {
            Thread.sleep(1);
            call.check();
            call.startLimit();
            Thread.sleep(1);
            fails(CryErrorCode.TIMED_OUT, call::check);
        }
    }

    @Test
    void aRunForStreamsThatDoesNotEndEndsTheStreamsInItOnly() throws Exception {
        try (CryClassifier endless = CryClassifier.builder()
                .model(ModelSource.bytes(TinyModels.looping().bytes()))
                .timeout(Duration.ofSeconds(3))
                .build()) {
            CryStream quiet = endless.openStream(StreamOptions.builder().build());
            pushAndAwait(Sounds.silence(1), quiet, 1);

            CryStream loud = endless.openStream(StreamOptions.builder().build());
            loud.push(LOUD, 0, LOUD.length);
            assertThat(end(loud).failure())
                    .hasValueSatisfying(e -> assertThat(e.code()).isEqualTo(CryErrorCode.TIMED_OUT));
            fails(CryErrorCode.CLOSED, () -> loud.push(LOUD, 0, LOUD.length));
            loud.close();

            pushAndAwait(Sounds.silence(1), quiet, 3);
            quiet.close();
            assertThat(end(quiet).failure()).isEmpty();
        }
    }

    /** Pushes, and waits until so many windows of the stream are judged in all. */
    private static void pushAndAwait(float[] samples, CryStream stream, int windows) throws InterruptedException {
        stream.push(samples, 0, samples.length);
        while (stream.statistics().windows() < windows) {
            Thread.sleep(5);
        }
    }

    private static StreamEnded end(CryStream stream) throws InterruptedException {
        while (true) {
            if (stream.poll(Duration.ofMinutes(5)).orElseThrow() instanceof StreamEnded end) {
                return end;
            }
        }
    }

    @Test
    void anInterruptedThreadStopsAndStaysInterrupted() throws Exception {
        try (CryClassifier classifier = CryClassifier.builder().model(FULL).build()) {
            Thread.currentThread().interrupt();
            fails(CryErrorCode.CANCELLED, () -> classifier.classify(LOUD));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(classifier.classify(LOUD).windows()).isNotEmpty();

            float[] hour = Sounds.silence(3600);
            CountDownLatch running = new CountDownLatch(1);
            List<Object> seen = new CopyOnWriteArrayList<>();
            Thread caller = new Thread(() -> {
                running.countDown();
                try {
                    while (true) {
                        classifier.classify(hour);
                    }
                } catch (CryException e) {
                    seen.add(e.code());
                    seen.add(Thread.currentThread().isInterrupted());
                }
            });
            caller.start();
            running.await();
            caller.interrupt();
            caller.join();
            assertThat(seen).containsExactly(CryErrorCode.CANCELLED, true);
        }
    }

    @Test
    void theListenerIsToldOfEveryKindOfWork() throws Exception {
        List<CryListener.Work> told = new CopyOnWriteArrayList<>();
        try (CryClassifier classifier =
                CryClassifier.builder().model(FULL).listener(told::add).build()) {
            assertThat(told).singleElement().satisfies(load -> {
                assertThat(load.kind()).isEqualTo(CryListener.Kind.LOAD);
                assertThat(load.total()).isPositive();
                assertThat(load.windows()).isZero();
            });
            told.clear();

            int windows =
                    classifier.classify(Sounds.noise(10, 0.5, 2)).windows().size();
            assertThat(told).singleElement().satisfies(work -> {
                assertThat(work.kind()).isEqualTo(CryListener.Kind.CLASSIFY);
                assertThat(work.clips()).isOne();
                assertThat(work.audioSeconds()).isCloseTo(10.0, within(1e-9));
                assertThat(work.windows()).isEqualTo(windows);
                assertThat(work.runs()).isEqualTo((windows + 7) / 8);
                assertThat(work.features()).isPositive();
                assertThat(work.network()).isPositive();
                assertThat(work.total()).isGreaterThanOrEqualTo(work.features().plus(work.network()));
                assertThat(work.failure()).isEmpty();
            });
            told.clear();

            fails(CryErrorCode.INVALID_AUDIO, () -> classifier.classify(new float[3]));
            assertThat(told)
                    .singleElement()
                    .satisfies(work -> assertThat(work.failure()).contains(CryErrorCode.INVALID_AUDIO));
            told.clear();

            Personalizer personalizer = classifier.personalizer();
            personalizer.add(AudioClip.of(LOUD, 16_000, 1), CryReason.HUNGER);
            assertThat(told)
                    .singleElement()
                    .satisfies(work -> assertThat(work.kind()).isEqualTo(CryListener.Kind.LEARN));
            told.clear();

            try (CryStream stream = classifier.openStream(event -> {})) {
                stream.push(AudioClip.of(Sounds.noise(5, 0.5, 3), 16_000, 1));
            }
            assertThat(told).isNotEmpty().allMatch(work -> work.kind() == CryListener.Kind.STREAM);
            assertThat(told.stream().mapToLong(CryListener.Work::windows).sum()).isGreaterThan(4);
        }
    }

    @Test
    void aListenerThatThrowsChangesNoAnswerAndIsLoggedOnce() {
        float[] clip = Sounds.noise(1, 0.5, 4);
        try (CryClassifier plain = CryClassifier.builder().model(FULL).build()) {
            CryResult expected = plain.classify(clip);
            String log = Logged.during(() -> {
                try (CryClassifier classifier = CryClassifier.builder()
                        .model(FULL)
                        .listener(work -> {
                            throw new IllegalStateException("no metrics today");
                        })
                        .build()) {
                    for (int i = 0; i < 5; i++) {
                        assertThat(classifier.classify(clip)).isEqualTo(expected);
                    }
                }
            });
            assertThat(log.lines().filter(line -> line.contains("The listener failed")))
                    .hasSize(1);
            assertThat(log).contains("no metrics today");
        }
    }
}
