package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.dsp.Signals.Signal;
import io.crysdk.testing.Npy;
import io.crysdk.testing.PlainLogMel;
import io.crysdk.testing.Shared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The lane-parallel path against its plain twin, the same samples to both: every float, and every mel sum as a double.
 */
class LanesAgainstPlainTest {
    private static final int LENGTH = 10 * LogMelExtractor.SAMPLE_RATE;

    private final PlainLogMel plain = new PlainLogMel();
    private final LaneWorkspace lanes = new LaneWorkspace();
    private final SplittableRandom random = new SplittableRandom(2024);
    private final float[] out = new float[LaneWorkspace.LANES * 64];
    private long compared;

    @Test
    void tenMillionFloatsDifferNowhere() {
        for (Signal signal : real()) {
            compare(signal);
        }
        for (long seed = 1; compared < 10_000_000; seed++) {
            for (Signal signal : Signals.everyKind(seed, LENGTH)) {
                compare(signal);
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(10_000_000);
    }

    @Test
    void numbersFarFromAudioDifferNowhere() {
        for (Signal signal : Signals.farFromAudio(11, 2 * LogMelExtractor.SAMPLE_RATE)) {
            compare(signal);
        }
        assertThat(compared).isGreaterThan(180_000);
    }

    private void compare(Signal signal) {
        int frames = LogMelExtractor.frames(signal.samples().length);
        int done = 0;
        while (done < frames) {
            // Mostly full batches, as in a clip; sometimes any number, which also brings frames into other lanes.
            int batch = random.nextInt(4) == 0 ? 1 + random.nextInt(LaneWorkspace.LANES) : LaneWorkspace.LANES;
            batch = Math.min(batch, frames - done);
            lanes.load(signal.samples(), 160 * done, batch);
            lanes.transform();
            lanes.magnitudes();
            lanes.mel();
            lanes.log(out, 0);
            for (int lane = 0; lane < batch; lane++) {
                int frame = done + lane;
                plain.frame(signal.samples(), 160 * frame);
                for (int band = 0; band < 64; band++) {
                    float expected = (float) plain.logMel[band];
                    if (out[64 * lane + band] != expected || lanes.mel(band, lane) != plain.mel[band]) {
                        assertThat(new double[] {lanes.mel(band, lane), out[64 * lane + band]})
                                .as("%s, frame %d, band %d: mel, log-mel", signal.name(), frame, band)
                                .containsExactly(plain.mel[band], expected);
                    }
                }
            }
            done += batch;
        }
        compared += 64L * frames;
    }

    /** The golden recordings of babies, as they are, louder and quieter, and cut at other places. */
    private static List<Signal> real() {
        List<Signal> signals = new ArrayList<>();
        if (!Shared.has("golden")) {
            return signals;
        }
        Path clips =
                Shared.folder("golden", "the comparison over real recordings").resolve("clips");
        for (Path file : Shared.files(clips, "cry_*.s16")) {
            double[] samples = Npy.samples(Npy.file(file));
            for (double gain : new double[] {1, 0.037, 5.3}) {
                for (int shift = 0; shift < 160; shift += 53) {
                    double[] cut = Arrays.copyOfRange(samples, shift, samples.length);
                    Arrays.setAll(cut, t -> gain * cut[t]);
                    signals.add(new Signal(file.getFileName() + " times " + gain + " from " + shift, cut));
                }
            }
        }
        return signals;
    }
}
