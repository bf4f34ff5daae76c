package io.crysdk.onnx;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryException;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.ModelInfo;
import io.crysdk.StreamOptions;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import io.crysdk.dsp.WindowReader;
import io.crysdk.spi.ClassifierOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The classifier: checks the audio, reads its windows, runs the network over batches of them, judges. */
final class OnnxCryClassifier implements CryClassifier {
    private static final long MILLIS_PER_FRAME = 1000L * LogMelExtractor.FRAME_HOP / LogMelExtractor.SAMPLE_RATE;
    private static final int PATCH = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;

    private final OnnxModel model;
    private final FrontEnd frontEnd;
    private final Judge judge;
    private final StreamHub streams;

    /** Calls share it, {@link #close()} takes it alone: so it waits for the calls in flight. */
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    private boolean closed;

    OnnxCryClassifier(OnnxModel model, ClassifierOptions options) {
        FrontEndSettings settings = model.contract().frontEnd();
        this.model = model;
        int hopFrames = options.windowHop()
                .map(hop -> Math.toIntExact(hop.toMillis() / MILLIS_PER_FRAME))
                .orElse(settings.hopFrames());
        this.frontEnd = new FrontEnd(
                new FrontEndSettings(settings.preEmphasis(), settings.zScore(), settings.shortClip(), hopFrames));
        this.judge = new Judge(model.info(), model.contract(), options);
        this.streams = new StreamHub(model, judge);
    }

    @Override
    public CryResult classify(float[] pcm) {
        return classify(AudioClip.of(pcm, LogMelExtractor.SAMPLE_RATE, 1));
    }

    @Override
    public CryResult classify(AudioClip clip) {
        Objects.requireNonNull(clip, "clip");
        return whileOpen(() -> judge(List.of(AudioChecks.signal(clip))).get(0));
    }

    @Override
    public List<CryResult> classifyAll(List<AudioClip> clips) {
        List<AudioClip> all = List.copyOf(clips);
        return whileOpen(() -> {
            List<Signal> signals = new ArrayList<>(all.size());
            for (int i = 0; i < all.size(); i++) {
                try {
                    signals.add(AudioChecks.signal(all.get(i)));
                } catch (CryException e) {
                    throw new CryException(e.code(), "clip " + i + ": " + e.getMessage(), e);
                }
            }
            return judge(signals);
        });
    }

    @Override
    public CryStream openStream(StreamOptions options, Consumer<? super CryEvent> listener) {
        return streams.openStream(options, Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public CryStream openStream(StreamOptions options) {
        return streams.openStream(options, null);
    }

    @Override
    public ModelInfo model() {
        return model.info();
    }

    @Override
    public void close() {
        streams.close();
        inUse.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                model.close();
            }
        } finally {
            inUse.writeLock().unlock();
        }
    }

    private <T> T whileOpen(Supplier<T> call) {
        inUse.readLock().lock();
        try {
            if (closed) {
                throw new CryException(
                        CryErrorCode.CLOSED, "this classifier is closed: make one, share it, and close it at the end");
            }
            return call.get();
        } finally {
            inUse.readLock().unlock();
        }
    }

    private List<CryResult> judge(List<Signal> signals) {
        WindowBatch batch = model.take();
        try {
            return hear(signals, batch).stream().map(judge::judge).toList();
        } finally {
            model.giveBack(batch);
        }
    }

    /** Fills the batch with the windows of one clip after the other, and runs it whenever it is full. */
    private List<ClipScores> hear(List<Signal> signals, WindowBatch batch) {
        List<ClipScores> clips = new ArrayList<>(signals.size());
        ClipScores[] owners = new ClipScores[batch.capacity()];
        int filled = 0;
        for (Signal signal : signals) {
            try (WindowReader reader = frontEnd.open(signal)) {
                ClipScores clip = new ClipScores(
                        reader, model.info().labels().size(), model.info().hasGate());
                clips.add(clip);
                int read;
                while ((read = reader.read(batch.patches(), filled * PATCH, batch.capacity() - filled)) > 0) {
                    for (int w = 0; w < read; w++) {
                        owners[filled++] = clip;
                    }
                    if (filled == batch.capacity()) {
                        run(batch, owners, filled);
                        filled = 0;
                    }
                }
                clip.setQuality(reader.quality());
            }
        }
        if (filled > 0) {
            run(batch, owners, filled);
        }
        return clips;
    }

    private static void run(WindowBatch batch, ClipScores[] owners, int windows) {
        batch.run(windows);
        for (int w = 0; w < windows; w++) {
            owners[w].add(batch, w);
        }
    }
}
