package io.crysdk.benchmarks;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.onnx.OnnxRuntime;
import io.crysdk.spi.ModelProvider;
import io.crysdk.spi.ModelProvider.InstalledModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network and nothing else, under the runtime's options of the SDK. It is the baseline of what an answer costs. Its
 * rooms may be run by one thread each.
 */
final class BareSession implements AutoCloseable {
    private static final int PATCH = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;
    private static final String CRY = "cry_probability";

    private final OrtSession session;

    /** Loads the model of an installed name, or else an ONNX file. */
    BareSession(String model) {
        OnnxRuntime.start();
        try (SessionOptions options = new SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            options.setDeterministicCompute(true);
            session = OrtEnvironment.getEnvironment().createSession(bytes(model), options);
        } catch (OrtException e) {
            throw new IllegalStateException(model, e);
        }
    }

    /** The gate and the reasons of so many windows. */
    Room room(float[] patches) {
        return new Room(patches);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One input outside the heap that is filled once, and pinned outputs: the cheapest that the binding allows. */
    final class Room implements AutoCloseable {
        private final Map<String, OnnxTensor> inputs = new HashMap<>();
        private final Map<String, OnnxTensor> outputs = new HashMap<>();
        private final List<OnnxTensor> tensors = new ArrayList<>();
        private final FloatBuffer cry;

        private Room(float[] patches) {
            int batch = patches.length / PATCH;
            cry = buffer(new float[batch]);
            try {
                inputs.put(
                        session.getInputInfo().keySet().iterator().next(),
                        tensor(buffer(patches), batch, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS));
                outputs.put(CRY, tensor(cry, batch, 1));
                NodeInfo reasons = session.getOutputInfo().get("probabilities");
                if (reasons != null && reasons.getInfo() instanceof TensorInfo info) {
                    int labels = (int) info.getShape()[1];
                    outputs.put("probabilities", tensor(buffer(new float[batch * labels]), batch, labels));
                }
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Runs the network, and returns what the gate says of the first window. */
        float run() {
            try {
                session.run(inputs, outputs).close();
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
            return cry.get(0);
        }

        @Override
        public void close() {
            tensors.forEach(OnnxTensor::close);
        }

        private OnnxTensor tensor(FloatBuffer values, long... shape) throws OrtException {
            OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, shape);
            tensors.add(tensor);
            return tensor;
        }
    }

    private static FloatBuffer buffer(float[] values) {
        return ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(values)
                .flip();
    }

    private static byte[] bytes(String model) {
        try {
            for (InstalledModel installed : ModelProvider.installed()) {
                if (installed.name().equals(model)) {
                    try (InputStream in = installed.open()) {
                        return in.readAllBytes();
                    }
                }
            }
            return Files.readAllBytes(Path.of(model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
