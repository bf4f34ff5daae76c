package io.crysdk.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Draws training batches: half cries, half everything else, all of it augmented.
 *
 * <p>A patch is a cry when it hears {@value #MIN_CRY_SAMPLES} samples or more of a recording's segments. Everything else
 * comes from recordings without any cry: the quiet parts of cries hold breaths and whimpers, and belong to neither side.
 * Other sounds are drawn by category first, so that rare kinds are heard as often as common ones; a third of them come
 * from collections that also hold cries, so that a phone and its codec do not become the mark of a cry. Sounds made by
 * rule come from {@link PlainSounds}: silence must never be a cry.
 */
final class PatchSampler {
    /** 0.2 s. */
    static final int MIN_CRY_SAMPLES = 3200;

    private static final double MADE_BY_RULE = 0.12;
    private static final double SAME_COLLECTION = 0.35;
    private static final double MIXED = 0.5;
    private static final double SHORTENED = 0.12;

    private final List<Clip> cries = new ArrayList<>();
    private final List<int[]> cryStarts = new ArrayList<>();
    private final List<List<List<Clip>>> near;
    private final List<List<List<Clip>>> far;
    private final PlainSounds plain;
    private final List<String> labels;
    private final double[] labelWeights;
    private final RandomGenerator random;
    private final float[] patch = new float[Augmentation.PATCH];
    private final float[] noise = new float[Augmentation.PATCH];

    /**
     * One batch.
     *
     * @param patches [N][96][64] log-mel
     * @param gate [N] 1 for a cry
     * @param reasons [N][K] class weight at the label, all zero where there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
    record Batch(float[] patches, float[] gate, float[] reasons) {}

    PatchSampler(List<Clip> clips, List<String> labels, PlainSounds plain, RandomGenerator random) {
        this.labels = labels;
        this.plain = plain;
        this.random = random;
        Map<String, Map<String, List<Clip>>> byPart = new TreeMap<>();
        Map<String, List<Clip>> elsewhere = new TreeMap<>();
        Set<String> partsWithCries = new HashSet<>();
        clips.stream()
                .filter(Clip::cry)
                .forEach(c -> partsWithCries.add(c.entry().part()));
        double[] counts = new double[labels.size()];
        for (Clip clip : clips) {
            if (clip.cry()) {
                int[] starts = java.util.stream.IntStream.rangeClosed(0, clip.frames() - Augmentation.FRAMES)
                        .filter(start -> clip.overlap(start) >= MIN_CRY_SAMPLES)
                        .toArray();
                if (starts.length > 0) {
                    cries.add(clip);
                    cryStarts.add(starts);
                    int label = labels.indexOf(clip.entry().label());
                    if (label >= 0) {
                        counts[label]++;
                    }
                }
            } else {
                String part = clip.entry().part();
                (partsWithCries.contains(part) ? byPart.computeIfAbsent(part, p -> new TreeMap<>()) : elsewhere)
                        .computeIfAbsent(clip.entry().category(), c -> new ArrayList<>())
                        .add(clip);
            }
        }
        near = byPart.values().stream().map(m -> List.copyOf(m.values())).toList();
        far = elsewhere.isEmpty() ? List.of() : List.of(List.copyOf(elsewhere.values()));
        if (cries.isEmpty() || near.isEmpty() && far.isEmpty()) {
            throw new IllegalArgumentException("training needs cries and other sounds, found " + cries.size()
                    + " recordings with a cry and " + (clips.size() - cries.size()) + " others");
        }
        double labelled = Arrays.stream(counts).sum();
        labelWeights = Arrays.stream(counts)
                .map(n -> n == 0 ? 0 : labelled / (labels.size() * n))
                .toArray();
    }

    Batch next(int size) {
        float[] patches = new float[size * Augmentation.PATCH];
        float[] gate = new float[size];
        float[] reasons = new float[size * labels.size()];
        for (int i = 0; i < size; i++) {
            boolean cry = i < size / 2;
            if (cry) {
                int which = random.nextInt(cries.size());
                Clip clip = cries.get(which);
                int[] starts = cryStarts.get(which);
                cry(clip, starts[random.nextInt(starts.length)]);
                int label = labels.indexOf(clip.entry().label());
                if (label >= 0) {
                    reasons[i * labels.size() + label] = (float) labelWeights[label];
                }
            } else {
                other(patch);
                if (random.nextDouble() < SHORTENED) {
                    int frames = random.nextInt(16, Augmentation.FRAMES);
                    Augmentation.shorten(
                            patch, random.nextInt(Augmentation.FRAMES - frames + 1), frames, random.nextBoolean());
                }
            }
            if (random.nextDouble() < MIXED) {
                other(noise);
                Augmentation.mix(patch, noise, random.nextDouble(-5.0, 20.0));
            }
            Augmentation.vary(patch, cry, random);
            gate[i] = cry ? 1.0f : 0.0f;
            Augmentation.toLogMel(patch, patches, i * Augmentation.PATCH);
        }
        return new Batch(patches, gate, reasons);
    }

    private void cry(Clip clip, int start) {
        Augmentation.toMagnitude(clip.logMel(), start * Augmentation.BANDS, patch);
        List<Manifest.Span> segments = clip.entry().segments();
        if (segments.isEmpty() || random.nextDouble() >= SHORTENED) {
            return;
        }
        // A cry cut out by hand: the part of one segment that this patch hears, if that is a cry by itself.
        Manifest.Span span = segments.get(random.nextInt(segments.size()));
        int from = Math.max(0, span.start() / 160 - start);
        int to = Math.min(Augmentation.FRAMES, (span.end() - 400) / 160 + 1 - start);
        if (to - from >= 16 && to - from < Augmentation.FRAMES) {
            Augmentation.shorten(patch, from, to - from, random.nextBoolean());
        }
    }

    private void other(float[] out) {
        if (random.nextDouble() < MADE_BY_RULE) {
            plain.next(out, random);
            return;
        }
        boolean fromNear = far.isEmpty() || !near.isEmpty() && random.nextDouble() < SAME_COLLECTION;
        List<List<Clip>> part = pick(fromNear ? near : far);
        List<Clip> category = pick(part);
        Clip clip = pick(category);
        int start = random.nextInt(clip.frames() - Augmentation.FRAMES + 1);
        Augmentation.toMagnitude(clip.logMel(), start * Augmentation.BANDS, out);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
