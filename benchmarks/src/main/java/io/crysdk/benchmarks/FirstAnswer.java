package io.crysdk.benchmarks;

import io.crysdk.CryClassifier;
import io.crysdk.ModelSource;
import io.crysdk.dsp.LogMelExtractor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How long it takes from the start of the virtual machine to the first answer, and how much memory the process then
 * holds. No JMH benchmark, since a virtual machine starts once: run it several times.
 */
public final class FirstAnswer {
    private FirstAnswer() {}

    /**
     * Prints milliseconds since the start, and megabytes.
     *
     * @param args an installed model's name, or an ONNX file; without, the default model
     * @throws IOException if the system does not tell its memory
     */
    public static void main(String[] args) throws IOException {
        double main = sinceStart();
        String model = args.length == 0 ? ModelSource.DEFAULT : args[0];
        try (CryClassifier classifier = CryClassifier.builder()
                .model(model.endsWith(".onnx") ? ModelSource.file(Path.of(model)) : ModelSource.installed(model))
                .build()) {
            double loaded = sinceStart();
            classifier.classify(TestSignal.noise(LogMelExtractor.PATCH_SAMPLES));
            double first = sinceStart();
            double before = System.nanoTime() / 1e6;
            classifier.classify(TestSignal.noise(LogMelExtractor.PATCH_SAMPLES));
            System.out.printf(
                    Locale.ROOT,
                    "main after %.0f ms, classifier after %.0f, first answer after %.0f; the second took %.1f; resident %s%n",
                    main,
                    loaded,
                    first,
                    System.nanoTime() / 1e6 - before,
                    resident());
        }
    }

    private static double sinceStart() {
        return System.currentTimeMillis()
                - (double) ManagementFactory.getRuntimeMXBean().getStartTime();
    }

    /** What Linux says of this process; unknown elsewhere. */
    private static String resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return "unknown";
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
                    .map(line -> line.replaceAll("\\s+", " "))
                    .reduce((a, b) -> a + ", " + b)
                    .orElse("unknown");
        }
    }
}
