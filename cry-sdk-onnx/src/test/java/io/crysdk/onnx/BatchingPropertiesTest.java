package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryResult;
import io.crysdk.ModelSource;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

class BatchingPropertiesTest {
    /** Different batches run different kernels: this far may one window's probability stray, as the contract says. */
    static final double RUNTIME_TOLERANCE = 1e-5;

    private static final CryClassifier CLASSIFIER = CryClassifier.builder()
            .model(ModelSource.bytes(TinyModels.full().bytes()))
            .build();

    @AfterContainer
    static void close() {
        CLASSIFIER.close();
    }

    @Property(tries = 25)
    void anAnswerDoesNotDependOnItsCompany(@ForAll @IntRange(min = 1, max = 12) int count, @ForAll long seed) {
        List<AudioClip> clips = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clips.add(AudioClip.of(
                    Sounds.noise(0.2 + (i * 0.37 + Math.abs(seed % 7) * 0.3) % 4, 0.1 + 0.07 * i, seed + i),
                    16_000,
                    1));
        }
        List<CryResult> together = CLASSIFIER.classifyAll(clips);
        assertThat(together).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertClose(together.get(i), CLASSIFIER.classify(clips.get(i)));
        }
    }

    private static void assertClose(CryResult found, CryResult expected) {
        assertThat(found.outcome()).isEqualTo(expected.outcome());
        assertThat(found.quality()).isEqualTo(expected.quality());
        assertThat(found.windows()).hasSameSizeAs(expected.windows());
        assertThat(found.cryProbability().orElseThrow())
                .isCloseTo(expected.cryProbability().orElseThrow(), within(RUNTIME_TOLERANCE));
        for (int k = 0; k < expected.scores().size(); k++) {
            assertThat(found.scores().get(k).probability())
                    .isCloseTo(expected.scores().get(k).probability(), within(RUNTIME_TOLERANCE));
        }
    }
}
