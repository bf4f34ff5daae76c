package io.crysdk.benchmarks;

import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.testing.PlainLogMel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Log-mel features of a clip: the exact extractor beside a plain pipeline over JTransforms, and beside its plain
 * twin, which computes the same bits one frame after the other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogMelBenchmark {
    /** Length of the clip. */
    @Param({"1", "10", "60"})
    public int seconds;

    private final LogMelExtractor extractor = new LogMelExtractor();
    private final JTransformsLogMel baseline = new JTransformsLogMel();
    private final PlainLogMel plain = new PlainLogMel();
    private double[] samples = {};
    private float[] features = {};

    /** Makes the clip and checks that all give the same features, the exact ones to the bit. */
    @Setup
    public void makeClip() {
        float[] pcm = TestSignal.noise(seconds * LogMelExtractor.SAMPLE_RATE);
        samples = new double[pcm.length];
        for (int i = 0; i < pcm.length; i++) {
            samples[i] = pcm[i];
        }
        features = new float[LogMelExtractor.frames(samples.length) * LogMelExtractor.BANDS];
        float[] expected = features.clone();
        baseline.frames(samples, expected);
        extractor.frames(samples, 0, samples.length, features, 0);
        if (!Arrays.equals(features, plain.frames(samples))) {
            throw new IllegalStateException("the extractor's features are not those of its plain twin");
        }
        for (int i = 0; i < features.length; i++) {
            if (Math.abs(features[i] - expected[i]) > Math.ulp(expected[i])) {
                throw new IllegalStateException("value " + i + ": " + features[i] + " against " + expected[i]);
            }
        }
    }

    /**
     * The extractor of the SDK.
     *
     * @return the features
     */
    @Benchmark
    public float[] exact() {
        extractor.frames(samples, 0, samples.length, features, 0);
        return features;
    }

    /**
     * The baseline.
     *
     * @return the features
     */
    @Benchmark
    public float[] jtransforms() {
        baseline.frames(samples, features);
        return features;
    }

    /**
     * The plain twin.
     *
     * @return the features
     */
    @Benchmark
    public float[] plain() {
        return plain.frames(samples);
    }
}
