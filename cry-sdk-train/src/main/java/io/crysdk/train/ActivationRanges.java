package io.crysdk.train;

import io.crysdk.onnx.ModelContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What goes into the convolutions and what comes out of each, as found on windows that may be learnt from.
 *
 * <p>The highest value of a layer is not the largest that occurred but that under which a share of all values lies that
 * are not zero: one loud moment would else cost every quiet one its resolution.
 *
 * @param inputLow the least log-mel value
 * @param inputHigh the largest
 * @param highs by convolution
 */
record ActivationRanges(float inputLow, float inputHigh, List<Float> highs) {
    /** By what share of the values that are not zero a layer's highest is set. */
    static final double SHARE = 0.9999;

    private static final int CLIPS = 600;
    private static final int BATCH = 16;
    private static final int BINS = 8192;

    ActivationRanges {
        highs = List.copyOf(highs);
        if (!(inputLow <= 0.0f && inputHigh > 0.0f) || highs.stream().anyMatch(h -> !(h > 0.0f))) {
            throw new IllegalArgumentException("nothing to quantise by: " + inputLow + ", " + inputHigh + ", " + highs);
        }
    }

    /** What to look at: windows of recordings drawn by chance, one each, and silence. */
    static float[] windows(List<Clip> clips, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] patches = new float[(CLIPS + 1) * Augmentation.PATCH];
        for (int i = 0; i < CLIPS; i++) {
            Clip clip = clips.get(random.nextInt(clips.size()));
            int start = random.nextInt(clip.frames() - Augmentation.FRAMES + 1);
            System.arraycopy(
                    clip.logMel(), start * Augmentation.BANDS, patches, i * Augmentation.PATCH, Augmentation.PATCH);
        }
        Augmentation.toLogMel(new float[Augmentation.PATCH], patches, CLIPS * Augmentation.PATCH);
        return patches;
    }

    /**
     * Runs the network in float and looks.
     *
     * @param patches [N][96][64]
     */
    static ActivationRanges observe(
            NetSettings settings, Map<String, float[]> weights, ModelContract contract, float[] patches, double share)
            throws IOException {
        int layers = settings.channels().size();
        float low = 0.0f;
        float high = 0.0f;
        for (float value : patches) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        float[] largest = new float[layers];
        long[][] counts = new long[layers][BINS];
        try (OrtNetwork network = OrtNetwork.load(OnnxGraph.observed(settings, weights, contract))) {
            for (boolean counting : new boolean[] {false, true}) {
                int windows = patches.length / Augmentation.PATCH;
                for (int at = 0; at < windows; at += BATCH) {
                    try (OrtNetwork.Outputs outputs = network.run(patches, at, Math.min(BATCH, windows - at))) {
                        for (int c = 0; c < layers; c++) {
                            float[] values = outputs.floats(OnnxGraph.conv(c) + ".relu");
                            if (counting) {
                                count(values, largest[c], counts[c]);
                            } else {
                                largest[c] = Math.max(largest[c], max(values));
                            }
                        }
                    }
                }
            }
        }
        List<Float> highs = new ArrayList<>();
        for (int c = 0; c < layers; c++) {
            highs.add(largest[c] * bins(counts[c], share) / BINS);
        }
        return new ActivationRanges(low, high, highs);
    }

    private static float max(float[] values) {
        float max = 0.0f;
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }

    private static void count(float[] values, float largest, long[] counts) {
        for (float value : values) {
            if (value > 0.0f) {
                counts[Math.min(BINS - 1, (int) (value / largest * BINS))]++;
            }
        }
    }

    /** How many bins hold the share. */
    private static int bins(long[] counts, double share) {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        long sum = 0;
        for (int b = 0; b < counts.length; b++) {
            sum += counts[b];
            if (sum >= share * all) {
                return b + 1;
            }
        }
        return counts.length;
    }
}
