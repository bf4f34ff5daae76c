package io.crysdk.testing;

import java.io.File;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process holds at a moment, after the collector has run.
 *
 * @param heap live bytes on the heap
 * @param direct bytes in direct buffers
 * @param resident bytes in memory in all, -1 where the system does not say
 * @param threads live threads of the virtual machine
 * @param files open file handles, -1 where the system does not say
 * @param temporary entries in the folder of temporary files
 */
public record Footprint(long heap, long direct, long resident, int threads, int files, int temporary) {
    /**
     * Takes the measure.
     *
     * @return the footprint now
     */
    public static Footprint now() {
        try {
            for (int i = 0; i < 3; i++) {
                System.gc();
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Footprint(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum(),
                residentBytes(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                entries("/proc/self/fd"),
                entries(System.getProperty("java.io.tmpdir")));
    }

    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException e) {
            return -1; // another system than Linux
        }
        return -1;
    }

    private static int entries(String folder) {
        String[] names = new File(folder).list();
        return names == null ? -1 : names.length;
    }
}
