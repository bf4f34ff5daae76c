package io.crysdk.benchmarks;

import io.crysdk.CryClassifier;
import io.crysdk.ModelSource;
import io.crysdk.dsp.LogMelExtractor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What an answer to one window adds to the bare network, where that is less than two runs of a benchmark differ by: they
 * take turns in one virtual machine, each finds the caches as the others left them, as in an application, and each
 * answer is compared with the bare run of its turn. A second session of the same network takes turns with them: what it
 * differs by comes of where its weights lie in memory, and an answer, which has a session of its own, may differ by as
 * much.
 */
public final class AnswerInTurn {
    private static final double SECONDS = 20.0;
    private static final int WARM_UP = 50;
    private static final int MOST = 1 << 15;

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
            try (BareSession session = new BareSession(graph);
                    BareSession.Room bare = session.room(patch);
                    CryClassifier classifier =
                            CryClassifier.builder().model(source).build();
                    BareSession otherSession = new BareSession(graph);
                    BareSession.Room other = otherSession.room(patch)) {
                ClassifyBenchmark.check(source, classifier.classify(pcm), bare.run());
                List<Runnable> work = List.of(bare::run, () -> classifier.classify(pcm), other::run);
                for (int i = 0; i < WARM_UP; i++) {
                    work.forEach(Runnable::run);
                }
                double[][] us = new double[work.size()][MOST];
                int turns = 0;
                long begin = System.nanoTime();
                for (; turns < MOST && System.nanoTime() - begin < SECONDS * 1e9; turns++) {
                    for (int i = 0; i < work.size(); i++) {
                        // Each goes first in its turn, so that nothing periodic meets one of them alone.
                        int which = (turns + i) % work.size();
                        us[which][turns] = microseconds(work.get(which));
                    }
                }
                System.out.printf(
                        Locale.ROOT,
                        "%s: %d turns, bare %.0f us, answer %s of it, another session %s%n",
                        graph.substring(graph.lastIndexOf('/') + 1),
                        turns,
                        quantile(Arrays.copyOf(us[0], turns), 0.5),
                        ratios(us[1], us[0], turns),
                        ratios(us[2], us[0], turns));
            }
        }
    }

    private static double microseconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e3;
    }

    private static String ratios(double[] us, double[] bare, int turns) {
        double[] ratios = new double[turns];
        for (int i = 0; i < turns; i++) {
            ratios[i] = us[i] / bare[i];
        }
        return String.format(
                Locale.ROOT,
                "%.3f (%.3f to %.3f)",
                quantile(ratios, 0.5),
                quantile(ratios, 0.25),
                quantile(ratios, 0.75));
    }

    private static double quantile(double[] values, double share) {
        Arrays.sort(values);
        return values[(int) (share * (values.length - 1))];
    }
}
