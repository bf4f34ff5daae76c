package io.crysdk.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A way of dividing the same cries into what is learnt and what is judged, from the honest to the mistaken.
 *
 * @since 0.1.0
 */
public enum Rung {
    /** No baby stands in two folds. */
    GROUP("group folds: no baby in two folds", "a cry segment of 0.18 to 2.5 s", null),
    /** No recording stands in two folds; other recordings of the same baby may. */
    RECORDING(
            "recording folds: no recording in two folds, other recordings of the same baby may be learnt",
            "a cry segment of 0.18 to 2.5 s",
            null),
    /** Units are divided at random, the paper's kind of fold. */
    SEGMENT(
            "segment folds, the paper's kind: units at random, those of one recording on both sides",
            "a cry segment of 0.18 to 2.5 s",
            null),
    /** Overlapping windows are divided at random, so that most samples that are judged were learnt. */
    OVERLAP(
            "overlapping windows at random",
            "a window of 0.975 s, 0.24 s after the one before",
            "neighbouring windows share three quarters of their samples and stand on both sides: most of what is judged"
                    + " was learnt"),
    /** Rare labels are multiplied by varied copies first and divided at random then. */
    OVERSAMPLED(
            "oversampled before the split: copies of rare labels' units until all are as frequent, then at random",
            "a cry segment of 0.18 to 2.5 s, or a varied copy of one",
            "a unit and its copies stand on both sides, and the rare labels are judged on copies of what was learnt");

    private static final long COPIES_SEED = 11;
    /** What may happen to a copy: as little as in print, where it is noise, gain and a shift. */
    private static final AugmentationSettings COPIED =
            new AugmentationSettings(0.0, -5.0, 20.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0);

    private final String split;
    private final String unit;
    private final @Nullable String mistake;

    Rung(String split, String unit, @Nullable String mistake) {
        this.split = split;
        this.unit = unit;
        this.mistake = mistake;
    }

    /**
     * Returns the rung's name on the command line and in reports.
     *
     * @return lower case
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is divided how, in words. */
    String split() {
        return split;
    }

    /** What is judged, in words. */
    String unit() {
        return unit;
    }

    /** What is wrong with it; null where nothing is. */
    @Nullable String mistake() {
        return mistake;
    }

    /** What is there before anything is done to it. */
    List<Unit> cut(Units units, Manifest manifest) {
        return this == OVERLAP ? units.overlapping(manifest) : units.segments(manifest);
    }

    /** What is divided. */
    List<Unit> multiplied(List<Unit> units) {
        return this == OVERSAMPLED ? oversample(units) : units;
    }

    /** [units] folds. */
    int[] folds(List<Unit> units, int folds, long seed) {
        try {
            return Folds.of(
                    units.stream().mapToInt(Unit::label).toArray(),
                    units.stream().map(this::block).toList(),
                    folds,
                    seed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the rung " + id() + ": " + e.getMessage(), e);
        }
    }

    /** What may not be parted. */
    private String block(Unit of) {
        return switch (this) {
            case GROUP -> of.group();
            case RECORDING -> of.recording();
            case SEGMENT, OVERLAP, OVERSAMPLED -> of.id();
        };
    }

    /** Adds varied copies of the rarer labels' units until every label is as frequent as the commonest. */
    private static List<Unit> oversample(List<Unit> units) {
        int labels = units.stream().mapToInt(Unit::label).max().orElse(0) + 1;
        int[] counts = new int[labels];
        units.forEach(u -> counts[u.label()]++);
        int most = Arrays.stream(counts).max().orElse(0);
        SplittableRandom random = new SplittableRandom(COPIES_SEED);
        List<Unit> all = new ArrayList<>(units);
        for (int k = 0; k < labels; k++) {
            int label = k;
            List<Unit> own = units.stream().filter(u -> u.label() == label).toList();
            for (int copy = 0; !own.isEmpty() && copy < most - own.size(); copy++) {
                Unit unit = own.get(copy % own.size());
                all.add(unit.copy(unit.id() + "#" + (copy / own.size() + 1), vary(unit.logMel(), random)));
            }
        }
        return all;
    }

    /** A little louder or fainter, later by some frames, and with bands or frames left out. */
    private static float[] vary(float[] logMel, SplittableRandom random) {
        float[] magnitude = new float[logMel.length];
        Augmentation.toMagnitude(logMel, 0, magnitude);
        Augmentation.gain(magnitude, random.nextDouble(-3.0, 3.0), false);
        float[] shifted = new float[logMel.length];
        int shift = random.nextInt(8) * Augmentation.BANDS;
        for (int i = 0; i < shifted.length; i++) {
            shifted[(i + shift) % shifted.length] = magnitude[i];
        }
        float[] patch = Arrays.copyOf(shifted, Augmentation.PATCH);
        Augmentation.vary(patch, true, COPIED, random);
        System.arraycopy(patch, 0, shifted, 0, patch.length);
        float[] out = new float[logMel.length];
        Augmentation.toLogMel(shifted, out, 0);
        return out;
    }
}
