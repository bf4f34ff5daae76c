package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryException;
import io.crysdk.CryListener.Kind;
import io.crysdk.CryListener.Work;
import io.crysdk.CryStream;
import io.crysdk.ModelSource;
import io.crysdk.StreamOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams share runs of the network, and fail where a run is not to be had. A stream that nobody fails is never over, and the test ends by its own limit. */
@Timeout(120)
class StreamHubTest {
    private static final float[] LOUD = Sounds.noise(1, 0.9, 1);

    private final OnnxModel model =
            OnnxModel.load(ModelSource.bytes(TinyModels.full().bytes()));
    private final Calls calls = new Calls(Optional.of(Duration.ofMinutes(1)), Optional.empty());
    private final StreamHub hub = new StreamHub(model, calls);

    @AfterEach
    void close() {
        hub.close();
        calls.close();
        model.close();
    }

    private CryStream open() {
        return open(hub);
    }

    private CryStream open(StreamHub hub) {
        return hub.openStream(
                this,
                new Judge(model.info(), model.contract(), CryDetectorTest.AS_THE_MODEL_SAYS),
                StreamOptions.builder().build(),
                null);
    }

    /** Closes the hub, and tells what the stream's end says. */
    private Optional<CryErrorCode> failure(CryStream stream) throws InterruptedException {
        hub.close();
        CryEvent last = null;
        for (Optional<CryEvent> next = stream.poll(Duration.ZERO);
                next.isPresent();
                next = stream.poll(Duration.ZERO)) {
            last = next.get();
        }
        assertThat(last).isInstanceOf(StreamEnded.class);
        return ((StreamEnded) last).failure().map(CryException::code);
    }

    /** While all judges are held up, streams come into line; there are more of them than judges, so some share a run. */
    @Test
    void windowsOfSeveralStreamsShareARun() throws InterruptedException {
        int judges = Runtime.getRuntime().availableProcessors();
        int waiting = judges + 7;
        CountDownLatch goOn = new CountDownLatch(1);
        Semaphore told = new Semaphore(0);
        List<Work> runs = Collections.synchronizedList(new ArrayList<>());
        Calls listened = new Calls(Optional.empty(), Optional.of(work -> {
            runs.add(work);
            told.release((int) work.windows());
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try (StreamHub shared = new StreamHub(model, listened)) {
            for (int judge = 0; judge < judges; judge++) {
                open(shared).push(LOUD, 0, LOUD.length);
                told.acquire();
            }
            List<CryStream> line = new ArrayList<>();
            for (int i = 0; i < waiting; i++) {
                line.add(open(shared));
                line.get(i).push(LOUD, 0, LOUD.length);
            }
            assertThat(runs).hasSize(judges).allMatch(run -> run.windows() == 1);
            goOn.countDown();
            told.acquire(waiting);
            List<Work> together = List.copyOf(runs.subList(judges, runs.size()));
            assertThat(together)
                    .hasSizeLessThanOrEqualTo(judges)
                    .allMatch(run -> run.kind() == Kind.STREAM && run.runs() == 1 && run.clips() == run.windows())
                    .anyMatch(run -> run.windows() > 1);
            assertThat(together.stream().mapToLong(Work::windows).sum()).isEqualTo(waiting);
        } finally {
            goOn.countDown();
            listened.close();
        }
    }

    @Test
    void aHundredStreamsAtOnceLoseNothing() throws InterruptedException {
        List<CryStream> streams = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            streams.add(open());
        }
        float[] cry = Sounds.noise(3, 0.9, 1);
        int chunk = 1_600;
        for (int from = 0; from < cry.length; from += chunk) {
            for (CryStream stream : streams) {
                stream.push(cry, from, chunk);
            }
        }
        hub.close();
        for (CryStream stream : streams) {
            CryStream.Statistics statistics = stream.statistics();
            assertThat(statistics.pushedSeconds()).isCloseTo(3, within(1e-9));
            assertThat(statistics.heardSeconds()).isEqualTo(3);
            assertThat(statistics.windows()).isEqualTo(6);
            assertThat(statistics.lostSeconds() + statistics.droppedEvents()).isZero();
            List<CryEvent> events = new ArrayList<>();
            for (Optional<CryEvent> next = stream.poll(Duration.ZERO);
                    next.isPresent();
                    next = stream.poll(Duration.ZERO)) {
                events.add(next.get());
            }
            assertThat(events.get(0)).isInstanceOf(CryStarted.class);
            assertThat(events.get(events.size() - 2)).isInstanceOf(CryEnded.class);
            assertThat(events.get(events.size() - 1)).isEqualTo(new StreamEnded(3, Optional.empty()));
        }
    }

    @Test
    void streamsFailWhereTheirRunCannotBeLimited() throws InterruptedException {
        CryStream stream = open();
        calls.close(); // which takes no alarm any more
        stream.push(LOUD, 0, LOUD.length);
        assertThat(failure(stream)).contains(CryErrorCode.INFERENCE_FAILED);
    }

    @Test
    void streamsFailWhereTheRunFailsAsNoRunShould() throws InterruptedException {
        CryStream stream = open();
        model.close(); // so that the runtime is called with a session that is none
        stream.push(LOUD, 0, LOUD.length);
        assertThat(failure(stream)).contains(CryErrorCode.INFERENCE_FAILED);
    }

    @Test
    void theLimitIsForRunsOnly() throws InterruptedException {
        CryStream stream = open();
        calls.close();
        stream.push(LOUD, 0, 1_600); // too little for a window
        assertThat(failure(stream)).isEmpty();
    }
}
