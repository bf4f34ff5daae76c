package io.crysdk.train;

import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What becomes of sounds too short for one window under each policy: cries cut along their segments, and other sounds
 * cut at random to lengths of the same range.
 */
final class ShortClips {
    private static final double SHORTEST = 0.2;

    private final List<double[]> cries = new ArrayList<>();
    private final List<double[]> others = new ArrayList<>();

    ShortClips(List<Clip> clips, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (Clip clip : clips) {
            double[] samples = FeatureStore.samples(clip.entry().file());
            if (clip.cry()) {
                for (Manifest.Span span : clip.entry().segments()) {
                    int end = Math.min(span.end(), samples.length);
                    int length = end - span.start();
                    if (length >= SHORTEST * LogMelExtractor.SAMPLE_RATE && length < LogMelExtractor.PATCH_SAMPLES) {
                        cries.add(Arrays.copyOfRange(samples, span.start(), end));
                    }
                }
            } else {
                int length =
                        random.nextInt((int) (SHORTEST * LogMelExtractor.SAMPLE_RATE), LogMelExtractor.PATCH_SAMPLES);
                int at = random.nextInt(Math.max(1, samples.length - length));
                others.add(Arrays.copyOfRange(samples, at, Math.min(samples.length, at + length)));
            }
        }
    }

    /** Gate logits of the cries and of the others. */
    double[][] score(Scorer.Network network, FrontEndSettings settings) {
        FrontEnd frontEnd = FeatureStore.everyFrame(settings);
        return new double[][] {score(network, cries, frontEnd), score(network, others, frontEnd)};
    }

    private static double[] score(Scorer.Network network, List<double[]> cuts, FrontEnd frontEnd) {
        float[] patches = new float[cuts.size() * Augmentation.PATCH];
        for (int i = 0; i < cuts.size(); i++) {
            float[] frames = FeatureStore.frames(new Stretch(cuts.get(i)), frontEnd);
            System.arraycopy(frames, 0, patches, i * Augmentation.PATCH, Augmentation.PATCH);
        }
        double[] gate = new double[cuts.size()];
        network.logits(patches, gate, new double[cuts.size()][]);
        return gate;
    }
}
