package io.crysdk.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Folds in which whole kinds of sound are left out: every recording without a cry moves to the fold of its kind, cries
 * stay where they are. A network that is judged on such a fold has met neither its babies nor its kinds of sound.
 *
 * <p>Kinds whose names share a word, such as {@code dog} and {@code animal_dog}, go together. What is left over of a
 * held-out group in other kinds is learnt by nobody; {@link CrossValidation} sees to that.
 */
final class CategoryFolds {
    private CategoryFolds() {}

    /**
     * Moves recordings to folds of their kind.
     *
     * @param clips recordings with folds
     * @param staying kinds that are left where they are, because they are no kind of sound but a place or a phone
     * @return the same recordings in the same order
     */
    static List<Clip> of(List<Clip> clips, Set<String> staying) {
        int folds = 1 + clips.stream().mapToInt(c -> c.entry().fold()).max().orElse(0);
        Map<String, Integer> counts = new TreeMap<>();
        clips.stream()
                .filter(c -> !c.cry() && !staying.contains(c.entry().category()))
                .forEach(c -> counts.merge(c.entry().category(), 1, Integer::sum));
        Map<String, Integer> foldOf = new HashMap<>();
        int[] filled = new int[folds];
        for (Set<String> family : families(counts)) {
            int least = 0;
            for (int f = 1; f < folds; f++) {
                least = filled[f] < filled[least] ? f : least;
            }
            for (String category : family) {
                foldOf.put(category, least);
                filled[least] += counts.getOrDefault(category, 0);
            }
        }
        List<Clip> moved = new ArrayList<>(clips.size());
        for (Clip clip : clips) {
            Integer fold = clip.cry() ? null : foldOf.get(clip.entry().category());
            moved.add(fold == null ? clip : new Clip(clip.entry().withFold(fold), clip.logMel(), clip.sha256()));
        }
        return moved;
    }

    /** Kinds that share a word, the largest families first. */
    private static List<Set<String>> families(Map<String, Integer> counts) {
        List<Set<String>> families = new ArrayList<>();
        for (String category : counts.keySet()) {
            Set<String> words = words(Set.of(category));
            Set<String> merged = new HashSet<>(Set.of(category));
            List<Set<String>> apart = new ArrayList<>();
            for (Set<String> family : families) {
                Set<String> shared = words(family);
                shared.retainAll(words);
                if (shared.isEmpty()) {
                    apart.add(family);
                } else {
                    merged.addAll(family);
                }
            }
            apart.add(merged);
            families = apart;
        }
        families.sort(Comparator.<Set<String>>comparingInt(f ->
                        -f.stream().mapToInt(c -> counts.getOrDefault(c, 0)).sum())
                .thenComparing(f -> f.stream().sorted().findFirst().orElse("")));
        return families;
    }

    private static Set<String> words(Set<String> categories) {
        Set<String> words = new HashSet<>();
        categories.forEach(c -> words.addAll(Arrays.asList(c.split("_"))));
        return words;
    }
}
