package io.crysdk.train.weights;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.onnx.OnnxRuntime;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Computes embeddings in ONNX Runtime. */
final class EmbeddingRun {
    private static final int PATCH = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;

    private EmbeddingRun() {}

    /** Embeddings by a file of ours: {@code log_mel} [N,96,64] to {@code embedding} [N,D]. */
    static float[] of(Path file, float[] patches) {
        int n = patches.length / PATCH;
        return run(
                file,
                "log_mel",
                new long[] {n, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS},
                patches,
                "embedding");
    }

    /** Embeddings by somebody's graph, also where it hands out something else. */
    static float[] of(Path file, OnnxBody graph, float[] patches) throws IOException {
        Path folder = Files.createTempDirectory("cry-weights");
        Path copy = folder.resolve("graph.onnx");
        try {
            try (InputStream in = Files.newInputStream(file);
                    OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy))) {
                OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(in).toBuilder();
                if (model.getGraph().getOutputList().stream()
                        .noneMatch(o -> o.getName().equals(graph.embedding()))) {
                    model.getGraphBuilder()
                            .addOutput(OnnxMl.ValueInfoProto.newBuilder()
                                    .setName(graph.embedding())
                                    .setType(OnnxMl.TypeProto.newBuilder()
                                            .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                                    .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber()))));
                }
                model.build().writeTo(out);
            }
            int n = patches.length / PATCH;
            List<String> axes = graph.inputAxes();
            long[] shape = axes.stream().mapToLong(axis -> size(axis, n)).toArray();
            boolean bandsFirst = axes.indexOf("b") < axes.indexOf("t");
            return run(copy, graph.input(), shape, bandsFirst ? turned(patches) : patches, graph.embedding());
        } finally {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(folder);
        }
    }

    /** Windows in which no place is like another, unlike those of a tone. */
    static float[] noise() {
        SplittableRandom random = new SplittableRandom(1);
        float[] windows = new float[2 * PATCH];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = (float) random.nextDouble(-4.6, 3.0);
        }
        return windows;
    }

    private static long size(String axis, int n) {
        return switch (axis) {
            case "n" -> n;
            case "t" -> LogMelExtractor.PATCH_FRAMES;
            case "b" -> LogMelExtractor.BANDS;
            default -> 1;
        };
    }

    private static float[] turned(float[] patches) {
        float[] turned = new float[patches.length];
        for (int i = 0; i < patches.length; i++) {
            int time = i % PATCH / LogMelExtractor.BANDS;
            int band = i % LogMelExtractor.BANDS;
            turned[i - i % PATCH + band * LogMelExtractor.PATCH_FRAMES + time] = patches[i];
        }
        return turned;
    }

    private static float[] run(Path file, String input, long[] shape, float[] values, String output) {
        OnnxRuntime.start();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(file.toString(), options);
                OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
                OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
            OnnxValue value = result.get(0);
            if (!(value instanceof OnnxTensor embedding)) {
                throw new CryException(
                        CryErrorCode.MODEL_INVALID, "the embedding is no tensor, but " + value.getInfo());
            }
            FloatBuffer buffer = embedding.getFloatBuffer();
            float[] found = new float[buffer.remaining()];
            buffer.get(found);
            return found;
        } catch (OrtException e) {
            throw new CryException(
                    CryErrorCode.INFERENCE_FAILED, "ONNX Runtime does not run the graph: " + e.getMessage(), e);
        }
    }
}
