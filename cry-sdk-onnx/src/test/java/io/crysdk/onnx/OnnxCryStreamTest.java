package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.AudioGap;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryEvent.DeviceLost;
import io.crysdk.CryEvent.FormatChanged;
import io.crysdk.CryEvent.GapCause;
import io.crysdk.CryEvent.Level;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryException;
import io.crysdk.CryStream;
import io.crysdk.ModelSource;
import io.crysdk.StreamOptions;
import io.crysdk.StreamOptions.Overflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OnnxCryStreamTest {
    private static final CryClassifier SHARED = CryClassifier.builder()
            .model(ModelSource.bytes(TinyModels.full().bytes()))
            .build();
    private static final Duration LONG = Duration.ofSeconds(30);

    @AfterAll
    static void close() {
        SHARED.close();
    }

    private static void push(CryStream stream, float[] pcm) {
        stream.push(pcm, 0, pcm.length);
    }

    private static float[] loud(double seconds) {
        return Sounds.noise(seconds, 0.9, 1);
    }

    /** Everything that is still to be polled. */
    private static List<CryEvent> rest(CryStream stream) throws InterruptedException {
        List<CryEvent> events = new ArrayList<>();
        while (events.isEmpty() || !(events.get(events.size() - 1) instanceof StreamEnded)) {
            events.add(stream.poll(LONG).orElseThrow());
        }
        return events;
    }

    private static void refused(CryErrorCode code, Runnable call, String word) {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .withMessageContaining(word);
    }

    @Test
    void loudNoiseBetweenSilencesIsOneCryForThisGate() {
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (CryStream stream = SHARED.openStream(events::add)) {
            push(stream, Sounds.concat(Sounds.silence(5), loud(4), Sounds.silence(8)));
        }
        assertThat(events.get(0)).isInstanceOfSatisfying(CryStarted.class, started -> {
            assertThat(started.seconds()).isBetween(6.0, 7.5);
            assertThat(started.cry().startSeconds()).isBetween(4.0, 5.5);
            assertThat(started.cry().levelDbfs()).isBetween(-8.0, -5.0);
            assertThat(started.cry().scores()).hasSize(4);
        });
        assertThat(events).filteredOn(CryStarted.class::isInstance).hasSize(1);
        assertThat(events)
                .filteredOn(CryEnded.class::isInstance)
                .singleElement()
                .satisfies(ended -> {
                    assertThat(((CryEnded) ended).cry().endSeconds()).isBetween(8.5, 9.7);
                    assertThat(ended.seconds()).isBetween(14.0, 15.6);
                });
        assertThat(events).filteredOn(CryEvent.CryUpdated.class::isInstance).hasSizeBetween(3, 8);
        assertThat(events).last().isInstanceOf(StreamEnded.class);
        assertThat(events).last().satisfies(e -> assertThat(e.seconds()).isEqualTo(17));
    }

    @Test
    void eventsCanBePolled() throws InterruptedException {
        CryStream stream = SHARED.openStream(StreamOptions.builder().build());
        assertThat(stream.poll(Duration.ZERO)).isEmpty();
        assertThat(stream.poll(Duration.ofMillis(20))).isEmpty();
        push(stream, loud(3));
        assertThat(stream.poll(LONG)).get().isInstanceOf(CryStarted.class);
        stream.close();
        assertThat(rest(stream)).hasAtLeastOneElementOfType(CryEnded.class);
        assertThat(stream.poll(LONG)).isEmpty(); // at once
        CryStream.Statistics statistics = stream.statistics();
        assertThat(statistics.pushedSeconds()).isEqualTo(3);
        assertThat(statistics.heardSeconds()).isEqualTo(3);
        assertThat(statistics.windows()).isEqualTo(6);
        assertThat(statistics.lostSeconds() + statistics.droppedEvents() + statistics.failedCallbacks())
                .isZero();
    }

    @Test
    void noTimeIsBeyondAllNumbersAndAWaitMayBeEndless() throws InterruptedException {
        CryStream stream = SHARED.openStream(StreamOptions.builder().build());
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        assertThat(stream.poll(endless.negated())).isEmpty();
        stream.gap(Double.MAX_VALUE);
        assertThatIllegalArgumentException().isThrownBy(() -> stream.gap(Double.MAX_VALUE));
        push(stream, loud(3));
        assertThatIllegalArgumentException().isThrownBy(() -> stream.clock(-Double.MAX_VALUE));
        stream.close();
        assertThat(stream.poll(endless)).get().isInstanceOf(AudioGap.class);
        assertThat(rest(stream)).last().isInstanceOfSatisfying(StreamEnded.class, end -> {
            assertThat(end.seconds()).isEqualTo(Double.MAX_VALUE);
            assertThat(end.failure()).isEmpty();
        });
    }

    @Test
    void aStreamWithAListenerIsNotPolled() {
        try (CryStream stream = SHARED.openStream(event -> {})) {
            assertThatIllegalStateException().isThrownBy(() -> stream.poll(Duration.ZERO));
        }
        assertThatThrownBy(() -> SHARED.openStream((Consumer<CryEvent>) null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void anEmptyStreamJustEnds() {
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        CryStream stream = SHARED.openStream(events::add);
        stream.push(new float[0], 0, 0);
        stream.push(new byte[1], 0, 1); // never a sample
        stream.format(44_100, 2);
        stream.close();
        stream.close();
        assertThat(events).singleElement().isInstanceOf(StreamEnded.class);
        assertThat(events.get(0).seconds()).isZero();
    }

    @Test
    void levelsAreToldAtTheirPeriod() {
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        StreamOptions options =
                StreamOptions.builder().levelEvery(Duration.ofMillis(100)).build();
        try (CryStream stream = SHARED.openStream(options, events::add)) {
            push(stream, Sounds.silence(0.25));
            push(stream, Sounds.tone(0.25, 1000, 0.5));
        }
        assertThat(events.stream().map(CryEvent::seconds)).containsExactly(0.1, 0.2, 0.3, 0.4, 0.5, 0.5);
        List<Level> levels =
                events.subList(0, 5).stream().map(Level.class::cast).toList();
        assertThat(levels.get(0)).isEqualTo(new Level(0.1, CryEvent.SILENCE_DBFS, 0));
        assertThat(levels.get(2).levelDbfs()).isCloseTo(-12.04, within(0.01));
        assertThat(levels.get(4).levelDbfs()).isCloseTo(-9.03, within(0.01));
        assertThat(levels.get(4).peak()).isCloseTo(0.5, within(1e-3));
    }

    @Test
    void aChangeOfFormIsToldAndTheCryGoesOn() {
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (CryStream stream = SHARED.openStream(events::add)) {
            stream.push(AudioClip.of(Sounds.noise(6, 0.9, 1), 48_000, 1));
            stream.push(AudioClip.of(Sounds.noise(6, 0.9, 2), 16_000, 2));
            stream.push(AudioClip.of(Sounds.noise(3, 0.9, 3), 16_000, 2));
        }
        assertThat(events)
                .filteredOn(FormatChanged.class::isInstance)
                .singleElement()
                .isEqualTo(new FormatChanged(2, 16_000, 2));
        assertThat(events).filteredOn(CryStarted.class::isInstance).hasSize(1);
        assertThat(events).last().satisfies(e -> assertThat(e.seconds()).isEqualTo(6.5));
    }

    @Test
    void gapsAreToldWhereTheyAre() {
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (CryStream stream = SHARED.openStream(events::add)) {
            push(stream, loud(2.5));
            stream.gap(1);
            stream.gap(0.5);
            push(stream, loud(1.5));
            stream.gap(10);
            stream.deviceLost("unplugged");
            stream.gap(5);
            push(stream, Sounds.silence(1));
        }
        assertThat(events.stream().filter(e -> !(e instanceof CryEvent.CryUpdated)))
                .satisfiesExactly(
                        e -> assertThat(e).isInstanceOf(CryStarted.class),
                        e -> assertThat(e).isEqualTo(new AudioGap(2.5, 1, GapCause.TOLD)),
                        e -> assertThat(e).isEqualTo(new AudioGap(3.5, 0.5, GapCause.TOLD)),
                        e -> assertThat(e).isInstanceOfSatisfying(CryEnded.class, ended -> {
                            assertThat(ended.seconds()).isEqualTo(5.5);
                            assertThat(ended.cry().startSeconds()).isZero();
                            assertThat(ended.cry().endSeconds()).isBetween(5.4, 5.5);
                        }),
                        e -> assertThat(e).isEqualTo(new AudioGap(5.5, 10, GapCause.TOLD)),
                        e -> assertThat(e).isEqualTo(new DeviceLost(15.5, "unplugged")),
                        e -> assertThat(e).isEqualTo(new AudioGap(15.5, 5, GapCause.TOLD)),
                        e -> assertThat(e).isInstanceOf(StreamEnded.class));
        assertThat(events).last().satisfies(e -> assertThat(e.seconds()).isEqualTo(21.5));
    }

    @Test
    void theCallersClockIsFollowedAndItsJumpsAreTold() {
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        StreamOptions options = StreamOptions.builder()
                .levelEvery(Duration.ofSeconds(1))
                .overflow(Overflow.BLOCK)
                .build();
        try (CryStream stream = SHARED.openStream(options, events::add)) {
            double start = 1000;
            for (int i = 0; i < 60; i++) {
                // The sound card is fast by one part in two thousand, and the thread that asks is late by up to 50 ms.
                stream.clock(start + i * 0.9995 + (i * 7 % 11) / 200.0);
                push(stream, Sounds.silence(1));
            }
            stream.clock(start + 100);
            push(stream, Sounds.silence(2));
            stream.clock(start);
            push(stream, Sounds.silence(2));
        }
        List<CryEvent> gaps = events.stream().filter(AudioGap.class::isInstance).toList();
        assertThat(gaps).hasSize(2);
        assertThat(gaps.get(0).seconds()).isCloseTo(1000 + 60 * 0.9995, within(0.06));
        assertThat(((AudioGap) gaps.get(0)).missingSeconds()).isCloseTo(100 - 60 * 0.9995, within(0.06));
        assertThat(((AudioGap) gaps.get(0)).cause()).isEqualTo(GapCause.CLOCK);
        assertThat(gaps.get(1).seconds()).isCloseTo(1102, within(1e-9));
        assertThat(((AudioGap) gaps.get(1)).missingSeconds()).isCloseTo(-102, within(1e-9));
        assertThat(events.stream().filter(Level.class::isInstance)).hasSize(64);
        assertThat(events).last().satisfies(e -> assertThat(e.seconds()).isCloseTo(1002, within(1e-9)));
    }

    @Test
    void audioThatCannotBeJudgedIsRefusedAndItsTimePasses() {
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (CryStream stream = SHARED.openStream(events::add)) {
            push(stream, Sounds.silence(1));
            for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 9}) {
                float[] pcm = Sounds.silence(0.25);
                pcm[100] = bad;
                refused(CryErrorCode.INVALID_AUDIO, () -> push(stream, pcm), "peak of " + Math.abs(bad));
            }
            push(stream, Sounds.silence(1));
            assertThat(stream.statistics().pushedSeconds()).isEqualTo(2);
        }
        assertThat(events)
                .containsExactly(
                        new AudioGap(1, 0.25, GapCause.REFUSED),
                        new AudioGap(1.25, 0.25, GapCause.REFUSED),
                        new AudioGap(1.5, 0.25, GapCause.REFUSED),
                        new StreamEnded(2.75, Optional.empty()));
    }

    @Test
    void wrongArgumentsAreRefused() {
        try (CryStream stream = SHARED.openStream(event -> {})) {
            refused(CryErrorCode.UNSUPPORTED_FORMAT, () -> stream.format(3_999, 1), "3999");
            assertThatIllegalArgumentException().isThrownBy(() -> stream.format(16_000, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> stream.format(16_000, 257));
            stream.format(16_000, 2);
            assertThatIllegalArgumentException().isThrownBy(() -> stream.push(new float[3], 0, 3));
            assertThatIllegalArgumentException().isThrownBy(() -> stream.push(new short[3], 0, 3));
            assertThatThrownBy(() -> stream.push(new float[4], 2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> stream.push(new short[4], -1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> stream.push(new byte[4], 0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatIllegalArgumentException().isThrownBy(() -> stream.gap(-1));
            assertThatIllegalArgumentException().isThrownBy(() -> stream.gap(Double.NaN));
            assertThatIllegalArgumentException().isThrownBy(() -> stream.clock(Double.POSITIVE_INFINITY));
            assertThatThrownBy(() -> stream.deviceLost(null)).isInstanceOf(NullPointerException.class);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SHARED.openStream(
                        StreamOptions.builder().endThreshold(0.51).build()))
                .withMessageContaining("0.5");
    }

    @Test
    void aModelThatCannotBeHeardLiveSaysSo() {
        try (CryClassifier zScored = CryClassifier.builder()
                        .model(ModelSource.bytes(
                                TinyModels.full().meta("crysdk.z_score", "true").bytes()))
                        .build();
                CryClassifier gateless = CryClassifier.builder()
                        .model(ModelSource.bytes(TinyModels.plain()
                                .meta("crysdk.labels", "hunger,boredom")
                                .bytes()))
                        .build()) {
            refused(CryErrorCode.MODEL_INCOMPATIBLE, () -> zScored.openStream(event -> {}), "z_score");
            refused(CryErrorCode.MODEL_INCOMPATIBLE, () -> gateless.openStream(event -> {}), "no gate");
        }
    }

    /** While its listener stands still, a stream takes audio without waiting, and drops what its queue cannot hold. */
    @Test
    void aListenerThatStandsStillCostsEventsAndNothingElse() throws InterruptedException {
        for (Overflow policy : List.of(Overflow.DROP_OLDEST, Overflow.DROP_NEWEST)) {
            CountDownLatch called = new CountDownLatch(1);
            CountDownLatch released = new CountDownLatch(1);
            List<CryEvent> told = Collections.synchronizedList(new ArrayList<>());
            StreamOptions options = StreamOptions.builder()
                    .levelEvery(Duration.ofSeconds(1))
                    .overflow(policy)
                    .eventCapacity(10)
                    .build();
            CryStream stream = SHARED.openStream(options, event -> {
                told.add(event);
                called.countDown();
                await(released);
            });
            push(stream, Sounds.silence(1));
            await(called); // with the level of the first second
            for (int second = 1; second < 100; second++) {
                push(stream, Sounds.silence(1));
                waitUntilHeard(stream, second); // so that the audio's own buffer plays no part
            }
            push(stream, Sounds.silence(1));
            Thread closer = new Thread(stream::close);
            closer.start();
            while (stream.statistics().heardSeconds() < 101) {
                Thread.onSpinWait();
            }
            released.countDown();
            closer.join();

            assertThat(stream.statistics().lostSeconds()).isZero();
            assertThat(stream.statistics().droppedEvents()).isEqualTo(90);
            assertThat(told).hasSize(12).last().isInstanceOf(StreamEnded.class);
            List<Double> levels =
                    told.subList(0, 11).stream().map(CryEvent::seconds).toList();
            List<Double> expected = new ArrayList<>(List.of(1.0));
            for (int i = 0; i < 10; i++) {
                expected.add(policy == Overflow.DROP_OLDEST ? 92.0 + i : 2.0 + i);
            }
            assertThat(levels).isEqualTo(expected);
        }
    }

    private static void waitUntilHeard(CryStream stream, double seconds) {
        while (stream.statistics().heardSeconds() < seconds) {
            Thread.onSpinWait();
        }
    }

    /** Under BLOCK nothing is lost: whoever pushes waits for the network, and that for whoever polls. */
    @Test
    void blockingLosesNothing() throws InterruptedException {
        StreamOptions options = StreamOptions.builder()
                .levelEvery(Duration.ofMillis(10))
                .overflow(Overflow.BLOCK)
                .eventCapacity(8)
                .audioBuffer(Duration.ofSeconds(1))
                .build();
        CryStream stream = SHARED.openStream(options);
        Thread pusher = new Thread(() -> {
            push(stream, Sounds.silence(10));
            stream.close();
        });
        pusher.start();
        Thread.sleep(50); // time for it to come to a stop
        assertThat(stream.statistics().pushedSeconds()).isLessThan(3);
        List<CryEvent> events = rest(stream);
        pusher.join();
        assertThat(events).hasSize(1001);
        assertThat(stream.statistics().droppedEvents()).isZero();
        assertThat(stream.statistics().lostSeconds()).isZero();
    }

    @Test
    void audioThatDoesNotFitIsAGapOfTheRightLength() {
        StreamOptions options = StreamOptions.builder()
                .levelEvery(Duration.ofSeconds(1))
                .audioBuffer(Duration.ofSeconds(4))
                .build();
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        CryStream stream = SHARED.openStream(options, events::add);
        push(stream, Sounds.silence(600)); // far more at once than there is room for
        waitUntilHeard(stream, 4);
        push(stream, Sounds.silence(2));
        stream.close();
        assertThat(events.stream().filter(AudioGap.class::isInstance))
                .containsExactly(new AudioGap(4, 596, GapCause.OVERRUN));
        assertThat(events).last().satisfies(e -> assertThat(e.seconds()).isEqualTo(602));
        assertThat(stream.statistics().lostSeconds()).isEqualTo(596);
        assertThat(stream.statistics().pushedSeconds()).isEqualTo(602);
        assertThat(events.stream().filter(Level.class::isInstance).map(CryEvent::seconds))
                .containsExactly(1.0, 2.0, 3.0, 4.0, 601.0, 602.0);
    }

    @Test
    void anInterruptEndsTheWaitForRoom() throws InterruptedException {
        StreamOptions options = StreamOptions.builder()
                .levelEvery(Duration.ofMillis(10))
                .overflow(Overflow.BLOCK)
                .eventCapacity(8)
                .audioBuffer(Duration.ofSeconds(1))
                .build();
        CryStream stream = SHARED.openStream(options);
        boolean[] still = new boolean[1];
        Thread pusher = new Thread(() -> {
            push(stream, Sounds.silence(10));
            still[0] = Thread.currentThread().isInterrupted();
        });
        pusher.start();
        pusher.interrupt();
        pusher.join();
        assertThat(still[0]).isTrue();
        assertThat(stream.statistics().pushedSeconds()).isEqualTo(10);
        stream.close();
        List<CryEvent> events = rest(stream);
        assertThat(events.get(events.size() - 1).seconds()).isEqualTo(10);
        assertThat(events)
                .filteredOn(AudioGap.class::isInstance)
                .singleElement()
                .satisfies(gap -> assertThat(gap.seconds() + ((AudioGap) gap).missingSeconds())
                        .isCloseTo(10, within(1e-9)));
    }

    @Test
    void whatTheListenerThrowsIsCountedAndTheStreamGoesOn() {
        AtomicInteger calls = new AtomicInteger();
        CryStream stream = SHARED.openStream(event -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("the listener's own");
            }
            if (calls.get() == 2) {
                throw new AssertionError("worse");
            }
        });
        push(stream, loud(6));
        stream.close();
        assertThat(calls.get()).isGreaterThan(4);
        assertThat(stream.statistics().failedCallbacks()).isEqualTo(2);
    }

    @Test
    void theListenerIsCalledByOneThreadAtATimeAndNotByTheAudioThread() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        StreamOptions options = StreamOptions.builder()
                .levelEvery(Duration.ofMillis(10))
                .overflow(Overflow.BLOCK)
                .build();
        try (CryStream stream = SHARED.openStream(options, event -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            threads.add(Thread.currentThread());
            Thread.yield();
            inside.decrementAndGet();
        })) {
            for (int i = 0; i < 200; i++) {
                push(stream, Sounds.silence(0.05));
            }
        }
        assertThat(most.get()).isOne();
        assertThat(threads).doesNotContain(Thread.currentThread()).allMatch(Thread::isDaemon);
    }

    @Test
    void afterClosingNothingIsPushedOrTold() {
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        CryStream stream = SHARED.openStream(events::add);
        push(stream, loud(2));
        stream.close();
        int told = events.size();
        assertThat(events).last().isInstanceOf(StreamEnded.class);
        refused(CryErrorCode.CLOSED, () -> push(stream, loud(1)), "closed");
        refused(CryErrorCode.CLOSED, () -> stream.push(new short[2], 0, 2), "closed");
        refused(CryErrorCode.CLOSED, () -> stream.push(new byte[2], 0, 2), "closed");
        refused(CryErrorCode.CLOSED, () -> stream.format(8_000, 1), "closed");
        refused(CryErrorCode.CLOSED, () -> stream.clock(1), "closed");
        refused(CryErrorCode.CLOSED, () -> stream.gap(1), "closed");
        refused(CryErrorCode.CLOSED, () -> stream.deviceLost("x"), "closed");
        assertThat(events).hasSize(told);
    }

    @Test
    void aListenerMayCloseItsStreamAndItsClassifier() throws InterruptedException {
        for (boolean whole : new boolean[] {false, true}) {
            CryClassifier classifier = CryClassifier.builder()
                    .model(ModelSource.bytes(TinyModels.full().bytes()))
                    .build();
            CountDownLatch ended = new CountDownLatch(2);
            List<CryStream> streams = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int self = i;
                streams.add(classifier.openStream(event -> {
                    if (event instanceof CryStarted && whole) {
                        classifier.close();
                    } else if (event instanceof CryStarted) {
                        streams.get(self).close();
                    } else if (event instanceof StreamEnded) {
                        ended.countDown();
                    }
                }));
            }
            for (CryStream stream : streams) {
                try {
                    push(stream, loud(4));
                } catch (CryException e) {
                    assertThat(e.code()).isEqualTo(CryErrorCode.CLOSED);
                }
            }
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            classifier.close();
        }
    }

    @Test
    void closingTheClassifierEndsItsStreamsProperly() {
        CryClassifier classifier = CryClassifier.builder()
                .model(ModelSource.bytes(TinyModels.full().bytes()))
                .build();
        List<CryEvent> events = Collections.synchronizedList(new ArrayList<>());
        CryStream stream = classifier.openStream(events::add);
        push(stream, loud(5));
        classifier.close();
        assertThat(events).last().isInstanceOf(StreamEnded.class);
        assertThat(events).hasAtLeastOneElementOfType(CryEnded.class);
        assertThat(events).last().satisfies(e -> assertThat(e.seconds()).isEqualTo(5));
        refused(CryErrorCode.CLOSED, () -> push(stream, loud(1)), "closed");
        refused(CryErrorCode.CLOSED, () -> classifier.openStream(event -> {}), "closed");
        stream.close();
        classifier.close();
    }

    @Test
    void closingTheClassifierWakesWhoeverWaitsForRoom() throws InterruptedException {
        CryClassifier classifier = CryClassifier.builder()
                .model(ModelSource.bytes(TinyModels.full().bytes()))
                .build();
        CryStream stream = classifier.openStream(StreamOptions.builder()
                .levelEvery(Duration.ofMillis(10))
                .overflow(Overflow.BLOCK)
                .eventCapacity(8)
                .audioBuffer(Duration.ofSeconds(1))
                .build());
        CountDownLatch refused = new CountDownLatch(1);
        Thread pusher = new Thread(() -> {
            try {
                push(stream, Sounds.silence(60));
            } catch (CryException e) {
                refused.countDown();
            }
        });
        pusher.start();
        while (pusher.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        classifier.close();
        assertThat(refused.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(rest(stream)).last().isInstanceOf(StreamEnded.class);
    }

    @Test
    void aNetworkThatFailsEndsTheStreamWithTheReason() throws InterruptedException {
        // Loud audio makes the reasons no numbers; a gate that says yes is added so that it can be opened.
        try (CryClassifier classifier = CryClassifier.builder()
                .model(ModelSource.bytes(TinyModels.overflowingWithGate().bytes()))
                .build()) {
            CryStream good = classifier.openStream(StreamOptions.builder().build());
            CryStream bad = classifier.openStream(StreamOptions.builder().build());
            push(good, Sounds.silence(1));
            push(bad, Sounds.silence(1));
            push(bad, Sounds.noise(3, 5, 1));
            CryEvent last = rest(bad).get(0);
            assertThat(last)
                    .isInstanceOfSatisfying(
                            StreamEnded.class,
                            e -> assertThat(e.failure().orElseThrow().code()).isEqualTo(CryErrorCode.INFERENCE_FAILED));
            refused(CryErrorCode.CLOSED, () -> push(bad, loud(1)), "failed");
            bad.close();
            push(good, Sounds.silence(1));
            good.close();
            assertThat(rest(good))
                    .last()
                    .satisfies(e -> assertThat(((StreamEnded) e).failure()).isEmpty());
        }
    }

    /** Streams come and go on many threads while the classifier is closed under them. */
    @Test
    void closingInTheMiddleOfEverythingLeavesNobodyBehind() throws InterruptedException {
        CryClassifier classifier = CryClassifier.builder()
                .model(ModelSource.bytes(TinyModels.full().bytes()))
                .build();
        CountDownLatch busy = new CountDownLatch(8);
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        List<Throwable> strange = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int self = t;
            threads.add(new Thread(() -> {
                try {
                    while (true) {
                        StreamOptions options = StreamOptions.builder()
                                .overflow(Overflow.values()[self % 3])
                                .audioBuffer(Duration.ofSeconds(1))
                                .levelEvery(Duration.ofMillis(50))
                                .build();
                        CryStream stream = classifier.openStream(options, event -> {
                            if (event instanceof StreamEnded) {
                                ended.incrementAndGet();
                            }
                        });
                        opened.incrementAndGet();
                        busy.countDown();
                        for (int i = 0; i < 20; i++) {
                            push(stream, loud(0.3));
                        }
                        stream.close();
                    }
                } catch (CryException e) {
                    if (e.code() != CryErrorCode.CLOSED) {
                        strange.add(e);
                    }
                } catch (RuntimeException | Error e) {
                    strange.add(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        await(busy);
        classifier.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(strange).isEmpty();
        assertThat(ended.get()).isEqualTo(opened.get());
    }

    @Test
    void aStreamIsOnlyAsBigAsWhatWaits() {
        // A hundred streams with room for ten minutes each would need 3.8 GB if it were taken before it is needed.
        List<CryStream> streams = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            CryStream stream = SHARED.openStream(
                    StreamOptions.builder().audioBuffer(Duration.ofMinutes(10)).build(), event -> {});
            push(stream, Sounds.silence(0.5));
            streams.add(stream);
        }
        streams.forEach(CryStream::close);
        assertThat(streams).allMatch(stream -> stream.statistics().heardSeconds() == 0.5);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
