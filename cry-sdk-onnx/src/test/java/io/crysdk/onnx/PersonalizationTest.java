package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryException;
import io.crysdk.CryOutcome;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.CryWindow;
import io.crysdk.ModelSource;
import io.crysdk.Personalization;
import io.crysdk.Personalization.Protocol;
import io.crysdk.Personalization.Use;
import io.crysdk.Personalization.Verdict;
import io.crysdk.Personalizer;
import io.crysdk.ReasonScore;
import io.crysdk.StreamOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The whole way over a small model: clips in, a personalization out, answers through a view. */
class PersonalizationTest {
    private static final ModelSource FULL = ModelSource.bytes(TinyModels.full().bytes());
    private static final CryClassifier SHARED =
            CryClassifier.builder().model(FULL).build();
    private static final CryReason TEETHING = new CryReason("teething");
    private static final Instant BEGIN = Instant.parse("2026-01-05T06:00:00Z");

    @AfterAll
    static void close() {
        SHARED.close();
    }

    /** One baby: hunger is low, tiredness high, teething noise, each a little different every time. */
    private static AudioClip cry(CryReason reason, long seed) {
        Random random = new Random(seed);
        double seconds = 1.0 + random.nextDouble();
        float[] noise = Sounds.noise(seconds, 0.05, seed);
        if (reason.equals(TEETHING)) {
            return AudioClip.of(Sounds.noise(seconds, 0.5 + 0.3 * random.nextDouble(), seed), 16_000, 1);
        }
        double low = reason.equals(CryReason.HUNGER) ? 350 : 1500;
        float[] tone = Sounds.tone(seconds, low * (1 + 0.2 * random.nextDouble()), 0.5 + 0.3 * random.nextDouble());
        for (int i = 0; i < tone.length; i++) {
            tone[i] += noise[i];
        }
        return AudioClip.of(tone, 16_000, 1);
    }

    private static Personalization learn(int clips, CryReason... reasons) {
        Personalizer personalizer = SHARED.personalizer();
        Random random = new Random(clips);
        for (int i = 0; i < clips; i++) {
            CryReason reason = reasons[i < reasons.length ? i : random.nextInt(reasons.length)];
            personalizer.add(cry(reason, i), reason, BEGIN.plus(Duration.ofHours(5L * i)));
        }
        return personalizer.learn();
    }

    @Test
    void aBabyWhoseCriesDifferIsLearntAndItsReasonsAreNamed() {
        Personalization learnt = learn(24, CryReason.HUNGER, CryReason.TIREDNESS, TEETHING);
        assertThat(learnt.verdict()).isEqualTo(Verdict.LEARNT);
        assertThat(learnt.model()).isEqualTo(SHARED.model().id());
        assertThat(learnt.labels())
                .containsExactly(
                        CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT, TEETHING);
        assertThat(learnt.clips().get(1)).isZero();
        Personalization.Figures figures = learnt.figures().orElseThrow();
        assertThat(figures.protocol()).isEqualTo(Protocol.FORWARD_IN_TIME);
        assertThat(figures.episodes()).isEqualTo(24);
        assertThat(figures.judged()).isEqualTo(19);
        assertThat(figures.personal().accuracy()).isGreaterThan(0.8);
        assertThat(figures.personal().logLoss()).isLessThan(figures.generic().logLoss());
        try (CryClassifier personal = SHARED.withPersonalization(learnt)) {
            int named = 0;
            for (int i = 0; i < 12; i++) {
                CryReason reason =
                        List.of(CryReason.HUNGER, CryReason.TIREDNESS, TEETHING).get(i % 3);
                CryResult result = personal.classify(cry(reason, 1000 + i));
                assertThat(result.scores().get(0).reason()).isEqualTo(reason);
                assertThat(result.scores()).hasSize(5);
                assertThat(result.scores().stream()
                                .mapToDouble(ReasonScore::probability)
                                .sum())
                        .isCloseTo(1.0, within(1e-9));
                assertThat(result.model().personalization()).contains(learnt.sha256());
                assertThat(result.toString()).endsWith("; personal)");
                for (CryWindow window : result.windows()) {
                    assertThat(window.scores()).hasSize(5);
                }
                named += result.reason().isPresent() ? 1 : 0;
            }
            assertThat(named).isGreaterThanOrEqualTo(9);
            assertThat(personal.model().labels()).isEqualTo(learnt.labels());
            assertThat(personal.model().minReasonProbability()).isEqualTo(learnt.minReasonProbability());
            assertThat(personal.model().id().personalization()).contains(learnt.sha256());
        }
    }

    @Test
    void theOriginalGoesOnAsBefore() {
        AudioClip clip = cry(CryReason.HUNGER, 77);
        CryResult before = SHARED.classify(clip);
        Personalization learnt = learn(24, CryReason.HUNGER, CryReason.TIREDNESS, TEETHING);
        try (CryClassifier personal = SHARED.withPersonalization(learnt)) {
            CryResult heard = personal.classify(clip);
            assertThat(heard.scores()).isNotEqualTo(before.scores());
            // The gate is the model's, and stays so.
            assertThat(heard.cryProbability()).isEqualTo(before.cryProbability());
            assertThat(heard.quality()).isEqualTo(before.quality());
        }
        assertThat(SHARED.classify(clip)).isEqualTo(before);
        assertThat(SHARED.model().id().personalization()).isEmpty();
    }

    @Test
    void whatIsNoBetterIsNotAppliedUnlessOneInsists() {
        Personalization few = learn(5, CryReason.HUNGER, CryReason.TIREDNESS);
        assertThat(few.verdict()).isEqualTo(Verdict.TOO_FEW);
        AudioClip clip = cry(CryReason.HUNGER, 5);
        try (CryClassifier view = SHARED.withPersonalization(few);
                CryClassifier insisting = SHARED.withPersonalization(few, Use.ALWAYS)) {
            assertThat(view.classify(clip)).isEqualTo(SHARED.classify(clip));
            assertThat(view.model()).isEqualTo(SHARED.model());
            assertThat(insisting.classify(clip).model().personalization()).contains(few.sha256());
            assertThat(insisting.classify(clip).scores())
                    .isNotEqualTo(SHARED.classify(clip).scores());
        }
    }

    @Test
    void criesThatTellNothingAreNotLearnt() {
        Random random = new Random(8);
        Personalizer personalizer = SHARED.personalizer();
        for (int i = 0; i < 24; i++) {
            CryReason label = random.nextBoolean() ? CryReason.HUNGER : CryReason.TIREDNESS;
            personalizer.add(cry(TEETHING, i), label, BEGIN.plus(Duration.ofHours(5L * i)));
        }
        assertThat(personalizer.learn().verdict()).isEqualTo(Verdict.NO_BETTER);
    }

    @Test
    void theLastLabelIsHardToBeatWhereReasonsComeInRuns() {
        // Half of the time of one reason, then half of the other: whoever repeats the last label is nearly always
        // right.
        Personalizer personalizer = SHARED.personalizer();
        for (int i = 0; i < 24; i++) {
            CryReason label = i < 12 ? CryReason.HUNGER : CryReason.TIREDNESS;
            personalizer.add(cry(label, i), label, BEGIN.plus(Duration.ofHours(5L * i)));
        }
        Personalization learnt = personalizer.learn();
        assertThat(learnt.figures().orElseThrow().lastLabel().orElseThrow().accuracy())
                .isGreaterThan(0.9);
        assertThat(learnt.verdict()).isEqualTo(Verdict.NO_BETTER);
    }

    @Test
    void oneEpisodeIsTooFewHoweverManyClips() {
        Personalizer personalizer = SHARED.personalizer();
        for (int i = 0; i < 20; i++) {
            CryReason label = i % 2 == 0 ? CryReason.HUNGER : CryReason.TIREDNESS;
            personalizer.add(cry(label, i), label, BEGIN.plus(Duration.ofMinutes(29L * i)));
        }
        Personalization learnt = personalizer.learn();
        assertThat(learnt.verdict()).isEqualTo(Verdict.TOO_FEW);
        assertThat(learnt.figures()).isEmpty();
    }

    @Test
    void clipsMayComeInAnyOrderAndGiveTheSameBytes() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            order.add(i);
        }
        byte[] first = learnInOrder(order).toBytes();
        Collections.shuffle(order, new Random(2));
        assertThat(learnInOrder(order).toBytes()).isEqualTo(first);
    }

    private static Personalization learnInOrder(List<Integer> order) {
        Personalizer personalizer = SHARED.personalizer();
        for (int i : order) {
            CryReason label = i % 3 == 0 ? CryReason.HUNGER : TEETHING;
            personalizer.add(cry(label, i), label, BEGIN.plus(Duration.ofHours(5L * i)));
        }
        return personalizer.learn();
    }

    @Test
    void withoutTimesEveryClipIsAnEpisodeAndNothingIsLast() {
        Personalizer personalizer = SHARED.personalizer();
        for (int i = 0; i < 16; i++) {
            CryReason label = i % 2 == 0 ? CryReason.HUNGER : CryReason.TIREDNESS;
            CryResult alone = personalizer.add(cry(label, i), label);
            assertThat(alone).isEqualTo(SHARED.classify(cry(label, i)));
        }
        assertThat(personalizer.clips()).isEqualTo(16);
        Personalization learnt = personalizer.learn();
        Personalization.Figures figures = learnt.figures().orElseThrow();
        assertThat(figures.protocol()).isEqualTo(Protocol.LEAVE_ONE_OUT);
        assertThat(figures.judged()).isEqualTo(16);
        assertThat(figures.lastLabel()).isEmpty();
        assertThat(learnt.verdict()).isEqualTo(Verdict.LEARNT);
    }

    @Test
    void thePersonalizerRefusesWhatItCannotUse() {
        Personalizer personalizer = SHARED.personalizer();
        assertThatIllegalStateException().isThrownBy(personalizer::learn).withMessageContaining("0 clips");
        AudioClip clip = cry(CryReason.HUNGER, 1);
        personalizer.add(clip, CryReason.HUNGER);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> personalizer.add(clip, CryReason.HUNGER, BEGIN))
                .withMessageContaining("time");
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> personalizer.add(AudioClip.of(new float[10], 16_000, 1), CryReason.HUNGER))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.INVALID_AUDIO));
        assertThatNullPointerException().isThrownBy(() -> personalizer.add(clip, null));
        assertThat(personalizer.clips()).isEqualTo(1);
    }

    @Test
    void ofAModelWithoutAnEmbeddingNothingIsLearntOrApplied() {
        try (CryClassifier plain = CryClassifier.builder()
                .model(ModelSource.bytes(TinyModels.plain()
                        .meta("crysdk.labels", "hunger,boredom")
                        .bytes()))
                .build()) {
            assertThatExceptionOfType(CryException.class)
                    .isThrownBy(plain::personalizer)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INCOMPATIBLE))
                    .withMessageContaining("embedding");
            Personalization learnt = learn(6, CryReason.HUNGER, TEETHING);
            assertThatExceptionOfType(CryException.class)
                    .isThrownBy(() -> plain.withPersonalization(learnt))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INCOMPATIBLE));
        }
    }

    @Test
    void whatWasLearntOverAnotherModelIsRefused() {
        Personalization learnt = learn(6, CryReason.HUNGER, TEETHING);
        try (CryClassifier other = CryClassifier.builder()
                        .model(ModelSource.bytes(
                                TinyModels.full().meta("crysdk.version", "2").bytes()))
                        .build();
                CryClassifier renamed = CryClassifier.builder()
                        .model(FULL)
                        .labels(List.of(CryReason.BOREDOM, CryReason.HUNGER, CryReason.TIREDNESS, TEETHING))
                        .build()) {
            for (CryClassifier classifier : List.of(other, renamed)) {
                assertThatExceptionOfType(CryException.class)
                        .isThrownBy(() -> classifier.withPersonalization(learnt, Use.ALWAYS))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INCOMPATIBLE))
                        .withMessageContaining("learn again");
            }
        }
    }

    @Test
    void theOwnersThresholdAndAllowListHold() {
        Personalization learnt = learn(24, CryReason.HUNGER, CryReason.TIREDNESS, TEETHING);
        try (CryClassifier sure = CryClassifier.builder()
                        .model(FULL)
                        .minReasonProbability(1.0)
                        .allow(CryReason.HUNGER, CryReason.TIREDNESS)
                        .build();
                CryClassifier personal = sure.withPersonalization(learnt)) {
            CryResult result = personal.classify(cry(CryReason.HUNGER, 3));
            assertThat(result.outcome()).isEqualTo(CryOutcome.UNCERTAIN);
            assertThat(result.scores())
                    .extracting(ReasonScore::reason)
                    .containsExactlyInAnyOrder(CryReason.HUNGER, CryReason.TIREDNESS);
        }
    }

    @Test
    void closingTheOwnerClosesItsViewsAndClosingAViewClosesNothingElse() {
        Personalization learnt = learn(24, CryReason.HUNGER, CryReason.TIREDNESS, TEETHING);
        AudioClip clip = cry(CryReason.HUNGER, 1);
        CryClassifier owner = CryClassifier.builder().model(FULL).build();
        CryClassifier first = owner.withPersonalization(learnt);
        CryClassifier second = first.withPersonalization(learnt);
        assertThat(second.classify(clip)).isEqualTo(first.classify(clip));
        Personalizer personalizer = first.personalizer();
        first.close();
        first.close();
        closed(() -> first.classify(clip));
        closed(first::personalizer);
        closed(() -> personalizer.add(clip, CryReason.HUNGER));
        closed(() -> first.withPersonalization(learnt));
        assertThat(second.classify(clip).model().personalization()).isPresent();
        assertThat(owner.classify(clip).model().personalization()).isEmpty();
        owner.close();
        closed(() -> second.classify(clip));
        closed(() -> owner.withPersonalization(learnt));
        second.close();
        assertThat(second.model().id().personalization()).isPresent();
    }

    private static void closed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.CLOSED));
    }

    @Test
    void aStreamOfAViewIsPersonalToo() throws InterruptedException {
        Personalization learnt = learn(24, CryReason.HUNGER, CryReason.TIREDNESS, TEETHING);
        float[] loud = Sounds.noise(4, 0.7, 9);
        CryClassifier owner = CryClassifier.builder().model(FULL).build();
        CryClassifier personal = owner.withPersonalization(learnt);
        CryStream stream = personal.openStream(StreamOptions.builder().build());
        CryStream left = personal.openStream(StreamOptions.builder().build());
        stream.push(loud, 0, loud.length);
        stream.close();
        CryEvent.Cry cry = null;
        Optional<CryEvent> event;
        while ((event = stream.poll(Duration.ofSeconds(30))).isPresent()) {
            cry = event.get() instanceof CryEvent.CryEnded ended ? ended.cry() : cry;
        }
        assertThat(cry).isNotNull();
        // The stream's windows start elsewhere than the clip's, so the scores are near, not equal.
        CryResult whole = personal.classify(loud);
        assertThat(cry.reason()).contains(TEETHING).isEqualTo(whole.reason());
        assertThat(cry.scores()).hasSize(5);
        assertThat(cry.scores().get(0).probability())
                .isCloseTo(whole.scores().get(0).probability(), within(0.05));
        owner.close();
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> left.push(loud, 0, loud.length))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.CLOSED));
        closed(() -> personal.openStream(StreamOptions.builder().build()));
    }

    @Test
    void viewsAndOwnerServeManyThreadsAtOnce() throws Exception {
        Personalization one = learn(24, CryReason.HUNGER, CryReason.TIREDNESS, TEETHING);
        Personalization two = learn(20, CryReason.TIREDNESS, CryReason.HUNGER);
        List<CryClassifier> all = List.of(
                SHARED, SHARED.withPersonalization(one, Use.ALWAYS), SHARED.withPersonalization(two, Use.ALWAYS));
        List<AudioClip> clips = new ArrayList<>();
        List<List<CryResult>> alone = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < 9; i++) {
            clips.add(cry(i % 2 == 0 ? CryReason.HUNGER : TEETHING, i));
            for (int c = 0; c < 3; c++) {
                alone.get(c).add(all.get(c).classify(clips.get(i)));
            }
        }
        ExecutorService pool = Executors.newFixedThreadPool(9);
        try {
            List<Future<Void>> futures = new ArrayList<>();
            for (int t = 0; t < 9; t++) {
                int thread = t;
                Callable<Void> task = () -> {
                    for (int n = 0; n < 9; n++) {
                        int clip = (thread + n) % 9;
                        assertThat(all.get(thread % 3).classify(clips.get(clip)))
                                .isEqualTo(alone.get(thread % 3).get(clip));
                    }
                    return null;
                };
                futures.add(pool.submit(task));
            }
            for (Future<Void> future : futures) {
                future.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
