package io.crysdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CryValuesTest {
    private static final SignalQuality QUALITY = new SignalQuality(1.0, 0.5, 0, 0, 4000);
    private static final ModelId MODEL = new ModelId("default", "0.1.0", "5f2c9a01" + "0".repeat(56));

    private static CryResult result(CryOutcome outcome, Optional<CryReason> reason, List<ReasonScore> scores) {
        return new CryResult(outcome, reason, scores, OptionalDouble.of(0.98), List.of(), QUALITY, List.of(), MODEL);
    }

    @Test
    void anAnswerPrintsTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            CryResult result = result(
                    CryOutcome.CRY,
                    Optional.of(CryReason.HUNGER),
                    List.of(new ReasonScore(CryReason.HUNGER, 0.81), new ReasonScore(CryReason.BOREDOM, 0.19)));
            assertThat(result).hasToString("CRY hunger (cry 0.98; hunger 0.81, boredom 0.19)");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aReasonIsNamedWithCryAndOnlyThen() {
        assertThatIllegalArgumentException().isThrownBy(() -> result(CryOutcome.CRY, Optional.empty(), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> result(CryOutcome.UNCERTAIN, Optional.of(CryReason.HUNGER), List.of()));
    }

    @Test
    void listsAreCopiedSoThatAnAnswerNeverChanges() {
        List<ReasonScore> scores = new ArrayList<>(List.of(new ReasonScore(CryReason.HUNGER, 1)));
        CryResult result = result(CryOutcome.UNCERTAIN, Optional.empty(), scores);
        scores.clear();
        assertThat(result.scores()).hasSize(1);
    }

    @Test
    void valuesRefuseWhatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CryReason("Hunger"));
        assertThatIllegalArgumentException().isThrownBy(() -> new CryReason(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new CryReason("a".repeat(65)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReasonScore(CryReason.HUNGER, Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new ModelId("m", "1", "abc"));
        assertThatIllegalArgumentException().isThrownBy(() -> new ModelId(" ", "1", "0".repeat(64)));
        assertThatIllegalArgumentException().isThrownBy(() -> new CryWindow(2, 1, OptionalDouble.empty(), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new CryWindow(0, 1, OptionalDouble.of(1.5), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new SignalQuality(1, Double.NaN, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new SignalQuality(1, 1, 1.1, 0, 0));
    }

    @Test
    void aModelIdIsShort() {
        assertThat(MODEL).hasToString("default 0.1.0 (5f2c9a01)");
    }
}
