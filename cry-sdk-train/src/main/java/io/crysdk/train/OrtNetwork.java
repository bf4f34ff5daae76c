package io.crysdk.train;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.OnnxRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/** An exported graph in ONNX Runtime, on one thread. For one thread at a time. */
final class OrtNetwork implements Scorer.Network {
    private static final int BATCH = 16;

    private final OrtEnvironment environment;
    private final OrtSession session;

    private OrtNetwork(OrtEnvironment environment, OrtSession session) {
        this.environment = environment;
        this.session = session;
    }

    static OrtNetwork load(OnnxMl.ModelProto model) throws IOException {
        return load(model.toByteArray());
    }

    static OrtNetwork load(byte[] model) throws IOException {
        OnnxRuntime.start();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            return new OrtNetwork(environment, environment.createSession(model, options));
        } catch (OrtException e) {
            throw new IOException("ONNX Runtime does not load what was exported: " + e.getMessage(), e);
        }
    }

    /** What a run gave. */
    static final class Outputs implements AutoCloseable {
        private final OrtSession.Result result;

        private Outputs(OrtSession.Result result) {
            this.result = result;
        }

        float[] floats(String name) {
            Optional<ai.onnxruntime.OnnxValue> value = result.get(name);
            if (value.isEmpty() || !(value.get() instanceof OnnxTensor tensor)) {
                throw new IllegalStateException("no output " + name);
            }
            FloatBuffer buffer = tensor.getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        }

        @Override
        public void close() {
            result.close();
        }
    }

    /** Runs {@code n} windows of {@code patches} from window {@code from} on. */
    Outputs run(float[] patches, int from, int n) throws IOException {
        try (OnnxTensor input = OnnxTensor.createTensor(
                environment,
                FloatBuffer.wrap(patches, from * Augmentation.PATCH, n * Augmentation.PATCH),
                new long[] {n, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS})) {
            return new Outputs(session.run(Map.of("log_mel", input)));
        } catch (OrtException e) {
            throw new IOException("ONNX Runtime does not run what was exported: " + e.getMessage(), e);
        }
    }

    @Override
    public void logits(float[] patches, double[] gate, double[][] reasons) {
        for (int at = 0; at < gate.length; at += BATCH) {
            int n = Math.min(BATCH, gate.length - at);
            try (Outputs outputs = run(patches, at, n)) {
                float[] cry = outputs.floats("cry_probability");
                float[] probabilities = outputs.floats("probabilities");
                int labels = probabilities.length / n;
                for (int i = 0; i < n; i++) {
                    gate[at + i] = GateContract.logit(cry[i]);
                    reasons[at + i] = new double[labels];
                    for (int k = 0; k < labels; k++) {
                        // A probability that underflowed to zero had a logit all the same.
                        reasons[at + i][k] = Math.log(Math.max(probabilities[i * labels + k], Float.MIN_NORMAL));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IOException(e);
        }
    }
}
