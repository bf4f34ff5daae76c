package io.crysdk.train;

import io.crysdk.train.synth.SyntheticCorpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a corpus of synthesised cries. Needs no PyTorch. */
@Command(
        name = "synthesize",
        mixinStandardHelpOptions = true,
        description = "Synthesises cries of several babies for four reasons: WAV files and manifest.csv.")
final class SynthesizeCommand implements Callable<Integer> {
    @Option(
            names = "--shape",
            required = true,
            paramLabel = "tiny|paper",
            description = "tiny: four babies, for a test; paper: ten babies and the 852 clips of Zhao et al., Table 1.")
    SyntheticCorpus.Shape shape = SyntheticCorpus.Shape.TINY;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where to write.")
    Path out = Path.of(".");

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    long seed;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Path manifest = SyntheticCorpus.write(shape, out, seed);
        spec.commandLine().getOut().println(manifest);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
