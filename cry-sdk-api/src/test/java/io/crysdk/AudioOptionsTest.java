package io.crysdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AudioOptionsTest {
    @Test
    void theDefaultsBoundWhatAStrangersFileCanCost() {
        AudioOptions defaults = AudioOptions.defaults();
        assertThat(defaults.maxDuration()).isEqualTo(Duration.ofMinutes(61));
        assertThat(defaults.maxDecodedBytes()).isEqualTo(8L << 30);
        assertThat(defaults.track()).isEmpty();
        defaults.progress().accept(0.5);
    }

    @Test
    void eachOptionChangesAloneInACopy() {
        AudioOptions defaults = AudioOptions.defaults();
        AudioOptions changed = defaults.withMaxDuration(Duration.ofSeconds(9))
                .withMaxDecodedBytes(77)
                .withTrack(3)
                .withProgress(System::identityHashCode);
        assertThat(changed.maxDuration()).isEqualTo(Duration.ofSeconds(9));
        assertThat(changed.maxDecodedBytes()).isEqualTo(77);
        assertThat(changed.track()).isEqualTo(OptionalInt.of(3));
        assertThat(changed.progress()).isNotSameAs(defaults.progress());
        assertThat(defaults).isEqualTo(AudioOptions.defaults());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        AudioOptions defaults = AudioOptions.defaults();
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxDuration(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxDuration(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxDecodedBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withTrack(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AudioTrack(2, 1, "wav", "pcm", 1, 1, Optional.empty(), OptionalDouble.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AudioTrack(1, 1, "wav", "pcm", 1, 0, Optional.empty(), OptionalDouble.empty()));
        assertThatNullPointerException().isThrownBy(() -> defaults.withProgress(null));
    }
}
