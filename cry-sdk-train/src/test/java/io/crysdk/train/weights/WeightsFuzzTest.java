package io.crysdk.train.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, a file of weights is read or refused; see docs/fuzzing.md. */
class WeightsFuzzTest {
    @TempDir
    static Path folder;

    /** Where a TensorFlow checkpoint of version 2 has its values. */
    @BeforeAll
    static void values() throws IOException {
        Files.copy(Fixtures.file("v2.data-00000-of-00001"), folder.resolve("fuzzed.data-00000-of-00001"));
    }

    @MethodSource("wholeFiles")
    @FuzzTest
    void weights(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("fuzzed.index"), bytes);
        try {
            VggishWeights found = VggishWeights.read(file);
            assertThat(found.values()).isNotEmpty();
        } catch (CryException e) {
            assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID);
            assertThat(e.getMessage()).contains("fuzzed").hasSizeLessThan(20_000);
        }
    }

    static Stream<Arguments> wholeFiles() throws IOException {
        List<Arguments> files = new ArrayList<>();
        for (String name : BadBytesTest.NAMES) {
            files.add(Arguments.of((Object) Files.readAllBytes(Fixtures.file(name))));
        }
        return files.stream();
    }
}
