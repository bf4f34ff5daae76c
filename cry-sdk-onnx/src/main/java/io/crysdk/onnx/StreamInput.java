package io.crysdk.onnx;

import io.crysdk.CryEvent.GapCause;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Audio that waits to be judged: samples as they were pushed, interleaved, and what happened between them. The caller
 * holds the stream's lock.
 */
final class StreamInput {
    /** Whoever changes the form of the audio this often between two windows has to wait as if the room were full. */
    private static final int MARKS_AT_MOST = 4096;

    private static final int FIRST_ROOM = 1 << 12;

    /** Something that happened before the value number {@link #at}, counted from the stream's beginning. */
    sealed interface Mark {
        long at();
    }

    /** Audio is missing. */
    record Gap(long at, double seconds, GapCause cause) implements Mark {}

    /** The audio goes on in another form. */
    record Format(long at, int rate, int channels) implements Mark {}

    /** The caller's clock tells the time. It breaks nothing. */
    record Clock(long at, double seconds) implements Mark {}

    /** The device is gone. */
    record Lost(long at, String message) implements Mark {}

    /** Nothing more comes. */
    record End(long at) implements Mark {}

    /** A ring: value {@code n} of the stream is at {@code n} modulo its length. */
    private float[] ring = new float[FIRST_ROOM];

    private long read;
    private long written;
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private int breaks;

    /** Returns how many values may be written, if so many may wait at most. */
    int room(int limit) {
        return marks.size() >= MARKS_AT_MOST ? 0 : (int) Math.max(0, limit - (written - read));
    }

    int waiting() {
        return (int) (written - read);
    }

    void write(float[] values, int offset, int count) {
        if (waiting() + count > ring.length) {
            grow(waiting() + count);
        }
        int at = (int) (written % ring.length);
        int first = Math.min(count, ring.length - at);
        System.arraycopy(values, offset, ring, at, first);
        System.arraycopy(values, offset + first, ring, 0, count - first);
        written += count;
    }

    /** Each gap is told by itself, unless there are absurdly many without a sample between them. */
    void gap(double seconds, GapCause cause) {
        if (marks.size() >= MARKS_AT_MOST && marks.peekLast() instanceof Gap last && last.at == written) {
            marks.removeLast();
            marks.addLast(new Gap(written, last.seconds + seconds, cause));
        } else {
            add(new Gap(written, seconds, cause));
        }
    }

    void format(int rate, int channels) {
        add(new Format(written, rate, channels));
    }

    void clock(double seconds) {
        if (marks.peekLast() instanceof Clock last && last.at == written) {
            marks.removeLast();
        }
        add(new Clock(written, seconds));
    }

    void lost(String message) {
        if (marks.size() < MARKS_AT_MOST) {
            add(new Lost(written, message));
        }
    }

    void end() {
        add(new End(written));
    }

    /** Whether there is something to do for whoever needs so many values for the next step. */
    boolean ready(int needed) {
        return breaks > 0 || written - read >= needed;
    }

    /** Returns how many values there are before the next mark. */
    int available() {
        Mark next = marks.peekFirst();
        return (int) ((next == null ? written : next.at()) - read);
    }

    boolean hasMark() {
        return !marks.isEmpty();
    }

    void read(float[] out, int count) {
        int at = (int) (read % ring.length);
        int first = Math.min(count, ring.length - at);
        System.arraycopy(ring, at, out, 0, first);
        System.arraycopy(ring, 0, out, first, count - first);
        read += count;
    }

    /** Takes the next mark if it has been reached. */
    @Nullable Mark pollMark() {
        Mark next = marks.peekFirst();
        if (next == null || next.at() > read) {
            return null;
        }
        marks.removeFirst();
        breaks -= next instanceof Clock ? 0 : 1;
        return next;
    }

    /** Forgets everything. */
    void clear() {
        read = written;
        marks.clear();
        breaks = 0;
        ring = new float[FIRST_ROOM];
    }

    private void add(Mark mark) {
        marks.addLast(mark);
        breaks += mark instanceof Clock ? 0 : 1;
    }

    private void grow(int least) {
        float[] larger = new float[(int) Math.min(Integer.MAX_VALUE - 8L, Math.max(least, 2L * ring.length))];
        int waiting = waiting();
        long begin = read;
        int at = (int) (begin % ring.length);
        int first = Math.min(waiting, ring.length - at);
        int to = (int) (begin % larger.length);
        copyIn(larger, to, at, first);
        copyIn(larger, (int) ((begin + first) % larger.length), 0, waiting - first);
        ring = larger;
    }

    private void copyIn(float[] larger, int to, int from, int count) {
        int first = Math.min(count, larger.length - to);
        System.arraycopy(ring, from, larger, to, first);
        System.arraycopy(ring, from + first, larger, 0, count - first);
    }
}
