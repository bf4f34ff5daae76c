package io.crysdk.examples.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on standard error while many files or a long one are at work, if someone is looking. */
final class Progress implements AutoCloseable {
    private static final int MANY = 5;
    private static final long SOON_NANOS = 2_000_000_000L;
    private static final int WIDTH = 79;
    private static final int STEPS_A_FILE = 1000;
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final String task;
    private final int total;
    private final boolean watched = Terminal.isError();
    private final long begun = System.nanoTime();
    private int done;
    private @Nullable ProgressBar bar;

    private Progress(String task, int total) {
        this.task = task;
        this.total = total;
    }

    static Progress over(String task, int total) {
        return new Progress(task, total);
    }

    /** Says how much of the file at hand is done, 0 to 1. */
    void part(double share) {
        show(Math.round((done + share) * STEPS_A_FILE));
    }

    void step() {
        show((long) ++done * STEPS_A_FILE);
    }

    private void show(long steps) {
        if (watched && bar == null && (total >= MANY || System.nanoTime() - begun > SOON_NANOS)) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax((long) total * STEPS_A_FILE)
                    .setUnit(" files", STEPS_A_FILE)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .clearDisplayOnFinish()
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    .build();
        }
        if (bar != null) {
            bar.stepTo(steps);
        }
    }

    /** Makes room for a line of output; the bar comes back below it. */
    void clear() {
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
