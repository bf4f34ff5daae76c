package io.crysdk.train;

import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.train.weights.VggishWeights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How the reasons alone are learnt from units of crying.
 *
 * @param net the network's shape
 * @param training how it is fitted; its steps are not used, an epoch is every unit once
 * @param weighing what is done about rare labels
 * @param augmentation what happens to what is learnt
 * @param frontEnd what is done to a unit before the network hears it
 * @param labels reason ids in output order
 * @param start what the network begins with, but for its heads; null for He's
 */
record UnitRecipe(
        NetSettings net,
        TrainSettings training,
        Weighing weighing,
        AugmentationSettings augmentation,
        FrontEndSettings frontEnd,
        List<String> labels,
        @Nullable VggishWeights start) {
    /** One in so many blocks is kept back where a training has patience. */
    private static final int KEPT_BACK = 8;

    UnitRecipe {
        labels = List.copyOf(labels);
    }

    /** Everything that a network follows from, bar the start, the seed and the units. */
    String described() {
        return net + ", " + training + ", " + weighing + ", " + augmentation + ", " + frontEnd + ", " + labels;
    }

    /**
     * Trains a network on units.
     *
     * @param name for the progress lines
     * @param units what to learn; what is kept back for patience is taken from them, parted as the rung parts
     * @param rung how they were parted from what will be judged
     * @param seed all chance follows from it
     * @param progress where to keep an unfinished training
     * @return the network; close it after use
     */
    VggishNet train(String name, List<Unit> units, Rung rung, long seed, Trainer.@Nullable Progress progress)
            throws IOException {
        PlainSounds plain = new PlainSounds(seed);
        List<Unit> learnt = units;
        Trainer.Kept kept = null;
        if (training.patience() > 0) {
            int[] folds = rung.folds(units, KEPT_BACK, seed);
            learnt = of(units, folds, 0, false);
            List<Unit> rest = of(units, folds, 0, true);
            kept = new Trainer.Kept(
                    new UnitSampler(rest, labels.size(), weighing, AugmentationSettings.NONE, plain),
                    UnitSampler.steps(rest.size(), training.batch()));
        }
        TrainSettings own = training.withLength(
                training.epochs(), UnitSampler.steps(learnt.size(), training.batch()), training.batch());
        VggishNet network = VggishNet.create(net, new SplittableRandom(seed));
        try {
            if (start != null) {
                network.loadBody(start);
            }
            UnitSampler source = new UnitSampler(learnt, labels.size(), weighing, augmentation, plain);
            new Trainer(net, own, labels).fit(network, name, source, kept, seed, progress);
            return network;
        } catch (RuntimeException | Error | IOException e) {
            network.close();
            throw e;
        }
    }

    /** The units of one fold, or of all others. */
    static List<Unit> of(List<Unit> units, int[] folds, int fold, boolean inside) {
        List<Unit> some = new ArrayList<>();
        for (int i = 0; i < folds.length; i++) {
            if (folds[i] == fold == inside) {
                some.add(units.get(i));
            }
        }
        return some;
    }
}
