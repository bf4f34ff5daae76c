package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.testing.Npy;
import io.crysdk.testing.PlainLogMel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jtransforms.fft.DoubleFFT_1D;
import org.junit.jupiter.api.Test;

class LogMelExtractorTest {
    private final LogMelExtractor extractor = new LogMelExtractor();

    @Test
    void eightThreadsShareOneExtractor() throws Exception {
        List<Signals.Signal> signals = Signals.everyKind(3, 2 * LogMelExtractor.SAMPLE_RATE);
        List<float[]> expected = new ArrayList<>();
        for (Signals.Signal signal : signals) {
            expected.add(new PlainLogMel().frames(signal.samples()));
        }
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int own = thread;
                tasks.add(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    int wrong = 0;
                    for (int round = 0; round < 5; round++) {
                        for (int i = 0; i < signals.size(); i++) {
                            int n = (i + 5 * own) % signals.size();
                            double[] samples = signals.get(n).samples();
                            float[] out = new float[expected.get(n).length];
                            extractor.frames(samples, 0, samples.length, out, 0);
                            wrong += Arrays.equals(out, expected.get(n)) ? 0 : 1;
                        }
                    }
                    return wrong;
                });
            }
            for (Future<Integer> wrong : pool.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
                assertThat(wrong.get()).isZero();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void allocatesNothingOnceItIsWarm() {
        double[] samples = Npy.samples(Npy.resource("clips/white_fs.s16"));
        float[] single = new float[samples.length];
        float[] out = new float[LogMelExtractor.frames(samples.length) * 64];
        double perCall = Allocation.bytesPerCall(300, 200, () -> {
            extractor.frames(samples, 0, samples.length, out, 0);
            extractor.frames(single, 0, single.length, out, 0);
        });
        assertThat(perCall).as("bytes a call").isLessThan(8);
    }

    @Test
    void theTransformIsAFourierTransform() {
        DoubleFFT_1D oracle = new DoubleFFT_1D(512);
        LaneWorkspace lanes = new LaneWorkspace();
        PlainLogMel plain = new PlainLogMel();
        for (Signals.Signal signal : Signals.everyKind(5, 400 + 160 * (LaneWorkspace.LANES - 1))) {
            lanes.load(signal.samples(), 0, LaneWorkspace.LANES);
            lanes.transform();
            for (int lane = 0; lane < LaneWorkspace.LANES; lane++) {
                plain.frame(signal.samples(), 160 * lane);
                double[] packed = Arrays.copyOf(plain.windowed, 512);
                oracle.realForward(packed);
                for (int bin = MelBank.FIRST_BIN; bin <= MelBank.LAST_BIN; bin++) {
                    assertThat(Math.abs(lanes.re(bin, lane) - packed[2 * bin])).isLessThan(1e-9);
                    assertThat(Math.abs(lanes.im(bin, lane) - packed[2 * bin + 1]))
                            .isLessThan(1e-9);
                }
            }
        }
    }

    @Test
    void aSampleThatIsNoNumberSpoilsItsFramesAndNoOther() {
        double[] samples = Npy.samples(Npy.resource("clips/gauss_m20.s16"));
        float[] clean = Npy.floats(Npy.resource("clips/gauss_m20.frames.f32.npy"));
        float[] out = new float[clean.length];
        for (double spoiler : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            double[] spoilt = samples.clone();
            spoilt[160 * 50 + 10] = spoiler;
            extractor.frames(spoilt, 0, spoilt.length, out, 0);
            for (int i = 0; i < out.length; i++) {
                int frame = i / 64;
                if (frame >= 48 && frame <= 50) {
                    assertThat(Float.isFinite(out[i])).as("frame %d", frame).isFalse();
                } else {
                    assertThat(out[i]).as("frame %d", frame).isEqualTo(clean[i]);
                }
            }
        }
        // The work space that saw it is used again.
        extractor.frames(samples, 0, samples.length, out, 0);
        assertThat(out).isEqualTo(clean);
    }

    @Test
    void wrongArgumentsAreRefusedBeforeAnythingIsWritten() {
        float[] out = new float[64];
        double[] samples = new double[560];
        assertThatNullPointerException().isThrownBy(() -> extractor.frames((double[]) null, 0, 0, out, 0));
        assertThatNullPointerException().isThrownBy(() -> extractor.frames(samples, 0, 400, null, 0));
        assertThatNullPointerException().isThrownBy(() -> extractor.frames((float[]) null, 0, 0, out, 0));
        assertThatNullPointerException().isThrownBy(() -> extractor.frames(new float[400], 0, 400, null, 0));
        assertThatNullPointerException().isThrownBy(() -> extractor.examples((double[]) null));
        assertThatNullPointerException().isThrownBy(() -> extractor.examples((float[]) null));
        for (int[] range : new int[][] {{-1, 400}, {0, -1}, {0, 561}, {161, 400}, {561, 0}}) {
            assertThatThrownBy(() -> extractor.frames(samples, range[0], range[1], out, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> extractor.frames(new float[560], range[0], range[1], out, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> extractor.frames(samples, 0, 560, out, 0)) // two frames into room for one
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> extractor.frames(samples, 0, 400, out, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> extractor.frames(samples, 0, 400, out, -1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> LogMelExtractor.frames(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> LogMelExtractor.examples(-1));
        assertThat(out).containsOnly(0);
    }
}
