package io.crysdk.train.live;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much memory the process takes.
 *
 * @param heap in use after a collection, in MB
 * @param resident of the whole process, in MB; 0 where the system does not say
 */
record Memory(long heap, long resident) {
    private static final long MB = 1_000_000;

    static Memory now() {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Memory(heap / MB, residentKilobytes() * 1024 / MB);
    }

    /** Processor time of the whole process; 0 where the virtual machine does not say. */
    static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    static Memory largest(List<Memory> all) {
        return new Memory(
                all.stream().mapToLong(Memory::heap).max().orElse(0),
                all.stream().mapToLong(Memory::resident).max().orElse(0));
    }

    @Override
    public String toString() {
        return heap + " MB, " + (resident == 0 ? "unknown" : resident + " MB");
    }

    private static long residentKilobytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
