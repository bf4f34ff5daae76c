package io.crysdk.examples.soak;

import io.crysdk.testing.Footprint;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The rule by which a day was flat. The first quarter of its hours is for warming up; of each of the other three the
 * median is taken, because one hour may catch a thread that is about to end. What is left behind grows the process from
 * each quarter to the next; what is kept for the next use, like the work space of as many calls as were ever in flight at
 * once, grows it for once. So a day is flat where one of the two steps is at most the allowance.
 *
 * @param measure of what
 * @param second the median of the second quarter
 * @param third the median of the third
 * @param last the median of the last
 * @param hours from the middle of one quarter to the middle of the next
 * @param judged false where the system does not tell, or where the figure would say nothing
 */
record Flatness(Measure measure, long second, long third, long last, double hours, boolean judged) {
    private static final long MIB = 1 << 20;

    /** Fewer hours have no quarters. */
    static final int FEWEST_HOURS = 4;

    /** What is measured, and by how much it may differ between two quarters of a day. */
    enum Measure {
        HEAP("heap", MIB / 2, Footprint::heap),
        DIRECT("direct memory", MIB / 2, Footprint::direct),
        /** What malloc keeps, and code that is compiled late, come and go by some megabytes. */
        RESIDENT("resident set", 8 * MIB, Footprint::resident),
        THREADS("threads", 1, Footprint::threads),
        FILES("file handles", 1, Footprint::files),
        TEMPORARY("temporary files", 0, Footprint::temporary);

        private final String label;
        private final long allowed;
        private final ToLongFunction<Footprint> of;

        Measure(String label, long allowed, ToLongFunction<Footprint> of) {
            this.label = label;
            this.allowed = allowed;
            this.of = of;
        }

        private boolean bytes() {
            return allowed > 1;
        }
    }

    /**
     * Judges a day.
     *
     * @param day its hours in order, {@value #FEWEST_HOURS} or more
     * @param heapIsResident whether all of the heap was touched in the beginning: else the resident set grows with what of
     *     the heap has been used once, and says nothing
     * @return one judgement for each measure
     */
    static List<Flatness> of(List<Hour> day, boolean heapIsResident) {
        if (day.size() < FEWEST_HOURS) {
            throw new IllegalArgumentException("expected " + FEWEST_HOURS + " hours or more, found " + day.size());
        }
        int quarter = day.size() / 4;
        int from = day.size() - 3 * quarter;
        return Arrays.stream(Measure.values())
                .map(measure -> {
                    long[] medians = new long[3];
                    for (int q = 0; q < medians.length; q++) {
                        medians[q] = median(measure, day.subList(from + q * quarter, from + (q + 1) * quarter));
                    }
                    boolean known = Arrays.stream(medians).allMatch(median -> median >= 0);
                    return new Flatness(
                            measure,
                            medians[0],
                            medians[1],
                            medians[2],
                            quarter,
                            known && (measure != Measure.RESIDENT || heapIsResident));
                })
                .toList();
    }

    private static long median(Measure measure, List<Hour> hours) {
        long[] sorted = hours.stream()
                .mapToLong(hour -> measure.of.applyAsLong(hour.held()))
                .sorted()
                .toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    boolean flat() {
        return !judged || Math.min(third - second, last - third) <= measure.allowed;
    }

    static String markdown(List<Flatness> all) {
        StringBuilder out = new StringBuilder(
                "| | second quarter | third | last | allowed each time | an hour in the last | verdict |\n|---|---|---|---|---|---|---|\n");
        for (Flatness each : all) {
            String verdict = !each.judged ? "not judged" : each.flat() ? "flat" : "GROWS";
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %s |%n",
                    each.measure.label,
                    each.text(each.second),
                    each.text(each.third),
                    each.text(each.last),
                    each.text(each.measure.allowed),
                    each.measure.bytes()
                            ? String.format(Locale.ROOT, "%.1f KiB", (each.last - each.third) / 1024.0 / each.hours)
                            : String.format(Locale.ROOT, "%.2f", (each.last - each.third) / each.hours),
                    verdict));
        }
        return out.toString();
    }

    private String text(long value) {
        return measure.bytes() ? String.format(Locale.ROOT, "%.2f MiB", value / (double) MIB) : Long.toString(value);
    }
}
