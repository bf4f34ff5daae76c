package io.crysdk.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryListener;
import io.crysdk.CryReason;
import io.crysdk.ExecutionProvider;
import io.crysdk.ModelId;
import io.crysdk.ModelInfo;
import io.crysdk.ModelSource;
import io.crysdk.dsp.LogMelExtractor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ArrayBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model in the runtime: its bytes digested, its contract read, its tensors checked and tried once.
 *
 * <p>Threads: {@link #run} may be called by many at once. {@link #close()} must not overlap a call.
 *
 * @since 0.1.0
 */
public final class OnnxModel implements AutoCloseable {
    /** Windows in one run at most: above this the time for one window no longer falls. */
    static final int MAX_BATCH = 8;

    /** A graph may hold a loop without an end; no model of cries is near this, also on a slow machine. */
    private static final Duration FIRST_RUN_LIMIT = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(OnnxModel.class);
    /** More calls than this at once are more than the processors can work on; their room is freed after use. */
    private static final int IDLE_BATCHES = Math.max(4, Runtime.getRuntime().availableProcessors());

    private static final int PATCH = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;

    private final OrtSession session;
    private final GraphShape graph;
    private final BatchSizes sizes;
    private final ModelContract contract;
    private final ModelInfo info;
    private final ArrayBlockingQueue<WindowBatch> batches = new ArrayBlockingQueue<>(IDLE_BATCHES);
    private final ArrayBlockingQueue<WindowBatch> embeddingBatches = new ArrayBlockingQueue<>(IDLE_BATCHES);

    private volatile boolean closed;

    private OnnxModel(OrtSession session, GraphShape graph, BatchSizes sizes, ModelContract contract, ModelInfo info) {
        this.session = session;
        this.graph = graph;
        this.sizes = sizes;
        this.contract = contract;
        this.info = info;
    }

    /**
     * Loads a model on the processor with one thread a run.
     *
     * @param source where it comes from
     * @return the model, which the caller closes
     * @throws CryException {@link CryErrorCode#MODEL_NOT_FOUND}, {@link CryErrorCode#MODEL_INVALID},
     *     {@link CryErrorCode#MODEL_INCOMPATIBLE} or {@link CryErrorCode#PROVIDER_UNAVAILABLE}; {@link
     *     CryErrorCode#CLOSED} while the virtual machine ends
     */
    public static OnnxModel load(ModelSource source) {
        return load(source, Optional.empty(), List.of(), ExecutionProvider.cpu(), 1);
    }

    static OnnxModel load(
            ModelSource source,
            Optional<String> expectedSha256,
            List<CryReason> labels,
            ExecutionProvider provider,
            int threads) {
        try (ModelBytes bytes = ModelBytes.read(source)) {
            return load(bytes, expectedSha256, labels, provider, threads);
        }
    }

    private static OnnxModel load(
            ModelBytes bytes,
            Optional<String> expectedSha256,
            List<CryReason> labels,
            ExecutionProvider provider,
            int threads) {
        expectedSha256.filter(expected -> !expected.equals(bytes.sha256())).ifPresent(expected -> {
            throw new CryException(
                    CryErrorCode.MODEL_INVALID,
                    "the model '" + bytes.name() + "' is not the pinned one: expected SHA-256 " + expected + ", found "
                            + bytes.sha256());
        });
        long parameters = OnnxFileCheck.check(bytes);
        OrtSession session = OnnxRuntime.createSession(bytes, provider, threads);
        boolean loaded = false;
        try {
            OnnxModel model = of(session, bytes, parameters, labels, provider);
            model.tryOnce();
            loaded = true;
            return model;
        } catch (OrtException e) {
            throw new CryException(
                    CryErrorCode.MODEL_INVALID, "the runtime cannot describe the model: " + e.getMessage(), e);
        } catch (IncompatibleContractException e) {
            throw new CryException(
                    CryErrorCode.MODEL_INCOMPATIBLE, "the model '" + bytes.name() + "': " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CryException(
                    CryErrorCode.MODEL_INVALID,
                    "the metadata of the model '" + bytes.name() + "': " + e.getMessage(),
                    e);
        } finally {
            if (!loaded) {
                close(session);
            }
        }
    }

    private static OnnxModel of(
            OrtSession session, ModelBytes bytes, long parameters, List<CryReason> named, ExecutionProvider provider)
            throws OrtException {
        GraphShape graph = GraphShape.of(session);
        BatchSizes sizes = graph.fixedBatch() > 0
                ? BatchSizes.WHOLE
                : provider instanceof ExecutionProvider.Cuda ? BatchSizes.POWERS_OF_TWO : BatchSizes.ANY;
        Map<String, String> metadata = new HashMap<>(session.getMetadata().getCustomMetadata());
        // The runtime cuts a key at a zero byte, and then finds no value for what is left of it.
        metadata.values().removeIf(Objects::isNull);
        ModelContract contract = ModelContract.fromMetadata(metadata, bytes.name());
        List<CryReason> labels = named.isEmpty() ? contract.labels() : named;
        if (labels.isEmpty()) {
            throw GraphShape.incompatible("the model '" + bytes.name() + "' names no labels for its " + graph.labels()
                    + " outputs: give them with Builder.labels, in output order");
        }
        if (labels.size() != graph.labels()) {
            throw GraphShape.incompatible("the model '" + bytes.name() + "' has " + graph.labels() + " outputs and "
                    + labels.size() + " labels " + labels);
        }
        boolean gate = graph.cry().isPresent();
        ModelInfo info = new ModelInfo(
                new ModelId(contract.id(), contract.version(), bytes.sha256()),
                bytes.buffer().limit(),
                parameters,
                labels,
                gate,
                graph.embedding().isPresent(),
                gate ? OptionalDouble.of(contract.gate().threshold()) : OptionalDouble.empty(),
                contract.minReasonProbability(),
                metadata);
        return new OnnxModel(session, graph, sizes, contract, info);
    }

    /** A graph that ends in logits, or in a softmax over the wrong axis, loads without complaint and answers nonsense. */
    private void tryOnce() {
        try (Calls calls = new Calls(Optional.of(FIRST_RUN_LIMIT), Optional.empty());
                WindowBatch batch = newBatch(false)) {
            Arrays.fill(batch.patches(), (float) Math.log(0.01));
            calls.make(CryListener.Kind.LOAD, call -> {
                for (int windows = 1; sizes == BatchSizes.POWERS_OF_TWO && windows < batch.capacity(); windows *= 2) {
                    call.runUnchecked(batch, windows);
                }
                call.runUnchecked(batch, batch.capacity());
                return batch;
            });
            for (int w = 0; w < batch.capacity(); w++) {
                double sum = 0.0;
                for (int k = 0; k < graph.labels(); k++) {
                    sum += batch.probability(w, k);
                }
                float cry = batch.cryProbability(w);
                if (!(Math.abs(sum - 1.0) < 1e-3) || !(cry >= 0.0f && cry <= 1.0f)) {
                    throw GraphShape.incompatible("on silence the outputs are no probabilities: the reasons sum to "
                            + sum + ", the gate says " + cry + "; the graph must end in softmax and sigmoid");
                }
            }
        } catch (CryException e) {
            throw e.code() == CryErrorCode.INFERENCE_FAILED || e.code() == CryErrorCode.TIMED_OUT
                    ? GraphShape.incompatible("a first run: " + e.getMessage())
                    : e;
        }
    }

    /**
     * Returns what the model promises beside its graph.
     *
     * @return the contract in its metadata
     */
    public ModelContract contract() {
        return contract;
    }

    /**
     * Returns what the model says of itself.
     *
     * @return identity, labels, heads and thresholds
     */
    public ModelInfo info() {
        return info;
    }

    /**
     * What the network said of some windows, uncalibrated.
     *
     * @param probabilities [windows][labels]
     * @param cryProbabilities [windows]; empty without a gate
     * @param embeddings [windows][128]; empty without an embedding
     */
    @SuppressWarnings("ArrayRecordComponent") // A carrier of arrays between two calls, compared by nobody.
    public record Output(float[][] probabilities, float[] cryProbabilities, float[][] embeddings) {}

    /**
     * Runs the network.
     *
     * @param patches [windows][96][64] in one row; not changed
     * @return one row of output for each window
     * @throws IllegalArgumentException if the patches are not whole
     * @throws CryException {@link CryErrorCode#INFERENCE_FAILED} if the runtime fails; {@link CryErrorCode#CLOSED} after
     *     {@link #close()}, and while the virtual machine ends
     */
    public Output run(float[] patches) {
        if (closed) {
            throw new CryException(CryErrorCode.CLOSED, "this model is closed");
        }
        if (patches.length % PATCH != 0) {
            throw new IllegalArgumentException(patches.length + " values are not whole patches of " + PATCH);
        }
        int windows = patches.length / PATCH;
        float[][] probabilities = new float[windows][graph.labels()];
        float[] cry = new float[graph.cry().isPresent() ? windows : 0];
        float[][] embeddings = new float[graph.embedding().isPresent() ? windows : 0][graph.embeddingSize()];
        try (WindowBatch batch = newBatch(true)) {
            for (int done = 0; done < windows; done += batch.capacity()) {
                int n = Math.min(batch.capacity(), windows - done);
                System.arraycopy(patches, done * PATCH, batch.patches(), 0, n * PATCH);
                batch.run(n, null);
                for (int w = 0; w < n; w++) {
                    for (int k = 0; k < graph.labels(); k++) {
                        probabilities[done + w][k] = batch.probability(w, k);
                    }
                    if (cry.length > 0) {
                        cry[done + w] = batch.cryProbability(w);
                    }
                    if (embeddings.length > 0) {
                        batch.embedding(w, embeddings[done + w], 0);
                    }
                }
            }
        }
        return new Output(probabilities, cry, embeddings);
    }

    /** Lends room for one run. */
    WindowBatch take(boolean withEmbedding) {
        WindowBatch batch = (withEmbedding ? embeddingBatches : batches).poll();
        return batch == null ? newBatch(withEmbedding) : batch;
    }

    void giveBack(WindowBatch batch) {
        if (!(batch.hasEmbedding() ? embeddingBatches : batches).offer(batch)) {
            batch.close();
        }
    }

    /** How many values an embedding has, 0 without one. */
    int embeddingSize() {
        return graph.embeddingSize();
    }

    /** Frees the session and the room of its runs. Closing again does nothing. */
    @Override
    public void close() {
        closed = true;
        ArrayDeque<WindowBatch> idle = new ArrayDeque<>();
        batches.drainTo(idle);
        embeddingBatches.drainTo(idle);
        idle.forEach(WindowBatch::close);
        close(session);
    }

    private WindowBatch newBatch(boolean withEmbedding) {
        int capacity = graph.fixedBatch() > 0 ? graph.fixedBatch() : MAX_BATCH;
        return new WindowBatch(session, graph, capacity, sizes, withEmbedding);
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException | IllegalStateException e) {
            // Already closed, or beyond help: either way there is nothing left that the caller could do.
            LOG.debug("Closing the session: {}", e.getMessage());
        }
    }
}
