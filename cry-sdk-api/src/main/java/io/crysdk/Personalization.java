package io.crysdk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What was learnt of one baby: a few kilobytes that correct the answers of one model, and the figures that say what that
 * is worth. Immutable, and safe for use by several threads.
 *
 * <p>{@link Personalizer} makes one, {@link CryClassifier#withPersonalization} applies it. It holds no audio, but weights
 * that were learnt from recordings of a child: treat the file as personal data.
 *
 * @since 0.1.0
 */
public final class Personalization {
    /** Whether learning was worth it. */
    public enum Verdict {
        /** Clearly better, on clips it had not learnt from, than each of the simple answers. */
        LEARNT,
        /** Not clearly better than the model alone, the commonest label or the last label. */
        NO_BETTER,
        /** Too few clips, labels or episodes to tell. */
        TOO_FEW
    }

    /** When to apply what was learnt. */
    public enum Use {
        /** Only with the verdict {@link Verdict#LEARNT}. */
        IF_LEARNT,
        /** Whatever the verdict. */
        ALWAYS
    }

    /** How clips were kept from being judged by what was learnt from them. */
    public enum Protocol {
        /** Without times: each clip by what was learnt from all others. */
        LEAVE_ONE_OUT,
        /** With times: each episode by what was learnt from those before it. */
        FORWARD_IN_TIME
    }

    /**
     * How good answers were on the judged clips.
     *
     * @param accuracy the share of clips whose label was held the most probable, 0 to 1
     * @param logLoss the mean of -ln of the probability given to the clip's label, 0 or more; lower is better
     */
    public record Score(double accuracy, double logLoss) {
        /**
         * Creates a score.
         *
         * @throws IllegalArgumentException if a value is out of range
         */
        public Score {
            Checks.unit("accuracy", accuracy);
            Checks.notNegative("logLoss", logLoss);
        }
    }

    /**
     * What learning is worth, beside what is to be had without. All four answers were judged on the same clips and knew
     * the same clips before.
     *
     * @param protocol how clips were left out
     * @param episodes how many episodes of crying the clips come from
     * @param judged how many clips were judged, 1 or more
     * @param personal the personal head; its strength was chosen anew for each judged episode, without it
     * @param generic the model alone
     * @param commonest the label that most of the known clips have
     * @param lastLabel the label of the clip before, in the last episode; empty without times
     */
    public record Figures(
            Protocol protocol,
            int episodes,
            int judged,
            Score personal,
            Score generic,
            Score commonest,
            Optional<Score> lastLabel) {
        /**
         * Creates figures.
         *
         * @throws IllegalArgumentException if no clip was judged
         */
        public Figures {
            Objects.requireNonNull(protocol, "protocol");
            Objects.requireNonNull(personal, "personal");
            Objects.requireNonNull(generic, "generic");
            Objects.requireNonNull(commonest, "commonest");
            Objects.requireNonNull(lastLabel, "lastLabel");
            if (judged < 1 || judged > Personalizer.MAX_CLIPS || episodes < 1 || episodes > Personalizer.MAX_CLIPS) {
                throw new IllegalArgumentException("figures come from 1 to " + Personalizer.MAX_CLIPS + " clips, found "
                        + judged + " of " + episodes + " episodes");
            }
        }

        /**
         * Returns the figures as one line for people.
         *
         * @return for example {@code right on 0.72 of 43 clips; the model alone 0.26, the commonest label 0.31, the last
         *     label 0.28}
         */
        @Override
        public String toString() {
            return "right on " + Checks.decimals(personal.accuracy()) + " of " + judged + " clips; the model alone "
                    + Checks.decimals(generic.accuracy()) + ", the commonest label "
                    + Checks.decimals(commonest.accuracy())
                    + lastLabel
                            .map(last -> ", the last label " + Checks.decimals(last.accuracy()))
                            .orElse("");
        }
    }

    /** The largest embedding that any model here may have. */
    static final int MAX_EMBEDDING = 4096;

    private final ModelId model;
    private final List<CryReason> labels;
    private final List<Integer> clips;
    private final Verdict verdict;
    private final Optional<Figures> figures;
    private final double minReasonProbability;
    private final int embeddingSize;
    private final float[] weights;
    private final byte[] bytes;
    private final String sha256;

    private Personalization(
            ModelId model,
            List<CryReason> labels,
            List<Integer> clips,
            Verdict verdict,
            Optional<Figures> figures,
            double minReasonProbability,
            int embeddingSize,
            float[] weights) {
        this.model = new ModelId(model.id(), model.version(), model.sha256());
        this.labels = List.copyOf(labels);
        this.clips = List.copyOf(clips);
        this.verdict = Objects.requireNonNull(verdict, "verdict");
        this.figures = Objects.requireNonNull(figures, "figures");
        this.minReasonProbability = Checks.unit("minReasonProbability", minReasonProbability);
        this.embeddingSize = embeddingSize;
        this.weights = weights.clone();
        if (this.labels.size() < 2
                || this.labels.size() > Personalizer.MAX_LABELS
                || new HashSet<>(this.labels).size() != this.labels.size()) {
            throw new IllegalArgumentException(
                    "labels are 2 to " + Personalizer.MAX_LABELS + ", all different, found " + this.labels);
        }
        if (this.clips.size() != this.labels.size()
                || this.clips.stream().anyMatch(c -> c < 0 || c > Personalizer.MAX_CLIPS)) {
            throw new IllegalArgumentException("clips are counted for each label, found " + this.clips);
        }
        if (embeddingSize < 1 || embeddingSize > MAX_EMBEDDING) {
            throw new IllegalArgumentException(
                    "an embedding has 1 to " + MAX_EMBEDDING + " values, found " + embeddingSize);
        }
        if (weights.length != this.labels.size() * (embeddingSize + 1)) {
            throw new IllegalArgumentException("expected " + this.labels.size() + " x " + (embeddingSize + 1)
                    + " weights, found " + weights.length);
        }
        for (float weight : weights) {
            if (!Float.isFinite(weight)) {
                throw new IllegalArgumentException("a weight is " + weight);
            }
        }
        if (verdict != Verdict.TOO_FEW && figures.isEmpty()) {
            throw new IllegalArgumentException("the verdict " + verdict + " has no figures");
        }
        bytes = PersonalizationFile.bytes(this);
        sha256 = PersonalizationFile.sha256(bytes);
    }

    /**
     * Makes a personalization: for engines, which learn it and apply it.
     *
     * @param model the model that it corrects
     * @param labels the model's labels in its order, then the family's own; 2 to {@value Personalizer#MAX_LABELS}
     * @param clips how many clips of each label there were
     * @param verdict whether it was worth it
     * @param figures what that was decided by; may be empty with {@link Verdict#TOO_FEW}
     * @param minReasonProbability from which probability a reason is named, 0 to 1
     * @param embeddingSize values in the model's embedding
     * @param weights [labels][embeddingSize + 1] in one row, the constant last; copied
     * @return the personalization
     * @throws IllegalArgumentException if a value is out of range
     */
    public static Personalization of(
            ModelId model,
            List<CryReason> labels,
            List<Integer> clips,
            Verdict verdict,
            Optional<Figures> figures,
            double minReasonProbability,
            int embeddingSize,
            float[] weights) {
        return new Personalization(
                model, labels, clips, verdict, figures, minReasonProbability, embeddingSize, weights);
    }

    /**
     * Reads a file that {@link #write} wrote.
     *
     * @param file the file
     * @return what was written
     * @throws CryException {@link CryErrorCode#MODEL_NOT_FOUND} if it is not there or cannot be read; otherwise as for
     *     {@link #ofBytes}
     */
    public static Personalization read(Path file) {
        return PersonalizationFile.read(file);
    }

    /**
     * Reads what {@link #toBytes} gave.
     *
     * @param bytes the bytes of a file; not kept
     * @return what was written
     * @throws CryException {@link CryErrorCode#MODEL_INVALID} if they are something else or damaged; {@link
     *     CryErrorCode#MODEL_INCOMPATIBLE} if they are of another version of the format
     */
    public static Personalization ofBytes(byte[] bytes) {
        return PersonalizationFile.parse("bytes", bytes);
    }

    /**
     * Writes a file: beside its place first, then moved there, so that nobody meets half of one.
     *
     * @param file where to; replaced if it is there
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        PersonalizationFile.write(bytes, file);
    }

    /**
     * Returns the bytes of a file.
     *
     * @return a copy; 2.4 kB for four labels over 128 values
     */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /**
     * Returns the digest of {@link #toBytes}, by which answers name what personalised them.
     *
     * @return 64 lower-case hexadecimal digits
     */
    public String sha256() {
        return sha256;
    }

    /**
     * Returns which model it corrects.
     *
     * @return name, version and digest
     */
    public ModelId model() {
        return model;
    }

    /**
     * Returns what is told apart.
     *
     * @return the model's labels in its order, then the family's own
     */
    public List<CryReason> labels() {
        return labels;
    }

    /**
     * Returns how many clips it was learnt from.
     *
     * @return one count for each label, in their order; 0 for labels of the model without a clip
     */
    public List<Integer> clips() {
        return clips;
    }

    /**
     * Returns whether it was worth it.
     *
     * @return the verdict
     */
    public Verdict verdict() {
        return verdict;
    }

    /**
     * Returns what the verdict was made of.
     *
     * @return the figures; empty if not one clip could be judged
     */
    public Optional<Figures> figures() {
        return figures;
    }

    /**
     * Returns from which probability a reason is named. It was chosen on the judged clips.
     *
     * @return 0 to 1
     */
    public double minReasonProbability() {
        return minReasonProbability;
    }

    /**
     * Returns the size of the embedding that the weights are for.
     *
     * @return 128 in a VGGish
     */
    public int embeddingSize() {
        return embeddingSize;
    }

    /**
     * Returns the correction's weights.
     *
     * @return [labels][embeddingSize + 1] in one row, the constant last; a copy
     */
    public float[] weights() {
        return weights.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Personalization that && sha256.equals(that.sha256);
    }

    @Override
    public int hashCode() {
        return sha256.hashCode();
    }

    /**
     * Returns verdict and figures as one line for people.
     *
     * @return for example {@code LEARNT from 50 clips: right on 0.72 of 43 clips; the model alone 0.26, the commonest label
     *     0.31, the last label 0.28}
     */
    @Override
    public String toString() {
        int all = clips.stream().mapToInt(Integer::intValue).sum();
        return String.format(
                Locale.ROOT,
                "%s from %d clips%s",
                verdict,
                all,
                figures.map(f -> ": " + f).orElse(""));
    }
}
