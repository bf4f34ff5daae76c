package io.crysdk.train.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Help.Ansi;

/**
 * Whether a person is looking, for colours and progress bars. Stateless, for any thread.
 *
 * @since 0.1.0
 */
public final class Terminal {
    private static final int OUTPUT = 1;
    private static final int ERROR = 2;

    private Terminal() {}

    /**
     * Asks about standard output.
     *
     * @return whether it is a terminal that wants colours
     */
    public static boolean isOutput() {
        return System.getenv("NO_COLOR") == null && is(OUTPUT);
    }

    /**
     * Asks about standard error.
     *
     * @return whether it is a terminal
     */
    public static boolean isError() {
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
