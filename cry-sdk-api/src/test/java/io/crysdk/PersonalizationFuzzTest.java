package io.crysdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, a personalization is read and written back the same, or is a documented error; see docs/fuzzing.md. */
class PersonalizationFuzzTest {
    private static final Set<CryErrorCode> DOCUMENTED =
            EnumSet.of(CryErrorCode.MODEL_INVALID, CryErrorCode.MODEL_INCOMPATIBLE);

    @MethodSource("wholeFiles")
    @FuzzTest
    void personalization(byte[] bytes) throws Exception {
        read(bytes);
        if (bytes.length >= PersonalizationTest.DIGEST) {
            // Behind a digest that does not hold nothing is looked at.
            read(PersonalizationTest.signed(bytes.clone()));
        }
    }

    private static void read(byte[] bytes) {
        try {
            Personalization read = Personalization.ofBytes(bytes);
            assertThat(read.toBytes()).isEqualTo(bytes);
            assertThat(Personalization.ofBytes(read.toBytes())).isEqualTo(read);
            assertThat(read.toString()).isNotBlank();
        } catch (CryException e) {
            assertThat(e.code()).isIn(DOCUMENTED);
        }
    }

    static Stream<Arguments> wholeFiles() {
        byte[] small = small(Personalization.Verdict.TOO_FEW, Optional.empty());
        return Stream.of(
                        small,
                        small(Personalization.Verdict.LEARNT, Optional.of(PersonalizationTest.FIGURES)),
                        Arrays.copyOf(small, small.length - 1),
                        PersonalizationTest.sample().toBytes())
                .map(bytes -> Arguments.of((Object) bytes));
    }

    private static byte[] small(Personalization.Verdict verdict, Optional<Personalization.Figures> figures) {
        return Personalization.of(
                        new ModelId("m", "1", "0".repeat(64)),
                        List.of(CryReason.HUNGER, new CryReason("teething")),
                        List.of(3, 4),
                        verdict,
                        figures,
                        0.5,
                        1,
                        new float[] {1.0f, -0.0f, Float.MIN_VALUE, -3.0f})
                .toBytes();
    }
}
