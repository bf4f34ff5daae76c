package io.crysdk.benchmarks;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.Level;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.StreamOptions;
import io.crysdk.StreamOptions.Overflow;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import io.crysdk.dsp.StreamWindowReader;
import io.crysdk.dsp.WindowReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a frame (10 ms) of live audio costs once the stream is under way, beside the same frame in a clip: the front end
 * alone, and with the network. A window begins every 48 frames.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StreamBenchmark {
    private static final int PATCH = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;
    /** Twenty windows of 48 frames: 9.6 s. */
    private static final int WINDOWS = 20;

    private static final int FRAMES = 48 * WINDOWS;

    /** The rate of the audio. */
    @Param({"16000", "48000"})
    public int rate;

    private final FrontEnd frontEnd = new FrontEnd(FrontEndSettings.PLAIN);
    private final float[] patches = new float[WINDOWS * PATCH];
    private final CryClassifier classifier = CryClassifier.create();
    private AudioClip clip = AudioClip.of(new float[1], 1, 1);
    private StreamWindowReader reader = frontEnd.openStream(16_000, 1);
    private CryStream stream = classifier.openStream(StreamOptions.builder().build());

    /** Makes the clip, brings both streams under way, and checks that they hear the same windows. */
    @Setup
    public void start() throws InterruptedException {
        float[] seconds = TestSignal.noise(rate * FRAMES / 100);
        // So long that it has as many windows as the stream makes of what is pushed in the steady state.
        clip = AudioClip.of(TestSignal.noise(rate * (FRAMES - 48) / 100 + rate * 975 / 1000), rate, 1);
        reader = frontEnd.openStream(rate, 1);
        frontEndLive();
        float[] live = patches.clone();
        frontEndClip();
        // All but the last, in which a resampler hears the clip's end and the stream what follows.
        int same = (WINDOWS - 1) * PATCH;
        if (!Arrays.equals(live, 0, same, patches, 0, same)) {
            throw new IllegalStateException("the live windows are not those of the clip");
        }
        stream.close();
        stream = classifier.openStream(StreamOptions.builder()
                .overflow(Overflow.BLOCK)
                .levelEvery(Duration.ofMillis(10L * FRAMES))
                .build());
        stream.format(rate, 1);
        stream.push(seconds, 0, seconds.length);
        stream.push(seconds, 0, rate / 10); // what the resampler looks ahead, so that every level comes with its audio
    }

    /** Frees the model. */
    @TearDown
    public void close() {
        classifier.close();
    }

    /**
     * The front end over a clip.
     *
     * @return the windows
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public float[] frontEndClip() {
        try (WindowReader windows = frontEnd.open(Signal.of(clip))) {
            windows.read(patches, 0, WINDOWS);
        }
        return patches;
    }

    /**
     * The front end over as much live audio, a window's hop at a time.
     *
     * @return the windows
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public float[] frontEndLive() {
        for (int w = 0; w < WINDOWS; w++) {
            int needed = (int) (reader.inputFor(reader.nextWindowEnd()) - reader.written());
            // The clip again from its beginning: what is heard does not matter to what it costs.
            int from = (int) Math.min(reader.written(), clip.samplesPerChannel() - needed);
            reader.write(clip.samples(), from, needed);
            reader.advance(reader.nextWindowEnd());
            reader.read(patches, w * PATCH);
        }
        return patches;
    }

    /**
     * A clip to its answer.
     *
     * @return the answer
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public CryResult answerClip() {
        return classifier.classify(clip);
    }

    /**
     * As much live audio to the last event about it, in chunks of 20 ms.
     *
     * @return the event
     * @throws InterruptedException if the thread is interrupted
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public CryEvent answerLive() throws InterruptedException {
        int chunk = rate / 50;
        for (int done = 0; done < FRAMES / 2; done++) {
            stream.push(clip.samples(), done % 100 * chunk, chunk);
        }
        CryEvent event;
        do {
            event = stream.poll(Duration.ofMinutes(1)).orElseThrow();
        } while (!(event instanceof Level));
        return event;
    }
}
