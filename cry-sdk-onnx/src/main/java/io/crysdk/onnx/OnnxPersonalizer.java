package io.crysdk.onnx;

import io.crysdk.AudioClip;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.ModelInfo;
import io.crysdk.Personalization;
import io.crysdk.Personalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Hears each clip once, keeps its embedding, and hands all of them to the learner. */
final class OnnxPersonalizer implements Personalizer {
    private final OnnxCryClassifier classifier;
    private final ModelInfo model;
    private final int embeddingSize;
    private final List<Labelled> clips = new ArrayList<>();

    private record Labelled(
            OnnxCryClassifier.Heard heard,
            CryReason reason,
            @Nullable Instant recorded) {
        Instant time() {
            return Objects.requireNonNull(recorded);
        }
    }

    OnnxPersonalizer(OnnxCryClassifier classifier, ModelInfo model, int embeddingSize) {
        this.classifier = classifier;
        this.model = model;
        this.embeddingSize = embeddingSize;
    }

    @Override
    public CryResult add(AudioClip clip, CryReason reason) {
        return addAt(clip, reason, null);
    }

    @Override
    public CryResult add(AudioClip clip, CryReason reason, Instant recorded) {
        return addAt(clip, reason, Objects.requireNonNull(recorded, "recorded"));
    }

    private CryResult addAt(AudioClip clip, CryReason reason, @Nullable Instant recorded) {
        Objects.requireNonNull(reason, "reason");
        if (clips.size() == MAX_CLIPS) {
            throw new IllegalArgumentException(
                    "there are " + MAX_CLIPS + " clips already, and no more are learnt from");
        }
        if (!clips.isEmpty() && timed() != (recorded != null)) {
            throw new IllegalArgumentException("all clips come with a time or none does: the " + clips.size()
                    + " before came " + (timed() ? "with one" : "without"));
        }
        List<CryReason> labels = labels();
        if (labels.size() == MAX_LABELS && !labels.contains(reason)) {
            throw new IllegalArgumentException(
                    "'" + reason + "' is one label too many: " + MAX_LABELS + " are told apart, the model's included");
        }
        OnnxCryClassifier.Heard heard = classifier.hearForLearning(clip);
        clips.add(new Labelled(heard, reason, recorded));
        return heard.result();
    }

    @Override
    public int clips() {
        return clips.size();
    }

    @Override
    public Personalization learn() {
        if (clips.size() < MIN_CLIPS) {
            throw new IllegalStateException(
                    "there are " + clips.size() + " clips: " + MIN_CLIPS + " or more are needed to learn from");
        }
        List<CryReason> labels = labels();
        HeadLearner.Head head = HeadLearner.learn(inEpisodes(labels), labels.size(), timed());
        float[] weights = new float[labels.size() * (embeddingSize + 1)];
        int at = 0;
        for (double[] row : head.weights()) {
            for (double weight : row) {
                weights[at++] = (float) weight;
            }
        }
        return Personalization.of(
                model.id(),
                labels,
                labels.stream().map(this::count).toList(),
                head.verdict(),
                head.figures(),
                head.minReasonProbability(),
                embeddingSize,
                weights);
    }

    private boolean timed() {
        return clips.get(0).recorded != null;
    }

    /** The model's, then the family's own by name. */
    private List<CryReason> labels() {
        List<CryReason> labels = new ArrayList<>(model.labels());
        TreeSet<CryReason> own = new TreeSet<>(Comparator.comparing(CryReason::id));
        clips.forEach(clip -> own.add(clip.reason));
        model.labels().forEach(own::remove);
        labels.addAll(own);
        return labels;
    }

    private int count(CryReason label) {
        return (int) clips.stream().filter(clip -> clip.reason.equals(label)).count();
    }

    private List<HeadLearner.Clip> inEpisodes(List<CryReason> labels) {
        List<Labelled> sorted = new ArrayList<>(clips);
        if (timed()) {
            sorted.sort(Comparator.comparing(Labelled::time));
        }
        List<HeadLearner.Clip> learnt = new ArrayList<>();
        int episode = -1;
        Instant before = null;
        for (Labelled clip : sorted) {
            Instant now = clip.recorded;
            if (before == null || now == null || Duration.between(before, now).compareTo(EPISODE) >= 0) {
                episode++;
            }
            before = now;
            learnt.add(new HeadLearner.Clip(
                    clip.heard.embedding(), clip.heard.reasons(), labels.indexOf(clip.reason), episode));
        }
        return learnt;
    }
}
