package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a GraalVM image must be told of; no tool is there to build one in the tests. */
class NativeImageMetadataTest {
    private static final String METADATA = "/META-INF/native-image/io.crysdk/cry-sdk-onnx/reachability-metadata.json";
    private static final String LIBRARY = "/ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so";

    @Test
    void namesAllClassesThatNativeCodeLooksUp() throws IOException {
        // Byte by byte as characters: class names are plain ASCII, each with a zero behind it.
        String library = new String(bytes(OrtEnvironment.class, LIBRARY), StandardCharsets.ISO_8859_1);
        Set<String> looked = new TreeSet<>();
        Pattern.compile("(?<=\0)ai/onnxruntime/\\w+(?=\0)")
                .matcher(library)
                .results()
                .forEach(match -> looked.add(match.group().replace('/', '.')));

        assertThat(looked).isNotEmpty();
        assertThat(named()).containsAll(looked);
    }

    @Test
    void namesNothingThatIsNotThere() throws IOException {
        assertThat(named()).allSatisfy(name -> assertThat(Class.forName(name)).isNotNull());
    }

    private static Set<String> named() throws IOException {
        String json = new String(bytes(OnnxModel.class, METADATA), StandardCharsets.UTF_8);
        Set<String> names = new TreeSet<>();
        Pattern.compile("\"type\": \"([^\"]+)\"").matcher(json).results().forEach(m -> names.add(m.group(1)));
        return names;
    }

    private static byte[] bytes(Class<?> beside, String resource) throws IOException {
        try (InputStream in = beside.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            return in.readAllBytes();
        }
    }
}
