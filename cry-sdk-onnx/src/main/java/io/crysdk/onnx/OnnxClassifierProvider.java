package io.crysdk.onnx;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryListener;
import io.crysdk.spi.ClassifierOptions;
import io.crysdk.spi.CryClassifierProvider;

/**
 * Makes classifiers over ONNX Runtime. Public because the service loader asks for it; stateless.
 *
 * @since 0.1.0
 */
public final class OnnxClassifierProvider implements CryClassifierProvider {
    /** Creates the provider; called by the service loader. */
    public OnnxClassifierProvider() {}

    @Override
    public CryClassifier create(ClassifierOptions options) {
        Calls calls = new Calls(options.timeout(), options.listener());
        try (Calls.Call load = calls.forLoad()) {
            OnnxModel model = OnnxModel.load(
                    options.model(), options.expectedSha256(), options.labels(), options.provider(), options.threads());
            try {
                CryClassifier classifier = new OnnxCryClassifier(model, options, calls);
                calls.tell(CryListener.Kind.LOAD, load);
                return classifier;
            } catch (RuntimeException e) {
                model.close();
                throw e;
            }
        } catch (NoClassDefFoundError e) {
            throw new CryException(
                    CryErrorCode.PROVIDER_UNAVAILABLE,
                    "a class that the engine needs is not on the class path: leave what io.crysdk:cry-sdk-onnx brings with it there, or for a GPU"
                            + " put com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime ("
                            + e.getMessage() + ")",
                    e);
        }
    }
}
