package io.crysdk.onnx;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.GapCause;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryException;
import io.crysdk.CryStream;
import io.crysdk.StreamOptions;
import io.crysdk.StreamOptions.Overflow;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.LogMelExtractor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream. The audio thread puts samples into {@link #input}; a judge of the {@link StreamHub} takes them from there
 * through {@link #analysis}; events wait in {@link #events} for the listener or for whoever polls.
 *
 * <p>The lock guards what several threads touch, and is held for copying at most. The analysis belongs to the judge that
 * has the stream in hand, and passes from one to the next through the lock.
 */
final class OnnxCryStream implements CryStream {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxCryStream.class);
    private static final int CHANNELS_AT_MOST = 256;

    private final StreamHub hub;
    private final Object holder;
    private final boolean needsEmbedding;
    private final @Nullable Consumer<? super CryEvent> listener;
    private final boolean mayBlock;
    private final double bufferSeconds;
    private final double clockTolerance;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roomForAudio = lock.newCondition();
    private final Condition news = lock.newCondition();

    // What the audio thread changes; under the lock, but for its own reading.
    private final Pcm16 pcm16 = new Pcm16(this::accept);
    private final StreamInput input = new StreamInput();
    private final StreamClock clock = new StreamClock(LogMelExtractor.SAMPLE_RATE);
    private int rate = LogMelExtractor.SAMPLE_RATE;
    private int channels = 1;
    /** Told with the next sample. */
    private boolean formatChanged;

    private boolean started;
    /** Samples of each channel that did not fit, since the last that did. */
    private long overrun;

    private double pushedSeconds;
    private double lostSeconds;
    private boolean ending;

    // What a judge changes under the lock.
    /** Whether the stream is in the hub's line or in a judge's hands. */
    private boolean scheduled;
    /** Values that the next step needs. */
    private int needed = 1;

    private final EventQueue events;
    private boolean calling;
    private boolean ended;
    private @Nullable CryException failure;
    private double heardSeconds;
    private long windows;
    private long failedCallbacks;

    // The judge's own.
    private final StreamAnalysis analysis;
    private final List<CryEvent> made = new ArrayList<>();
    private float[] taken = new float[0];

    OnnxCryStream(
            StreamHub hub,
            Object holder,
            FrontEnd frontEnd,
            Judge judge,
            int labels,
            StreamOptions options,
            @Nullable Consumer<? super CryEvent> listener) {
        this.hub = hub;
        this.holder = holder;
        this.needsEmbedding = judge.head() != null;
        this.listener = listener;
        this.mayBlock = options.overflow() == Overflow.BLOCK;
        this.bufferSeconds = CryDetector.seconds(options.audioBuffer());
        this.clockTolerance = CryDetector.seconds(options.clockTolerance());
        this.events = new EventQueue(options.eventCapacity(), options.overflow());
        this.analysis = new StreamAnalysis(frontEnd, judge, labels, options, made::add);
    }

    // ---- the audio thread ----

    @Override
    public void format(int sampleRate, int newChannels) {
        if (sampleRate < CryClassifier.MIN_SAMPLE_RATE || sampleRate > CryClassifier.MAX_SAMPLE_RATE) {
            throw new CryException(
                    CryErrorCode.UNSUPPORTED_FORMAT,
                    "expected a sample rate of " + CryClassifier.MIN_SAMPLE_RATE + " to "
                            + CryClassifier.MAX_SAMPLE_RATE + " Hz, found " + sampleRate + " Hz");
        }
        if (newChannels < 1 || newChannels > CHANNELS_AT_MOST) {
            throw new IllegalArgumentException(
                    "a stream has 1 to " + CHANNELS_AT_MOST + " channels, found " + newChannels);
        }
        tell(() -> {
            if (sampleRate != rate || newChannels != channels) {
                tellOverrun();
                rate = sampleRate;
                channels = newChannels;
                clock.setRate(rate);
                pcm16.restart();
                formatChanged = true;
            }
        });
    }

    @Override
    public void push(float[] samples, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, samples.length);
        checkWhole(count);
        float peak = 0.0f;
        for (int i = offset; i < offset + count; i++) {
            peak = Math.max(peak, Math.abs(samples[i])); // NaN once is NaN for good
        }
        if (!(peak <= CryClassifier.MAX_PEAK)) {
            refuse(count / channels, peak);
        }
        accept(samples, offset, count);
    }

    @Override
    public void push(short[] samples, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, samples.length);
        checkWhole(count);
        pcm16.convert(samples, offset, count, channels);
    }

    @Override
    public void push(byte[] bytes, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        pcm16.convert(bytes, offset, count, channels);
    }

    @Override
    public void clock(double seconds) {
        if (!Double.isFinite(seconds)) {
            throw new IllegalArgumentException("a time is finite, found " + seconds);
        }
        tell(() -> {
            double ahead = seconds - clock.seconds();
            if (!Double.isFinite(ahead)) {
                throw new IllegalArgumentException(
                        "from " + clock.seconds() + " s no clock comes to " + seconds + " s");
            }
            if (!started) {
                clock.set(seconds);
                input.clock(seconds);
            } else if (Math.abs(ahead) > clockTolerance) {
                tellOverrun();
                clock.set(seconds);
                input.gap(ahead, GapCause.CLOCK);
            } else if (overrun == 0 && clock.follow(seconds)) {
                input.clock(clock.seconds());
            }
        });
    }

    @Override
    public void gap(double seconds) {
        if (!(seconds >= 0.0 && seconds < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a gap is finite and not negative, found " + seconds);
        }
        tell(() -> {
            double then = clock.seconds() + seconds;
            if (!Double.isFinite(then)) {
                throw new IllegalArgumentException("after " + clock.seconds() + " s no gap lasts " + seconds + " s");
            }
            tellOverrun();
            clock.set(then);
            input.gap(seconds, GapCause.TOLD);
        });
    }

    @Override
    public void deviceLost(String message) {
        Objects.requireNonNull(message, "message");
        tell(() -> {
            tellOverrun();
            input.lost(message);
        });
    }

    private void checkWhole(int count) {
        if (count % channels != 0) {
            throw new IllegalArgumentException(count + " samples do not divide evenly among " + channels + " channels");
        }
    }

    private void refuse(int samples, float peak) {
        tell(() -> {
            tellOverrun();
            started = true;
            clock.pass(samples);
            input.gap((double) samples / rate, GapCause.REFUSED);
        });
        throw new CryException(
                CryErrorCode.INVALID_AUDIO,
                "the chunk has a peak of " + peak + ": samples are finite, full scale -1 to 1; divide 16-bit samples by"
                        + " 32768");
    }

    /** Says something that happened between two samples. */
    private void tell(Runnable what) {
        lock.lock();
        try {
            checkOpen();
            what.run();
            scheduleIfReady();
        } finally {
            lock.unlock();
        }
    }

    private void accept(float[] values, int offset, int count) {
        int done = 0;
        lock.lock();
        try {
            checkOpen();
            done = fit(values, offset, count);
            while (done < count && mayBlock) {
                roomForAudio.await();
                checkOpen();
                done += fit(values, offset + done, count - done);
            }
            lose((count - done) / channels);
        } catch (InterruptedException e) {
            lose((count - done) / channels);
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Takes as many values as there is room for. */
    private int fit(float[] values, int offset, int count) {
        int limit = (int) Math.min(Integer.MAX_VALUE >> 1, bufferSeconds * rate * channels);
        int room = input.room(limit);
        // Once full, half of it must become free: audio with a hole every few samples is of no use to anybody.
        if (overrun > 0 && scheduled && room < limit / 2) {
            return 0;
        }
        int n = Math.min(count, room / channels * channels);
        if (n > 0) {
            int samples = n / channels;
            tellOverrun();
            if (formatChanged) {
                input.format(rate, channels);
                formatChanged = false;
            }
            started = true;
            input.write(values, offset, n);
            clock.pass(samples);
            pushedSeconds += (double) samples / rate;
            scheduleIfReady();
        }
        return n;
    }

    private void lose(int samples) {
        overrun += samples;
        clock.pass(samples);
        pushedSeconds += (double) samples / rate;
        lostSeconds += (double) samples / rate;
    }

    private void tellOverrun() {
        if (overrun > 0) {
            input.gap((double) overrun / rate, GapCause.OVERRUN);
            overrun = 0;
        }
    }

    private void checkOpen() {
        if (failure != null) {
            throw new CryException(CryErrorCode.CLOSED, "this stream has failed: " + failure.getMessage(), failure);
        }
        if (ending) {
            throw StreamHub.closed();
        }
    }

    // ---- the judge ----

    /** On whose closing the stream ends. */
    Object holder() {
        return holder;
    }

    boolean needsEmbedding() {
        return needsEmbedding;
    }

    /** Goes into the hub's line if there is something to do; under the lock. */
    private void scheduleIfReady() {
        if (!scheduled && !ended && hasEventRoom() && input.ready(needed)) {
            scheduled = true;
            hub.submit(this);
        }
    }

    /** What is left when the stream is closed must go somewhere; it is no more than the buffer of audio makes. */
    private boolean hasEventRoom() {
        return ending || events.hasRoom();
    }

    /**
     * Goes on until there is a window for the network, or nothing more to do.
     *
     * @return whether the window is in {@code patches}; then {@link #hear} or {@link #fail} must follow
     */
    boolean advance(float[] patches, int offset) {
        try {
            while (true) {
                if (!analysis.canStep()) {
                    if (!takeInput()) {
                        return false;
                    }
                } else if (!mayStep()) {
                    return false;
                } else if (analysis.step(patches, offset)) {
                    return true;
                } else {
                    publish();
                    if (analysis.ended()) {
                        return false;
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            fail(e);
            return false;
        }
    }

    /** Hears what the network said of the window that {@link #advance} gave. */
    void hear(WindowBatch batch, int window) {
        try {
            analysis.hear(batch, window);
            publish();
            boolean canStep = analysis.canStep();
            lock.lock();
            try {
                needed = canStep ? 0 : analysis.needed();
                scheduled = false;
                scheduleIfReady();
            } finally {
                lock.unlock();
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Ends the stream, which is in the hands of the one who calls, because it cannot go on. */
    void fail(Throwable cause) {
        CryException known = cause instanceof CryException e
                ? e
                : new CryException(CryErrorCode.INFERENCE_FAILED, "the stream cannot go on: " + cause, cause);
        if (known.code() == CryErrorCode.CLOSED) {
            LOG.debug("A stream has ended: {}", known.getMessage()); // with the virtual machine
        } else {
            LOG.warn("A stream has failed", cause);
        }
        lock.lock();
        try {
            failure = known;
            input.clear();
            made.clear();
            try {
                enqueue(new StreamEnded(analysis.seconds(), Optional.of(known)));
            } catch (RuntimeException | Error e) {
                LOG.warn("The listener cannot be told", e);
            }
            over();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a mark, or as many samples as the next step needs or come before the next mark. */
    private boolean takeInput() {
        StreamInput.Mark mark;
        int count = 0;
        lock.lock();
        try {
            mark = input.pollMark();
            if (mark == null) {
                int wanted = analysis.needed();
                int available = input.available();
                if (available < wanted && !input.hasMark()) {
                    return letGo(wanted);
                }
                count = Math.min(wanted, available);
                if (taken.length < count) {
                    taken = new float[count];
                }
                input.read(taken, count);
                roomForAudio.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (mark == null) {
            analysis.write(taken, count);
        } else {
            analysis.mark(mark);
        }
        return true;
    }

    private boolean mayStep() {
        lock.lock();
        try {
            return hasEventRoom() || letGo(0);
        } finally {
            lock.unlock();
        }
    }

    /** Leaves the stream alone until there are so many values, or a mark, and room for events; under the lock. */
    private boolean letGo(int wanted) {
        needed = wanted;
        scheduled = false;
        return false;
    }

    private void publish() {
        lock.lock();
        try {
            made.forEach(this::enqueue);
            made.clear();
            heardSeconds = analysis.heardSeconds();
            windows = analysis.windows();
            if (analysis.ended()) {
                over();
            }
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(CryEvent event) {
        events.add(event);
        news.signalAll();
        if (listener != null && !calling) {
            Consumer<? super CryEvent> to = listener;
            hub.call(() -> callBack(to));
            calling = true; // not where there is no thread for it, or whoever closes would wait for ever
        }
    }

    private void over() {
        ended = true;
        hub.remove(this);
        news.signalAll();
        roomForAudio.signalAll();
    }

    // ---- the listener, and whoever polls ----

    private void callBack(Consumer<? super CryEvent> to) {
        CryEvent event = nextForListener(0);
        while (event != null) {
            int failed = 0;
            try {
                to.accept(event);
            } catch (RuntimeException | Error e) {
                failed = 1;
                LOG.warn("The listener failed on a {}", event.getClass().getSimpleName(), e);
            }
            event = nextForListener(failed);
        }
    }

    private @Nullable CryEvent nextForListener(int failed) {
        lock.lock();
        try {
            failedCallbacks += failed;
            CryEvent event = events.poll();
            if (event == null) {
                calling = false;
                news.signalAll();
            }
            scheduleIfReady();
            return event;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<CryEvent> poll(Duration timeout) throws InterruptedException {
        if (listener != null) {
            throw new IllegalStateException("this stream has a listener, which gets the events");
        }
        long left = timeout.isNegative() ? 0 : Calls.Call.nanos(timeout);
        lock.lockInterruptibly();
        try {
            while (events.isEmpty() && !ended && left > 0) {
                left = news.awaitNanos(left);
            }
            CryEvent event = events.poll();
            scheduleIfReady();
            return Optional.ofNullable(event);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Statistics statistics() {
        lock.lock();
        try {
            return new Statistics(pushedSeconds, heardSeconds, lostSeconds, windows, events.dropped(), failedCallbacks);
        } finally {
            lock.unlock();
        }
    }

    /** Says that nothing more comes, without waiting. */
    void end() {
        lock.lock();
        try {
            if (!ending) {
                tellOverrun();
                ending = true;
                input.end();
                roomForAudio.signalAll();
                scheduleIfReady();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        end();
        lock.lock();
        try {
            while (!isOver()) {
                news.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Waits as {@link #close} does, but not less when interrupted. */
    void awaitEnd() {
        lock.lock();
        try {
            while (!isOver()) {
                news.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether all was told; or, for a listener that asks, at least known. */
    private boolean isOver() {
        return ended && (!calling || Thread.currentThread() instanceof StreamHub.CallerThread);
    }
}
