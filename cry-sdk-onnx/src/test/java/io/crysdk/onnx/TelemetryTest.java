package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelemetryTest {
    @ParameterizedTest
    @CsvSource({"linux-x64/libonnxruntime.so", "linux-aarch64/libonnxruntime.so", "osx-aarch64/libonnxruntime.dylib"})
    void theRuntimeThatWeBringKnowsNobodyToSendTo(String library) throws IOException {
        try (InputStream in = OrtEnvironment.class.getResourceAsStream("/ai/onnxruntime/native/" + library)) {
            assertThat(in).isNotNull();
            String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(bytes.contains("onnxruntime")).isTrue();
            // Both are plain in the libraries of 1.29.0.
            assertThat(bytes.contains("events.data.microsoft.com")).isFalse();
            assertThat(bytes.contains(Telemetry.VARIABLE)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.28.0,     Linux,      ,  false",
        "1.29.0,     Linux,      ,  true",
        "1.30.1-dev, Mac OS X,   ,  true",
        "2.0.0,      Linux,      ,  true",
        "1.29.0,     Linux,      1, false",
        "1.29.0,     Linux,      0, true",
        "1.29.0,     Darwin,      , true",
        "0.29.0,     Linux,       , false",
        "1.29.0,     Windows 11, ,  false",
        "unknown,    Linux,      ,  false"
    })
    void laterRuntimesAreToldOf(String version, String system, String forbidden, boolean leaks) {
        assertThat(Telemetry.leaks(version, system, forbidden)).isEqualTo(leaks);
    }

    @Test
    void theOneThatRunsHereIsSilent() {
        assertThat(Telemetry.leaks(OnnxRuntime.version(), "Linux", null)).isFalse();
    }
}
