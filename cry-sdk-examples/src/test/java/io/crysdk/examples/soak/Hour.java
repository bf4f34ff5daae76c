package io.crysdk.examples.soak;

import io.crysdk.testing.Footprint;
import java.util.Locale;

/**
 * What the process held when a simulated hour was over, and what had been done until then.
 *
 * @param number from 1 on
 * @param held heap, direct memory, resident set, threads, files
 * @param machine bytes that the virtual machine holds for compiled code and classes; part of the resident set
 * @param done what had been done since the beginning
 */
record Hour(int number, Footprint held, long machine, Done done) {
    /**
     * What was done.
     *
     * @param windows of live audio that the network judged
     * @param clips that were answered
     * @param streams that were opened and closed
     * @param classifiers that were opened and closed
     * @param refused files, samples and models that were refused with a typed error
     * @param ended calls that were ended by a time limit or an interrupt
     */
    record Done(long windows, long clips, long streams, long classifiers, long refused, long ended) {}

    static final String CSV_HEADER =
            "hour,heap_bytes,direct_bytes,resident_bytes,code_and_class_bytes,threads,files,temporary_files,"
                    + "live_windows,clips,streams,classifiers,refused,ended_early\n";
    static final String MARKDOWN_HEADER =
            "| hour | heap, MiB | direct, MiB | resident, MiB | code and classes, MiB | threads | files | temporary files"
                    + " | live windows | clips | streams | classifiers | refused | ended early |\n"
                    + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";

    String csv() {
        return String.format(
                Locale.ROOT,
                "%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d%n",
                number,
                held.heap(),
                held.direct(),
                held.resident(),
                machine,
                held.threads(),
                held.files(),
                held.temporary(),
                done.windows,
                done.clips,
                done.streams,
                done.classifiers,
                done.refused,
                done.ended);
    }

    String markdown() {
        return String.format(
                Locale.ROOT,
                "| %d | %.2f | %.2f | %.1f | %.1f | %d | %d | %d | %d | %d | %d | %d | %d | %d |%n",
                number,
                mebibytes(held.heap()),
                mebibytes(held.direct()),
                mebibytes(held.resident()),
                mebibytes(machine),
                held.threads(),
                held.files(),
                held.temporary(),
                done.windows,
                done.clips,
                done.streams,
                done.classifiers,
                done.refused,
                done.ended);
    }

    private static double mebibytes(long bytes) {
        return bytes / 1048576.0;
    }
}
