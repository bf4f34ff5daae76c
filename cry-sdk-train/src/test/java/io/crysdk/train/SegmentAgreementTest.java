package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.dsp.CrySegmenter;
import io.crysdk.dsp.CryUnit;
import io.crysdk.testing.Shared;
import io.crysdk.train.Manifest.Entry;
import io.crysdk.train.Manifest.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The units of the segmenter beside those of the corpus, which were cut by the same rule but with the percentiles of
 * whole files. A unit matches if what both have in common is at least half of what they cover together, and each is
 * matched once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SegmentAgreementTest {
    private List<Count> counts = List.of();

    private record Count(int fold, boolean digits, int matched, int found, int expected) {}

    @BeforeAll
    void cut() throws IOException {
        Path corpus = Shared.folder("corpus", "agreement with the segments of the corpus");
        counts = Manifest.read(List.of(corpus.resolve("manifest.csv"))).entries().parallelStream()
                .map(SegmentAgreementTest::count)
                .toList();
    }

    @Test
    void onTheFoldsThatItWasTunedOn() {
        assertThat(agreement(count -> !count.digits() && count.fold() < 4)).isGreaterThan(0.95);
    }

    @Test
    void onTheFoldThatItWasNot() {
        assertThat(agreement(count -> !count.digits() && count.fold() == 4)).isGreaterThan(0.90);
    }

    /** Nobody looked for cries in the spoken digits, so that their column is empty for another reason than others. */
    @Test
    void withTheSpokenDigitsToo() {
        assertThat(agreement(count -> count.fold() < 4)).isGreaterThan(0.94);
        assertThat(counts).filteredOn(Count::digits).hasSize(56).allMatch(count -> count.fold() < 4);
    }

    private double agreement(Predicate<Count> which) {
        List<Count> chosen = counts.stream().filter(which).toList();
        int matched = chosen.stream().mapToInt(Count::matched).sum();
        int found = chosen.stream().mapToInt(Count::found).sum();
        int expected = chosen.stream().mapToInt(Count::expected).sum();
        assertThat(expected).as("segments of the corpus").isGreaterThan(200);
        return 2.0 * matched / (found + expected);
    }

    private static Count count(Entry entry) {
        List<CryUnit> units = CrySegmenter.units(AudioClip.read(entry.file()));
        return new Count(
                entry.fold(),
                entry.source().equals("fsdd"),
                matches(units, entry.segments()),
                units.size(),
                entry.segments().size());
    }

    private static int matches(List<CryUnit> units, List<Span> spans) {
        record Pair(CryUnit unit, Span span, double share) {}
        List<Pair> pairs = new ArrayList<>();
        for (CryUnit unit : units) {
            for (Span span : spans) {
                double common = Math.min(unit.endSample(), span.end()) - Math.max(unit.startSample(), span.start());
                double together = Math.max(unit.endSample(), span.end()) - Math.min(unit.startSample(), span.start());
                if (common / together >= 0.5) {
                    pairs.add(new Pair(unit, span, common / together));
                }
            }
        }
        pairs.sort(Comparator.comparingDouble(Pair::share).reversed());
        Set<Object> taken = new HashSet<>();
        int matched = 0;
        for (Pair pair : pairs) {
            if (!taken.contains(pair.unit()) && !taken.contains(pair.span())) {
                taken.add(pair.unit());
                taken.add(pair.span());
                matched++;
            }
        }
        return matched;
    }
}
