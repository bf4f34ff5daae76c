package io.crysdk.train.judge;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Numbers the groups of several runs alike, in alphabetical order. */
final class Groups {
    private final Map<String, Integer> index = new HashMap<>();

    Groups(Collection<String> names) {
        new TreeSet<>(names).forEach(name -> index.put(name, index.size()));
    }

    int count() {
        return index.size();
    }

    int of(String group) {
        return Objects.requireNonNull(index.get(group), group);
    }
}
