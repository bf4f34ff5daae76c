package io.crysdk.train.console;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A bar on standard error with the time that is left, while there is much to do and if someone is looking. For one thread.
 *
 * @since 0.1.0
 */
public final class ProgressLine implements AutoCloseable {
    private static final int MANY_FILES = 5;
    private static final long SOON_NANOS = 2_000_000_000L;
    private static final int WIDTH = 79;
    private static final int PARTS_OF_A_FILE = 1000;
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final String task;
    private final String unit;
    private final long parts;
    private final long total;
    private final long before;
    private final boolean atOnce;
    private final boolean watched = Terminal.isError();
    private final long begun = System.nanoTime();
    private long done;
    private @Nullable ProgressBar bar;

    private ProgressLine(String task, String unit, long parts, long total, long before, boolean atOnce) {
        this.task = task;
        this.unit = unit;
        this.parts = parts;
        this.total = total;
        this.before = before;
        this.done = before;
        this.atOnce = atOnce;
    }

    /**
     * Begins on files, one of which may be long.
     *
     * @param task what is done to them
     * @param total how many
     * @return the bar, which is not shown yet
     */
    public static ProgressLine files(String task, int total) {
        return new ProgressLine(task, " files", PARTS_OF_A_FILE, total, 0, total >= MANY_FILES);
    }

    /**
     * Begins on steps of a training.
     *
     * @param task what is trained
     * @param total how many
     * @param before how many of them were made before
     * @return the bar, which is not shown yet
     */
    public static ProgressLine steps(String task, long total, long before) {
        return new ProgressLine(task, " steps", 1, total, before, false);
    }

    /**
     * Says how much of the file at hand is done.
     *
     * @param share 0 to 1
     */
    public void part(double share) {
        show(Math.round((done + share) * parts));
    }

    /** One more is done. */
    public void step() {
        show(++done * parts);
    }

    private void show(long at) {
        if (watched && bar == null && (atOnce || System.nanoTime() - begun > SOON_NANOS)) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total * parts)
                    .startsFrom(before * parts, Duration.ZERO)
                    .setUnit(unit, parts)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .clearDisplayOnFinish()
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    .build();
        }
        if (bar != null) {
            bar.stepTo(at);
        }
    }

    /** Makes room for a line of output; the bar comes back below it. */
    public void clear() {
        if (bar != null) {
            System.err.print(CLEAR_LINE);
            System.err.flush();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
