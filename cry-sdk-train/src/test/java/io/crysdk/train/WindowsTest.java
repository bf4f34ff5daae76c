package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.ShortClipPolicy;
import io.crysdk.dsp.Signal;
import io.crysdk.dsp.WindowReader;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trainer cuts its windows out of frames computed once; inference reads them from the signal. They are the same. */
class WindowsTest {
    @ParameterizedTest
    @ValueSource(ints = {3000, 15599, 15600, 20000, 23280, 48000})
    void trainingHearsWhatInferenceHears(int length) {
        SplittableRandom random = new SplittableRandom(length);
        float[] pcm = new float[length];
        double[] samples = new double[length];
        for (int i = 0; i < length; i++) {
            pcm[i] = (float) random.nextDouble(-0.5, 0.5);
            samples[i] = pcm[i];
        }
        for (ShortClipPolicy policy : ShortClipPolicy.values()) {
            float[] frames = FeatureStore.frames(FeatureStore.fill(samples, policy));
            List<Integer> starts = Scorer.starts(frames.length / LogMelExtractor.BANDS, 48);
            FrontEnd frontEnd = new FrontEnd(new FrontEndSettings(0, false, policy, 48));
            try (WindowReader reader = frontEnd.open(Signal.of(pcm))) {
                assertThat(starts).hasSize(reader.windows());
                float[] windows = new float[reader.windows() * Augmentation.PATCH];
                assertThat(reader.read(windows, 0, reader.windows())).isEqualTo(reader.windows());
                for (int w = 0; w < starts.size(); w++) {
                    for (int i = 0; i < Augmentation.PATCH; i++) {
                        assertThat(windows[w * Augmentation.PATCH + i])
                                .isEqualTo(frames[starts.get(w) * LogMelExtractor.BANDS + i]);
                    }
                }
            }
        }
    }
}
