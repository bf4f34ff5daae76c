package io.crysdk.examples;

import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import io.crysdk.CryResult;
import java.nio.file.Path;

/**
 * Classifies one file: WAV, or with {@code cry-sdk-media} on the class path whatever a phone records.
 *
 * <p>Run it with the file as its argument.
 */
public final class ClassifyFile {
    private ClassifyFile() {}

    /**
     * Prints what is heard.
     *
     * @param args the file
     */
    public static void main(String[] args) {
        try (CryClassifier classifier = CryClassifier.create()) {
            CryResult result = classifier.classify(Path.of(args[0]));
            System.out.println(result);
            result.warnings().forEach(warning -> System.out.println("note: " + warning));
        } catch (CryException e) {
            System.err.println(e.code() + ": " + e.getMessage());
            System.exit(1);
        }
    }
}
