package io.crysdk.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.dsp.LogMelExtractor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Room for one run of the network: input and outputs outside the heap, and the runtime's views of them.
 *
 * <p>The views are made once for each number of windows and kept, so that a run allocates next to nothing. For one
 * thread at a time.
 */
final class WindowBatch implements AutoCloseable {
    private static final int PATCH = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;

    private final OrtSession session;
    private final GraphShape graph;
    private final int capacity;
    private final BatchSizes sizes;
    private final float[] patches;
    private final FloatBuffer input;
    private final FloatBuffer probabilities;
    private final @Nullable FloatBuffer cry;
    private final @Nullable FloatBuffer embedding;
    private final @Nullable Views[] views;
    /** All that was made, also where making the rest of a view failed. */
    private final List<OnnxTensor> tensors = new ArrayList<>();

    /** The runtime's tensors over the buffers, for one number of windows. */
    private record Views(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {}

    WindowBatch(OrtSession session, GraphShape graph, int capacity, BatchSizes sizes, boolean withEmbedding) {
        this.session = session;
        this.graph = graph;
        this.capacity = capacity;
        this.sizes = sizes;
        this.patches = new float[capacity * PATCH];
        this.input = direct(capacity * PATCH);
        this.probabilities = direct(capacity * graph.labels());
        this.cry = graph.cry().isPresent() ? direct(capacity) : null;
        this.embedding =
                withEmbedding && graph.embedding().isPresent() ? direct(capacity * graph.embeddingSize()) : null;
        this.views = new Views[capacity + 1];
    }

    /** Where the patches go: [capacity][96][64]. */
    float[] patches() {
        return patches;
    }

    int capacity() {
        return capacity;
    }

    /** Runs the network over the first {@code windows} patches; by the options the run can be ended early. */
    void run(int windows, @Nullable RunOptions options) {
        input.put(0, patches, 0, windows * PATCH);
        try {
            Views view = views(sizes.fed(windows, capacity));
            session.run(view.inputs(), Set.of(), view.outputs(), options).close();
        } catch (OrtException e) {
            throw Shutdown.closedOr(
                    e,
                    () -> new CryException(
                            CryErrorCode.INFERENCE_FAILED,
                            "the runtime failed on " + windows + " windows: " + e.getMessage(),
                            e));
        }
    }

    float probability(int window, int label) {
        return probabilities.get(window * graph.labels() + label);
    }

    /** The gate's word on a window; 1 where there is no gate. */
    float cryProbability(int window) {
        return cry == null ? 1.0f : cry.get(window);
    }

    boolean hasEmbedding() {
        return embedding != null;
    }

    void embedding(int window, float[] out, int outOffset) {
        if (embedding == null) {
            throw new IllegalStateException("the model has no embedding, or none was asked for");
        }
        embedding.get(window * graph.embeddingSize(), out, outOffset, graph.embeddingSize());
    }

    @Override
    public void close() {
        Arrays.fill(views, null);
        tensors.forEach(OnnxTensor::close);
        tensors.clear();
    }

    private Views views(int windows) throws OrtException {
        Views known = views[windows];
        if (known != null) {
            return known;
        }
        Map<String, OnnxTensor> inputs = Map.of(graph.input(), tensor(input, graph.inputShape(windows)));
        Map<String, OnnxTensor> outputs = new TreeMap<>();
        outputs.put(graph.probabilities(), tensor(probabilities, windows, graph.labels()));
        if (cry != null) {
            outputs.put(graph.cry().orElseThrow(), tensor(cry, windows, 1));
        }
        if (embedding != null) {
            outputs.put(graph.embedding().orElseThrow(), tensor(embedding, windows, graph.embeddingSize()));
        }
        Views made = new Views(inputs, outputs);
        views[windows] = made;
        return made;
    }

    private OnnxTensor tensor(FloatBuffer buffer, long... shape) throws OrtException {
        int elements = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        OnnxTensor made = OnnxTensor.createTensor(OnnxRuntime.environment(), buffer.slice(0, elements), shape);
        tensors.add(made);
        return made;
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
