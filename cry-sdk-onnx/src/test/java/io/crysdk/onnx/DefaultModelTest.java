package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.CryClassifier;
import io.crysdk.CryOutcome;
import io.crysdk.CryReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What must hold of any model that ships as the default, whatever its figures. */
class DefaultModelTest {
    private static CryClassifier classifier;

    @BeforeAll
    static void create() {
        classifier = CryClassifier.create();
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    private static void assertNoCry(float[] pcm) {
        assertThat(classifier.classify(pcm).outcome()).isEqualTo(CryOutcome.NOT_CRY);
    }

    @Test
    void itSaysWhatItIs() {
        assertThat(classifier.model().labels())
                .containsExactlyInAnyOrder(
                        CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT);
        assertThat(classifier.model().hasGate()).isTrue();
        assertThat(classifier.model().hasEmbedding()).isTrue();
        assertThat(classifier.model().id().id()).isEqualTo("default");
        assertThat(classifier.model().metadata())
                .containsKeys("crysdk.licence", "crysdk.training_data", "crysdk.figures", "crysdk.version");
    }

    @Test
    void silenceIsNoCryHoweverLongOrShort() {
        assertNoCry(Sounds.silence(0.18));
        assertNoCry(Sounds.silence(1));
        assertNoCry(Sounds.silence(30));
    }

    @Test
    void noiseAndHumAreNoCry() {
        for (double level : new double[] {0.001, 0.03, 0.9}) {
            assertNoCry(Sounds.noise(3, level, 7));
        }
        assertNoCry(Sounds.tone(3, 50, 0.5));
        assertNoCry(Sounds.tone(3, 100, 0.1));
    }
}
