package io.crysdk.models;

import io.crysdk.ModelSource;
import io.crysdk.spi.ModelProvider;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Hands out the models of this jar. Public because the service loader asks for it; stateless. */
public final class TrainedModels implements ModelProvider {
    /** Creates the provider; called by the service loader. */
    public TrainedModels() {}

    @Override
    public List<InstalledModel> models() {
        // A line for each NAME.onnx beside this class.
        return List.of(new Resource(ModelSource.DEFAULT), new Resource("default-float32"), new Resource("lite"));
    }

    /** One card tells of all: they are sizes of one model. */
    private record Resource(String name) implements InstalledModel {
        @Override
        public InputStream open() throws IOException {
            return stream(name + ".onnx");
        }

        @Override
        public String card() throws IOException {
            try (InputStream in = stream("MODEL_CARD.md")) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        private static InputStream stream(String resource) throws IOException {
            InputStream in = TrainedModels.class.getResourceAsStream(resource);
            if (in == null) {
                throw new FileNotFoundException(resource + " is not in the jar of cry-sdk-models");
            }
            return in;
        }
    }
}
