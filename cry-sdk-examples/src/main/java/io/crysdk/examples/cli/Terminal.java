package io.crysdk.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Help.Ansi;

/** Whether a person is looking, for colours and progress bars. */
final class Terminal {
    private static final int OUTPUT = 1;
    private static final int ERROR = 2;

    private Terminal() {}

    /** Returns whether standard output is a terminal that wants colours. */
    static boolean isOutput() {
        return System.getenv("NO_COLOR") == null && is(OUTPUT);
    }

    /** Returns whether standard error is a terminal. */
    static boolean isError() {
        return is(ERROR);
    }

    /** Java tells of standard input and output together only, so Linux is asked for each descriptor; elsewhere picocli guesses. */
    private static boolean is(int descriptor) {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.isSymbolicLink(link)) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException e) {
                return false;
            }
        }
        return Ansi.AUTO.enabled();
    }
}
