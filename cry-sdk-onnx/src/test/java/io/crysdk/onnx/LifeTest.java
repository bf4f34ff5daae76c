package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.ModelSource;
import io.crysdk.StreamOptions;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.Signal;
import io.crysdk.dsp.WindowReader;
import io.crysdk.testing.Footprint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads, and being opened and closed again and again. */
@Timeout(300)
class LifeTest {
    private static final ModelSource FULL = ModelSource.bytes(TinyModels.full().bytes());
    private static final CryClassifier SHARED =
            CryClassifier.builder().model(FULL).build();

    /** What a cycle may leave behind on average is less than the smallest thing that could be left each time. */
    private static final long HEAP_BYTES_PER_CYCLE = 16;

    /** What the process may grow by in each of the rounds; a session of the small model that stayed would be 3 MB. */
    private static final long RESIDENT_SLACK = 8L << 20;

    private static final int ROUNDS = 4;

    /** 300 take some ten seconds: {@code -Dsurefire.args=-Dcry.life.sessions=300}. */
    private static final int SESSIONS = Integer.getInteger("cry.life.sessions", 40);

    @AfterAll
    static void close() {
        SHARED.close();
    }

    @Test
    void sixtyFourThreadsWithMixedCallsGetTheAnswersOfOne() throws Exception {
        List<AudioClip> clips = new ArrayList<>();
        List<CryResult> alone = new ArrayList<>();
        int[] rates = {16_000, 8_000, 44_100, 48_000};
        for (int i = 0; i < 16; i++) {
            float[] pcm = Sounds.noise(0.3 + i * 0.2, 0.05 + i * 0.05, i);
            clips.add(AudioClip.of(pcm, rates[i % 4], 1));
            alone.add(SHARED.classify(clips.get(i)));
        }
        List<CryResult> together = SHARED.classifyAll(clips);
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(64);
        try {
            List<Future<Void>> futures = new ArrayList<>();
            for (int t = 0; t < 64; t++) {
                int first = t;
                Callable<Void> task = () -> {
                    start.await();
                    for (int n = 0; n < 4; n++) {
                        int i = (first + n) % clips.size();
                        switch ((first + n) % 8) {
                            case 0 -> assertThat(SHARED.classifyAll(clips)).isEqualTo(together);
                            case 1 -> {
                                try (CryStream stream = SHARED.openStream(event -> {})) {
                                    stream.push(clips.get(i));
                                }
                            }
                            case 2 -> {
                                try {
                                    SHARED.classify(new float[1]);
                                } catch (CryException e) {
                                    assertThat(e.code()).isEqualTo(CryErrorCode.INVALID_AUDIO);
                                }
                            }
                            default -> assertThat(SHARED.classify(clips.get(i))).isEqualTo(alone.get(i));
                        }
                    }
                    return null;
                };
                futures.add(pool.submit(task));
            }
            start.countDown();
            for (Future<Void> future : futures) {
                future.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aForgottenClassifierIsClosedAndItsOpenerNamedOnce() {
        String dropped = "was dropped without being closed";
        String told = Logged.during(log -> {
            openAndForget();
            while (!log.get().contains(dropped)) {
                System.gc();
                sleep(20);
            }
            System.gc();
            sleep(20);
        });
        assertThat(told.lines().filter(line -> line.contains(dropped))).hasSize(1);
        assertThat(told)
                .contains("tiny", "opened here", "LifeTest.openAndForget")
                .doesNotContain("openAndClose");
    }

    private static void openAndForget() {
        CryClassifier.builder().model(FULL).build().classify(Sounds.silence(1));
        openAndClose();
    }

    private static void openAndClose() {
        CryClassifier.builder().model(FULL).build().close();
    }

    @Test
    void aHundredThousandCyclesOfCheapPartsLeaveNothing() {
        FrontEnd frontEnd = new FrontEnd(FrontEndSettings.PLAIN);
        Signal signal = Signal.of(new float[16_000]);
        staysFlat(100_000, () -> {
            CryClassifier.builder().model(FULL).windowHop(Duration.ofMillis(100));
            StreamOptions.builder().build();
            try (WindowReader reader = frontEnd.open(signal)) {
                assertThat(reader.windows()).isPositive();
            }
        });
    }

    @Test
    void streamsThatComeAndGoLeaveNothing() {
        float[] chunk = new float[1_600];
        staysFlat(600, () -> {
            try (CryStream stream = SHARED.openStream(StreamOptions.builder().build())) {
                stream.push(chunk, 0, chunk.length);
            }
        });
    }

    @Test
    void sessionsThatComeAndGoLeaveNothing() {
        float[] clip = Sounds.silence(1);
        staysFlat(SESSIONS, () -> {
            try (CryClassifier classifier = CryClassifier.builder().model(FULL).build()) {
                assertThat(classifier.classify(clip).windows()).isNotEmpty();
            }
        });
    }

    /**
     * Heap and direct memory after all cycles are what they were after the first tenth. The resident set also grows for
     * once when the Java heap or an allocator takes more room; what is left behind by each cycle grows it in every round.
     */
    private static void staysFlat(int cycles, Runnable cycle) {
        repeat(cycles / 10, cycle);
        Footprint before = Footprint.now();
        Footprint after = before;
        long leastGrowth = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            Footprint begun = after;
            repeat(cycles / ROUNDS, cycle);
            after = Footprint.now();
            leastGrowth = Math.min(leastGrowth, after.resident() - begun.resident());
        }
        assertThat(after.heap() - before.heap()).isLessThan((1 << 20) + HEAP_BYTES_PER_CYCLE * cycles);
        assertThat(after.direct() - before.direct()).isLessThan(1 << 20);
        assertThat(leastGrowth).isLessThan(RESIDENT_SLACK);
        assertThat(after.files()).isLessThanOrEqualTo(before.files() + 2);
        // Threads of the library end some seconds after their last work.
        assertThat(after.threads() - before.threads())
                .isLessThan(Runtime.getRuntime().availableProcessors() + 8);
    }

    private static void repeat(int times, Runnable cycle) {
        for (int i = 0; i < times; i++) {
            cycle.run();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
