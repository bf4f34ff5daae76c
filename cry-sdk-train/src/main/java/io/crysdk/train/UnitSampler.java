package io.crysdk.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Draws batches of units for the reasons alone: every unit once an epoch, in a new order, one patch of each. Under {@link
 * Weighing#BALANCED_SAMPLING} an epoch is as long, and every label has the same share of it.
 *
 * <p>Nothing is known of the gate here: all is crying.
 */
final class UnitSampler implements BatchSource {
    private final List<Unit> units;
    private final List<List<Integer>> byLabel = new ArrayList<>();
    private final double[] weights;
    private final Weighing weighing;
    private final AugmentationSettings augmentation;
    private final PlainSounds plain;
    private final float[] patch = new float[Augmentation.PATCH];
    private final float[] noise = new float[Augmentation.PATCH];
    private RandomGenerator random = new SplittableRandom(0);
    private int[] order = {};
    private int at;

    /**
     * Creates a sampler.
     *
     * @param units what to learn, one or more
     * @param labels how many reasons there are
     * @param weighing what is done about rare ones
     * @param augmentation what happens to patches; mixed in are sounds made by rule
     * @param plain those sounds
     */
    UnitSampler(List<Unit> units, int labels, Weighing weighing, AugmentationSettings augmentation, PlainSounds plain) {
        if (units.isEmpty()) {
            throw new IllegalArgumentException("training needs units, found none");
        }
        this.units = List.copyOf(units);
        this.weighing = weighing;
        this.augmentation = augmentation;
        this.plain = plain;
        int[] counts = new int[labels];
        for (int k = 0; k < labels; k++) {
            int label = k;
            byLabel.add(IntStream.range(0, units.size())
                    .filter(i -> units.get(i).label() == label)
                    .boxed()
                    .toList());
            counts[k] = byLabel.get(k).size();
        }
        weights = weighing.weights(counts);
    }

    /** How many batches every unit once is. */
    static int steps(int units, int batch) {
        return (units + batch - 1) / batch;
    }

    @Override
    public void epoch(RandomGenerator epochs) {
        random = epochs;
        order = order();
        at = 0;
    }

    @Override
    public Batch next(int size) {
        if (at == order.length) {
            order = order();
            at = 0;
        }
        // The last batch of an epoch is what is left: no unit twice.
        int n = Math.min(size, order.length - at);
        float[] patches = new float[n * Augmentation.PATCH];
        float[] gate = new float[n];
        Arrays.fill(gate, Float.NaN);
        float[] reasons = new float[n * byLabel.size()];
        for (int i = 0; i < n; i++) {
            Unit unit = units.get(order[at++]);
            int start = random.nextInt(unit.frames() - Augmentation.FRAMES + 1);
            if (augmentation.equals(AugmentationSettings.NONE)) {
                System.arraycopy(
                        unit.logMel(), start * Augmentation.BANDS, patches, i * Augmentation.PATCH, Augmentation.PATCH);
            } else {
                Augmentation.toMagnitude(unit.logMel(), start * Augmentation.BANDS, patch);
                if (random.nextDouble() < augmentation.mixed()) {
                    plain.next(noise, random);
                    Augmentation.mix(patch, noise, random.nextDouble(augmentation.minSnrDb(), augmentation.maxSnrDb()));
                }
                Augmentation.vary(patch, true, augmentation, random);
                Augmentation.toLogMel(patch, patches, i * Augmentation.PATCH);
            }
            reasons[i * byLabel.size() + unit.label()] = (float) weights[unit.label()];
        }
        return new Batch(patches, gate, reasons, new float[0]);
    }

    private int[] order() {
        int[] drawn = new int[units.size()];
        if (weighing == Weighing.BALANCED_SAMPLING) {
            List<List<Integer>> there =
                    byLabel.stream().filter(of -> !of.isEmpty()).toList();
            int label = 0;
            for (List<Integer> of : there) {
                // Each label's units in turn, anew when all of them were drawn.
                List<Integer> own = new ArrayList<>();
                for (int i = label++; i < drawn.length; i += there.size()) {
                    if (own.isEmpty()) {
                        own.addAll(of);
                        shuffle(own);
                    }
                    drawn[i] = own.remove(own.size() - 1);
                }
            }
        } else {
            Arrays.setAll(drawn, i -> i);
        }
        List<Integer> mixed = new ArrayList<>(Arrays.stream(drawn).boxed().toList());
        shuffle(mixed);
        return mixed.stream().mapToInt(i -> i).toArray();
    }

    private void shuffle(List<Integer> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
    }
}
