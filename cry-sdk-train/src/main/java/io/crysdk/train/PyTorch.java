package io.crysdk.train;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;

/** Whether there is a PyTorch to train with. */
final class PyTorch {
    /** What DJL itself looks for on the class path, in the jar of the libraries and in that of their Java side. */
    private static final String LIBRARIES = "native/lib/pytorch.properties";

    private static final String JAVA_SIDE = "jnilib/pytorch.properties";

    private PyTorch() {}

    /**
     * Makes PyTorch ready, or says what to do.
     *
     * @param threads as {@link Trainer#threads}
     * @throws CryException {@link CryErrorCode#PROVIDER_UNAVAILABLE} if its libraries are not on the class path
     */
    static void require(int threads) {
        // Otherwise DJL would load a library from the network, and count its users.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        if (!present(LIBRARIES) || !present(JAVA_SIDE)) {
            throw new CryException(
                    CryErrorCode.PROVIDER_UNAVAILABLE,
                    "training needs PyTorch, which is not on the class path: pack it into cry.jar with"
                            + " 'mvn -q -DskipTests package -Ptrain', or add ai.djl.pytorch:pytorch-native-cpu and"
                            + " pytorch-jni to yours");
        }
        Trainer.threads(threads);
    }

    private static boolean present(String resource) {
        return PyTorch.class.getClassLoader().getResource(resource) != null;
    }
}
