package io.crysdk.benchmarks;

import io.crysdk.ModelSource;
import io.crysdk.dsp.LogMelExtractor;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One run of a network over a batch of windows, on one thread. With {@code -t 2} two threads run the one session at once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ModelBenchmark {
    /** An installed model's name, or an ONNX file. */
    @Param(ModelSource.DEFAULT)
    public String graph = ModelSource.DEFAULT;

    /** Windows in one run. */
    @Param({"1", "2", "4", "8", "16"})
    public int batch = 1;

    private @Nullable BareSession session;

    /** What a thread needs beside the session. */
    @State(Scope.Thread)
    public static class Caller {
        private BareSession.@Nullable Room room;

        /**
         * Makes room for a run, and checks that it answers.
         *
         * @param benchmark whose session it is for
         */
        @Setup
        public void makeRoom(ModelBenchmark benchmark) {
            room = Objects.requireNonNull(benchmark.session).room(patches(benchmark.batch));
            float cry = room.run();
            if (!(cry >= 0.0f && cry <= 1.0f)) {
                throw new IllegalStateException(benchmark.graph + " gives no probability: " + cry);
            }
        }

        /** Frees the room. */
        @TearDown
        public void close() {
            Objects.requireNonNull(room).close();
        }

        private static float[] patches(int batch) {
            float[] all = new LogMelExtractor().examples(TestSignal.noise(batch * LogMelExtractor.SAMPLE_RATE));
            return Arrays.copyOf(all, batch * LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS);
        }
    }

    /** Loads the graph. */
    @Setup
    public void load() {
        session = new BareSession(graph);
    }

    /** Frees it. */
    @TearDown
    public void close() {
        Objects.requireNonNull(session).close();
    }

    /**
     * Patches to probabilities.
     *
     * @param caller the thread's room
     * @return what the gate says of the first
     */
    @Benchmark
    public float run(Caller caller) {
        return Objects.requireNonNull(caller.room).run();
    }
}
