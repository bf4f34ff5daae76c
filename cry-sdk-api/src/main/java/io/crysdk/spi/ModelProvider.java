package io.crysdk.spi;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A set of models that travels as a jar. Implementations are stateless and safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface ModelProvider {
    /**
     * Lists the models of this set.
     *
     * @return the models, the most recommended first
     */
    List<InstalledModel> models();

    /**
     * Lists all models on the class or module path.
     *
     * @return the models of every set
     */
    static List<InstalledModel> installed() {
        return Services.installed(ModelProvider.class).stream()
                .flatMap(set -> set.models().stream())
                .toList();
    }

    /** A model that can be asked for by name. */
    interface InstalledModel {
        /**
         * Returns the name by which it is asked for.
         *
         * @return for example {@code default}
         */
        String name();

        /**
         * Opens the ONNX file.
         *
         * @return a stream that the caller closes
         * @throws IOException if it cannot be opened
         */
        InputStream open() throws IOException;

        /**
         * Reads the model card: what it was trained on, what it can and cannot do, with figures and their splits.
         *
         * @return Markdown
         * @throws IOException if it cannot be read
         */
        String card() throws IOException;
    }
}
