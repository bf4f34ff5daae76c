package io.crysdk.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Draws batches for learning from a teacher alone: any sound, by category first, at any place of a recording, with what
 * the teacher says of it. No labels: nothing here knows what is a cry.
 */
final class SoundSampler implements BatchSource {
    private final List<List<Clip>> categories;
    private final Teacher teacher;
    private final AugmentationSettings augmentation;
    private final int reasons;
    private RandomGenerator random = new SplittableRandom(0);

    SoundSampler(List<Clip> clips, Teacher teacher, AugmentationSettings augmentation, int reasons) {
        Map<String, List<Clip>> byCategory = new TreeMap<>();
        clips.forEach(c -> byCategory
                .computeIfAbsent(c.entry().category(), k -> new ArrayList<>())
                .add(c));
        this.categories = List.copyOf(byCategory.values());
        this.teacher = teacher;
        this.augmentation = augmentation;
        this.reasons = reasons;
        if (clips.isEmpty()) {
            throw new IllegalArgumentException("a teacher needs recordings to speak of");
        }
    }

    @Override
    public void epoch(RandomGenerator epochs) {
        this.random = epochs;
    }

    @Override
    public Batch next(int size) {
        int kinds = teacher.kinds();
        float[] patches = new float[size * Augmentation.PATCH];
        float[] sounds = new float[size * kinds];
        float[] gate = new float[size];
        Arrays.fill(gate, Float.NaN);
        float[] patch = new float[Augmentation.PATCH];
        float[] other = new float[Augmentation.PATCH];
        float[] said = new float[kinds];
        float[] saidOfOther = new float[kinds];
        for (int i = 0; i < size; i++) {
            hear(patch, said);
            if (random.nextDouble() < augmentation.mixed()) {
                hear(other, saidOfOther);
                double snrDb = random.nextDouble(-augmentation.maxSnrDb(), augmentation.maxSnrDb());
                Augmentation.mix(patch, other, snrDb);
                Augmentation.mixSaid(said, saidOfOther, snrDb);
            }
            Augmentation.vary(patch, false, augmentation, random);
            Augmentation.toLogMel(patch, patches, i * Augmentation.PATCH);
            System.arraycopy(said, 0, sounds, i * kinds, kinds);
        }
        return new Batch(patches, gate, new float[size * reasons], sounds);
    }

    private void hear(float[] patch, float[] said) {
        List<Clip> category = categories.get(random.nextInt(categories.size()));
        Clip clip = category.get(random.nextInt(category.size()));
        int start = random.nextInt(clip.frames() - Augmentation.FRAMES + 1);
        Augmentation.toMagnitude(clip.logMel(), start * Augmentation.BANDS, patch);
        teacher.say(clip.entry().path(), start, said, 0);
    }
}
