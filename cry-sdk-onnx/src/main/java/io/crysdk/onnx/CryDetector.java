package io.crysdk.onnx;

import io.crysdk.CryEvent;
import io.crysdk.CryEvent.Cry;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryEvent.CryUpdated;
import io.crysdk.StreamOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Turns what the network says of a stream's windows, one after the other, into cries that start, go on and end, by the
 * rule of {@link StreamOptions}. Times are seconds on the stream's clock. For one thread.
 */
final class CryDetector {
    /** A window that ends so little before an update is due has only been rounded. */
    private static final double ROUNDING = 1e-6;

    private final Judge judge;
    private final double startThreshold;
    private final double endThreshold;
    private final double minLength;
    private final double endAfter;
    private final double refractory;
    private final double updateEvery;
    private final Consumer<? super CryEvent> events;

    /** The logits of the last windows, which are averaged; the oldest is written over. */
    private final double[] recent;

    private int recentCount;

    /** What is known of the stretch of crying since {@link #start}, told or not. */
    private boolean crying;

    private boolean told;
    private double start;
    private double end;
    /** The middle of the last window that was heard to cry: the best guess at where it stopped, if it has. */
    private double middle;

    private double highest;
    private double meanSquares;
    private int windows;
    private final double[] reasonSums;
    private double weights;

    private double toldAt;
    /** How many periods of updates had passed since, at the last. */
    private double periodsTold;

    private double quietUntil = Double.NEGATIVE_INFINITY;

    CryDetector(Judge judge, int labels, StreamOptions options, Consumer<? super CryEvent> events) {
        this.judge = judge;
        this.startThreshold = options.startThreshold().orElse(judge.gateThreshold());
        this.endThreshold = options.endThreshold().orElse(startThreshold / 2);
        if (endThreshold > startThreshold) {
            throw new IllegalArgumentException(
                    "a cry that starts at " + startThreshold + " cannot end below " + endThreshold);
        }
        this.minLength = seconds(options.minLength());
        this.endAfter = seconds(options.endAfter());
        this.refractory = seconds(options.refractory());
        this.updateEvery = seconds(options.updateEvery());
        this.recent =
                new double[(int) Math.max(1, Math.round(seconds(options.smoothing()) / seconds(options.windowHop())))];
        this.reasonSums = new double[labels];
        this.events = events;
    }

    /**
     * Takes the next window.
     *
     * @param from where it begins
     * @param to where it ends, and how far the stream has been heard
     * @param logit the gate's, of this window alone
     * @param reasons the calibrated reasons of this window, and behind them their correction if the judge has a head
     * @param meanSquare how loud it is
     */
    void window(double from, double to, double logit, double[] reasons, double meanSquare) {
        recent[recentCount++ % recent.length] = logit;
        double probability = judge.cryProbability(meanLogit());
        if (!crying) {
            if (probability < startThreshold || from < quietUntil) {
                return;
            }
            begin(from);
        } else if (probability < endThreshold) {
            if (!told) {
                crying = false;
            } else if (to - end >= endAfter) {
                end = Math.max(start, middle);
                end(to);
            } else {
                update(to, probability, meanSquare);
            }
            return;
        }
        end = to;
        middle = (from + to) / 2;
        add(judge.cryProbability(logit), reasons, meanSquare);
        highest = Math.max(highest, probability);
        if (told) {
            update(to, probability, meanSquare);
        } else if (probability >= startThreshold && end - start >= minLength) {
            told = true;
            toldAt = to;
            periodsTold = 0.0;
            events.accept(new CryStarted(to, cry(probability, meanSquare)));
        }
    }

    /**
     * The audio stopped, and goes on later or never.
     *
     * @param at where it stopped
     * @param missing how many seconds are missing; negative for a clock that was set back, infinite for who knows
     */
    void interrupt(double at, double missing) {
        recentCount = 0;
        boolean over = missing < 0.0 || at + missing - end >= endAfter;
        if (told && over) {
            end(at);
        }
        crying &= told;
        if (missing < 0.0) {
            quietUntil = Double.NEGATIVE_INFINITY;
        }
    }

    private void begin(double from) {
        crying = true;
        told = false;
        start = from;
        highest = 0.0;
        meanSquares = 0.0;
        windows = 0;
        weights = 0.0;
        Arrays.fill(reasonSums, 0.0);
    }

    private void add(double cryProbability, double[] reasons, double meanSquare) {
        double weight = judge.reasonWeight(cryProbability);
        for (int k = 0; k < reasonSums.length; k++) {
            reasonSums[k] += weight * reasons[k];
        }
        weights += weight;
        meanSquares += meanSquare;
        windows++;
    }

    private void update(double to, double probability, double meanSquare) {
        // Counted from the start: windows end a little after an update is due, and that must not add up.
        double periods = Math.floor((to - toldAt + ROUNDING) / updateEvery);
        if (updateEvery > 0.0 && periods > periodsTold) {
            periodsTold = periods;
            events.accept(new CryUpdated(to, cry(probability, meanSquare)));
        }
    }

    private void end(double at) {
        crying = false;
        told = false;
        quietUntil = at + refractory;
        events.accept(new CryEnded(at, cry(highest, meanSquares / windows)));
    }

    private Cry cry(double probability, double meanSquare) {
        double[] reasons = new double[reasonSums.length];
        for (int k = 0; k < reasons.length; k++) {
            reasons[k] = reasonSums[k] / weights;
        }
        reasons = judge.answer(reasons);
        return new Cry(start, end, probability, judge.reason(reasons), judge.scores(reasons), decibels(meanSquare));
    }

    private double meanLogit() {
        int count = Math.min(recentCount, recent.length);
        double sum = 0.0;
        for (int i = 0; i < count; i++) {
            sum += recent[i];
        }
        return sum / count;
    }

    static double decibels(double meanSquare) {
        return Math.max(CryEvent.SILENCE_DBFS, 10.0 * Math.log10(meanSquare));
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
