package io.crysdk.onnx;

import io.crysdk.CryEvent;
import io.crysdk.CryEvent.AudioGap;
import io.crysdk.CryEvent.DeviceLost;
import io.crysdk.CryEvent.FormatChanged;
import io.crysdk.CryEvent.Level;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.StreamOptions;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.StreamWindowReader;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a stream has heard and makes of it: samples in, windows for the network out, its word on them in, events out. It
 * goes from step to step, each of which lies at a place in the audio and not in time, so that how the audio arrived
 * changes nothing. For one thread at a time.
 */
final class StreamAnalysis {
    private static final double RATE = LogMelExtractor.SAMPLE_RATE;
    private static final long NEVER = Long.MAX_VALUE;

    private final FrontEnd frontEnd;
    private final Judge judge;
    private final CryDetector detector;
    private final Consumer<? super CryEvent> events;
    private final long levelPeriod;
    private final double[] reasons;
    private final ClipScores.@Nullable EmbeddingReader corrector;
    private final double[] correction;
    /** The reasons, and behind them their correction. */
    private final double[] said;

    private int rate = LogMelExtractor.SAMPLE_RATE;
    private int channels = 1;

    /** The stretch without a break that is being heard; null before its first sample. */
    private @Nullable StreamWindowReader reader;

    /** How long the stretch is, once it is finished. */
    private long length = NEVER;

    private long nextLevel = NEVER;
    /** What the stream's clock shows at the stretch's first sample. */
    private double base;

    /** What broke the stretch, while its last windows are judged. */
    private StreamInput.@Nullable Mark breaking;

    private boolean begun;
    private double heardBefore;
    private long windows;
    private boolean ended;

    StreamAnalysis(
            FrontEnd frontEnd, Judge judge, int labels, StreamOptions options, Consumer<? super CryEvent> events) {
        this.frontEnd = frontEnd;
        this.judge = judge;
        PersonalHead head = judge.head();
        this.corrector = head == null ? null : head.reader();
        this.correction = new double[corrector == null ? 0 : corrector.size()];
        this.said = new double[labels + correction.length];
        this.detector = new CryDetector(judge, said.length, options, events);
        this.events = events;
        this.levelPeriod = Math.round(CryDetector.seconds(options.levelEvery()) * RATE);
        this.reasons = new double[labels];
    }

    /** Returns how many values of input, interleaved, the next step needs. Not while a mark is being handled. */
    int needed() {
        StreamWindowReader open = reader();
        return Math.toIntExact((open.inputFor(nextStep(open)) - open.written()) * channels);
    }

    /** Takes input, no more than is {@link #needed}. */
    void write(float[] values, int count) {
        reader().write(values, 0, count / channels);
        begun |= count > 0;
    }

    /** Takes the mark that the input has come to, and does what can be done without the network. */
    void mark(StreamInput.Mark mark) {
        if (mark instanceof StreamInput.Clock clock) {
            StreamWindowReader open = reader;
            base = clock.seconds() - (open == null ? 0.0 : (double) open.written() / rate);
            return;
        }
        breaking = mark;
        if (reader != null) {
            length = reader.finish();
        }
    }

    /** Whether what is there, or a mark, allows a step. */
    boolean canStep() {
        StreamWindowReader open = reader;
        return breaking != null || open != null && open.inputFor(nextStep(open)) <= open.written();
    }

    /**
     * Makes the next step.
     *
     * @param patch receives the window, if the step is one
     * @return whether it is one, which now waits for {@link #hear}
     */
    boolean step(float[] patch, int offset) {
        StreamWindowReader open = reader;
        if (open != null) {
            long to = nextStep(open);
            if (to != NEVER) {
                if (to > open.position()) {
                    open.advance(to);
                }
                if (to == nextLevel) {
                    events.accept(new Level(now(open), CryDetector.decibels(open.levelMeanSquare()), open.levelPeak()));
                    open.restartLevel();
                    nextLevel += levelPeriod;
                    return false;
                }
                open.read(patch, offset);
                return true;
            }
        }
        if (breaking != null) {
            applyBreak(breaking);
            breaking = null;
        }
        return false;
    }

    /** Takes the network's word on the window that the last step made. */
    void hear(WindowBatch batch, int window) {
        StreamWindowReader open = reader();
        windows++;
        double logit = GateContract.logit(ClipScores.checked(batch.cryProbability(window)));
        for (int k = 0; k < reasons.length; k++) {
            reasons[k] = ClipScores.checked(batch.probability(window, k));
        }
        judge.calibrate(reasons);
        System.arraycopy(reasons, 0, said, 0, reasons.length);
        if (corrector != null) {
            corrector.read(batch, window, correction);
            System.arraycopy(correction, 0, said, reasons.length, correction.length);
        }
        detector.window(base + open.windowStart() / RATE, now(open), logit, said, open.windowMeanSquare());
    }

    boolean ended() {
        return ended;
    }

    long windows() {
        return windows;
    }

    double heardSeconds() {
        StreamWindowReader open = reader;
        return heardBefore + (open == null ? 0.0 : open.position() / RATE);
    }

    /** Where the audio has got to on the stream's clock. */
    double seconds() {
        StreamWindowReader open = reader;
        return open == null ? base : now(open);
    }

    private double now(StreamWindowReader open) {
        return base + open.position() / RATE;
    }

    private StreamWindowReader reader() {
        StreamWindowReader open = reader;
        if (open == null) {
            open = frontEnd.openStream(rate, channels);
            reader = open;
            length = NEVER;
            nextLevel = levelPeriod == 0 ? NEVER : levelPeriod;
        }
        return open;
    }

    private long nextStep(StreamWindowReader open) {
        long next = Math.min(nextLevel, open.nextWindowEnd());
        return next <= length ? next : NEVER;
    }

    private void applyBreak(StreamInput.Mark mark) {
        StreamWindowReader stretch = reader;
        if (stretch != null) {
            // Not all samples make a step; none of their time is lost.
            base += (double) stretch.written() / rate;
            heardBefore += (double) stretch.written() / rate;
            reader = null;
        }
        double at = base;
        if (mark instanceof StreamInput.Gap gap) {
            detector.interrupt(at, gap.seconds());
            base += gap.seconds();
            events.accept(new AudioGap(at, gap.seconds(), gap.cause()));
        } else if (mark instanceof StreamInput.Format format) {
            detector.interrupt(at, 0.0);
            rate = format.rate();
            channels = format.channels();
            if (begun) {
                events.accept(new FormatChanged(at, rate, channels));
            }
        } else if (mark instanceof StreamInput.Lost lost) {
            detector.interrupt(at, Double.POSITIVE_INFINITY);
            events.accept(new DeviceLost(at, lost.message()));
        } else {
            detector.interrupt(at, Double.POSITIVE_INFINITY);
            events.accept(new StreamEnded(at, Optional.empty()));
            ended = true;
        }
    }
}
