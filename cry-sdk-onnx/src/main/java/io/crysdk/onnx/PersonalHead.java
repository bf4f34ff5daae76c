package io.crysdk.onnx;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryReason;
import io.crysdk.ModelInfo;
import io.crysdk.Personalization;
import java.util.List;

/**
 * Corrects a model's answer for one baby: softmax(ln g + W x + b), where g is the model's calibrated answer and x its
 * embedding. Being linear in x, the correction of a clip is the aggregate of its windows' corrections. Immutable.
 */
final class PersonalHead {
    /** A probability that is zero would stay so whatever was learnt. */
    private static final double FLOOR = 1e-9;

    private final Personalization personalization;
    private final float[] weights;

    PersonalHead(Personalization personalization) {
        this.personalization = personalization;
        this.weights = personalization.weights();
    }

    /** The model's description with the family's labels, the personalization's name and its threshold. */
    ModelInfo info(ModelInfo model) {
        return new ModelInfo(
                model.id().personalized(personalization.sha256()),
                model.bytes(),
                model.parameters(),
                personalization.labels(),
                model.hasGate(),
                model.hasEmbedding(),
                model.gateThreshold(),
                personalization.minReasonProbability(),
                model.metadata());
    }

    /** Reads embeddings as corrections of the logits, into space of its own: one for each call. */
    ClipScores.EmbeddingReader reader() {
        float[] embedding = new float[personalization.embeddingSize()];
        int labels = personalization.labels().size();
        return new ClipScores.EmbeddingReader() {
            @Override
            public int size() {
                return labels;
            }

            @Override
            public void read(WindowBatch batch, int window, double[] out) {
                batch.embedding(window, embedding, 0);
                int at = 0;
                for (int k = 0; k < labels; k++) {
                    double sum = 0.0;
                    for (float value : embedding) {
                        sum += (double) weights[at++] * value;
                    }
                    out[k] = finite(sum + weights[at++]);
                }
            }
        };
    }

    /** Reads embeddings whole, to learn from. */
    static ClipScores.EmbeddingReader wholeEmbedding(int values) {
        float[] embedding = new float[values];
        return new ClipScores.EmbeddingReader() {
            @Override
            public int size() {
                return values;
            }

            @Override
            public void read(WindowBatch batch, int window, double[] out) {
                batch.embedding(window, embedding, 0);
                for (int i = 0; i < values; i++) {
                    out[i] = finite(embedding[i]);
                }
            }
        };
    }

    private static double finite(double value) {
        if (!Double.isFinite(value)) {
            throw new CryException(
                    CryErrorCode.INFERENCE_FAILED,
                    "the network gave an embedding that is no number: its weights or graph are unsound for such audio");
        }
        return value;
    }

    /**
     * Turns a correction into probabilities.
     *
     * @param generic [model's labels] its answer
     * @param correction [all labels] of the logits; replaced by the probabilities
     */
    void correct(double[] generic, double[] correction) {
        double[] prior = prior(generic, correction.length);
        for (int k = 0; k < correction.length; k++) {
            correction[k] += Math.log(prior[k]);
        }
        softmax(correction);
    }

    /**
     * What the model's answer is worth before anything is learnt. A label that it does not know has the share of one
     * label among all.
     *
     * @param generic [model's labels] summing to one
     * @param labels how many labels there are in all
     * @return [labels] above zero, summing to one within rounding
     */
    static double[] prior(double[] generic, int labels) {
        double[] prior = new double[labels];
        for (int k = 0; k < labels; k++) {
            double share = k < generic.length ? generic[k] * generic.length / labels : 1.0 / labels;
            prior[k] = Math.max(FLOOR, share);
        }
        return prior;
    }

    /** Replaces logits by probabilities. */
    static void softmax(double[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0.0;
        for (int k = 0; k < logits.length; k++) {
            logits[k] = Math.exp(logits[k] - largest);
            sum += logits[k];
        }
        for (int k = 0; k < logits.length; k++) {
            logits[k] /= sum;
        }
    }

    /** Refuses what was learnt over another model, or over this one with other names for its outputs. */
    static void check(Personalization personalization, ModelInfo model, int embeddingSize) {
        if (!personalization.model().sha256().equals(model.id().sha256())) {
            throw new CryException(
                    CryErrorCode.MODEL_INCOMPATIBLE,
                    "the personalization was learnt over the model " + personalization.model() + ", and this is "
                            + model.id() + ": use that model, or learn again from the clips");
        }
        List<CryReason> labels = personalization.labels();
        int own = model.labels().size();
        if (labels.size() < own
                || !labels.subList(0, own).equals(model.labels())
                || personalization.embeddingSize() != embeddingSize) {
            throw new CryException(
                    CryErrorCode.MODEL_INCOMPATIBLE,
                    "the personalization was learnt for " + labels + " over " + personalization.embeddingSize()
                            + " values, and the model has " + model.labels() + " over " + embeddingSize
                            + ": name its outputs as they were named then, or learn again from the clips");
        }
    }
}
