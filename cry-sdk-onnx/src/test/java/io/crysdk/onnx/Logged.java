package io.crysdk.onnx;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the library logs, from INFO up, while something is done. The tests' logger writes to standard error. */
final class Logged {
    private Logged() {}

    static String during(Runnable what) {
        return during(log -> what.run());
    }

    /** As the other, and what is done can look at the log so far. */
    static String during(Consumer<Supplier<String>> what) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            what.accept(() -> log.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8);
    }
}
