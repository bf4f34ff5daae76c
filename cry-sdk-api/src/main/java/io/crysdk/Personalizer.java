package io.crysdk;

import java.time.Duration;
import java.time.Instant;

/**
 * Learns one baby from labelled clips, on this machine and in seconds: {@link CryClassifier#personalizer()} makes one.
 *
 * <pre>{@code
 * Personalizer personalizer = classifier.personalizer();
 * personalizer.add(clip, CryReason.HUNGER, recorded); // five times or more, and what was done that helped
 * Personalization learnt = personalizer.learn();
 * CryResult result = classifier.withPersonalization(learnt).classify(pcm);
 * }</pre>
 *
 * <p><b>What is learnt.</b> A softmax head over the model's embedding that corrects the model's own answer: with {@code
 * g} the probabilities that the model gives the clip and {@code x} its embedding, both aggregated over the clip's windows
 * as the model's contract has it, the personal probabilities are {@code softmax(ln g + W x + b)}. The penalty on {@code
 * W} and {@code b} pulls them to zero, so that few clips move the answer little and none leave it as it was. How strong
 * it is, and what share of the correction is applied, is chosen by leaving out one episode of crying after the other.
 *
 * <p><b>Labels.</b> The model's, of which some may be without clips, and any of the family's own. To a label that the
 * model does not know, its own answer gives the share of one label among all.
 *
 * <p><b>Time.</b> Clips less than {@link #EPISODE} after the one before belong to one episode of crying: the same room,
 * phone and reason. With times an episode is judged only by what was learnt of earlier ones. Without times every clip
 * counts as an episode of its own, so give one clip of each; otherwise the figures promise too much.
 *
 * <p>Nothing of the audio is kept. For one thread at a time.
 *
 * @since 0.1.0
 */
public interface Personalizer {
    /** The fewest clips to learn from. */
    int MIN_CLIPS = 5;

    /** The most clips to learn from. */
    int MAX_CLIPS = 200;

    /** The most labels, the model's included. */
    int MAX_LABELS = 64;

    /** A cry that begins so long after the one before is another episode. */
    Duration EPISODE = Duration.ofMinutes(30);

    /**
     * Adds a clip of which nobody knows when it was recorded.
     *
     * @param clip a clip of the baby crying; neither kept nor changed
     * @param reason why it cried
     * @return what the model alone makes of it; with {@link CryOutcome#NOT_CRY} the clip is hardly worth
     *     learning from, but was added
     * @throws CryException as for {@link CryClassifier#classify(AudioClip)}; the clip is then not added
     * @throws IllegalArgumentException if earlier clips came with a time, or the clip or the label is one too many
     */
    CryResult add(AudioClip clip, CryReason reason);

    /**
     * Adds a clip.
     *
     * @param clip a clip of the baby crying; neither kept nor changed
     * @param reason why it cried
     * @param recorded when; clips may be added in any order
     * @return what the model alone makes of it; with {@link CryOutcome#NOT_CRY} the clip is hardly worth
     *     learning from, but was added
     * @throws CryException as for {@link CryClassifier#classify(AudioClip)}; the clip is then not added
     * @throws IllegalArgumentException if earlier clips came without a time, or the clip or the label is one too many
     */
    CryResult add(AudioClip clip, CryReason reason, Instant recorded);

    /**
     * Counts the clips.
     *
     * @return how many were added
     */
    int clips();

    /**
     * Learns from the clips added so far. More may be added, and learnt from, after that. The same clips give the same
     * bytes on one machine.
     *
     * @return what was learnt, with the verdict on it; also where it is no better than simple answers
     * @throws IllegalStateException if there are fewer than {@value #MIN_CLIPS} clips
     */
    Personalization learn();
}
