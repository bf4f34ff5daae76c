package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.CryEvent;
import io.crysdk.CryEvent.Cry;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryEvent.CryUpdated;
import io.crysdk.CryReason;
import io.crysdk.ExecutionProvider;
import io.crysdk.ModelId;
import io.crysdk.ModelInfo;
import io.crysdk.ModelSource;
import io.crysdk.StreamOptions;
import io.crysdk.spi.ClassifierOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Windows of one second, one each half second; the gate's probability is what each test writes down. */
class CryDetectorTest {
    static final ClassifierOptions AS_THE_MODEL_SAYS = new ClassifierOptions(
            ModelSource.bytes(new byte[1]),
            Optional.empty(),
            List.of(),
            ExecutionProvider.cpu(),
            1,
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Set.of(),
            Optional.empty(),
            Optional.empty());

    private static final double HOP = 0.5;
    private static final double[] EVEN = {0.5, 0.5};

    private final List<CryEvent> events = new ArrayList<>();

    private static StreamOptions.Builder options() {
        return StreamOptions.builder()
                .windowHop(Duration.ofMillis(500))
                .smoothing(Duration.ZERO)
                .startThreshold(0.8)
                .endThreshold(0.4)
                .minLength(Duration.ofMillis(1500))
                .endAfter(Duration.ofSeconds(2))
                .updateEvery(Duration.ZERO);
    }

    private static Judge judge(String... metadata) {
        Map<String, String> contract = new HashMap<>();
        for (int i = 0; i < metadata.length; i += 2) {
            contract.put(metadata[i], metadata[i + 1]);
        }
        ModelInfo info = new ModelInfo(
                new ModelId("test", "1", "0".repeat(64)),
                1,
                0,
                List.of(CryReason.HUNGER, CryReason.BOREDOM),
                true,
                false,
                OptionalDouble.of(0.7),
                0.5,
                Map.of());
        return new Judge(info, ModelContract.fromMetadata(contract, "test"), AS_THE_MODEL_SAYS);
    }

    private CryDetector detector(StreamOptions.Builder options) {
        return new CryDetector(judge(), 2, options.build(), events::add);
    }

    private void hear(CryDetector detector, int firstWindow, double... probabilities) {
        for (int i = 0; i < probabilities.length; i++) {
            double from = (firstWindow + i) * HOP;
            detector.window(from, from + 1, GateContract.logit(probabilities[i]), EVEN, 0.01);
        }
    }

    private static Cry cry(CryEvent event) {
        return event instanceof CryStarted started
                ? started.cry()
                : event instanceof CryEnded ended ? ended.cry() : ((CryUpdated) event).cry();
    }

    @Test
    void aCryStartsOnceItIsLongEnoughAndEndsOnceItHasStoppedLongEnough() {
        hear(detector(options()), 0, .1, .9, .9, .9, .1, .1, .1, .1, .1);
        assertThat(events).hasSize(2);
        assertThat(events.get(0)).isInstanceOf(CryStarted.class);
        assertThat(events.get(0).seconds()).isEqualTo(2.0); // windows 1 and 2 reach from 0.5 to 2.0
        assertThat(cry(events.get(0)).startSeconds()).isEqualTo(0.5);
        assertThat(cry(events.get(0)).endSeconds()).isEqualTo(2.0);
        assertThat(cry(events.get(0)).cryProbability()).isCloseTo(0.9, within(1e-9));
        assertThat(cry(events.get(0)).levelDbfs()).isCloseTo(-20, within(1e-9));
        assertThat(events.get(1)).isInstanceOf(CryEnded.class);
        assertThat(events.get(1).seconds()).isEqualTo(4.5);
        assertThat(cry(events.get(1)).startSeconds()).isEqualTo(0.5);
        assertThat(cry(events.get(1)).endSeconds()).isEqualTo(2.0); // the middle of the last window, 1.5 to 2.5
    }

    @Test
    void whatIsShorterThanTheMinimumIsNotTold() {
        hear(detector(options()), 0, .1, .9, .1, .9, .1, .1);
        assertThat(events).isEmpty();
        hear(detector(options().minLength(Duration.ZERO)), 0, .1, .9, .1);
        assertThat(events).hasSize(1);
    }

    @Test
    void betweenTheThresholdsACryNeitherStartsNorEnds() {
        CryDetector detector = detector(options());
        hear(detector, 0, .6, .6, .6, .6, .6);
        assertThat(events).isEmpty();
        hear(detector, 5, .9, .6, .6, .9);
        assertThat(events).singleElement().isInstanceOf(CryStarted.class);
        assertThat(events.get(0).seconds()).isEqualTo(5.0); // the first at the start threshold once it is long enough
        hear(detector, 9, .6, .5, .45, .6, .5, .45, .6, .5);
        assertThat(events).hasSize(1);
        hear(detector, 17, .39, .39, .39, .39);
        assertThat(events).hasSize(2);
        assertThat(cry(events.get(1)).endSeconds()).isEqualTo(8.5);
    }

    @Test
    void aPauseForBreathBelongsToTheCry() {
        CryDetector detector = detector(options());
        hear(detector, 0, .9, .9, .1, .1, .1, .9, .1, .1, .1, .9);
        assertThat(events).hasSize(1);
        detector.interrupt(6, Double.POSITIVE_INFINITY);
        assertThat(cry(events.get(1)).startSeconds()).isZero();
        assertThat(cry(events.get(1)).endSeconds()).isEqualTo(5.5);
    }

    @Test
    void afterAnEndNoneStartsForTheRefractoryTime() {
        double[] loud = {.9, .9, .9, .9, .9, .9, .9, .9, .9, .9};
        CryDetector detector = detector(options().refractory(Duration.ofSeconds(2)));
        hear(detector, 0, .9, .9, .1, .1, .1, .1);
        assertThat(events).hasSize(2);
        assertThat(events.get(1).seconds()).isEqualTo(3.5);
        hear(detector, 6, loud);
        assertThat(events).hasSize(3);
        assertThat(cry(events.get(2)).startSeconds()).isEqualTo(5.5);
    }

    @Test
    void updatesComeAtTheirPeriodAndTellOfNow() {
        CryDetector detector = detector(options().updateEvery(Duration.ofMillis(900)));
        hear(detector, 0, .9, .9, .95, .99, .9, .2, .9);
        assertThat(events.stream().map(CryEvent::seconds)).containsExactly(1.5, 2.5, 3.5);
        assertThat(events.subList(1, 3)).allMatch(CryUpdated.class::isInstance);
        assertThat(cry(events.get(1)).cryProbability()).isCloseTo(.99, within(1e-9));
        assertThat(cry(events.get(2)).cryProbability()).isCloseTo(.2, within(1e-9));
        assertThat(cry(events.get(2)).endSeconds()).isEqualTo(3.0);
        detector.interrupt(5, Double.POSITIVE_INFINITY);
        assertThat(cry(events.get(3)).cryProbability()).isCloseTo(.99, within(1e-9));
    }

    /** At the default hop a second lies between two windows and between three, in turn. */
    @Test
    void whatAWindowIsLateDoesNotAddUp() {
        double hop = 0.48;
        CryDetector detector =
                detector(options().windowHop(Duration.ofMillis(480)).updateEvery(Duration.ofSeconds(1)));
        for (int window = 0; window < 252; window++) {
            double from = window * hop;
            detector.window(from, from + 0.975, GateContract.logit(.9), EVEN, 0.01);
        }
        assertThat(events.get(0)).isInstanceOf(CryStarted.class);
        double started = events.get(0).seconds();
        assertThat(events).hasSize(1 + 119); // the last window ends 119.04 s after
        for (int update = 1; update < events.size(); update++) {
            assertThat(events.get(update).seconds() - started - update).isBetween(-1e-6, hop - 1e-6);
        }
    }

    @Test
    void anUpdateIsDueOnTheWindowThatEndsThenHoweverTimesAreRounded() {
        double hop = 0.48;
        CryDetector detector =
                detector(options().windowHop(Duration.ofMillis(480)).updateEvery(Duration.ofMillis(960)));
        for (int window = 0; window < 1000; window++) {
            double from = 1e9 + window * hop;
            detector.window(from, from + 0.975, GateContract.logit(.9), EVEN, 0.01);
        }
        for (int event = 1; event < events.size(); event++) {
            assertThat(events.get(event).seconds() - events.get(event - 1).seconds())
                    .isCloseTo(0.96, within(1e-5));
        }
    }

    @Test
    void updatesThatAGapLeftOutAreNotMadeUpFor() {
        CryDetector detector =
                detector(options().updateEvery(Duration.ofSeconds(1)).endAfter(Duration.ofMinutes(1)));
        hear(detector, 0, .9, .9, .9, .9); // started at 1.5, told again at 2.5
        detector.interrupt(2.5, 10);
        hear(detector, 25, .9, .9, .9, .9); // 13.5 is the first window after, and as if there had been no gap
        assertThat(events.stream().map(CryEvent::seconds)).containsExactly(1.5, 2.5, 13.5, 14.5);
    }

    @Test
    void smoothingAveragesLogits() {
        CryDetector detector =
                detector(options().smoothing(Duration.ofSeconds(1)).minLength(Duration.ZERO));
        hear(detector, 0, .01, .9);
        assertThat(events).isEmpty();
        hear(detector, 2, .9);
        assertThat(cry(events.get(0)).cryProbability()).isCloseTo(.9, within(1e-9));
        double mean = (GateContract.logit(.9) + GateContract.logit(.5)) / 2;
        events.clear();
        CryDetector updating =
                detector(options().smoothing(Duration.ofSeconds(1)).updateEvery(Duration.ofMillis(1)));
        hear(updating, 0, .9, .9, .5);
        assertThat(cry(events.get(1)).cryProbability()).isCloseTo(1 / (1 + Math.exp(-mean)), within(1e-9));
    }

    @Test
    void withoutThresholdsOfItsOwnTheGatesHold() {
        StreamOptions plain = StreamOptions.builder()
                .windowHop(Duration.ofMillis(500))
                .smoothing(Duration.ZERO)
                .minLength(Duration.ZERO)
                .endAfter(Duration.ofMillis(500))
                .build();
        CryDetector detector = new CryDetector(judge(), 2, plain, events::add);
        hear(detector, 0, .69);
        assertThat(events).isEmpty();
        hear(detector, 1, .71, .36);
        assertThat(events).hasSize(1);
        hear(detector, 3, .34);
        assertThat(events).hasSize(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector(StreamOptions.builder().endThreshold(0.75)))
                .withMessageContaining("0.7");
    }

    @Test
    void reasonsAreWeighedAsTheContractSays() {
        double[] hungry = {1.0, 0.0};
        double[] bored = {0.0, 1.0};
        CryDetector plain = detector(options());
        plain.window(0, 1, GateContract.logit(.9), hungry, 0.01);
        plain.window(.5, 1.5, GateContract.logit(.9), hungry, 0.01);
        assertThat(cry(events.get(0)).reason()).contains(CryReason.HUNGER);
        plain.window(1, 2, GateContract.logit(.45), bored, 0.01);
        plain.window(1.5, 2.5, GateContract.logit(.1), bored, 0.01); // a pause does not vote
        plain.interrupt(3, Double.POSITIVE_INFINITY);
        assertThat(cry(events.get(1)).scores().get(0).probability()).isCloseTo(2.0 / 3, within(1e-12));

        events.clear();
        CryDetector weighted = new CryDetector(
                judge("crysdk.reason.aggregation", "cry_weighted_mean"),
                2,
                options().build(),
                events::add);
        weighted.window(0, 1, GateContract.logit(.9), hungry, 0.01);
        weighted.window(.5, 1.5, GateContract.logit(.9), hungry, 0.01);
        weighted.window(1, 2, GateContract.logit(.45), bored, 0.01);
        weighted.interrupt(3, Double.POSITIVE_INFINITY);
        assertThat(cry(events.get(1)).scores().get(0).probability()).isCloseTo(1.8 / 2.25, within(1e-9));
    }

    @Test
    void aCryGoesOnOverAShortGapAndEndsAtALongOne() {
        CryDetector detector = detector(options());
        hear(detector, 0, .9, .9, .9);
        detector.interrupt(2.1, 1.5);
        assertThat(events).hasSize(1);
        hear(detector, 8, .9);
        detector.interrupt(5, 2.1);
        assertThat(events).hasSize(2);
        assertThat(events.get(1).seconds()).isEqualTo(5);
        assertThat(cry(events.get(1)).endSeconds()).isEqualTo(5);
        assertThat(cry(events.get(1)).startSeconds()).isZero();
    }

    @Test
    void whereTheClockIsSetBackEverythingBeginsAnew() {
        CryDetector detector = detector(options().refractory(Duration.ofMinutes(1)));
        hear(detector, 100, .9, .9, .9);
        detector.interrupt(52, -50);
        assertThat(events).hasSize(2);
        hear(detector, 4, .9, .9);
        assertThat(events).hasSize(3);
        assertThat(cry(events.get(2)).startSeconds()).isEqualTo(2);
    }

    @Test
    void whatWasNotToldYetIsForgottenAtABreak() {
        CryDetector detector = detector(options());
        hear(detector, 0, .9);
        detector.interrupt(1, 0);
        hear(detector, 2, .9);
        assertThat(events).isEmpty();
        hear(detector, 3, .9);
        assertThat(cry(events.get(0)).startSeconds()).isEqualTo(1);
    }

    @Test
    void silenceHasALevelToo() {
        assertThat(CryDetector.decibels(0)).isEqualTo(-120);
        assertThat(CryDetector.decibels(1e-30)).isEqualTo(-120);
        assertThat(CryDetector.decibels(0.5)).isCloseTo(-3.01, within(0.01));
    }
}
