package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CategoryFoldsTest {
    @Test
    void aKindOfSoundStandsInOneFoldWithItsRelativesAndCriesStay() {
        List<Clip> clips = new ArrayList<>();
        String[] kinds = {"dog", "animal_dog", "animal_bird", "rain", "music", "phone", "baby_cry"};
        for (int i = 0; i < 70; i++) {
            String kind = kinds[i % kinds.length];
            clips.add(clip(i, kind, i % 3, kind.equals("baby_cry")));
        }
        List<Clip> moved = CategoryFolds.of(clips, Set.of("phone"));
        assertThat(moved).hasSameSizeAs(clips);
        assertThat(folds(moved, "animal_dog"))
                .hasSize(1)
                .isEqualTo(folds(moved, "dog"))
                .isEqualTo(folds(moved, "animal_bird"));
        assertThat(folds(moved, "rain")).hasSize(1).isNotEqualTo(folds(moved, "dog"));
        assertThat(folds(moved, "music")).hasSize(1).isNotEqualTo(folds(moved, "dog"));
        assertThat(folds(moved, "rain")).isNotEqualTo(folds(moved, "music"));
        for (int i = 0; i < clips.size(); i++) {
            String kind = clips.get(i).entry().category();
            if (kind.equals("phone") || kind.equals("baby_cry")) {
                assertThat(moved.get(i)).isSameAs(clips.get(i));
            }
            assertThat(moved.get(i).entry().path())
                    .isEqualTo(clips.get(i).entry().path());
        }
    }

    private static Set<Integer> folds(List<Clip> clips, String kind) {
        return clips.stream()
                .filter(c -> c.entry().category().equals(kind))
                .map(c -> c.entry().fold())
                .collect(Collectors.toSet());
    }

    private static Clip clip(int i, String category, int fold, boolean cry) {
        Manifest.Entry entry = new Manifest.Entry(
                Path.of("c" + i),
                "c" + i,
                "",
                "g" + i,
                fold,
                cry ? Manifest.Cry.YES : Manifest.Cry.NO,
                List.of(),
                "",
                "",
                category,
                "",
                "",
                "",
                "part");
        return new Clip(entry, new float[96 * 64], "");
    }
}
