package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.testing.OtherJvm;
import java.io.IOException;
import java.util.List;

/** A program in a process of its own with a small heap, so that what it needs in memory is hardly the heap's. */
final class Child {
    private Child() {}

    /** Runs a class of the tests, and returns the words of the last line that it prints. */
    static List<String> run(Class<?> main, String heap, List<String> args) throws IOException, InterruptedException {
        OtherJvm.Ended java = OtherJvm.of(main, heap).run(args.toArray(String[]::new));
        assertThat(java.exit()).as(java.said().toString()).isZero();
        return List.of(java.said().get(java.said().size() - 1).split(" "));
    }
}
