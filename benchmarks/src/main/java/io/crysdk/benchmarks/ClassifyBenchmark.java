package io.crysdk.benchmarks;

import io.crysdk.CryClassifier;
import io.crysdk.CryResult;
import io.crysdk.ModelSource;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.onnx.OnnxModel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The whole answer to one second, beside the network alone on the same patch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClassifyBenchmark {
    private final float[] pcm = TestSignal.noise(LogMelExtractor.PATCH_SAMPLES);
    private final CryClassifier classifier = CryClassifier.create();
    private final OnnxModel model = OnnxModel.load(ModelSource.installed(ModelSource.DEFAULT));
    private final float[] patch = new LogMelExtractor().examples(pcm);

    /** Checks that the answer is made of what the network says of the patch. */
    @Setup
    public void check() {
        double whole =
                classifier.classify(pcm).windows().get(0).cryProbability().orElseThrow();
        double p = model.run(patch).cryProbabilities()[0];
        double calibrated = model.contract().gate().probability(Math.log(p / (1 - p)));
        if (Math.abs(whole - calibrated) > 1e-4) {
            throw new IllegalStateException(whole + " against " + calibrated);
        }
    }

    /** Frees the models. */
    @TearDown
    public void close() {
        classifier.close();
        model.close();
    }

    /**
     * Samples to answer.
     *
     * @return the answer
     */
    @Benchmark
    public CryResult classify() {
        return classifier.classify(pcm);
    }

    /**
     * The network alone, its room made anew for each call.
     *
     * @return what it says
     */
    @Benchmark
    public OnnxModel.Output network() {
        return model.run(patch);
    }
}
