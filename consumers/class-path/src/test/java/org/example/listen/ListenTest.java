package org.example.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenTest {
    private static final Path SAMPLE =
            Path.of("../../cry-sdk-examples/src/main/resources/io/crysdk/examples/sample-cry.wav");

    @Test
    void hearsACry() {
        try (CryClassifier classifier = CryClassifier.create()) {
            assertNotEquals(CryOutcome.NOT_CRY, classifier.classify(SAMPLE).outcome());
            assertEquals(CryOutcome.NOT_CRY, classifier.classify(new float[32_000]).outcome());
        }
    }

    @Test
    void saysWhatIsWrongWithAFile(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("notes.m4a"), "no audio");
        try (CryClassifier classifier = CryClassifier.create()) {
            CryException e = assertThrows(CryException.class, () -> classifier.classify(text));
            assertEquals(CryErrorCode.UNSUPPORTED_FORMAT, e.code());
        }
    }
}
