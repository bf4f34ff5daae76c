package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final double TOLERANCE = Timeline.TOLERANCE_SECONDS;

    private final Timeline timeline = new Timeline();

    @Test
    void soundTimeStampsShiftNothing() {
        timeline.begin(0.0);
        for (int i = 1; i < 1000; i++) {
            double jitter = i % 2 == 0 ? 0.02 : -0.02;
            assertThat(timeline.follow(i * 0.02, i * 0.02 + jitter, TOLERANCE)).isZero();
        }
        assertThat(timeline.offset(7.0)).isZero();
    }

    @Test
    void aLateBeginningAndAGapAreFollowed() {
        timeline.begin(0.7);
        assertThat(timeline.follow(1.0, 2.2, TOLERANCE)).isCloseTo(0.5, within(1e-9));
        assertThat(timeline.offset(0.0)).isEqualTo(0.7);
        assertThat(timeline.offset(0.9999)).isEqualTo(0.7);
        assertThat(timeline.offset(1.0)).isCloseTo(1.2, within(1e-9));
        assertThat(timeline.offset(50.0)).isCloseTo(1.2, within(1e-9));
    }

    @Test
    void afterDamageASmallSkipIsMeant() {
        timeline.begin(0.0);
        assertThat(timeline.follow(1.0, 1.02, TOLERANCE)).isZero();
        assertThat(timeline.follow(1.0, 1.02, 0.005)).isCloseTo(0.02, within(1e-9));
        assertThat(timeline.offset(1.0)).isCloseTo(0.02, within(1e-9));
    }

    @Test
    void clocksThatRunFasterOrSlowerAreFollowed() {
        for (double speed : new double[] {1.001, 0.999}) {
            timeline.begin(0.0);
            for (double seconds = 0.02; seconds < 3600; seconds += 0.02) {
                timeline.follow(seconds, seconds * speed, TOLERANCE);
                assertThat(seconds + timeline.offset(seconds)).isCloseTo(seconds * speed, within(0.051));
            }
        }
    }

    @Test
    void timeNeverGoesBackWhateverTheStamps() {
        Random random = new Random(3);
        for (int round = 0; round < 20; round++) {
            timeline.begin(random.nextDouble());
            double seconds = 0.0;
            for (int i = 0; i < 2000; i++) {
                seconds += random.nextDouble();
                timeline.follow(seconds, 1000 * random.nextGaussian() * random.nextInt(3) + seconds, TOLERANCE);
            }
            double before = 0.0;
            for (double at = 0.0; at < seconds + 5; at += 0.05) {
                assertThat(timeline.offset(at)).isNotNegative();
                assertThat(at + timeline.offset(at)).isGreaterThanOrEqualTo(before - 1e-6);
                before = at + timeline.offset(at);
            }
        }
    }

    @Test
    void stampsThatAlwaysJumpAreFollowedOnlySoFar() {
        timeline.begin(0.0);
        int followed = 0;
        for (int i = 1; i < 30_000; i++) {
            followed += timeline.follow(i, 3.0 * i, TOLERANCE) > 0.0 ? 1 : 0;
        }
        assertThat(followed).isEqualTo(9_999);
    }

    @Test
    void lossesAreToldInALineHoweverManyTheyAre() {
        Losses losses = new Losses("lost");
        losses.add(1.0, 0.02);
        losses.add(1.02, 0.02);
        assertThat(losses).hasToString("lost: 0.04 s at 1.00 s");
        losses.add(3.0, 0.0);
        assertThat(losses).hasToString("lost: 0.04 s at 1.00 s, something at 3.00 s");
        for (int i = 0; i < 1000; i++) {
            losses.add(10 + i, 0.5);
        }
        assertThat(losses.toString())
                .isEqualTo("lost: 0.04 s at 1.00 s, something at 3.00 s, 0.50 s at 10.00 s, 0.50 s at 11.00 s,"
                        + " 0.50 s at 12.00 s and in 997 more places, 500.04 s in all");
    }
}
