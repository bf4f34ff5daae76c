package io.crysdk.examples;

import io.crysdk.CryClassifier;
import io.crysdk.CryReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Classifies with a model of one's own.
 *
 * <p>Run it with the ONNX file, the recording, and for a plain graph without metadata the labels in the order of its
 * output: {@code my.onnx cry.wav hungry tired}.
 */
public final class CustomModel {
    private CustomModel() {}

    /**
     * Prints what the model says of itself and of the recording.
     *
     * @param args the model, the recording, labels
     */
    public static void main(String[] args) {
        CryClassifier.Builder builder =
                CryClassifier.builder().model(Path.of(args[0])).windowHop(Duration.ofMillis(240));
        List<CryReason> labels = Arrays.stream(args).skip(2).map(CryReason::new).toList();
        if (!labels.isEmpty()) {
            builder.labels(labels);
        }
        try (CryClassifier classifier = builder.build()) {
            System.out.println(classifier.model().id() + " tells apart "
                    + classifier.model().labels());
            System.out.println(classifier.classify(Path.of(args[1])));
        }
    }
}
