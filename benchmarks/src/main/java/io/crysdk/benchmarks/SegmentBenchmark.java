package io.crysdk.benchmarks;

import io.crysdk.dsp.CrySegmenter;
import io.crysdk.dsp.LogMelExtractor;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Cutting ten seconds of crying into units, beside nothing but the autocorrelation of the same frames by its formula: of
 * the lags that the segmenter looks at, without window, filter or rule.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SegmentBenchmark {
    private static final int SECONDS = 10;
    private static final int FRAME = 640;
    private static final int HOP = 160;
    private static final int LAGS = 202;

    private final double[] samples = TestSignal.cries(SECONDS * LogMelExtractor.SAMPLE_RATE);
    private final double[] correlation = new double[LAGS];
    private int units;
    private final CrySegmenter segmenter = new CrySegmenter(unit -> units++);

    /** Checks that every cry is found. */
    @Setup
    public void check() {
        if (segment() != SECONDS) {
            throw new IllegalStateException(units + " units");
        }
    }

    /**
     * The segmenter.
     *
     * @return how many units there are
     */
    @Benchmark
    public int segment() {
        units = 0;
        segmenter.push(samples, 0, samples.length);
        segmenter.finish();
        return units;
    }

    /**
     * The baseline.
     *
     * @return the last frame's autocorrelation
     */
    @Benchmark
    public double[] plainCorrelation() {
        for (int from = 0; from + FRAME <= samples.length; from += HOP) {
            for (int lag = 0; lag < LAGS; lag++) {
                double sum = 0.0;
                for (int i = lag; i < FRAME; i++) {
                    sum += samples[from + i] * samples[from + i - lag];
                }
                correlation[lag] = sum;
            }
        }
        return correlation;
    }
}
