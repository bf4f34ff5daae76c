package io.crysdk.examples;

import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Classifies all files of a folder on all cores with one shared classifier.
 *
 * <p>Run it with the folder as its argument. A classifier is safe for use by many threads, and each call uses one: make
 * one classifier, not one for each thread.
 */
public final class ClassifyFolder {
    private ClassifyFolder() {}

    /**
     * Prints a line for each file, in the order of their names.
     *
     * @param args the folder
     * @throws IOException if it cannot be listed
     */
    public static void main(String[] args) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(Path.of(args[0]))) {
            files = entries.filter(Files::isRegularFile).sorted().toList();
        }
        try (CryClassifier classifier = CryClassifier.create()) {
            files.parallelStream()
                    .map(file -> file.getFileName() + ": " + answer(classifier, file))
                    .forEachOrdered(System.out::println);
        }
    }

    private static String answer(CryClassifier classifier, Path file) {
        try {
            return classifier.classify(file).toString();
        } catch (CryException e) {
            return e.code() + ", " + e.getMessage();
        }
    }
}
