import io.crysdk.CryClassifier;
import io.crysdk.CryOutcome;

/** Answers on the module path: the engine, the default model and the native runtime are found as modules. */
public class ModulePath {
    public static void main(String[] args) {
        for (String name : new String[] {"io.crysdk.api", "io.crysdk.dsp", "io.crysdk.onnx", "io.crysdk.models"}) {
            Module module = ModuleLayer.boot().findModule(name).orElseThrow();
            if (!module.isNamed() || module.getDescriptor().isAutomatic()) {
                throw new AssertionError(name + " is no explicit module");
            }
        }
        try (CryClassifier classifier = CryClassifier.create()) {
            if (classifier.classify(new float[16_000]).outcome() != CryOutcome.NOT_CRY) {
                throw new AssertionError("silence is no cry");
            }
            System.out.println("on the module path: " + classifier.model().id());
        }
    }
}
