package io.crysdk.examples.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.examples.soak.Flatness.Measure;
import io.crysdk.testing.Footprint;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short soak works, and the rule by which a long one is judged tells growth from noise. */
class SoakTest {
    @TempDir
    Path folder;

    @Test
    void eachHourIsWrittenDownWithWhatWasDone() throws Exception {
        Path csv = folder.resolve("soak.csv");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Hour> day = new Soak(2, 5, 1).run(csv, new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(day).hasSize(2);
        Hour.Done first = day.get(0).done();
        Hour.Done second = day.get(1).done();
        assertThat(first.windows()).isBetween(3L, 6L);
        assertThat(second.windows()).isBetween(8L, 11L);
        assertThat(second.clips()).isBetween(2 * 27L, 2 * 29L);
        assertThat(second.streams()).isEqualTo(4);
        assertThat(second.classifiers()).isEqualTo(2);
        assertThat(second.refused()).isBetween(2 * 12L, 2 * 14L);
        assertThat(second.ended()).isEqualTo(4);
        assertThat(Files.readAllLines(csv)).hasSize(3).allMatch(line -> line.split(",").length == 14);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(4)
                .allMatch(line -> line.split("\\|").length == 15);
    }

    @Test
    void whatGoesUpAndDownIsFlat() {
        assertThat(judged(hour -> new Footprint(
                        50_000_000 + hour % 3 * 4_000_000, 10_000, 600_000_000 - hour, 20 + hour % 2, 30, 1)))
                .allMatch(Flatness::flat);
    }

    @Test
    void oneHourOutOfTheOrdinaryIsNoGrowth() {
        assertThat(judged(hour -> new Footprint(
                        hour == 23 ? 900_000_000 : 50_000_000, 10_000, 600_000_000, hour == 20 ? 60 : 20, 30, 1)))
                .allMatch(Flatness::flat);
    }

    @Test
    void warmingUpIsNoGrowth() {
        assertThat(judged(hour -> new Footprint(
                        50_000_000 - 20_000_000 / (hour * hour),
                        10_000,
                        600_000_000 - 90_000_000 / (hour * hour),
                        20,
                        30,
                        1)))
                .allMatch(Flatness::flat);
    }

    @Test
    void whatIsKeptForTheNextUseGrowsForOnce() {
        assertThat(judged(hour ->
                        new Footprint(hour < 15 ? 40_000_000 : 60_000_000, 10_000, 1, hour < 12 ? 9 : 20, 30, 1)))
                .allMatch(Flatness::flat);
    }

    @Test
    void aHundredKilobytesAnHourAreGrowth() {
        assertThat(judged(hour -> new Footprint(50_000_000 + 100_000L * hour, 10_000, 600_000_000, 20, 30, 1)))
                .filteredOn(each -> !each.flat())
                .extracting(Flatness::measure)
                .containsExactly(Measure.HEAP);
    }

    @Test
    void eachMeasureIsWatched() {
        assertThat(judged(hour -> new Footprint(
                        50_000_000 + 1_000_000L * hour,
                        1_000_000L * hour,
                        600_000_000 + 2_000_000L * hour,
                        20 + hour,
                        30 + hour,
                        hour)))
                .noneMatch(Flatness::flat)
                .hasSize(Measure.values().length);
    }

    @Test
    void theResidentSetIsNotJudgedWhileTheHeapMayGrowIntoIt() {
        List<Hour> day = day(hour -> new Footprint(1, 1, 2_000_000L * hour, 1, 1, 1));
        assertThat(Flatness.of(day, false)).allMatch(Flatness::flat);
        assertThat(Flatness.markdown(Flatness.of(day, false)))
                .contains("not judged")
                .doesNotContain("GROWS");
        assertThat(Flatness.markdown(Flatness.of(day, true))).contains("GROWS");
    }

    @Test
    void whatTheSystemDoesNotTellIsNotJudged() {
        assertThat(judged(hour -> new Footprint(1, 1, -1, 1, -1, 1)))
                .filteredOn(each -> !each.judged())
                .extracting(Flatness::measure)
                .containsExactly(Measure.RESIDENT, Measure.FILES);
    }

    @Test
    void aDayNeedsQuarters() {
        assertThatThrownBy(() ->
                        Flatness.of(day(hour -> new Footprint(1, 1, 1, 1, 1, 1)).subList(0, 3), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected 4 hours or more, found 3");
    }

    private static List<Flatness> judged(IntFunction<Footprint> held) {
        return Flatness.of(day(held), true);
    }

    private static List<Hour> day(IntFunction<Footprint> held) {
        return IntStream.rangeClosed(1, 24)
                .mapToObj(hour -> new Hour(hour, held.apply(hour), 0, new Hour.Done(0, 0, 0, 0, 0, 0)))
                .toList();
    }
}
