package io.crysdk.benchmarks;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryResult;
import io.crysdk.ExecutionProvider;
import io.crysdk.ModelSource;
import io.crysdk.ReasonScore;
import io.crysdk.dsp.LogMelExtractor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The same windows on the processor and on CUDA device 0: whether they agree, and how long each takes. No JMH benchmark,
 * since it judges before it measures and must say so where there is no GPU. Run it with the number of one-second clips.
 */
public final class CpuAgainstCuda {
    private static final double TOLERANCE = 1e-3;
    private static final int ROUNDS = 5;

    private CpuAgainstCuda() {}

    /**
     * Prints the figures; fails where the answers differ by more than 1e-3, and where there is no CUDA.
     *
     * @param args how many clips
     */
    public static void main(String[] args) {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 256;
        float[] noise = TestSignal.noise(count * LogMelExtractor.SAMPLE_RATE);
        List<AudioClip> clips = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] pcm = new float[LogMelExtractor.PATCH_SAMPLES];
            for (int s = 0; s < pcm.length; s++) {
                // Louder and louder, and with a tone of its own: clips that a network tells apart.
                pcm[s] = (float) ((i + 1.0)
                        / count
                        * (0.5 * noise[i * LogMelExtractor.SAMPLE_RATE + s]
                                + 0.3 * Math.sin(2 * Math.PI * (200.0 + 10.0 * i) * s / LogMelExtractor.SAMPLE_RATE)));
            }
            clips.add(AudioClip.of(pcm, LogMelExtractor.SAMPLE_RATE, 1));
        }
        // Eight bits are for processors.
        ModelSource model = ModelSource.installed("default-float32");
        try (CryClassifier cpu = CryClassifier.builder().model(model).build();
                CryClassifier cuda = CryClassifier.builder()
                        .model(model)
                        .executionProvider(ExecutionProvider.cuda(0))
                        .build()) {
            double largest = difference(cpu.classifyAll(clips), cuda.classifyAll(clips));
            System.out.printf(
                    Locale.ROOT,
                    "%d clips: the answers differ by at most %.2e (may: %.0e)%n",
                    count,
                    largest,
                    TOLERANCE);
            System.out.printf(Locale.ROOT, "CPU, one thread: %.3f ms a clip%n", milliseconds(cpu, clips));
            System.out.printf(Locale.ROOT, "CUDA: %.3f ms a clip%n", milliseconds(cuda, clips));
            if (!(largest <= TOLERANCE)) {
                System.exit(1);
            }
        }
    }

    private static double difference(List<CryResult> first, List<CryResult> second) {
        double largest = 0.0;
        for (int i = 0; i < first.size(); i++) {
            largest = Math.max(
                    largest,
                    Math.abs(first.get(i).cryProbability().orElse(1.0)
                            - second.get(i).cryProbability().orElse(1.0)));
            Map<String, Double> scores = new HashMap<>();
            for (ReasonScore score : first.get(i).scores()) {
                scores.put(score.reason().id(), score.probability());
            }
            for (ReasonScore score : second.get(i).scores()) {
                largest = Math.max(
                        largest, Math.abs(scores.getOrDefault(score.reason().id(), Double.NaN) - score.probability()));
            }
        }
        return largest;
    }

    /** The fastest of a few rounds, after the first one that compared. */
    private static double milliseconds(CryClassifier classifier, List<AudioClip> clips) {
        double best = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            classifier.classifyAll(clips);
            best = Math.min(best, (System.nanoTime() - begin) / 1e6 / clips.size());
        }
        return best;
    }
}
