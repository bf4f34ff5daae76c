package io.crysdk.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws training batches: half cries, half everything else, all of it augmented.
 *
 * <p>A patch is a cry when it hears {@value #MIN_CRY_SAMPLES} samples or more of a recording's segments. Everything else
 * comes from recordings without any cry: the quiet parts of cries hold breaths and whimpers, and belong to neither side.
 * Other sounds are drawn by category first, so that rare kinds are heard as often as common ones; a third of them come
 * from collections that also hold cries, so that a phone and its codec do not become the mark of a cry. Sounds made by
 * rule come from {@link PlainSounds}: silence must never be a cry.
 */
final class PatchSampler implements BatchSource {
    /** 0.2 s. */
    static final int MIN_CRY_SAMPLES = 3200;

    private static final double SAME_COLLECTION = 0.35;

    private final List<Clip> cries = new ArrayList<>();
    private final List<int[]> cryStarts = new ArrayList<>();
    private final List<List<List<Clip>>> near;
    private final List<List<List<Clip>>> far;
    private final PlainSounds plain;
    private final List<String> labels;
    private final double[] labelWeights;
    private final AugmentationSettings augmentation;
    private final @Nullable Teacher teacher;
    private final float[] patch = new float[Augmentation.PATCH];
    private final float[] noise = new float[Augmentation.PATCH];
    private final float[] said;
    private final float[] saidOfNoise;
    private RandomGenerator random = new SplittableRandom(0);

    /**
     * Creates a sampler.
     *
     * @param clips what to learn; augmentation draws on nothing else but the sounds made by rule
     * @param labels reason ids in output order
     * @param plain sounds made by rule
     * @param augmentation what happens to the sounds
     * @param teacher says of recordings what is heard in them; null for none
     * @throws IllegalArgumentException if there are no cries, or nothing but cries
     */
    PatchSampler(
            List<Clip> clips,
            List<String> labels,
            PlainSounds plain,
            AugmentationSettings augmentation,
            @Nullable Teacher teacher) {
        this.labels = labels;
        this.plain = plain;
        this.augmentation = augmentation;
        this.teacher = teacher;
        this.said = new float[teacher == null ? 0 : teacher.kinds()];
        this.saidOfNoise = new float[said.length];
        Map<String, Map<String, List<Clip>>> byPart = new TreeMap<>();
        Map<String, List<Clip>> elsewhere = new TreeMap<>();
        Set<String> partsWithCries = new HashSet<>();
        clips.stream()
                .filter(Clip::cry)
                .forEach(c -> partsWithCries.add(c.entry().part()));
        double[] counts = new double[labels.size()];
        for (Clip clip : clips) {
            if (clip.cry()) {
                int[] starts = IntStream.rangeClosed(0, clip.frames() - Augmentation.FRAMES)
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

    @Override
    public void epoch(RandomGenerator epochs) {
        this.random = epochs;
    }

    @Override
    public Batch next(int size) {
        float[] patches = new float[size * Augmentation.PATCH];
        float[] gate = new float[size];
        float[] reasons = new float[size * labels.size()];
        float[] sounds = new float[size * said.length];
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
                other(patch, said);
                if (random.nextDouble() < augmentation.shortened()) {
                    int frames = random.nextInt(16, Augmentation.FRAMES);
                    Augmentation.shorten(
                            patch, random.nextInt(Augmentation.FRAMES - frames + 1), frames, random.nextBoolean());
                }
            }
            if (random.nextDouble() < augmentation.mixed()) {
                other(noise, saidOfNoise);
                double snrDb = random.nextDouble(augmentation.minSnrDb(), augmentation.maxSnrDb());
                Augmentation.mix(patch, noise, snrDb);
                Augmentation.mixSaid(said, saidOfNoise, snrDb);
            }
            Augmentation.vary(patch, cry, augmentation, random);
            gate[i] = cry ? 1.0f : 0.0f;
            System.arraycopy(said, 0, sounds, i * said.length, said.length);
            Augmentation.toLogMel(patch, patches, i * Augmentation.PATCH);
        }
        return new Batch(patches, gate, reasons, sounds);
    }

    private void cry(Clip clip, int start) {
        hear(clip, start, patch, said);
        List<Manifest.Span> segments = clip.entry().segments();
        if (segments.isEmpty() || random.nextDouble() >= augmentation.shortened()) {
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

    private void other(float[] out, float[] saidOfIt) {
        if (random.nextDouble() < augmentation.madeByRule()) {
            plain.next(out, random);
            Arrays.fill(saidOfIt, Float.NaN);
            return;
        }
        boolean fromNear = far.isEmpty() || !near.isEmpty() && random.nextDouble() < SAME_COLLECTION;
        List<List<Clip>> part = pick(fromNear ? near : far);
        List<Clip> category = pick(part);
        Clip clip = pick(category);
        hear(clip, random.nextInt(clip.frames() - Augmentation.FRAMES + 1), out, saidOfIt);
    }

    private void hear(Clip clip, int start, float[] out, float[] saidOfIt) {
        Augmentation.toMagnitude(clip.logMel(), start * Augmentation.BANDS, out);
        if (teacher != null) {
            teacher.say(clip.entry().path(), start, saidOfIt, 0);
        }
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
