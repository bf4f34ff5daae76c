package io.crysdk.train;

import java.io.Serial;
import java.util.List;

/**
 * A configuration that cannot be used: everything that is wrong with it at once.
 *
 * @since 0.1.0
 */
public final class ConfigException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(
                problems.size() == 1
                        ? problems.get(0)
                        : problems.size() + " problems in the configuration:\n  " + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Returns what is wrong.
     *
     * @return one entry a problem: where it stands, the key, what was expected and what was found
     */
    public List<String> problems() {
        return problems == null ? List.of() : problems;
    }
}
