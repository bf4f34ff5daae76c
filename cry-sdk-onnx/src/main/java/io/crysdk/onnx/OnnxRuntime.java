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
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process's ONNX Runtime, started the way an embedder would want it: without a log of its own and without telemetry.
 *
 * <p>Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class OnnxRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxRuntime.class);

    /** Enough for a command line of 100 000 characters, and only touched as far as it is needed. */
    private static final long STARTING_STACK_BYTES = 64L << 20;

    private static @Nullable OrtEnvironment started;

    private OnnxRuntime() {}

    /**
     * Starts the runtime, unless it runs already.
     *
     * <p>When it starts, ONNX Runtime 1.29, which an application may bring, searches the command line of the process with a
     * recursion as deep as that is long. On a stack of the usual size some 4000 characters, which is a class path of forty jars, end the virtual
     * machine with a segmentation fault and without a word. So it starts on a thread with room.
     *
     * @throws CryException {@link CryErrorCode#PROVIDER_UNAVAILABLE} if it does not start on this machine; {@link
     *     CryErrorCode#CLOSED} while the virtual machine ends
     */
    public static void start() {
        environment();
    }

    /**
     * Returns the runtime's version, starting it.
     *
     * @return for example {@code 1.28.0}
     * @throws CryException as for {@link #start}
     */
    public static String version() {
        return environment().getVersion();
    }

    /**
     * Returns what the runtime was built to run on, starting it.
     *
     * @return its own names, for example {@code CPUExecutionProvider}
     * @throws CryException as for {@link #start}
     */
    public static List<String> providers() {
        start();
        return OrtEnvironment.getAvailableProviders().stream()
                .map(OrtProvider::getName)
                .toList();
    }

    static synchronized OrtEnvironment environment() {
        if (started == null) {
            FutureTask<OrtEnvironment> start = new FutureTask<>(OnnxRuntime::startHere);
            Thread starter = new Thread(null, start, "cry-sdk-onnxruntime-start", STARTING_STACK_BYTES);
            starter.setDaemon(true);
            starter.start();
            started = result(start);
        }
        return started;
    }

    private static OrtEnvironment startHere() throws Exception {
        warnOfTwo();
        // The runtime writes its log to stderr and a library prints nothing; failures arrive as exceptions anyway.
        OrtEnvironment environment = OnnxNatives.during(
                () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "cry-sdk"));
        environment.setTelemetry(false);
        if (Telemetry.leaks(
                environment.getVersion(), System.getProperty("os.name", ""), System.getenv(Telemetry.VARIABLE))) {
            LOG.warn(
                    "ONNX Runtime {} sends data on its use to its maker: use 1.28.0, or set the environment variable {}=1 before Java starts",
                    environment.getVersion(),
                    Telemetry.VARIABLE);
        }
        LOG.debug(
                "ONNX Runtime {} has started, with {}",
                environment.getVersion(),
                OrtEnvironment.getAvailableProviders());
        return environment;
    }

    /** The class path may hold the processor's build and the GPU's, by accident: whichever is first decides in silence. */
    private static void warnOfTwo() {
        String resource = OrtEnvironment.class.getName().replace('.', '/') + ".class";
        List<String> found = OnnxRuntime.class
                .getClassLoader()
                .resources(resource)
                .map(URL::toString)
                .distinct()
                .toList();
        if (found.size() > 1) {
            LOG.warn(
                    "There are {} ONNX Runtimes on the class path, and the first is used: keep either"
                            + " com.microsoft.onnxruntime:onnxruntime or onnxruntime_gpu, never both, in one version: {}",
                    found.size(),
                    found);
        }
    }

    /** Waits without giving up when interrupted: half a start would help nobody. */
    private static OrtEnvironment result(FutureTask<OrtEnvironment> start) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return start.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw Shutdown.closedOr(e, () -> StartFailure.exception(e));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
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
            throw Shutdown.closedOr(e, () -> notLoaded(model, provider, environment.getVersion(), e));
        }
    }

    private static CryException notLoaded(
            ModelBytes model, ExecutionProvider provider, String version, OrtException e) {
        String what = "ONNX Runtime " + version + " does not load the model '" + model.name() + "' ("
                + model.buffer().limit() + " bytes) on " + provider + ": ";
        return switch (e.getCode()) {
            case ORT_NO_MODEL, ORT_INVALID_PROTOBUF, ORT_INVALID_GRAPH, ORT_INVALID_ARGUMENT ->
                new CryException(
                        CryErrorCode.MODEL_INVALID,
                        what + "expected one whole ONNX file without external data: " + e.getMessage(),
                        e);
            case ORT_NOT_IMPLEMENTED -> new CryException(CryErrorCode.MODEL_INCOMPATIBLE, what + e.getMessage(), e);
            // What is left is the device's fault where there is one: a wrong number, too little memory, a driver.
            default ->
                new CryException(
                        provider instanceof ExecutionProvider.Cuda
                                ? CryErrorCode.PROVIDER_UNAVAILABLE
                                : CryErrorCode.MODEL_INVALID,
                        what + e.getMessage(),
                        e);
        };
    }

    private static void addCuda(SessionOptions options, ExecutionProvider.Cuda cuda) {
        Set<OrtProvider> available = OrtEnvironment.getAvailableProviders();
        if (!available.contains(OrtProvider.CUDA)) {
            throw new CryException(
                    CryErrorCode.PROVIDER_UNAVAILABLE,
                    "CUDA was asked for, and the ONNX Runtime on the class path was built without it (it has "
                            + available + "): in a project replace com.microsoft.onnxruntime:onnxruntime by"
                            + " com.microsoft.onnxruntime:onnxruntime_gpu of the same version, never both; build the command with -Pgpu");
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
                            + " cuDNN 9 libraries where the system's loader finds them: "
                            + String.valueOf(StartFailure.root(e).getMessage()).strip(),
                    e);
        }
    }
}
