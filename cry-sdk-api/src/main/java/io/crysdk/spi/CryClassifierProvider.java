package io.crysdk.spi;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;

/**
 * An engine that makes classifiers. Implementations are stateless and safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface CryClassifierProvider {
    /**
     * Makes a classifier.
     *
     * @param options what was asked for
     * @return a classifier that the caller closes
     * @throws CryException if the model or the execution provider cannot be used
     * @throws IllegalArgumentException if an option contradicts the model
     */
    CryClassifier create(ClassifierOptions options);

    /**
     * Finds the engine on the class or module path.
     *
     * @return the first engine found
     * @throws CryException {@link CryErrorCode#PROVIDER_UNAVAILABLE} if there is none
     */
    static CryClassifierProvider installed() {
        return Services.installed(CryClassifierProvider.class).stream()
                .findFirst()
                .orElseThrow(() -> new CryException(
                        CryErrorCode.PROVIDER_UNAVAILABLE,
                        "no engine on the class path: add the dependency io.crysdk:cry-sdk-onnx"));
    }
}
