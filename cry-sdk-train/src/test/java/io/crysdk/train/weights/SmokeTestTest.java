package io.crysdk.train.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmokeTestTest {
    @TempDir
    Path folder;

    @Test
    void figuresAreMeanAndDeviationOfThePopulation() {
        SmokeTest figures = SmokeTest.of(new float[] {1, 2, 3, 6});
        assertThat(figures.mean()).isEqualTo(3.0);
        assertThat(figures.deviation()).isEqualTo(Math.sqrt(14.0 / 4));
    }

    @Test
    void bothFiguresCountAndEachHasATenth() {
        assertThat(new SmokeTest(0.000657, 0.343).passed()).isTrue();
        assertThat(new SmokeTest(0.000657 * 1.09, 0.343 * 0.91).passed()).isTrue();
        assertThat(new SmokeTest(0.000657 * 1.11, 0.343).passed()).isFalse();
        assertThat(new SmokeTest(0.000657 * 0.89, 0.343).passed()).isFalse();
        assertThat(new SmokeTest(0.000657, 0.343 * 1.11).passed()).isFalse();
        assertThat(new SmokeTest(-0.000657, 0.343).passed()).isFalse();
        assertThat(new SmokeTest(Double.NaN, 0.343).passed()).isFalse();
    }

    @Test
    void theSineIsThreeWindowsWithOneBandLoudest() {
        float[] windows = SmokeTest.windows();
        assertThat(windows).hasSize(3 * 96 * 64);
        for (int frame = 0; frame < 3 * 96; frame++) {
            int loudest = 0;
            for (int band = 1; band < 64; band++) {
                loudest = windows[frame * 64 + band] > windows[frame * 64 + loudest] ? band : loudest;
            }
            // Silence has ln 0.01; a sine of amplitude 1 is far above.
            assertThat(windows[frame * 64 + loudest]).isGreaterThan(2.0f);
            // 1 kHz lies at 65 steps of the mel scale between 125 and 7500 Hz, counted in bands.
            double mel = 1127 * Math.log(1 + 1000 / 700.0);
            double low = 1127 * Math.log(1 + 125 / 700.0);
            double high = 1127 * Math.log(1 + 7500 / 700.0);
            assertThat((double) loudest).isCloseTo(65 * (mel - low) / (high - low) - 1, within(1.0));
        }
    }

    /** Published weights cannot be had here: these have their figures by construction, whatever they hear. */
    @Test
    void theTestRunsTheFileThatWasWritten() throws IOException {
        Path file = folder.resolve("stand-in.onnx");
        standIn(0.000657, 0.343).write(file, Map.of());
        SmokeTest figures = SmokeTest.run(file);
        assertThat(figures.mean()).isCloseTo(0.000657, within(1e-7));
        assertThat(figures.deviation()).isCloseTo(0.343, within(1e-6));
        assertThat(figures.passed()).isTrue();
        assertThat(figures).hasToString("mean 0.000657 (published 0.000657), deviation 0.343 (published 0.343)");

        Fixtures.drawn(8).write(file, Map.of());
        assertThat(SmokeTest.run(file).passed()).isFalse();
    }

    /** A body that does not listen: its embedding is its bias. */
    static VggishWeights standIn(double mean, double deviation) {
        Map<String, float[]> values = new LinkedHashMap<>(Fixtures.drawn(8).values());
        values.put("embedding.weight", new float[80]);
        float[] bias = new float[8];
        for (int i = 0; i < 8; i++) {
            bias[i] = (float) (i % 2 == 0 ? mean - deviation : mean + deviation);
        }
        values.put("embedding.bias", bias);
        VggishWeights drawn = Fixtures.drawn(8);
        return new VggishWeights(drawn.channels(), drawn.hidden(), 8, 0, values);
    }
}
