package io.crysdk.examples.cli;

import io.crysdk.AudioOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that reads audio or video files. */
@SuppressWarnings("NullAway.Init") // picocli sets the specification
final class FileOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--track", paramLabel = "N", description = "Take a file's N-th audio track instead of the best.")
    private @Nullable Integer track;

    @Option(
            names = "--max-minutes",
            paramLabel = "M",
            description = "Refuse files with more audio than this; default: an hour and a minute.")
    private @Nullable Integer maxMinutes;

    AudioOptions audio() {
        try {
            AudioOptions options = AudioOptions.defaults();
            options = track == null ? options : options.withTrack(track);
            return maxMinutes == null ? options : options.withMaxDuration(Duration.ofMinutes(maxMinutes));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--track and --max-minutes: " + e.getMessage(), e);
        }
    }
}
