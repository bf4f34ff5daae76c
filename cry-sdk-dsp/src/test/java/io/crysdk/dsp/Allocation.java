package io.crysdk.dsp;

import java.lang.reflect.Method;

/**
 * Counts the bytes that code allocates on its own thread. By reflection, because the tests are compiled as part of a
 * module that does not read {@code jdk.management}.
 */
final class Allocation {
    private Allocation() {}

    /** Average bytes per call over {@code calls} calls, after {@code warmUp} others. */
    static double bytesPerCall(int warmUp, int calls, Runnable call) {
        for (int i = 0; i < warmUp; i++) {
            call.run();
        }
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Method allocated =
                    Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
            long self = Thread.currentThread().getId();
            // What the measuring itself takes is measured first.
            long first = (long) allocated.invoke(threads, self);
            long before = (long) allocated.invoke(threads, self);
            for (int i = 0; i < calls; i++) {
                call.run();
            }
            long after = (long) allocated.invoke(threads, self);
            return Math.max(0, (after - before) - (before - first)) / (double) calls;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("this Java platform does not count allocated bytes", e);
        }
    }
}
