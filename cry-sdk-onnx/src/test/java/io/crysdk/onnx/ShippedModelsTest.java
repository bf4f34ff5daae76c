package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.CryUpdated;
import io.crysdk.CryOutcome;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.ModelSource;
import io.crysdk.StreamOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of any model that ships, whatever its figures. */
@ParameterizedClass
@ValueSource(strings = {ModelSource.DEFAULT, "default-float32", "lite"})
class ShippedModelsTest {
    private final String name;
    private final CryClassifier classifier;

    ShippedModelsTest(String name) {
        this.name = name;
        this.classifier =
                CryClassifier.builder().model(ModelSource.installed(name)).build();
    }

    @AfterEach
    void close() {
        classifier.close();
    }

    private void assertNoCry(float[] pcm) {
        assertThat(classifier.classify(pcm).outcome()).isEqualTo(CryOutcome.NOT_CRY);
    }

    @Test
    void itSaysWhatItIs() {
        assertThat(classifier.model().labels())
                .containsExactlyInAnyOrder(
                        CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT);
        assertThat(classifier.model().hasGate()).isTrue();
        assertThat(classifier.model().hasEmbedding()).isTrue();
        assertThat(classifier.model().id().id()).isEqualTo(name);
        // From one byte a value to four, and a little beside them.
        assertThat(classifier.model().parameters())
                .isBetween(classifier.model().bytes() / 5, classifier.model().bytes());
        assertThat(classifier.model().metadata())
                .containsKeys("crysdk.licence", "crysdk.training_data", "crysdk.figures", "crysdk.version");
    }

    @Test
    void silenceIsNoCryHoweverLongOrShort() {
        assertNoCry(Sounds.silence(0.18));
        assertNoCry(Sounds.silence(1));
        assertNoCry(Sounds.silence(30));
    }

    /** Every window is told, so that the scores of all can be compared. */
    @Test
    void aStreamAloneSaysTheSameToTheBitHoweverItIsCut() throws InterruptedException {
        StreamOptions everyWindow = StreamPropertiesTest.everyWindow();
        float[] pcm = Sounds.concat(Sounds.noise(1.3, 0.2, 7), Sounds.tone(1.6, 450, 0.4), Sounds.silence(0.7));
        List<CryEvent> whole = heard(everyWindow, pcm, pcm.length);
        assertThat(whole).filteredOn(CryUpdated.class::isInstance).hasSize(6);
        for (int chunk : new int[] {1, 37, 480, 16_001}) {
            assertThat(heard(everyWindow, pcm, chunk)).isEqualTo(whole);
        }
    }

    private List<CryEvent> heard(StreamOptions options, float[] pcm, int chunk) throws InterruptedException {
        CryStream stream = classifier.openStream(options);
        for (int from = 0; from < pcm.length; from += chunk) {
            stream.push(pcm, from, Math.min(chunk, pcm.length - from));
        }
        stream.close();
        List<CryEvent> events = new ArrayList<>();
        for (Optional<CryEvent> next = stream.poll(Duration.ZERO);
                next.isPresent();
                next = stream.poll(Duration.ZERO)) {
            events.add(next.get());
        }
        return events;
    }

    @Test
    void anAnswerDoesNotDependOnItsCompany() {
        List<AudioClip> clips = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            float[] pcm =
                    i % 2 == 0 ? Sounds.noise(0.3 + 0.4 * i, 0.3, i) : Sounds.tone(0.3 + 0.4 * i, 300 + 50 * i, 0.4);
            clips.add(AudioClip.of(pcm, 16_000, 1));
        }
        List<CryResult> together = classifier.classifyAll(clips);
        for (int i = 0; i < clips.size(); i++) {
            CryResult alone = classifier.classify(clips.get(i));
            assertThat(together.get(i).cryProbability().orElseThrow())
                    .isCloseTo(alone.cryProbability().orElseThrow(), within(BatchingPropertiesTest.RUNTIME_TOLERANCE));
            assertThat(together.get(i).outcome()).isEqualTo(alone.outcome());
        }
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
