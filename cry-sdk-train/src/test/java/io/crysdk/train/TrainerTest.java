package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final NetSettings NET = new NetSettings(List.of(2, 2, 2, 2, 3, 3), List.of(5), 4, true, 2);
    private static final TrainSettings SHORT = new TrainSettings(1, 4, 8, 2e-3, 1e-2, 0.2, 0.01);
    private static final List<String> LABELS = List.of("hunger", "discomfort");

    @Test
    void theSameSeedGivesTheSameBits() {
        Map<String, float[]> first = trained(7);
        Map<String, float[]> again = trained(7);
        Map<String, float[]> other = trained(8);
        first.forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
        assertThat(other.get("conv1.weight")).isNotEqualTo(first.get("conv1.weight"));
    }

    @Test
    void batchesAreHalfCriesAndReasonsAreBalanced() {
        PatchSampler sampler = new PatchSampler(clips(), LABELS, new PlainSounds(1), new SplittableRandom(1));
        double[] weights = new double[2];
        for (int i = 0; i < 200; i++) {
            PatchSampler.Batch batch = sampler.next(8);
            assertThat(batch.gate()).containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
            for (int p = 0; p < 8; p++) {
                weights[0] += batch.reasons()[2 * p];
                weights[1] += batch.reasons()[2 * p + 1];
                if (p >= 4) {
                    assertThat(batch.reasons()[2 * p] + batch.reasons()[2 * p + 1])
                            .isZero();
                }
            }
            for (float value : batch.patches()) {
                assertThat(value).isFinite().isGreaterThanOrEqualTo((float) Math.log(0.01) - 1e-5f);
            }
        }
        // Three recordings of one label weigh as much as one of the other.
        assertThat(weights[0] / weights[1]).isBetween(0.75, 1.33);
    }

    @Test
    void trainingNeedsBothSides() {
        List<Clip> cries = clips().stream().filter(Clip::cry).toList();
        assertThatThrownBy(() -> new Trainer(NET, SHORT, LABELS).train("t", cries, 1))
                .hasMessageContaining("training needs cries and other sounds");
    }

    @Test
    void theRateRisesAndFalls() {
        TrainSettings settings = TrainSettings.DEFAULT;
        assertThat(settings.rate(0)).isLessThan(1e-4);
        assertThat(settings.rate(settings.steps() / 4)).isBetween(1.99e-3, 2e-3);
        assertThat(settings.rate(settings.steps() - 1)).isLessThan(1e-6);
    }

    private static Map<String, float[]> trained(long seed) {
        try (VggishNet net = new Trainer(NET, SHORT, LABELS).train("t", clips(), seed)) {
            return net.state();
        }
    }

    private static List<Clip> clips() {
        SplittableRandom random = new SplittableRandom(3);
        List<Clip> clips = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean cry = i < 4;
            Manifest.Entry entry = new Manifest.Entry(
                    Path.of("c" + i),
                    "c" + i,
                    !cry ? "" : i < 3 ? "hunger" : "discomfort",
                    "g" + i,
                    0,
                    cry ? Manifest.Cry.YES : Manifest.Cry.NO,
                    List.of(),
                    "",
                    "",
                    "kind" + i % 2,
                    "",
                    "",
                    "",
                    i < 6 ? "here" : "there");
            float[] logMel = new float[120 * 64];
            for (int k = 0; k < logMel.length; k++) {
                logMel[k] = (float) random.nextDouble(-4.0, cry && k % 64 > 20 ? 2.0 : 0.0);
            }
            clips.add(new Clip(entry, logMel, ""));
        }
        return clips;
    }
}
