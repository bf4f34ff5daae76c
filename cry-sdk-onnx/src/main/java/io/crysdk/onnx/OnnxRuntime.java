package io.crysdk.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.ExecutionProvider;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process's ONNX Runtime, and sessions made the way an embedder would want them. */
final class OrtRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(OrtRuntime.class);

    private OrtRuntime() {}

    static OrtEnvironment environment() {
        try {
            // The runtime writes its log to stderr and a library prints nothing; failures arrive as exceptions anyway.
            OrtEnvironment environment =
                    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "cry-sdk");
            environment.setTelemetry(false);
            return environment;
        } catch (OrtException | LinkageError | IllegalStateException e) {
            throw new CryException(
                    CryErrorCode.PROVIDER_UNAVAILABLE,
                    "ONNX Runtime does not start on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch")
                            + ": it needs Linux x64 or arm64, macOS arm64 or Windows x64, and a temporary folder"
                            + " from which libraries may be loaded (" + System.getProperty("java.io.tmpdir") + "): "
                            + rootMessage(e),
                    e);
        }
    }

    static OrtSession createSession(ModelBytes model, ExecutionProvider provider, int threads) {
        OrtEnvironment environment = environment();
        try (SessionOptions options = new SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            // Idle threads sleep instead of spinning: the embedder's processor is not ours to burn between calls.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            options.setDeterministicCompute(true);
            if (provider instanceof ExecutionProvider.Cuda cuda) {
                addCuda(options, cuda);
            }
            OrtSession session = environment.createSession(model.buffer(), options);
            LOG.debug("Loaded {} ({}) on {}", model.name(), model.sha256(), provider);
            return session;
        } catch (OrtException e) {
            throw new CryException(
                    switch (e.getCode()) {
                        case ORT_EP_FAIL, ORT_DEVICE_RESET -> CryErrorCode.PROVIDER_UNAVAILABLE;
                        case ORT_NOT_IMPLEMENTED -> CryErrorCode.MODEL_INCOMPATIBLE;
                        default -> CryErrorCode.MODEL_INVALID;
                    },
                    "ONNX Runtime " + environment.getVersion() + " does not load the model '" + model.name() + "' ("
                            + model.buffer().limit() + " bytes): expected one whole ONNX file without external data: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void addCuda(SessionOptions options, ExecutionProvider.Cuda cuda) {
        Set<OrtProvider> available = OrtEnvironment.getAvailableProviders();
        if (!available.contains(OrtProvider.CUDA)) {
            throw new CryException(
                    CryErrorCode.PROVIDER_UNAVAILABLE,
                    "CUDA was asked for, and the ONNX Runtime on the class path was built without it (it has "
                            + available + "): replace com.microsoft.onnxruntime:onnxruntime by"
                            + " com.microsoft.onnxruntime:onnxruntime_gpu of the same version, never both");
        }
        try (OrtCUDAProviderOptions settings = new OrtCUDAProviderOptions(cuda.device())) {
            settings.add("cudnn_conv_algo_search", cuda.search().name().toUpperCase(Locale.ROOT));
            if (cuda.memoryLimitBytes().isPresent()) {
                settings.add(
                        "gpu_mem_limit", Long.toString(cuda.memoryLimitBytes().getAsLong()));
            }
            options.addCUDA(settings);
        } catch (OrtException | LinkageError e) {
            throw new CryException(
                    CryErrorCode.PROVIDER_UNAVAILABLE,
                    "CUDA device " + cuda.device() + " cannot be used: it needs an NVIDIA driver, and the CUDA 12 and"
                            + " cuDNN 9 libraries where the system's loader finds them: " + rootMessage(e),
                    e);
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
