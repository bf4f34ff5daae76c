package io.crysdk.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is exported, and as what. */
final class Target {
    @Option(names = "--out", required = true, description = "The ONNX file.")
    Path out = Path.of("model.onnx");

    @Option(names = "--attribution", description = "Markdown file for the authors of the recordings.")
    @Nullable Path attribution;

    @Option(names = "--id", defaultValue = "default", description = "Default: ${DEFAULT-VALUE}.")
    String id = "";

    @Option(names = "--model-version", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    String version = "";

    @Option(names = "--licence", defaultValue = "Apache-2.0", description = "Default: ${DEFAULT-VALUE}.")
    String licence = "";

    @Option(
            names = "--training-data",
            defaultValue = "",
            description = "What to say of the recordings; counts where empty.")
    String trainingData = "";

    /** Writes whom to name, where that is asked for. */
    void attribute(List<Manifest.Entry> learnt) throws IOException {
        if (attribution != null) {
            String markdown = Attribution.markdown(learnt);
            WriteAside.write(attribution, aside -> Files.writeString(aside, markdown, StandardCharsets.UTF_8));
        }
    }

    /** What was exported, in a line. */
    String made(double difference) throws IOException {
        return out.getFileName() + ": " + Files.size(out) + " bytes, sha256 "
                + Digests.sha256(Files.readAllBytes(out)) + ", ONNX Runtime and the trainer differ by at most "
                + difference;
    }
}
