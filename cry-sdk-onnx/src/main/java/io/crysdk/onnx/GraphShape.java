package io.crysdk.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.dsp.LogMelExtractor;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which inputs and outputs a graph has, after checking that they are the ones this engine understands.
 *
 * <p>The input is float [N,96,64], or [N,1,96,64] as exporters of image-like networks write it; its name is free. The
 * outputs are {@code probabilities} [N,K], or the only output whatever its name, and where there are such {@code
 * cry_probability} [N,1] and {@code embedding} [N,D].
 *
 * @param input the input's name
 * @param fixedBatch N where the graph fixes it, 0 where it is free
 * @param channelAxis whether the input has the extra axis of length one
 * @param probabilities the name of the output with the reasons
 * @param labels K
 * @param cry the name of the gate's output
 * @param embedding the name of the embedding's output
 * @param embeddingSize D, 0 without an embedding
 */
record GraphShape(
        String input,
        int fixedBatch,
        boolean channelAxis,
        String probabilities,
        int labels,
        Optional<String> cry,
        Optional<String> embedding,
        int embeddingSize) {

    private static final String PROBABILITIES = "probabilities";
    private static final String CRY = "cry_probability";
    private static final String EMBEDDING = "embedding";

    static GraphShape of(OrtSession session) throws OrtException {
        Map<String, NodeInfo> inputs = session.getInputInfo();
        if (inputs.size() != 1) {
            throw incompatible("expected one input float [N,96,64], found " + inputs.keySet());
        }
        String input = inputs.keySet().iterator().next();
        long[] shape = floatShape(input, inputs);
        boolean channelAxis = shape.length == 4 && shape[1] == 1;
        if (!(shape.length == 3 || channelAxis)
                || shape[shape.length - 2] != LogMelExtractor.PATCH_FRAMES
                || shape[shape.length - 1] != LogMelExtractor.BANDS
                || shape[0] > 1024) {
            throw incompatible("expected the input float [N,96,64], found " + input + " " + Arrays.toString(shape));
        }

        Map<String, NodeInfo> outputs = session.getOutputInfo();
        String probabilities = outputs.size() == 1 ? outputs.keySet().iterator().next() : PROBABILITIES;
        if (!outputs.containsKey(probabilities)) {
            throw incompatible("expected one output, or one named " + PROBABILITIES + ", found " + outputs.keySet());
        }
        int labels = columns(probabilities, outputs);
        if (labels < 2) {
            throw incompatible(probabilities + " has " + labels + " column: expected two labels or more");
        }
        boolean hasCry = outputs.containsKey(CRY);
        if (hasCry && columns(CRY, outputs) != 1) {
            throw incompatible("expected " + CRY + " [N,1]");
        }
        boolean hasEmbedding = outputs.containsKey(EMBEDDING);
        return new GraphShape(
                input,
                Math.toIntExact(Math.max(0, shape[0])),
                channelAxis,
                probabilities,
                labels,
                hasCry ? Optional.of(CRY) : Optional.empty(),
                hasEmbedding ? Optional.of(EMBEDDING) : Optional.empty(),
                hasEmbedding ? columns(EMBEDDING, outputs) : 0);
    }

    long[] inputShape(int windows) {
        return channelAxis
                ? new long[] {windows, 1, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS}
                : new long[] {windows, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS};
    }

    private static int columns(String name, Map<String, NodeInfo> nodes) {
        long[] shape = floatShape(name, nodes);
        if (shape.length != 2 || shape[1] < 1 || shape[1] > 4096) {
            throw incompatible("expected " + name + " float [N,columns], found " + Arrays.toString(shape));
        }
        return (int) shape[1];
    }

    private static long[] floatShape(String name, Map<String, NodeInfo> nodes) {
        NodeInfo node = Objects.requireNonNull(nodes.get(name), name);
        if (!(node.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
            throw incompatible("expected " + name + " to be a float tensor, found " + node.getInfo());
        }
        return tensor.getShape();
    }

    static CryException incompatible(String message) {
        return new CryException(CryErrorCode.MODEL_INCOMPATIBLE, message);
    }
}
