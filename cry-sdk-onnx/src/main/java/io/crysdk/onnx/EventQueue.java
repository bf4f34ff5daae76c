package io.crysdk.onnx;

import io.crysdk.CryEvent;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.StreamOptions.Overflow;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Events that wait to be told, no more than were asked for. The caller holds the stream's lock. */
final class EventQueue {
    /** More events than one step of the analysis makes. */
    private static final int STEP_EVENTS = 4;

    private final ArrayDeque<CryEvent> events = new ArrayDeque<>();
    private final int capacity;
    private final Overflow overflow;
    private long dropped;

    EventQueue(int capacity, Overflow overflow) {
        this.capacity = capacity;
        this.overflow = overflow;
    }

    /** Whether the events of one more step have a place; if not, the step has to wait. */
    boolean hasRoom() {
        return overflow != Overflow.BLOCK || events.size() + STEP_EVENTS <= capacity;
    }

    void add(CryEvent event) {
        if (overflow != Overflow.BLOCK && events.size() >= capacity && !(event instanceof StreamEnded)) {
            dropped++;
            if (overflow == Overflow.DROP_NEWEST) {
                return;
            }
            events.removeFirst();
        }
        events.addLast(event);
    }

    @Nullable CryEvent poll() {
        return events.pollFirst();
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    long dropped() {
        return dropped;
    }
}
