package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, a manifest is read or complained of; see docs/fuzzing.md. */
class ManifestFuzzTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void recordings() throws IOException {
        for (String name : List.of("a", "b", "c.wav")) {
            Files.createFile(folder.resolve(name));
        }
    }

    @MethodSource("manifests")
    @FuzzTest
    void manifest(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("fuzzed.csv"), bytes);
        Manifest manifest;
        try {
            manifest = Manifest.read(List.of(file));
        } catch (ManifestException e) {
            assertThat(e.problems()).isNotEmpty().allMatch(problem -> !problem.isBlank());
            return;
        }
        assertThat(manifest.entries()).isNotEmpty().allSatisfy(entry -> {
            assertThat(entry.file()).isRegularFile();
            assertThat(entry.group()).isNotEmpty();
            assertThat(entry.segments()).allMatch(span -> span.start() < span.end());
        });
        try {
            assertThat(manifest.withFolds(2, 1).entries()).hasSameSizeAs(manifest.entries());
        } catch (ManifestException e) {
            assertThat(e.problems()).isNotEmpty();
        }
    }

    static Stream<Arguments> manifests() {
        return Stream.of(
                        "path,label\na,hunger\nb,\nc.wav,boredom\n",
                        "path,class,group,recording,fold,is_cry,segments,use,source,category,licence\r\n"
                                + "a,hunger,baby 1,r,3,1,100-5000;6000-9000,class,phone,baby_cry,\"CC0, \"\"really\"\"\"\r\n"
                                + "\r\nb,,,,0,?,,disputed,phone,unsure,\r\n",
                        "path\na",
                        "path,\na,b\n",
                        "\"path\na",
                        "")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }
}
