package io.crysdk.examples.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.crysdk.CryException;
import io.crysdk.train.TrainCommand;
import io.crysdk.train.console.Terminal;
import java.io.PrintWriter;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/**
 * The {@code cry} command. Exit code 0: all answered; 1: some failed; 2: the command line is wrong.
 *
 * <p>A failure is one line on standard error; {@code --debug} adds the stack trace.
 */
@Command(
        name = "cry",
        description = "Tells a baby's cry from other sounds and weighs its reason, on this machine.",
        mixinStandardHelpOptions = true,
        versionProvider = CryCommand.Version.class,
        subcommands = {
            ClassifyCommand.class,
            MonitorCommand.class,
            SegmentCommand.class,
            PersonalizeCommand.class,
            FeaturesCommand.class,
            ModelsCommand.class,
            DoctorCommand.class
        })
public final class CryCommand {
    private boolean debug;

    CryCommand() {}

    /**
     * Runs the command and exits.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        // The picture is drawn without a screen, also where there is one.
        System.setProperty("java.awt.headless", "true");
        CommandLine command = commandLine();
        int exit = command.execute(args);
        // An answer that could not be written is no answer: a full disk, or nobody who reads on.
        boolean lost = command.getOut().checkError() || System.out.checkError();
        System.exit(exit == CommandLine.ExitCode.OK && lost ? CommandLine.ExitCode.SOFTWARE : exit);
    }

    static CommandLine commandLine() {
        CryCommand cry = new CryCommand();
        CommandLine command = new CommandLine(cry);
        TrainCommand.addTo(command);
        return command.setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.isOutput() ? Ansi.ON : Ansi.OFF))
                .setExecutionStrategy(cry::run)
                .setExecutionExceptionHandler((e, of, parsed) -> cry.report(e, of));
    }

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print stack traces and what the libraries log.")
    void setDebug(boolean on) {
        debug = on;
        if (on && LoggerFactory.getLogger("io.crysdk") instanceof Logger logger) {
            logger.setLevel(Level.DEBUG);
        }
    }

    /** A heap too small and a machine without fonts are errors to Java, and one line here like any other failure. */
    private int run(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (OutOfMemoryError | LinkageError | InternalError e) {
            return report(e, parsed.commandSpec().commandLine());
        }
    }

    /** Adds the stack trace of a failure that was told already, if it was asked for. */
    void trace(Throwable e, PrintWriter err) {
        if (debug) {
            e.printStackTrace(err);
            err.flush();
        }
    }

    private int report(Throwable e, CommandLine command) {
        PrintWriter err = command.getErr();
        err.println("cry: " + describe(e));
        trace(e, err);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** One line: the message, and the code that programs may look for. */
    static String describe(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return e instanceof CryException cry ? message + " [" + cry.code() + "]" : message;
    }

    /** Reads the version from the jar's manifest. */
    static final class Version implements IVersionProvider {
        static String sdk() {
            String version = CryCommand.class.getPackage().getImplementationVersion();
            return version == null ? "of a development build" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"cry " + sdk()};
        }
    }
}
