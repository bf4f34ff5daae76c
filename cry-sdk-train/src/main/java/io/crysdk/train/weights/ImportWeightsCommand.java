package io.crysdk.train.weights;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.train.OnnxExporter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code import-weights}: checks weights from elsewhere, says what was checked, and converts them.
 *
 * <p>An instance is one run, for one thread.
 *
 * @since 0.1.0
 */
@Command(
        name = "import-weights",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Checks starting weights (vggish_model.ckpt, the PyTorch port's .pth, an ONNX file) and converts them.")
public final class ImportWeightsCommand implements Callable<Integer> {
    /** Sums of thousands of products in another order; measured 1e-6 on the graphs of the tests. */
    private static final double TOLERANCE = 1e-4;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "A TensorFlow checkpoint of version 1, or the .index of one of version 2; a PyTorch state dict;"
                            + " an ONNX file. Which one is told by the content.")
    Path file = Path.of(".");

    @Option(
            names = "--to",
            paramLabel = "ONNX",
            description = "Where to write them, as an ONNX file without heads from which the trainer starts.")
    @Nullable Path to;

    @Option(
            names = "--others",
            description = "The weights are of full size, but others than the published ones: write them though the"
                    + " smoke test fails.")
    boolean others;

    @Spec
    CommandSpec spec = CommandSpec.create();

    /** For the command line. */
    public ImportWeightsCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            WeightsImport found = WeightsImport.read(file);
            describe(found, out);
            if (to == null) {
                Path folder = Files.createTempDirectory("cry-weights");
                Path draft = folder.resolve("body.onnx");
                try {
                    write(found, draft, out);
                } finally {
                    Files.deleteIfExists(draft);
                    Files.deleteIfExists(folder);
                }
                out.println("checked; --to writes them");
            } else {
                write(found, to, out);
                out.println("wrote " + to + ": " + Files.size(to) + " bytes, sha256 " + WeightsImport.sha256(to));
            }
            return 0;
        } finally {
            out.flush();
        }
    }

    private static void describe(WeightsImport found, PrintWriter out) {
        out.println("format: " + found.format());
        out.println("file: " + found.bytes() + " bytes, sha256 " + found.sha256());
        List<WeightsImport.Row> rows = found.rows();
        int from = rows.stream().mapToInt(r -> r.from().length()).max().orElse(1);
        String line = "%-16s  %-" + from + "s  %-19s  %10s  %10s  %10s  %10s%n";
        out.printf(Locale.ROOT, line, "array", "from", "shape", "least", "largest", "mean", "deviation");
        line = line.replace("%10s", "%10.3g");
        for (WeightsImport.Row r : rows) {
            out.printf(
                    Locale.ROOT, line, r.name(), r.from(), r.shape(), r.least(), r.largest(), r.mean(), r.deviation());
        }
        if (!found.leftAlone().isEmpty()) {
            out.println("left alone: " + String.join(", ", found.leftAlone()));
        }
        VggishWeights weights = found.weights();
        out.println("widths: " + VggishWeights.widths(weights.settings(false, 2))
                + (weights.fullSize() ? ": those of VGGish itself" : ": not those of VGGish itself"));
        out.println("checked: names, shapes, every value finite and of a sane size");
    }

    private void write(WeightsImport found, Path target, PrintWriter out) throws IOException {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("crysdk.weights.from", found.format());
        notes.put("crysdk.weights.sha256", found.sha256());
        OnnxExporter.exportBody(found.weights(), notes, target, aside -> {
            OnnxBody graph = found.graph();
            if (graph != null) {
                compare(graph, aside, out);
            }
            smoke(aside, found.weights().fullSize(), out);
        });
    }

    /** Weights of full size are the published ones, or somebody said that they are not. */
    void smoke(Path body, boolean fullSize, PrintWriter out) throws IOException {
        if (!fullSize) {
            out.println("smoke test: does not apply to these widths");
            return;
        }
        SmokeTest smoke = SmokeTest.run(body);
        out.println("smoke test (sine of 1 kHz, 3 s): " + smoke + ": " + (smoke.passed() ? "passed" : "failed"));
        if (!smoke.passed() && !others) {
            throw new CryException(
                    CryErrorCode.MODEL_INCOMPATIBLE,
                    file.getFileName() + ": these are not the published weights, or not in their order, so nothing was"
                            + " written; --others writes them all the same");
        }
    }

    /** The graph that was read and the one that was written must be one function. */
    private void compare(OnnxBody graph, Path aside, PrintWriter out) throws IOException {
        float[] windows = EmbeddingRun.noise();
        float[] theirs = EmbeddingRun.of(file, graph, windows);
        float[] ours = EmbeddingRun.of(aside, windows);
        double worst = theirs.length == ours.length ? 0.0 : Double.NaN;
        double size = 1.0;
        for (int i = 0; i < Math.min(theirs.length, ours.length); i++) {
            worst = Math.max(worst, Math.abs((double) theirs[i] - ours[i]));
            size = Math.max(size, Math.abs(theirs[i]));
        }
        if (!(worst / size <= TOLERANCE)) {
            throw new CryException(
                    CryErrorCode.MODEL_INCOMPATIBLE,
                    file.getFileName() + ": its graph and the layers taken from it differ by " + worst
                            + ": it does something that was not understood, so nothing was written");
        }
        out.println("compared with the file's own graph in ONNX Runtime: differs by at most "
                + String.format(Locale.ROOT, "%.1e", worst));
    }
}
