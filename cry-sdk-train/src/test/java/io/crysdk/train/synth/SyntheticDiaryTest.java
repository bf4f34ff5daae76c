package io.crysdk.train.synth;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.CryReason;
import io.crysdk.train.synth.SyntheticDiary.Entry;
import io.crysdk.train.synth.SyntheticDiary.Telling;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyntheticDiaryTest {
    @Test
    void clipsComeInEpisodesOfOneReasonEach() {
        List<Entry> diary = SyntheticDiary.of(Telling.VAGUELY, 24, 4);
        assertThat(diary).hasSize(24);
        Set<CryReason> reasons = new HashSet<>();
        int inEpisode = 1;
        for (int i = 0; i < diary.size(); i++) {
            Entry entry = diary.get(i);
            reasons.add(entry.reason());
            assertThat(entry.clip().sampleRate()).isEqualTo(16_000);
            assertThat(entry.clip().durationSeconds()).isBetween(3.0, 6.0);
            if (i == 0) {
                continue;
            }
            Duration since = Duration.between(diary.get(i - 1).recorded(), entry.recorded());
            if (since.compareTo(Duration.ofMinutes(3)) < 0) {
                assertThat(since).isPositive();
                assertThat(entry.reason()).isEqualTo(diary.get(i - 1).reason());
                inEpisode++;
            } else {
                assertThat(since).isBetween(Duration.ofHours(2), Duration.ofHours(7));
                inEpisode = 1;
            }
            assertThat(inEpisode).isLessThanOrEqualTo(3);
        }
        assertThat(reasons).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aSeedIsABabyAndItsClips() {
        List<Entry> diary = SyntheticDiary.of(Telling.CLEARLY, 3, 5);
        List<Entry> again = SyntheticDiary.of(Telling.CLEARLY, 3, 5);
        List<Entry> other = SyntheticDiary.of(Telling.CLEARLY, 3, 6);
        for (int i = 0; i < 3; i++) {
            assertThat(again.get(i).clip().samples())
                    .isEqualTo(diary.get(i).clip().samples());
            assertThat(again.get(i).recorded()).isEqualTo(diary.get(i).recorded());
            assertThat(other.get(i).clip().samples())
                    .isNotEqualTo(diary.get(i).clip().samples());
        }
    }
}
