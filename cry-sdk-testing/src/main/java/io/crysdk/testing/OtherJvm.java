package io.crysdk.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A program in a virtual machine of its own, of the same Java as this one. Immutable.
 *
 * @param before a command that runs the virtual machine, such as {@code unshare -rn}; empty for none
 * @param classPath its class path
 * @param options its options
 * @param main the class to run
 */
public record OtherJvm(List<String> before, String classPath, List<String> options, Class<?> main) {
    /** What this process has. */
    public static final String CLASS_PATH = System.getProperty("java.class.path");

    /** Variables that give every Java on a machine more options, of which it tells in its output. */
    private static final Set<String> OPTIONS_OF_ALL = Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** No test takes near this; what does is stuck. */
    private static final long MINUTES_AT_MOST = 3;

    /**
     * How it went.
     *
     * @param exit its exit code; 137 if it was stuck and has been killed
     * @param said what it wrote, but for blank lines and what newer JDKs warn of native code
     */
    public record Ended(int exit, List<String> said) {}

    /**
     * Names a program.
     *
     * @param main the class to run
     * @param options of the virtual machine
     * @return the program, on this process's class path
     */
    public static OtherJvm of(Class<?> main, String... options) {
        return new OtherJvm(List.of(), CLASS_PATH, List.of(options), main);
    }

    /**
     * Puts another command before the program.
     *
     * @param command which runs what is named behind it
     * @return the program under that command
     */
    public OtherJvm under(String... command) {
        return new OtherJvm(List.of(command), classPath, options, main);
    }

    /**
     * Changes the class path.
     *
     * @param other the class path to use
     * @return the program on that class path
     */
    public OtherJvm on(String other) {
        return new OtherJvm(before, other, options, main);
    }

    /**
     * Starts the program.
     *
     * @param arguments of its main method
     * @return the process, whose standard error goes where its output goes; it has this process's environment, but for
     *     the variables that give Java options
     * @throws IOException if there is no such command
     */
    public Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(OPTIONS_OF_ALL);
        return builder.start();
    }

    /**
     * Runs the program to its end.
     *
     * @param arguments of its main method
     * @return how it went
     * @throws IOException if there is no such command
     * @throws InterruptedException if the wait for it is
     */
    public Ended run(String... arguments) throws IOException, InterruptedException {
        return end(start(arguments));
    }

    /**
     * Waits for the end of a program that was started.
     *
     * @param process what {@link #start} returned
     * @return how it went
     * @throws IOException if its output cannot be read
     * @throws InterruptedException if the wait for it is
     */
    public static Ended end(Process process) throws IOException, InterruptedException {
        process.onExit().orTimeout(MINUTES_AT_MOST, TimeUnit.MINUTES).exceptionally(late -> process.destroyForcibly());
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(
                process.waitFor(),
                said.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("WARNING: "))
                        .toList());
    }

    /**
     * Says whether a command can be run here.
     *
     * @param command which needs no input
     * @return whether it exists and ends with 0
     * @throws InterruptedException if the wait for it is
     */
    public static boolean works(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
