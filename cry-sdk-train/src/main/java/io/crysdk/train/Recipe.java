package io.crysdk.train;

import io.crysdk.train.weights.VggishWeights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a gate with reasons is made of recordings: learn from a teacher what there is to hear, where there is one, then
 * what is a cry and why.
 *
 * @param net the network's shape; its head for sounds follows from the teacher
 * @param pretraining how to learn from the teacher alone; null to begin with the labels
 * @param training how to learn the labels, the teacher's word beside them
 * @param augmentation what happens to the sounds
 * @param labels reason ids in output order
 * @param teacher what a tagger says of the recordings; null for none
 * @param start what the network begins with, but for its heads; null for He's
 */
record Recipe(
        NetSettings net,
        @Nullable TrainSettings pretraining,
        TrainSettings training,
        AugmentationSettings augmentation,
        List<String> labels,
        @Nullable Teacher teacher,
        @Nullable VggishWeights start) {
    private static final String PRETRAINING = "pretraining";
    private static final int KEPT_BATCHES = 16;

    Recipe {
        labels = List.copyOf(labels);
        net = net.withSounds(teacher == null ? 0 : teacher.kinds());
    }

    /**
     * Makes a network. Nothing but these recordings, sounds made by rule and what the teacher says of these recordings is
     * learnt, beside what the starting weights bring.
     *
     * @param name for the progress lines
     * @param clips what to learn
     * @param seed all chance follows from it
     * @param progress where to keep unfinished trainings; null for nowhere
     * @param parent a network that heard no other recordings and has its say in what is a cry; null for none
     * @return the network; close it after use
     */
    VggishNet train(
            String name,
            List<Clip> clips,
            long seed,
            Trainer.@Nullable Progress progress,
            Parents.@Nullable Parent parent)
            throws IOException {
        VggishNet network = VggishNet.create(net, new SplittableRandom(seed));
        try {
            if (start != null) {
                network.loadBody(start);
            }
            if (teacher != null && pretraining != null) {
                pretrain(network, name, clips, seed, progress, teacher, pretraining);
            }
            List<Clip> learnt = clips;
            Trainer.Kept kept = null;
            PlainSounds plain = new PlainSounds(seed);
            if (training.patience() > 0) {
                // Groups that are neither learnt nor judged by: a network must not stop where its judge would like it.
                Set<String> keptGroups = keptBack(clips, seed);
                learnt = clips.stream()
                        .filter(c -> !keptGroups.contains(c.entry().group()))
                        .toList();
                List<Clip> rest = clips.stream()
                        .filter(c -> keptGroups.contains(c.entry().group()))
                        .toList();
                kept = new Trainer.Kept(new PatchSampler(rest, labels, plain, augmentation, teacher), KEPT_BATCHES);
            }
            PatchSampler source = new PatchSampler(learnt, labels, plain, augmentation, teacher);
            new Trainer(net, training, labels)
                    .fit(network, name, parent == null ? source : parent.hear(source), kept, seed, progress);
            if (progress != null) {
                progress.before(PRETRAINING).done();
            }
            return network;
        } catch (RuntimeException | Error | IOException e) {
            network.close();
            throw e;
        }
    }

    /** One group in eight, and both cries and other sounds among them. */
    private static Set<String> keptBack(List<Clip> clips, long seed) {
        Set<String> kept = new HashSet<>();
        for (boolean cry : new boolean[] {true, false}) {
            List<String> groups = new ArrayList<>(new TreeSet<>(clips.stream()
                    .filter(c -> c.cry() == cry)
                    .map(c -> c.entry().group())
                    .toList()));
            Collections.shuffle(groups, new Random(seed));
            kept.addAll(groups.subList(0, Math.min(groups.size(), 1 + groups.size() / 8)));
        }
        return kept;
    }

    private void pretrain(
            VggishNet network,
            String name,
            List<Clip> clips,
            long seed,
            Trainer.@Nullable Progress progress,
            Teacher from,
            TrainSettings settings)
            throws IOException {
        Trainer.Progress own = progress == null ? null : progress.before(PRETRAINING);
        SoundSampler source = new SoundSampler(clips, from, augmentation, labels.size());
        new Trainer(net, settings, labels).fit(network, name + ", pretraining", source, null, seed ^ 0x5EED, own);
    }
}
