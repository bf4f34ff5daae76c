package io.crysdk.train;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
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
 */
record Recipe(
        NetSettings net,
        @Nullable TrainSettings pretraining,
        TrainSettings training,
        AugmentationSettings augmentation,
        List<String> labels,
        @Nullable Teacher teacher) {
    private static final String PRETRAINING = "pretraining";

    Recipe {
        labels = List.copyOf(labels);
        net = net.withSounds(teacher == null ? 0 : teacher.kinds());
    }

    /**
     * Makes a network. Nothing but these recordings, sounds made by rule and what the teacher says of these recordings is
     * learnt.
     *
     * @param name for the progress lines
     * @param clips what to learn
     * @param seed all chance follows from it
     * @param progress where to keep unfinished trainings; null for nowhere
     * @return the network; close it after use
     */
    VggishNet train(String name, List<Clip> clips, long seed, Trainer.@Nullable Progress progress) throws IOException {
        VggishNet network = VggishNet.create(net, new SplittableRandom(seed));
        try {
            if (teacher != null && pretraining != null) {
                pretrain(network, name, clips, seed, progress, teacher, pretraining);
            }
            PatchSampler source = new PatchSampler(clips, labels, new PlainSounds(seed), augmentation, teacher);
            new Trainer(net, training, labels).fit(network, name, source, null, seed, progress);
            if (progress != null) {
                progress.before(PRETRAINING).done();
            }
            return network;
        } catch (RuntimeException | Error | IOException e) {
            network.close();
            throw e;
        }
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
