package io.crysdk.benchmarks;

import io.crysdk.CryClassifier;
import io.crysdk.ModelSource;
import io.crysdk.dsp.LogMelExtractor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * What an answer to one window adds to the bare network, where that is less than two runs of a benchmark differ by: the
 * two take turns in one virtual machine, and each answer is compared with the bare run before it. Both then find the
 * caches as the other left them, as an application would.
 */
public final class AnswerInTurn {
    private static final double SECONDS = 20.0;
    private static final int WARM_UP = 100;
    private static final int MOST = 1 << 16;

    private AnswerInTurn() {}

    /**
     * Prints medians and quartiles.
     *
     * @param args installed models' names, or ONNX files
     */
    public static void main(String[] args) {
        float[] pcm = TestSignal.noise(LogMelExtractor.PATCH_SAMPLES);
        float[] patch = new LogMelExtractor().examples(pcm);
        for (String graph : args) {
            ModelSource source =
                    graph.endsWith(".onnx") ? ModelSource.file(Path.of(graph)) : ModelSource.installed(graph);
            try (CryClassifier classifier =
                            CryClassifier.builder().model(source).build();
                    BareSession session = new BareSession(graph);
                    BareSession.Room bare = session.room(patch)) {
                for (int i = 0; i < WARM_UP; i++) {
                    bare.run();
                    classifier.classify(pcm);
                }
                double[] alone = new double[MOST];
                double[] ratio = new double[MOST];
                int pairs = 0;
                long begin = System.nanoTime();
                for (; pairs < MOST && System.nanoTime() - begin < SECONDS * 1e9; pairs++) {
                    long t0 = System.nanoTime();
                    bare.run();
                    long t1 = System.nanoTime();
                    classifier.classify(pcm);
                    long t2 = System.nanoTime();
                    alone[pairs] = (t1 - t0) / 1e3;
                    ratio[pairs] = (double) (t2 - t1) / (t1 - t0);
                }
                double[] us = Arrays.copyOf(alone, pairs);
                double[] ratios = Arrays.copyOf(ratio, pairs);
                Arrays.sort(us);
                Arrays.sort(ratios);
                System.out.printf(
                        Locale.ROOT,
                        "%s: %d pairs, bare %.0f us, answer %.3f of it (%.3f to %.3f)%n",
                        graph.substring(graph.lastIndexOf('/') + 1),
                        pairs,
                        us[pairs / 2],
                        ratios[pairs / 2],
                        ratios[pairs / 4],
                        ratios[pairs * 3 / 4]);
            }
        }
    }
}
