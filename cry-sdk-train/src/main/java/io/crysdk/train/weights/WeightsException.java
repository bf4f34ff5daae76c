package io.crysdk.train.weights;

import java.io.IOException;
import java.io.Serial;
import java.util.List;

/**
 * A file of weights that cannot be used: everything that is wrong with it at once. Callers get it as the cause of a {@code
 * CryException}.
 */
final class WeightsException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    WeightsException(String file, List<String> problems) {
        super(
                problems.size() == 1
                        ? file + ": " + problems.get(0)
                        : problems.size() + " problems in " + file + ":\n  " + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One entry a problem, without the file's name. */
    List<String> problems() {
        return problems == null ? List.of() : problems;
    }
}
