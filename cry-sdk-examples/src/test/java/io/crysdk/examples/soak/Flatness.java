package io.crysdk.examples.soak;

import io.crysdk.testing.Footprint;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The rule by which a day was flat: the median of what was held in the last quarter of its hours is at most by an allowance
 * above the median of the second quarter. The first quarter is for warming up; medians, because one hour may catch a
 * thread that is about to end.
 *
 * @param measure of what
 * @param early the median of the second quarter
 * @param late the median of the last
 * @param hours from the middle of the one to the middle of the other
 * @param judged false where the system does not tell, or where the figure would say nothing
 */
record Flatness(Measure measure, long early, long late, double hours, boolean judged) {
    private static final long MIB = 1 << 20;

    /** Fewer hours have no quarters. */
    static final int FEWEST_HOURS = 4;

    /** What is measured, and by how much it may differ between two quarters of a day. */
    enum Measure {
        HEAP("heap", MIB, Footprint::heap),
        DIRECT("direct memory", MIB, Footprint::direct),
        /** What malloc keeps, and code that is compiled late, come and go by some megabytes. */
        RESIDENT("resident set", 16 * MIB, Footprint::resident),
        THREADS("threads", 2, Footprint::threads),
        FILES("file handles", 2, Footprint::files),
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
            return allowed >= MIB;
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
        int half = day.size() / 2;
        return Arrays.stream(Measure.values())
                .map(measure -> {
                    long early = median(measure, day.subList(half - quarter, half));
                    long late = median(measure, day.subList(day.size() - quarter, day.size()));
                    boolean known = early >= 0 && late >= 0;
                    return new Flatness(
                            measure,
                            early,
                            late,
                            (double) day.size() - half,
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
        return !judged || late - early <= measure.allowed;
    }

    static String markdown(List<Flatness> all) {
        StringBuilder out = new StringBuilder(
                "| | second quarter | last quarter | difference | allowed | each hour | verdict |\n|---|---|---|---|---|---|---|\n");
        for (Flatness each : all) {
            String verdict = !each.judged ? "not judged" : each.flat() ? "flat" : "GROWS";
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %s |%n",
                    each.measure.label,
                    each.text(each.early),
                    each.text(each.late),
                    each.text(each.late - each.early),
                    each.text(each.measure.allowed),
                    each.measure.bytes()
                            ? String.format(Locale.ROOT, "%.1f KiB", (each.late - each.early) / 1024.0 / each.hours)
                            : String.format(Locale.ROOT, "%.2f", (each.late - each.early) / each.hours),
                    verdict));
        }
        return out.toString();
    }

    private String text(long value) {
        return measure.bytes() ? String.format(Locale.ROOT, "%.2f MiB", value / (double) MIB) : Long.toString(value);
    }
}
