package io.crysdk.benchmarks;

import io.crysdk.AudioClip;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import io.crysdk.testing.PlainResampler;
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

/** One second to 16 kHz: the resampler beside the direct form that defines it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ResampleBenchmark {
    /** The rate of the clip. 44 101 Hz is a ratio that repeats itself too seldom to be worth a table. */
    @Param({"8000", "11025", "22050", "44100", "48000", "192000", "44056", "44101"})
    public int rate;

    private final double[] resampled = new double[LogMelExtractor.SAMPLE_RATE];
    private float[] pcm = {};
    private Signal signal = Signal.of(AudioClip.of(new float[1], LogMelExtractor.SAMPLE_RATE, 1));
    private PlainResampler direct = new PlainResampler(LogMelExtractor.SAMPLE_RATE);

    /** Makes the clip and checks that both give the same bits. */
    @Setup
    public void makeClip() {
        pcm = TestSignal.noise(rate);
        signal = Signal.of(AudioClip.of(pcm, rate, 1));
        direct = new PlainResampler(rate);
        if (!Arrays.equals(resample(), direct())) {
            throw new IllegalStateException("the resampler's samples are not those of the direct form");
        }
    }

    /**
     * The resampler of the SDK.
     *
     * @return the samples
     */
    @Benchmark
    public double[] resample() {
        signal.read(0, resampled, 0, resampled.length);
        return resampled;
    }

    /**
     * The direct form.
     *
     * @return the samples
     */
    @Benchmark
    public double[] direct() {
        return direct.resample(pcm.length, i -> pcm[i]);
    }
}
