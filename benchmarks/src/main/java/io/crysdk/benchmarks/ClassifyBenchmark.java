package io.crysdk.benchmarks;

import io.crysdk.CryClassifier;
import io.crysdk.CryResult;
import io.crysdk.ModelSource;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import io.crysdk.dsp.WindowReader;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.OnnxModel;
import java.nio.file.Path;
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
 * The whole answer to one window (0.975 s), beside the bare network on the same patch, and beside the front end, which
 * is most of what lies between the two.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClassifyBenchmark {
    /** An installed model's name, or an ONNX file. */
    @Param(ModelSource.DEFAULT)
    public String graph = ModelSource.DEFAULT;

    private final float[] pcm = TestSignal.noise(LogMelExtractor.PATCH_SAMPLES);
    private final FrontEnd frontEnd = new FrontEnd(FrontEndSettings.PLAIN);
    private final float[] patch = new LogMelExtractor().examples(pcm);
    private final float[] window = new float[patch.length];

    private @Nullable CryClassifier classifier;
    private @Nullable BareSession session;
    private BareSession.@Nullable Room bare;

    /** Loads the model twice, and checks that the answer is made of what the network says of the patch. */
    @Setup
    public void load() {
        ModelSource source = graph.endsWith(".onnx") ? ModelSource.file(Path.of(graph)) : ModelSource.installed(graph);
        classifier = CryClassifier.builder().model(source).build();
        session = new BareSession(graph);
        bare = session.room(patch);
        check(source, classify(), bareNetwork());
    }

    /** Checks that an answer is made of what the network says of its one window. */
    static void check(ModelSource source, CryResult answer, float network) {
        double whole = answer.windows().get(0).cryProbability().orElseThrow();
        GateContract gate;
        try (OnnxModel model = OnnxModel.load(source)) {
            gate = model.contract().gate();
        }
        double calibrated = gate.probability(GateContract.logit(network));
        if (Math.abs(whole - calibrated) > 1e-4) {
            throw new IllegalStateException(whole + " against " + calibrated);
        }
    }

    /** Frees the models. */
    @TearDown
    public void close() {
        Objects.requireNonNull(classifier).close();
        Objects.requireNonNull(bare).close();
        Objects.requireNonNull(session).close();
    }

    /**
     * Samples to answer.
     *
     * @return the answer
     */
    @Benchmark
    public CryResult classify() {
        return Objects.requireNonNull(classifier).classify(pcm);
    }

    /**
     * The network alone, over features that are there already.
     *
     * @return what its gate says
     */
    @Benchmark
    public float bareNetwork() {
        return Objects.requireNonNull(bare).run();
    }

    /**
     * Samples to the network's input, signal quality included.
     *
     * @return the window
     */
    @Benchmark
    public float[] frontEnd() {
        try (WindowReader reader = frontEnd.open(Signal.of(pcm))) {
            reader.read(window, 0, 1);
        }
        return window;
    }
}
