package io.crysdk.train;

import java.io.Serial;
import java.util.List;

/**
 * A manifest with rows that cannot be used: all of them at once, so that one look at the file mends it.
 *
 * @since 0.1.0
 */
public final class ManifestException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ManifestException(List<String> problems) {
        super(problems.size() + " problem(s) in the manifest:\n  " + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Returns what is wrong.
     *
     * @return one entry a problem, each with its file and line
     */
    public List<String> problems() {
        return problems == null ? List.of() : problems;
    }
}
