package io.crysdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CryClassifierBuilderTest {
    private final CryClassifier.Builder builder = CryClassifier.builder();

    @Test
    void withoutAnEngineItSaysWhichDependencyToAdd() {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(CryClassifier::create)
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.PROVIDER_UNAVAILABLE))
                .withMessageContaining("cry-sdk-onnx");
    }

    @Test
    void eachSetterChecksItsValue() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.threads(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.threads(65));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.gateThreshold(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.minReasonProbability(1.01));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.windowHop(Duration.ofMillis(485)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.windowHop(Duration.ofMillis(970)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.windowHop(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.windowHop(Duration.ofDays(100_000)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.expectSha256("AB"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.allow());
        assertThatIllegalArgumentException().isThrownBy(() -> builder.labels(List.of(CryReason.HUNGER)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.labels(List.of(CryReason.HUNGER, CryReason.HUNGER)));
        assertThatNullPointerException().isThrownBy(() -> builder.model((Path) null));
        assertThatNullPointerException().isThrownBy(() -> builder.executionProvider(null));
    }

    @Test
    void theEdgesAreAllowed() {
        assertThat(builder.threads(64)
                        .gateThreshold(0)
                        .minReasonProbability(1)
                        .windowHop(Duration.ofMillis(960))
                        .windowHop(Duration.ofMillis(10))
                        .expectSha256("0".repeat(64))
                        .allow(CryReason.HUNGER)
                        .labels(List.of(CryReason.HUNGER, CryReason.BOREDOM)))
                .isSameAs(builder);
    }

    @Test
    void aLabelsFileIsReadAndItsFaultsAreNamed(@TempDir Path folder) throws IOException {
        Path endless = Files.writeString(folder.resolve("endless.txt"), "\n".repeat((1 << 20) + 1));
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> builder.labels(endless))
                .withMessageContaining("larger than")
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID));
        Path good = Files.writeString(folder.resolve("labels.txt"), "hunger\n\n  boredom \n");
        assertThat(builder.labels(good)).isSameAs(builder);
        Path bad = Files.writeString(folder.resolve("bad.txt"), "hunger\nBore dom\n");
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> builder.labels(bad))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID))
                .withMessageContaining("Bore dom");
        Path noText = Files.write(folder.resolve("bytes.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> builder.labels(noText))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID));
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> builder.labels(folder.resolve("none.txt")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND));
    }

    @Test
    void providersCheckTheirValues() {
        assertThatIllegalArgumentException().isThrownBy(() -> ExecutionProvider.cuda(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecutionProvider.cuda(0).withMemoryLimit(0));
        assertThat(ExecutionProvider.cuda(1).withMemoryLimit(5).memoryLimitBytes())
                .hasValue(5);
    }
}
