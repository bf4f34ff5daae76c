package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of a tenth of a second come at times that each test makes up, on a clock that shows some other number. */
class ArrivalClockTest {
    private static final double CHUNK = 0.1;
    private static final double BOOT = 7_654_321;
    /** What a stream takes for a gap by default. */
    private static final double GAP = 0.25;

    private final ArrivalClock clock = new ArrivalClock();
    /** The audio that has come, and by how much the time was told to differ from that. */
    private double counted;

    private final List<Double> differences = new ArrayList<>();

    private double comes(double when) {
        counted += CHUNK;
        OptionalDouble told = clock.arrived(BOOT + when, counted);
        told.ifPresent(seconds -> differences.add(seconds - counted));
        return differences.isEmpty() ? 0 : differences.get(differences.size() - 1);
    }

    /** Audio that lasts so long comes in time from some moment on. */
    private void inTime(double from, double seconds) {
        for (int i = 1; i <= Math.round(seconds / CHUNK); i++) {
            comes(from + i * CHUNK);
        }
    }

    @Test
    void jitterIsNoLoss() {
        Random random = new Random(1);
        double last = 0;
        for (int i = 1; i < 10_000; i++) {
            double late = i % 37 == 0 ? 1.2 : random.nextDouble(0.2); // and what comes behind waits too
            last = Math.max(last, i * CHUNK + late);
            comes(last);
        }
        assertThat(differences).hasSizeGreaterThan(300).allMatch(d -> Math.abs(d) < GAP);
    }

    @Test
    void burstsAreNoLoss() {
        for (int i = 1; i < 1000; i++) {
            comes(Math.ceil(i * CHUNK - 1e-9)); // as a program writes whose buffer holds a second
        }
        assertThat(differences).hasSizeGreaterThan(40).allMatch(d -> Math.abs(d) < 1e-6);
    }

    @Test
    void whatIsMissingIsToldWithinTwoPeriods() {
        inTime(0, 20);
        inTime(23, 4.2);
        assertThat(differences.get(differences.size() - 1)).isCloseTo(3, within(1e-6));
        assertThat(differences).allMatch(d -> Math.abs(d) < 1e-6 || Math.abs(d - 3) < 1e-6);
        inTime(27.2 + 0.5, 4.2);
        assertThat(differences.get(differences.size() - 1)).isCloseTo(3.5, within(1e-6));
    }

    @Test
    void whatWasHeldUpAndComesAfterAllIsNotMissing() {
        inTime(0, 21);
        for (int i = 0; i < 100; i++) {
            comes(31 + i * 1e-3); // ten seconds at once
        }
        inTime(31, 20);
        assertThat(differences).hasSizeGreaterThan(15).allMatch(d -> Math.abs(d) < 1e-6);
    }

    @Test
    void whatHadBeenWaitingBeforeTheFirstChunkIsNoFault() {
        for (int i = 0; i < 50; i++) {
            comes(i * 1e-3);
        }
        inTime(0, 20);
        assertThat(differences).hasSizeGreaterThan(8).allMatch(d -> Math.abs(d) < GAP);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.01, 1.02, 1.05, 1.1, 1.12, 1.2, 1.5})
    void soIsItIfItComesSlowly(double speed) {
        double backlog = Math.min(3, 200 * (speed - 1));
        long drained = Math.round(backlog * speed / (speed - 1) / CHUNK);
        for (int i = 1; i < drained + 200; i++) {
            comes(Math.max(i * CHUNK / speed, i * CHUNK - backlog));
        }
        assertThat(differences).hasSizeGreaterThan(5).allMatch(d -> Math.abs(d) < GAP);
        double before = differences.get(differences.size() - 1);
        inTime((drained + 199) * CHUNK - backlog + 3, 4.2); // and then three seconds are missing
        assertThat(differences.get(differences.size() - 1)).isCloseTo(before + 3, within(0.01));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.02, 1.05, 1.1, 1.2, 1.5})
    void whatCatchesUpSlowlySetsTheClockBackOnce(double speed) {
        inTime(0, 20);
        for (int i = 1; i <= Math.round(5 * speed / (speed - 1) / CHUNK) + 100; i++) {
            comes(20 + Math.max(5 + i * CHUNK / speed, i * CHUNK));
        }
        List<Double> jumps = new ArrayList<>();
        for (int i = 1; i < differences.size(); i++) {
            double jump = differences.get(i) - differences.get(i - 1);
            if (Math.abs(jump) > 0.01) {
                jumps.add(jump);
            }
        }
        assertThat(jumps).hasSize(2);
        assertThat(jumps.get(0)).isBetween(3.0, 5.0);
        assertThat(differences.get(differences.size() - 1)).isCloseTo(0, within(0.01));
    }

    @Test
    void afterCongestionTheTimeIsRightAgain() {
        inTime(0, 20);
        double when = 20;
        for (int i = 0; i < 150; i++) {
            comes(when += 2 * CHUNK); // at half the pace
        }
        assertThat(differences.get(differences.size() - 1)).isGreaterThan(10);
        for (int i = 0; i < 150; i++) {
            comes(when += 1e-4);
        }
        inTime(50, 5);
        assertThat(differences.get(differences.size() - 1)).isCloseTo(0, within(0.05));
    }

    @Test
    void anotherClocksPaceIsFollowed() {
        double pace = 1 - 1e-4;
        double before = 0;
        for (int i = 1; i < 36_000; i++) {
            double told = comes(i * CHUNK * pace);
            assertThat(told).isCloseTo(before, within(1e-3));
            before = told;
        }
        assertThat(before).isCloseTo(-0.36, within(0.01));
    }
}
