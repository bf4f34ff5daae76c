package io.crysdk.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What surrounds the calls of a classifier: the time that each may take, and the listener that is told of them.
 *
 * <p>With a limit one daemon thread watches over the calls in flight, and ends after some seconds without any. Without a
 * listener no clock is read.
 */
final class Calls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final long IDLE_SECONDS = 5;

    private final Optional<Duration> timeout;
    private final @Nullable CryListener listener;
    private final @Nullable ScheduledThreadPoolExecutor watch;
    private final AtomicBoolean listenerFailed = new AtomicBoolean();

    Calls(Optional<Duration> timeout, Optional<CryListener> listener) {
        this.timeout = timeout;
        this.listener = listener.orElse(null);
        this.watch = timeout.isPresent() ? watch() : null;
    }

    private static ScheduledThreadPoolExecutor watch() {
        ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "cry-sdk-timeout");
            thread.setDaemon(true);
            return thread;
        });
        watch.setRemoveOnCancelPolicy(true);
        watch.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        watch.allowCoreThreadTimeOut(true);
        return watch;
    }

    /** Makes a call within the limit, and tells of it. */
    <T> T make(CryListener.Kind kind, Function<Call, T> work) {
        try (Call call = new Call(timeout, watch, listener != null)) {
            try {
                call.startLimit();
                T answer = work.apply(call);
                tell(kind, call);
                return answer;
            } catch (RuntimeException | Error e) {
                tellFailure(kind, call, e);
                throw e;
            }
        }
    }

    /** Starts to measure a load, which has no limit here. */
    Call forLoad() {
        return new Call(Optional.empty(), null, listener != null);
    }

    /** Starts to measure what live streams need at once; the limit of a call is for their run alone, once that {@linkplain Call#startLimit starts}. */
    Call forStreams() {
        return new Call(timeout, watch, listener != null);
    }

    void tell(CryListener.Kind kind, Call call) {
        tell(kind, call, Optional.empty());
    }

    void tellFailure(CryListener.Kind kind, Call call, Throwable thrown) {
        tell(
                kind,
                call,
                Optional.of(thrown instanceof CryException known ? known.code() : CryErrorCode.INFERENCE_FAILED));
    }

    private void tell(CryListener.Kind kind, Call call, Optional<CryErrorCode> failure) {
        if (listener == null) {
            return;
        }
        try {
            listener.done(call.work(kind, failure));
        } catch (RuntimeException | Error e) {
            if (listenerFailed.compareAndSet(false, true)) {
                LOG.warn("The listener failed; further failures of it are logged at DEBUG", e);
            } else {
                LOG.debug("The listener failed again", e);
            }
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.shutdownNow();
        }
    }

    /** One call. For the thread that makes it; only {@link #terminate} comes from another. */
    static final class Call implements AutoCloseable {
        private final Optional<Duration> timeout;
        private final @Nullable ScheduledThreadPoolExecutor watch;
        private final boolean measured;
        private final long begun;
        private int clips;
        private double audioSeconds;
        private long windows;
        private long runs;
        private long features;
        private long network;

        // Once the limit has started.
        private long deadline;
        private @Nullable RunOptions options;
        private @Nullable Future<?> alarm;
        /** Guards the options, which must not be touched once they are freed. */
        private boolean closed;

        private Call(Optional<Duration> timeout, @Nullable ScheduledThreadPoolExecutor watch, boolean measured) {
            this.timeout = timeout;
            this.measured = measured;
            this.watch = watch;
            this.begun = now();
        }

        /** Starts the limit, if there is one. What it takes is freed by {@link #close}, also where this throws. */
        synchronized void startLimit() {
            if (watch == null) {
                return;
            }
            long limit = nanos(timeout.orElseThrow());
            options = newOptions();
            deadline = System.nanoTime() + limit;
            alarm = watch.schedule(this::terminate, limit, TimeUnit.NANOSECONDS);
        }

        /** What does not fit is as good as none: 292 years, halved so that a sum cannot overflow. */
        static long nanos(Duration limit) {
            try {
                return Math.min(limit.toNanos(), Long.MAX_VALUE / 2);
            } catch (ArithmeticException e) {
                return Long.MAX_VALUE / 2;
            }
        }

        private static RunOptions newOptions() {
            try {
                return new RunOptions();
            } catch (OrtException e) {
                throw new CryException(
                        CryErrorCode.INFERENCE_FAILED, "the runtime has no room for a call: " + e.getMessage(), e);
            }
        }

        /** Ends the call if it was interrupted or has no time left. */
        void check() {
            if (Thread.currentThread().isInterrupted()) {
                throw new CryException(
                        CryErrorCode.CANCELLED,
                        "the thread that called was interrupted; it still is, and the classifier can be used as before");
            }
            if (isLate()) {
                throw late(null);
            }
        }

        private boolean isLate() {
            return options != null && System.nanoTime() - deadline >= 0;
        }

        private CryException late(@Nullable Throwable cause) {
            String message = "this took longer than the limit of "
                    + timeout.map(Duration::toMillis).orElse(0L)
                    + " ms: allow more, give it less audio, or have fewer calls and streams at once";
            return cause == null
                    ? new CryException(CryErrorCode.TIMED_OUT, message)
                    : new CryException(CryErrorCode.TIMED_OUT, message, cause);
        }

        void begin(double seconds) {
            clips++;
            audioSeconds += seconds;
        }

        /** Runs the network over the first windows of a batch, unless the call is to end. */
        void run(WindowBatch batch, int count) {
            check();
            runUnchecked(batch, count);
        }

        /** As {@link #run} for a thread of this library's, whose interruption means nothing. */
        void runUnchecked(WindowBatch batch, int count) {
            long from = now();
            try {
                batch.run(count, options);
            } catch (CryException e) {
                throw isLate() ? late(e) : e;
            } finally {
                network += now() - from;
            }
            windows += count;
            runs++;
        }

        /** The time, for {@link #featuresSince}; 0 where nobody wants to know. */
        long now() {
            return measured ? System.nanoTime() : 0;
        }

        void featuresSince(long from) {
            features += now() - from;
        }

        private CryListener.Work work(CryListener.Kind kind, Optional<CryErrorCode> failure) {
            return new CryListener.Work(
                    kind,
                    clips,
                    audioSeconds,
                    windows,
                    runs,
                    Duration.ofNanos(features),
                    Duration.ofNanos(network),
                    Duration.ofNanos(System.nanoTime() - begun),
                    failure);
        }

        private synchronized void terminate() {
            if (!closed && options != null) {
                try {
                    options.setTerminate(true);
                } catch (OrtException e) {
                    LOG.debug("A run could not be ended early: {}", e.getMessage());
                }
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                if (alarm != null) {
                    alarm.cancel(false);
                }
                if (options != null) {
                    options.close();
                }
            }
        }
    }
}
