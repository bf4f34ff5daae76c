package io.crysdk.train.weights;

import io.crysdk.CryException;
import io.crysdk.dsp.LogMelExtractor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * The test that was published with VGGish ({@code vggish_smoke_test.py} beside the model): three windows of a sine of
 * 1 kHz and amplitude 1, 3 s at 16 kHz, and of their 384 embedding values, before any activation, the mean and the
 * (population's) standard deviation, each within a tenth of what the published weights give.
 *
 * <p>It tells those weights, in the right order and after the right front end, from any others. Weights of other widths
 * have other values, so of them it says nothing.
 *
 * @param mean of the values
 * @param deviation of the values
 * @since 0.1.0
 */
public record SmokeTest(double mean, double deviation) {
    /** The mean that the published weights give. */
    public static final double MEAN = 0.000657;

    /** The standard deviation that the published weights give. */
    public static final double DEVIATION = 0.343;

    private static final double TOLERANCE = 0.1;
    private static final int SECONDS = 3;
    private static final double HERTZ = 1000.0;

    /**
     * Runs the test.
     *
     * @param file an ONNX file as {@link VggishWeights#write} makes it
     * @return what came out
     * @throws CryException with {@code INFERENCE_FAILED} if ONNX Runtime does not run the file
     */
    public static SmokeTest run(Path file) {
        return of(EmbeddingRun.of(file, windows()));
    }

    /**
     * Runs the test.
     *
     * @param weights any
     * @return what came out
     * @throws IOException if there is no room for a file of them beside other temporary files
     * @throws CryException with {@code INFERENCE_FAILED} if ONNX Runtime does not run them
     */
    public static SmokeTest run(VggishWeights weights) throws IOException {
        Path folder = Files.createTempDirectory("cry-weights");
        Path body = folder.resolve("body.onnx");
        try {
            weights.write(body, Map.of());
            return run(body);
        } finally {
            Files.deleteIfExists(body);
            Files.deleteIfExists(folder);
        }
    }

    /**
     * Whether these are the published weights' figures.
     *
     * @return true if both are within a tenth
     */
    public boolean passed() {
        return near(mean, MEAN) && near(deviation, DEVIATION);
    }

    /** The figures beside the published ones. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "mean %.6f (published %.6f), deviation %.3f (published %.3f)",
                mean,
                MEAN,
                deviation,
                DEVIATION);
    }

    static SmokeTest of(float[] embeddings) {
        double sum = 0.0;
        for (float e : embeddings) {
            sum += e;
        }
        double mean = sum / embeddings.length;
        double squares = 0.0;
        for (float e : embeddings) {
            squares += (e - mean) * (e - mean);
        }
        return new SmokeTest(mean, Math.sqrt(squares / embeddings.length));
    }

    /** The sine's windows [3,96,64]. */
    static float[] windows() {
        double[] sine = new double[SECONDS * LogMelExtractor.SAMPLE_RATE];
        for (int i = 0; i < sine.length; i++) {
            sine[i] = Math.sin(2 * Math.PI * HERTZ * i / LogMelExtractor.SAMPLE_RATE);
        }
        return new LogMelExtractor().examples(sine);
    }

    private static boolean near(double value, double published) {
        return Math.abs(value - published) <= TOLERANCE * published;
    }
}
