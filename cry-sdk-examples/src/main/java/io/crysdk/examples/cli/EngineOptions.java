package io.crysdk.examples.cli;

import io.crysdk.CryClassifier;
import io.crysdk.ExecutionProvider;
import io.crysdk.ModelSource;
import io.crysdk.spi.ModelProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that asks a model. */
final class EngineOptions {
    /** Where the network runs. */
    enum Provider {
        CPU,
        CUDA
    }

    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = ModelSource.DEFAULT,
            description = "An installed model's name or an ONNX file; default: ${DEFAULT-VALUE}.")
    private String model = ModelSource.DEFAULT;

    @Option(
            names = "--labels",
            paramLabel = "F",
            description = "Names a plain graph's outputs: a text file, one reason a line.")
    private @Nullable Path labels;

    @Option(
            names = "--provider",
            paramLabel = "cpu|cuda",
            defaultValue = "cpu",
            description = "Where the network runs; default: ${DEFAULT-VALUE}.")
    private Provider provider = Provider.CPU;

    /** Loads the model. The caller closes the classifier. */
    CryClassifier open() {
        CryClassifier.Builder builder = CryClassifier.builder()
                .model(source(model))
                .executionProvider(provider == Provider.CUDA ? ExecutionProvider.cuda(0) : ExecutionProvider.cpu());
        if (labels != null) {
            builder.labels(labels);
        }
        return builder.build();
    }

    /** An installed name goes before a file of the same name; what is neither is for the engine to complain of. */
    private static ModelSource source(String model) {
        boolean installed = ModelProvider.installed().stream()
                .anyMatch(known -> known.name().equals(model));
        boolean file = Files.exists(Path.of(model)) || model.endsWith(".onnx") || model.contains("/");
        return !installed && file ? ModelSource.file(Path.of(model)) : ModelSource.installed(model);
    }
}
