package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryOutcome;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.CryWindow;
import io.crysdk.ModelSource;
import io.crysdk.ReasonScore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class OnnxCryClassifierTest {
    private static final ModelSource FULL = ModelSource.bytes(TinyModels.full().bytes());
    private static final ModelSource PLAIN = ModelSource.bytes(
            TinyModels.plain().meta("crysdk.labels", "hunger,boredom").bytes());
    private static final CryClassifier SHARED =
            CryClassifier.builder().model(FULL).build();

    @AfterAll
    static void close() {
        SHARED.close();
    }

    private static void refused(CryErrorCode code, AudioClip clip, String... words) {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> SHARED.classify(clip))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    private static AudioClip mono(float[] pcm) {
        return AudioClip.of(pcm, 16_000, 1);
    }

    @Test
    void loudIsACryAndSilenceIsNotForThisGate() {
        CryResult loud = SHARED.classify(Sounds.noise(2.0, 0.9, 1));
        assertThat(loud.outcome()).isNotEqualTo(CryOutcome.NOT_CRY);
        assertThat(loud.cryProbability().orElseThrow()).isGreaterThan(0.9);
        CryResult silent = SHARED.classify(Sounds.silence(2.0));
        assertThat(silent.outcome()).isEqualTo(CryOutcome.NOT_CRY);
        assertThat(silent.reason()).isEmpty();
        assertThat(silent.warnings()).anyMatch(w -> w.startsWith("silent"));
        assertThat(silent.scores()).hasSize(4);
    }

    @Test
    void oneLoudSecondInALongClipIsEnough() {
        CryResult result =
                SHARED.classify(Sounds.concat(Sounds.silence(8), Sounds.noise(2.5, 0.9, 1), Sounds.silence(8)));
        assertThat(result.outcome()).isNotEqualTo(CryOutcome.NOT_CRY);
        CryWindow loudest = result.windows().stream()
                .max(Comparator.comparingDouble(w -> w.cryProbability().orElseThrow()))
                .orElseThrow();
        assertThat(loudest.startSeconds()).isBetween(7.9, 9.6);
    }

    @Test
    void scoresAreSortedAndSumToOne() {
        for (CryResult result :
                List.of(SHARED.classify(Sounds.noise(3.3, 0.5, 2)), SHARED.classify(Sounds.tone(0.2, 440, 0.5)))) {
            assertThat(result.scores().stream()
                            .mapToDouble(ReasonScore::probability)
                            .sum())
                    .isCloseTo(1.0, within(1e-9));
            assertThat(result.scores()).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
            for (CryWindow window : result.windows()) {
                assertThat(window.scores().stream()
                                .mapToDouble(ReasonScore::probability)
                                .sum())
                        .isCloseTo(1.0, within(1e-9));
            }
        }
    }

    @Test
    void windowsCoverTheClip() {
        CryResult result = SHARED.classify(Sounds.noise(2.0, 0.5, 3));
        List<CryWindow> windows = result.windows();
        assertThat(windows.get(0).startSeconds()).isZero();
        for (int w = 1; w < windows.size(); w++) {
            assertThat(windows.get(w).startSeconds())
                    .isLessThanOrEqualTo(windows.get(w - 1).endSeconds());
        }
        assertThat(windows.get(windows.size() - 1).endSeconds()).isCloseTo(2.0, within(0.011));
        assertThat(SHARED.classify(Sounds.noise(0.5, 0.5, 3)).windows())
                .singleElement()
                .satisfies(w -> assertThat(w.endSeconds()).isEqualTo(0.5));
        assertThat(SHARED.classify(Sounds.noise(0.5, 0.5, 3)).warnings()).anyMatch(w -> w.startsWith("short"));
    }

    @Test
    void theWindowHopIsTheCallers() {
        try (CryClassifier fine = CryClassifier.builder()
                .model(FULL)
                .windowHop(Duration.ofMillis(100))
                .build()) {
            assertThat(fine.classify(Sounds.noise(1.975, 0.5, 3)).windows()).hasSize(11);
        }
    }

    @Test
    void whatCannotBeJudgedIsRefused() {
        refused(CryErrorCode.INVALID_AUDIO, mono(new float[0]), "no samples");
        refused(CryErrorCode.INVALID_AUDIO, mono(new float[2879]), "0.18");
        refused(CryErrorCode.INVALID_AUDIO, AudioClip.of(new float[7937], 44_100, 1), "0.18");
        float[] nan = Sounds.noise(1, 0.5, 1);
        nan[777] = Float.NaN;
        refused(CryErrorCode.INVALID_AUDIO, mono(nan), "NaN", "777");
        nan[777] = Float.NEGATIVE_INFINITY;
        refused(CryErrorCode.INVALID_AUDIO, AudioClip.of(nan, 16_000, 2), "Infinity", "388");
        refused(CryErrorCode.INVALID_AUDIO, mono(Sounds.noise(1, 20_000, 1)), "32768");
        refused(CryErrorCode.UNSUPPORTED_FORMAT, AudioClip.of(new float[3999], 3999, 1), "4000");
        refused(CryErrorCode.UNSUPPORTED_FORMAT, AudioClip.of(new float[192_001], 192_001, 1), "192000");
        refused(CryErrorCode.INVALID_AUDIO, AudioClip.of(new float[4000 * 3600 + 1], 4000, 1), "3600");
        assertThatNullPointerException().isThrownBy(() -> SHARED.classify((float[]) null));
        assertThatNullPointerException().isThrownBy(() -> SHARED.classify((AudioClip) null));
    }

    @Test
    void theShortestAndTheLoudestThatAreTaken() {
        assertThat(SHARED.classify(Sounds.noise(0.18, 0.5, 1)).windows()).hasSize(1);
        assertThat(SHARED.classify(AudioClip.of(new float[7938], 44_100, 1)).windows())
                .hasSize(1);
        CryResult loud = SHARED.classify(Sounds.noise(1, 3, 1));
        assertThat(loud.warnings()).anyMatch(w -> w.startsWith("too loud")).anyMatch(w -> w.startsWith("clipped"));
        float[] denormal = new float[16_000];
        Arrays.fill(denormal, Float.MIN_VALUE);
        assertThat(SHARED.classify(denormal).outcome()).isEqualTo(CryOutcome.NOT_CRY);
    }

    @Test
    void aNarrowBandIsNoticed() {
        float[] low = Sounds.tone(2, 1000, 0.5);
        assertThat(SHARED.classify(low).warnings()).anyMatch(w -> w.startsWith("narrow band: nothing above"));
        assertThat(SHARED.classify(Sounds.noise(2, 0.5, 1)).warnings()).isEmpty();
    }

    @Test
    void nothingIsWrittenToTheCallersSamples() {
        float[] pcm = Sounds.noise(2, 0.5, 4);
        float[] before = pcm.clone();
        SHARED.classify(pcm);
        assertThat(pcm).isEqualTo(before);
    }

    @Test
    void theSameSamplesGiveTheSameBits() {
        float[] pcm = Sounds.noise(3.1, 0.5, 5);
        assertThat(SHARED.classify(pcm)).isEqualTo(SHARED.classify(pcm));
        try (CryClassifier other = CryClassifier.builder().model(FULL).build()) {
            assertThat(other.classify(pcm)).isEqualTo(SHARED.classify(pcm));
        }
    }

    @Test
    void inABatchTheClipAtFaultIsNamedAndNoneIsJudged() {
        assertThat(SHARED.classifyAll(List.of())).isEmpty();
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> SHARED.classifyAll(
                        List.of(mono(Sounds.noise(1, 0.5, 1)), mono(new float[10]), mono(Sounds.noise(1, 0.5, 1)))))
                .withMessageContaining("clip 1");
    }

    @Test
    void anyRateAndChannelCountIsTaken() {
        for (int rate : new int[] {4_000, 8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000}) {
            float[] tone = new float[2 * rate * 2];
            for (int i = 0; i < tone.length; i++) {
                tone[i] = (float) (0.5 * Math.sin(2 * Math.PI * 440 * (i / 2) / rate));
            }
            CryResult result = SHARED.classify(AudioClip.of(tone, rate, 2));
            assertThat(result.quality().durationSeconds()).isCloseTo(2.0, within(0.001));
        }
    }

    @Test
    void withoutAGateTheReasonsSpeakAlone() {
        try (CryClassifier plain = CryClassifier.builder().model(PLAIN).build()) {
            CryResult result = plain.classify(Sounds.noise(1.5, 0.5, 1));
            assertThat(result.cryProbability()).isEmpty();
            assertThat(result.outcome()).isNotEqualTo(CryOutcome.NOT_CRY);
            assertThat(result.windows()).allMatch(w -> w.cryProbability().isEmpty());
        }
        try (CryClassifier strict =
                CryClassifier.builder().model(PLAIN).minReasonProbability(1.0).build()) {
            assertThat(strict.classify(Sounds.noise(1.5, 0.5, 1)).outcome()).isEqualTo(CryOutcome.UNCERTAIN);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        CryClassifier.builder().model(PLAIN).gateThreshold(0.5).build());
    }

    @Test
    void thresholdsAndAllowListAreTheCallers() {
        float[] loud = Sounds.noise(1.5, 0.9, 1);
        try (CryClassifier never =
                CryClassifier.builder().model(FULL).gateThreshold(1.0).build()) {
            assertThat(never.classify(loud).outcome()).isEqualTo(CryOutcome.NOT_CRY);
        }
        try (CryClassifier two = CryClassifier.builder()
                .model(FULL)
                .allow(CryReason.BOREDOM, CryReason.TIREDNESS)
                .minReasonProbability(0)
                .build()) {
            CryResult result = two.classify(loud);
            assertThat(result.outcome()).isEqualTo(CryOutcome.CRY);
            assertThat(result.scores())
                    .extracting(ReasonScore::reason)
                    .containsExactlyInAnyOrder(CryReason.BOREDOM, CryReason.TIREDNESS);
            assertThat(result.scores().stream()
                            .mapToDouble(ReasonScore::probability)
                            .sum())
                    .isCloseTo(1.0, within(1e-9));
        }
        double weakest = SHARED.classify(loud).scores().get(3).probability();
        CryReason unlikely = SHARED.classify(loud).scores().get(3).reason();
        assertThat(weakest).isLessThan(0.25);
        try (CryClassifier one = CryClassifier.builder()
                .model(FULL)
                .allow(unlikely)
                .minReasonProbability(0.5)
                .build()) {
            // The only reason allowed is not the surer for it.
            assertThat(one.classify(loud).outcome()).isEqualTo(CryOutcome.UNCERTAIN);
            assertThat(one.classify(loud).scores()).containsExactly(new ReasonScore(unlikely, 1.0));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CryClassifier.builder()
                        .model(FULL)
                        .allow(new CryReason("wind"))
                        .build())
                .withMessageContaining("wind");
    }

    @Test
    void theModelsContractDecides() {
        float[] loud = Sounds.noise(1.5, 0.9, 1);
        double certain = SHARED.classify(loud).scores().get(0).probability();
        try (CryClassifier cold = CryClassifier.builder()
                        .model(ModelSource.bytes(TinyModels.full()
                                .meta("crysdk.reason.temperature", "8")
                                .bytes()))
                        .build();
                CryClassifier shy = CryClassifier.builder()
                        .model(ModelSource.bytes(TinyModels.full()
                                .meta("crysdk.gate.slope", "0.5")
                                .meta("crysdk.gate.offset", "-6")
                                .bytes()))
                        .build();
                CryClassifier paper = CryClassifier.builder()
                        .model(ModelSource.bytes(TinyModels.full()
                                .meta("crysdk.pre_emphasis", "0.97")
                                .meta("crysdk.z_score", "true")
                                .bytes()))
                        .build()) {
            assertThat(cold.classify(loud).scores().get(0).probability()).isLessThan(certain);
            assertThat(shy.classify(loud).outcome()).isEqualTo(CryOutcome.NOT_CRY);
            // With z-score the level no longer matters, and quality still speaks of the samples as they came.
            CryResult half = paper.classify(Sounds.noise(1.5, 0.45, 1));
            assertThat(half.cryProbability().orElseThrow())
                    .isCloseTo(paper.classify(loud).cryProbability().orElseThrow(), within(1e-5));
            assertThat(half.quality().peak()).isLessThan(0.46);
        }
    }

    @Test
    void anyTemperatureGivesProbabilities() {
        for (String temperature : List.of("1e-9", "0.001", "1000", "1e300")) {
            try (CryClassifier classifier = CryClassifier.builder()
                    .model(ModelSource.bytes(TinyModels.full()
                            .meta("crysdk.reason.temperature", temperature)
                            .bytes()))
                    .build()) {
                assertThat(classifier.classify(Sounds.noise(1.5, 0.9, 1)).scores().stream()
                                .mapToDouble(ReasonScore::probability)
                                .sum())
                        .isCloseTo(1.0, within(1e-9));
            }
        }
    }

    @Test
    void aNetworkThatGivesNoNumberIsAnInferenceThatFailed() {
        // Soundness is tried on silence when a model loads; this one breaks only on loud audio.
        try (CryClassifier classifier = CryClassifier.builder()
                .model(ModelSource.bytes(TinyModels.overflowing().bytes()))
                .build()) {
            assertThat(classifier.classify(Sounds.silence(1)).outcome()).isNotNull();
            assertThatExceptionOfType(CryException.class)
                    .isThrownBy(() -> classifier.classify(Sounds.noise(1, 0.9, 1)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.INFERENCE_FAILED))
                    .withMessageContaining("NaN");
        }
    }

    @Test
    void oneInstanceServesManyThreads() throws Exception {
        List<float[]> clips = new ArrayList<>();
        List<CryResult> alone = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            clips.add(Sounds.noise(0.2 + i * 0.17, 0.05 + i * 0.03, i));
            alone.add(SHARED.classify(clips.get(i)));
        }
        ExecutorService pool = Executors.newFixedThreadPool(16);
        try {
            List<Future<Void>> futures = new ArrayList<>();
            for (int t = 0; t < 16; t++) {
                int first = t;
                Callable<Void> task = () -> {
                    for (int n = 0; n < 24; n++) {
                        int i = (first + n) % 24;
                        assertThat(SHARED.classify(clips.get(i))).isEqualTo(alone.get(i));
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

    @Test
    void closingLetsCallsFinishRefusesLaterOnesAndMayBeRepeated() throws Exception {
        for (int round = 0; round < 10; round++) {
            CryClassifier classifier = CryClassifier.builder().model(FULL).build();
            CountDownLatch started = new CountDownLatch(4);
            ExecutorService pool = Executors.newFixedThreadPool(4);
            try {
                List<Future<CryErrorCode>> futures = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    futures.add(pool.submit(() -> {
                        started.countDown();
                        try {
                            while (true) {
                                assertThat(classifier
                                                .classify(Sounds.noise(2, 0.5, 1))
                                                .windows())
                                        .isNotEmpty();
                            }
                        } catch (CryException e) {
                            return e.code();
                        }
                    }));
                }
                started.await();
                classifier.close();
                classifier.close();
                for (Future<CryErrorCode> future : futures) {
                    assertThat(future.get()).isEqualTo(CryErrorCode.CLOSED);
                }
                assertThat(classifier.model().id().id()).isEqualTo("tiny");
                // Closed comes before anything that may be wrong with the audio.
                assertThatExceptionOfType(CryException.class)
                        .isThrownBy(() -> classifier.classify(new float[0]))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.CLOSED));
            } finally {
                pool.shutdownNow();
            }
        }
    }
}
