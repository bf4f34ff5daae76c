package io.crysdk.train.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;

/**
 * Holds a reader of small files to small memory: a length that lies must not be made room for.
 *
 * <p>By reflection, because these tests are compiled in a module that does not read {@code jdk.management}.
 */
final class Memory {
    /** Far more than a file of some kilobytes needs, and far less than a lie asks for. */
    private static final long LIMIT = 96L << 20;

    private Memory() {}

    /** Work that may fail. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    static void bounded(Work work) throws Exception {
        long before = allocated();
        try {
            work.run();
        } finally {
            assertThat(allocated() - before).isLessThan(LIMIT);
        }
    }

    private static long allocated() throws ReflectiveOperationException {
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method method =
                Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        return (long) method.invoke(threads, Thread.currentThread().getId());
    }
}
