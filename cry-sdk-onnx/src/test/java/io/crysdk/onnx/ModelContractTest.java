package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.ShortClipPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelContractTest {
    private static final ModelContract CONTRACT = new ModelContract(
            "mine",
            "2.1",
            List.of(CryReason.HUNGER, CryReason.TIREDNESS),
            new FrontEndSettings(0.97, true, ShortClipPolicy.ZERO_PAD, 24),
            new GateContract(GateAggregation.MEAN, 0.7, -1.25, 0.31),
            ReasonAggregation.CRY_WEIGHTED_MEAN,
            1.7,
            0.62,
            "Apache-2.0",
            "a corpus",
            "AUC .99 (group folds)");

    @Test
    void comesBackFromMetadataAsItWentIn() {
        assertThat(ModelContract.fromMetadata(CONTRACT.toMetadata(), "other")).isEqualTo(CONTRACT);
    }

    @Test
    void aGraphWithoutMetadataGetsTheDefaults() {
        ModelContract plain = ModelContract.fromMetadata(Map.of("author", "somebody"), "vggish-softmax");
        assertThat(plain.id()).isEqualTo("vggish-softmax");
        assertThat(plain.version()).isEqualTo("unversioned");
        assertThat(plain.labels()).isEmpty();
        assertThat(plain.frontEnd()).isEqualTo(FrontEndSettings.PLAIN);
        assertThat(plain.gate()).isEqualTo(GateContract.PLAIN);
        assertThat(plain.temperature()).isEqualTo(1.0);
    }

    @Test
    void aValueThatCannotBeReadIsNamedByItsKey() {
        Map<String, String> bad = Map.of(
                "crysdk.pre_emphasis", "much",
                "crysdk.z_score", "yes",
                "crysdk.short_clip", "loop",
                "crysdk.hop_frames", "0.5",
                "crysdk.gate.aggregation", "max",
                "crysdk.gate.slope", "steep",
                "crysdk.reason.temperature", "",
                "crysdk.labels", "hunger,,boredom");
        bad.forEach((key, value) -> assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelContract.fromMetadata(Map.of(key, value), "m"))
                .withMessageContaining(key));
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        Map<String, String> bad = Map.of(
                "crysdk.pre_emphasis", "1.5",
                "crysdk.hop_frames", "97",
                "crysdk.gate.slope", "-1",
                "crysdk.gate.offset", "NaN",
                "crysdk.gate.threshold", "1.01",
                "crysdk.reason.temperature", "0",
                "crysdk.reason.min_probability", "NaN",
                "crysdk.labels", "hunger,hunger");
        bad.forEach((key, value) -> assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelContract.fromMetadata(Map.of(key, value), "m"))
                .withMessageContaining(key.substring(key.lastIndexOf('.') + 1)));
    }

    @Test
    void anotherVersionIsAnotherMatter() {
        Map<String, String> later = new HashMap<>(CONTRACT.toMetadata());
        later.put("crysdk.contract", "2");
        assertThatExceptionOfType(IncompatibleContractException.class)
                .isThrownBy(() -> ModelContract.fromMetadata(later, "m"));
        assertThatExceptionOfType(IncompatibleContractException.class)
                .isThrownBy(() -> ModelContract.fromMetadata(Map.of("crysdk.features", "mfcc"), "m"));
    }

    @Test
    void aggregationsAreWhatTheySay() {
        assertThat(GateAggregation.MEAN.aggregate(new double[] {1, 2, 6})).isEqualTo(3.0);
        assertThat(GateAggregation.TOP3_MEAN.aggregate(new double[] {9, -5, 3, 0, 6}))
                .isEqualTo(6.0);
        assertThat(GateAggregation.TOP3_MEAN.aggregate(new double[] {-2})).isEqualTo(-2.0);
        double[][] windows = {{1, 0}, {0, 1}};
        assertThat(ReasonAggregation.MEAN.aggregate(windows, new double[] {1, 0}))
                .containsExactly(0.5, 0.5);
        assertThat(ReasonAggregation.CRY_WEIGHTED_MEAN.aggregate(windows, new double[] {0.75, 0.25}))
                .containsExactly(0.75, 0.25);
        assertThat(ReasonAggregation.CRY_WEIGHTED_MEAN.aggregate(windows, new double[0]))
                .containsExactly(0.5, 0.5);
        assertThat(ReasonAggregation.CRY_WEIGHTED_MEAN.aggregate(windows, new double[] {0, 0}))
                .containsExactly(0.5, 0.5);
    }
}
