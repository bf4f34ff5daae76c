package io.crysdk.onnx;

import io.crysdk.CryClassifier;
import io.crysdk.spi.ClassifierOptions;
import io.crysdk.spi.CryClassifierProvider;

/** Makes classifiers over ONNX Runtime. Public because the service loader asks for it; stateless. */
public final class OnnxClassifierProvider implements CryClassifierProvider {
    /** Creates the provider; called by the service loader. */
    public OnnxClassifierProvider() {}

    @Override
    public CryClassifier create(ClassifierOptions options) {
        OnnxModel model = OnnxModel.load(
                options.model(), options.expectedSha256(), options.labels(), options.provider(), options.threads());
        try {
            return new OnnxCryClassifier(model, options);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }
}
