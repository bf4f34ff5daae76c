package io.crysdk.dsp;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work space that is used again. Lock-free, and it allocates only where no idle item is found; not thread-local, since
 * an embedder's many or virtual threads would then each keep one for ever.
 */
final class Pool<T> {
    /** More than this many threads at once is more than the work can use; what is over is left to the collector. */
    private static final int IDLE_AT_MOST = Math.max(4, Runtime.getRuntime().availableProcessors());

    private final AtomicReferenceArray<@Nullable T> idle = new AtomicReferenceArray<>(IDLE_AT_MOST);
    private final Supplier<? extends T> maker;

    Pool(Supplier<? extends T> maker) {
        this.maker = maker;
    }

    T take() {
        for (int i = 0; i < IDLE_AT_MOST; i++) {
            if (idle.getPlain(i) != null) {
                T item = idle.getAndSet(i, null);
                if (item != null) {
                    return item;
                }
            }
        }
        return maker.get();
    }

    void give(T item) {
        for (int i = 0; i < IDLE_AT_MOST; i++) {
            if (idle.getPlain(i) == null && idle.compareAndSet(i, null, item)) {
                return;
            }
        }
    }
}
