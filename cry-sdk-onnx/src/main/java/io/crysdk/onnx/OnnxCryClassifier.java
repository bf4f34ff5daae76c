package io.crysdk.onnx;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryException;
import io.crysdk.CryListener;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.ModelInfo;
import io.crysdk.Personalization;
import io.crysdk.Personalizer;
import io.crysdk.StreamOptions;
import io.crysdk.dsp.FileSignal;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import io.crysdk.dsp.WindowReader;
import io.crysdk.spi.ClassifierOptions;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The classifier: checks the audio, reads its windows, runs the network over batches of them, judges. */
final class OnnxCryClassifier implements CryClassifier {
    private static final long MILLIS_PER_FRAME = 1000L * LogMelExtractor.FRAME_HOP / LogMelExtractor.SAMPLE_RATE;
    private static final Logger LOG = LoggerFactory.getLogger(OnnxCryClassifier.class);
    private static final int PATCH = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;

    private final OnnxModel model;
    private final ModelInfo info;
    private final FrontEnd frontEnd;
    private final ClassifierOptions options;
    private final Judge judge;
    private final Calls calls;
    private final StreamHub streams;
    private final @Nullable PersonalHead head;
    /** The classifier that owns the model: this one, unless it is a view. */
    private final OnnxCryClassifier owner;
    /** The owner's; a view frees nothing. */
    private final @Nullable ModelGuard guard;

    /** Calls share the owner's, and its {@link #close()} takes it alone: so it waits for the calls in flight. */
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    private volatile boolean closed;

    /** Owns the model and the calls from here on, unless this throws. */
    OnnxCryClassifier(OnnxModel model, ClassifierOptions options, Calls calls) {
        FrontEndSettings settings = model.contract().frontEnd();
        this.model = model;
        this.info = model.info();
        int hopFrames = options.windowHop()
                .map(hop -> Math.toIntExact(hop.toMillis() / MILLIS_PER_FRAME))
                .orElse(settings.hopFrames());
        this.frontEnd = new FrontEnd(
                new FrontEndSettings(settings.preEmphasis(), settings.zScore(), settings.shortClip(), hopFrames));
        this.options = options;
        this.judge = new Judge(info, model.contract(), options);
        this.calls = calls;
        this.streams = new StreamHub(model, calls);
        this.head = null;
        this.owner = this;
        this.guard = new ModelGuard(this, model, calls);
    }

    /** A view of a classifier, with a head or without. */
    private OnnxCryClassifier(OnnxCryClassifier owner, @Nullable PersonalHead head) {
        this.model = owner.model;
        this.info = head == null ? owner.info : head.info(owner.info);
        this.frontEnd = owner.frontEnd;
        this.options = owner.options;
        this.judge = head == null ? owner.judge : new Judge(info, model.contract(), options, head);
        this.calls = owner.calls;
        this.streams = owner.streams;
        this.head = head;
        this.owner = owner;
        this.guard = null;
    }

    @Override
    public CryResult classify(float[] pcm) {
        return classify(AudioClip.of(pcm, LogMelExtractor.SAMPLE_RATE, 1));
    }

    @Override
    public CryResult classify(AudioClip clip) {
        Objects.requireNonNull(clip, "clip");
        return whileOpen(() -> calls.make(
                CryListener.Kind.CLASSIFY,
                call -> FileAnswers.warned(
                        judge(List.of(signal(clip, call)), call).get(0), clip.warnings())));
    }

    @Override
    public CryResult classify(Path file, AudioOptions options) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        int passes = frontEnd.settings().zScore() ? 2 : 1;
        return whileOpen(() -> calls.make(CryListener.Kind.CLASSIFY, call -> {
            try (FileSignal signal = FileSignal.open(file, options, passes, call::check)) {
                AudioChecks.check(signal);
                CryResult result = FileAnswers.placed(
                        judge(List.of(begun(signal, call)), call).get(0), signal);
                options.progress().accept(1.0);
                return result;
            }
        }));
    }

    @Override
    public List<CryResult> classifyAll(List<AudioClip> clips) {
        List<AudioClip> all = List.copyOf(clips);
        return whileOpen(() -> calls.make(CryListener.Kind.CLASSIFY, call -> {
            List<Signal> signals = new ArrayList<>(all.size());
            for (int i = 0; i < all.size(); i++) {
                call.check();
                try {
                    signals.add(signal(all.get(i), call));
                } catch (CryException e) {
                    throw new CryException(e.code(), "clip " + i + ": " + e.getMessage(), e);
                }
            }
            List<CryResult> results = judge(signals, call);
            List<CryResult> warned = new ArrayList<>(results.size());
            for (int i = 0; i < results.size(); i++) {
                warned.add(FileAnswers.warned(results.get(i), all.get(i).warnings()));
            }
            return warned;
        }));
    }

    private static Signal signal(AudioClip clip, Calls.Call call) {
        return begun(AudioChecks.signal(clip), call);
    }

    private static Signal begun(Signal signal, Calls.Call call) {
        call.begin((double) signal.length() / LogMelExtractor.SAMPLE_RATE);
        return new EndingSignal(signal, call);
    }

    /** A signal whose reading ends with the call: a long clip is read for seconds where rates are converted. */
    private record EndingSignal(Signal signal, Calls.Call call) implements Signal {
        @Override
        public int length() {
            return signal.length();
        }

        @Override
        public void read(int from, double[] out, int outOffset, int count) {
            call.check();
            signal.read(from, out, outOffset, count);
        }
    }

    @Override
    public CryStream openStream(StreamOptions options, Consumer<? super CryEvent> listener) {
        return open(options, Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public CryStream openStream(StreamOptions options) {
        return open(options, null);
    }

    private CryStream open(StreamOptions options, @Nullable Consumer<? super CryEvent> listener) {
        return whileOpen(() -> {
            CryStream stream = streams.openStream(this, judge, options, listener);
            if (closed) {
                stream.close(); // this view was closed meanwhile, and has not seen it
                throw StreamHub.closed();
            }
            return stream;
        });
    }

    @Override
    public Personalizer personalizer() {
        return whileOpen(() -> new OnnxPersonalizer(this, model.info(), checkedEmbedding()));
    }

    @Override
    public CryClassifier withPersonalization(Personalization personalization, Personalization.Use use) {
        Objects.requireNonNull(use, "use");
        return whileOpen(() -> {
            PersonalHead.check(personalization, model.info(), checkedEmbedding());
            boolean apply =
                    use == Personalization.Use.ALWAYS || personalization.verdict() == Personalization.Verdict.LEARNT;
            if (!apply) {
                LOG.info("Not applied, the model answers alone: {}", personalization);
            }
            return new OnnxCryClassifier(owner, apply ? new PersonalHead(personalization) : null);
        });
    }

    private int checkedEmbedding() {
        if (model.embeddingSize() == 0) {
            throw new CryException(
                    CryErrorCode.MODEL_INCOMPATIBLE,
                    "the model " + model.info().id() + " has no output named embedding, so it cannot be personalised:"
                            + " export it with one, or use the default model");
        }
        return model.embeddingSize();
    }

    /** What the model alone makes of a clip, and its embedding as aggregated as its scores. */
    Heard hearForLearning(AudioClip clip) {
        Objects.requireNonNull(clip, "clip");
        return whileOpen(() -> calls.make(CryListener.Kind.LEARN, call -> {
            Signal signal = signal(clip, call);
            WindowBatch batch = model.take(true);
            try {
                ClipScores scores = hear(List.of(signal), batch, PersonalHead.wholeEmbedding(checkedEmbedding()), call)
                        .get(0);
                Judge generic = owner.judge;
                Judge.Reading reading = generic.read(scores);
                double[] embedding = model.contract().reasonAggregation().aggregate(scores.embeddings(), reading.cry());
                return new Heard(generic.judge(scores, reading), reading.reasons(), embedding);
            } finally {
                model.giveBack(batch);
            }
        }));
    }

    /** A clip to learn from: the model's answer, all its probabilities in label order, the clip's embedding. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, compared by nobody.
    record Heard(CryResult result, double[] reasons, double[] embedding) {}

    @Override
    public ModelInfo model() {
        return info;
    }

    @Override
    public void close() {
        if (owner != this) {
            closed = true;
            streams.closeStreamsOf(this);
            return;
        }
        streams.close();
        inUse.writeLock().lock();
        try {
            closed = true;
            if (guard != null) {
                guard.close();
            }
        } finally {
            inUse.writeLock().unlock();
        }
    }

    private <T> T whileOpen(Supplier<T> call) {
        owner.inUse.readLock().lock();
        try {
            if (closed || owner.closed) {
                throw new CryException(
                        CryErrorCode.CLOSED, "this classifier is closed: make one, share it, and close it at the end");
            }
            return call.get();
        } finally {
            owner.inUse.readLock().unlock();
            Reference.reachabilityFence(owner); // or the model could be freed under a call whose classifier was dropped
        }
    }

    private List<CryResult> judge(List<Signal> signals, Calls.Call call) {
        WindowBatch batch = model.take(head != null);
        try {
            List<CryResult> results = new ArrayList<>(signals.size());
            for (ClipScores clip : hear(signals, batch, head == null ? null : head.reader(), call)) {
                results.add(judge.judge(clip));
            }
            return results;
        } finally {
            model.giveBack(batch);
        }
    }

    /** Fills the batch with the windows of one clip after the other, and runs it whenever it is full. */
    private List<ClipScores> hear(
            List<Signal> signals, WindowBatch batch, ClipScores.@Nullable EmbeddingReader embeddings, Calls.Call call) {
        List<ClipScores> clips = new ArrayList<>(signals.size());
        ClipScores[] owners = new ClipScores[batch.capacity()];
        int filled = 0;
        for (Signal signal : signals) {
            long from = call.now();
            try (WindowReader reader = frontEnd.open(signal)) {
                ClipScores clip = new ClipScores(
                        reader, model.info().labels().size(), model.info().hasGate(), embeddings);
                clips.add(clip);
                int read;
                while ((read = reader.read(batch.patches(), filled * PATCH, batch.capacity() - filled)) > 0) {
                    for (int w = 0; w < read; w++) {
                        owners[filled++] = clip;
                    }
                    call.featuresSince(from);
                    if (filled == batch.capacity()) {
                        run(batch, owners, filled, call);
                        filled = 0;
                    }
                    from = call.now();
                }
                clip.setQuality(reader.quality());
            }
        }
        if (filled > 0) {
            run(batch, owners, filled, call);
        }
        return clips;
    }

    private static void run(WindowBatch batch, ClipScores[] owners, int windows, Calls.Call call) {
        call.run(batch, windows);
        for (int w = 0; w < windows; w++) {
            owners[w].add(batch, w);
        }
    }
}
