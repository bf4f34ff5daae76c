package org.example.listen;

import io.crysdk.CryClassifier;
import io.crysdk.CryResult;
import java.nio.file.Path;

/** Says what is heard in a file. */
public final class Listen {
    private Listen() {}

    public static void main(String[] args) {
        try (CryClassifier classifier = CryClassifier.create()) {
            CryResult result = classifier.classify(Path.of(args[0]));
            System.out.println(result.outcome());
        }
    }
}
