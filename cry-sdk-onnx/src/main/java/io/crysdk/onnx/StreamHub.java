package io.crysdk.onnx;

import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryException;
import io.crysdk.CryListener;
import io.crysdk.StreamOptions;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads behind the streams of a classifier and its views. As many as there are processors judge, each taking the next windows of the
 * streams that have one ready, one of each stream, to the network together; so under light load a window does not wait for
 * company, and under heavy load the batches fill. Others call the listeners. All end after some seconds without work.
 */
final class StreamHub implements AutoCloseable {
    private static final int PATCH = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;
    private static final long IDLE_SECONDS = 5;

    private final OnnxModel model;
    private final Calls calls;
    /** Guards itself and what follows. */
    private final Set<OnnxCryStream> open = new LinkedHashSet<>();

    private final ConcurrentLinkedQueue<OnnxCryStream> ready = new ConcurrentLinkedQueue<>();
    private final ThreadPoolExecutor judges;
    private final ThreadPoolExecutor callers;
    private boolean closed;

    /** A thread that calls listeners. What it calls must not wait for what only such a thread does. */
    static final class CallerThread extends Thread {
        CallerThread(Runnable work, int number) {
            super(work, "cry-sdk-listener-" + number);
            setDaemon(true);
        }
    }

    StreamHub(OnnxModel model, Calls calls) {
        this.model = model;
        this.calls = calls;
        int processors = Runtime.getRuntime().availableProcessors();
        AtomicInteger judgeCount = new AtomicInteger();
        this.judges = new ThreadPoolExecutor(
                processors, processors, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "cry-sdk-stream-" + judgeCount.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        judges.allowCoreThreadTimeOut(true);
        AtomicInteger callerCount = new AtomicInteger();
        this.callers = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> new CallerThread(work, callerCount.incrementAndGet()));
    }

    /**
     * Opens a stream.
     *
     * @param holder on whose closing it ends
     */
    OnnxCryStream openStream(
            Object holder, Judge judge, StreamOptions options, @Nullable Consumer<? super CryEvent> listener) {
        if (!model.info().hasGate()) {
            throw new CryException(
                    CryErrorCode.MODEL_INCOMPATIBLE,
                    "the model " + model.info().id() + " has no gate, and a stream needs one to tell when a cry starts:"
                            + " use a model with a cry_probability output");
        }
        FrontEndSettings settings = model.contract().frontEnd();
        if (settings.zScore()) {
            throw new CryException(
                    CryErrorCode.MODEL_INCOMPATIBLE,
                    "the model " + model.info().id() + " wants each clip normalised by its own mean and deviation"
                            + " (crysdk.z_score), which a stream does not have before its end: cut the audio and classify"
                            + " the pieces, or train a model without z-score");
        }
        int hopFrames = Math.toIntExact(options.windowHop().toMillis() / 10);
        FrontEnd frontEnd =
                new FrontEnd(new FrontEndSettings(settings.preEmphasis(), false, settings.shortClip(), hopFrames));
        OnnxCryStream stream = new OnnxCryStream(
                this, holder, frontEnd, judge, model.info().labels().size(), options, listener);
        synchronized (open) {
            if (closed) {
                throw closed();
            }
            open.add(stream);
        }
        return stream;
    }

    /** Puts a stream in line. It is in line, or in the hands of one judge, once at a time. One that no thread can be had for fails. */
    void submit(OnnxCryStream stream) {
        ready.add(stream);
        try {
            judges.execute(this::judge);
        } catch (RuntimeException | Error e) {
            if (ready.remove(stream)) { // else another judge has it
                stream.fail(e);
            }
        }
    }

    void call(Runnable listener) {
        callers.execute(listener);
    }

    void remove(OnnxCryStream stream) {
        synchronized (open) {
            open.remove(stream);
        }
    }

    /** Ends a holder's streams, and waits until what they were given is judged and told. */
    void closeStreamsOf(Object holder) {
        List<OnnxCryStream> left;
        synchronized (open) {
            left = open.stream().filter(stream -> stream.holder() == holder).toList();
        }
        end(left);
    }

    private static void end(List<OnnxCryStream> streams) {
        streams.forEach(OnnxCryStream::end);
        streams.forEach(OnnxCryStream::awaitEnd);
    }

    /** Ends all streams, and waits until what they were given is judged and told. */
    @Override
    public void close() {
        List<OnnxCryStream> left;
        synchronized (open) {
            closed = true;
            left = List.copyOf(open);
        }
        end(left);
        judges.shutdown();
        callers.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                // The last judge may still be handing its room back; nothing that takes long is left.
                if (judges.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static CryException closed() {
        return new CryException(CryErrorCode.CLOSED, "this stream is closed: open another to go on listening");
    }

    /** Takes as many streams from the line as fit into a batch, and brings each a step further. */
    private void judge() {
        if (ready.isEmpty()) {
            return; // Another judge took several at once.
        }
        boolean withEmbedding = ready.stream().anyMatch(OnnxCryStream::needsEmbedding);
        Calls.Call call;
        WindowBatch batch;
        try {
            call = calls.forStreams();
            batch = model.take(withEmbedding);
        } catch (RuntimeException | Error e) {
            OnnxCryStream stream;
            while ((stream = ready.poll()) != null) {
                stream.fail(e);
            }
            return;
        }
        try (call) {
            OnnxCryStream[] streams = new OnnxCryStream[batch.capacity()];
            long from = call.now();
            int filled = 0;
            OnnxCryStream stream;
            while (filled < streams.length && (stream = ready.poll()) != null) {
                if (stream.needsEmbedding() && !withEmbedding) {
                    submit(stream); // came into line just now
                    break;
                }
                if (stream.advance(batch.patches(), filled * PATCH)) {
                    streams[filled++] = stream;
                    call.begin(0.0);
                }
            }
            call.featuresSince(from);
            if (filled > 0) {
                run(batch, streams, filled, call);
            }
        } finally {
            model.giveBack(batch);
        }
    }

    private void run(WindowBatch batch, OnnxCryStream[] streams, int windows, Calls.Call call) {
        try {
            call.startLimit();
            call.runUnchecked(batch, windows);
        } catch (RuntimeException | Error e) {
            calls.tellFailure(CryListener.Kind.STREAM, call, e);
            for (int w = 0; w < windows; w++) {
                streams[w].fail(e);
            }
            return;
        }
        calls.tell(CryListener.Kind.STREAM, call);
        for (int w = 0; w < windows; w++) {
            streams[w].hear(batch, w);
        }
    }
}
