package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.ShortClipPolicy;
import io.crysdk.dsp.Signal;
import io.crysdk.dsp.WindowReader;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
        for (FrontEndSettings settings : settings()) {
            float[] frames = FeatureStore.frames(new Stretch(samples), FeatureStore.everyFrame(settings));
            List<Integer> starts = Scorer.starts(frames.length / LogMelExtractor.BANDS, 48);
            FrontEnd frontEnd = new FrontEnd(settings);
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

    private static List<FrontEndSettings> settings() {
        return Arrays.stream(ShortClipPolicy.values())
                .flatMap(policy -> Stream.of(
                        new FrontEndSettings(0.0, false, policy, 48),
                        new FrontEndSettings(0.97, false, policy, 48),
                        new FrontEndSettings(0.97, true, policy, 48)))
                .toList();
    }

    @Test
    void aStretchIsTheSameAsItsCopy() {
        double[] samples = new SplittableRandom(1).doubles(20000, -0.5, 0.5).toArray();
        FrontEnd frontEnd = FeatureStore.everyFrame(FrontEndSettings.PAPER);
        assertThat(FeatureStore.frames(new Stretch(samples, 1234, 9876), frontEnd))
                .isEqualTo(FeatureStore.frames(new Stretch(Arrays.copyOfRange(samples, 1234, 9876)), frontEnd));
        assertThatThrownBy(() -> new Stretch(samples, 7, 7)).hasMessageContaining("one sample");
        assertThatThrownBy(() -> new Stretch(samples, 7, 20001)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
