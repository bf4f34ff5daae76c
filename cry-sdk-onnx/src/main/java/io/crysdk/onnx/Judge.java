package io.crysdk.onnx;

import io.crysdk.CryOutcome;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.CryWindow;
import io.crysdk.ModelInfo;
import io.crysdk.ReasonScore;
import io.crysdk.SignalQuality;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.spi.ClassifierOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns what the network said of a clip's windows into an answer, by the model's contract. Immutable. */
final class Judge {
    private static final double WINDOW_SECONDS = (double) LogMelExtractor.PATCH_SAMPLES / LogMelExtractor.SAMPLE_RATE;
    /** A telephone codec's recordings end at 4750 Hz or below, with the images of their resampling; others go on above. */
    private static final double NARROW_BAND_HZ = 5000.0;

    private static final double MUCH_CLIPPED = 0.01;
    private static final double MOSTLY_SILENT = 0.9;

    private static final Comparator<ReasonScore> MOST_PROBABLE_FIRST =
            Comparator.comparingDouble(ReasonScore::probability).reversed();

    private final ModelInfo model;
    private final ModelContract contract;
    private final double gateThreshold;
    private final double minReasonProbability;
    private final boolean[] allowed;
    private final @Nullable PersonalHead head;

    Judge(ModelInfo model, ModelContract contract, ClassifierOptions options) {
        this(model, contract, options, null);
    }

    /** With a head the model's description is the personalised one. */
    Judge(ModelInfo model, ModelContract contract, ClassifierOptions options, @Nullable PersonalHead head) {
        this.model = model;
        this.contract = contract;
        this.head = head;
        if (options.gateThreshold().isPresent() && !model.hasGate()) {
            throw new IllegalArgumentException(
                    "a gate threshold was set, and the model " + model.id() + " has no gate");
        }
        Set<CryReason> unknown = new HashSet<>(options.allowed());
        model.labels().forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "the model " + model.id() + " knows no " + unknown + ", only " + model.labels());
        }
        gateThreshold = options.gateThreshold().orElse(model.gateThreshold().orElse(0.0));
        minReasonProbability = options.minReasonProbability().orElse(model.minReasonProbability());
        allowed = new boolean[model.labels().size()];
        for (int k = 0; k < allowed.length; k++) {
            allowed[k] = options.allowed().isEmpty()
                    || options.allowed().contains(model.labels().get(k));
        }
    }

    double gateThreshold() {
        return gateThreshold;
    }

    /** Calibrates a gate's logit, of a window or an aggregate of several. */
    double cryProbability(double logit) {
        return contract.gate().probability(logit);
    }

    /** How much a window speaks for the reason of what it belongs to. */
    double reasonWeight(double cryProbability) {
        return contract.reasonAggregation().weight(cryProbability);
    }

    /** What is learnt of one baby, if this judge knows it. */
    @Nullable PersonalHead head() {
        return head;
    }

    /**
     * Turns what was aggregated over windows into the probabilities of all labels.
     *
     * @param aggregated the model's calibrated probabilities, and behind them the corrections where there is a head
     */
    double[] answer(double[] aggregated) {
        if (head == null) {
            return aggregated;
        }
        int modelLabels = aggregated.length - model.labels().size();
        double[] answer = Arrays.copyOfRange(aggregated, modelLabels, aggregated.length);
        head.correct(Arrays.copyOf(aggregated, modelLabels), answer);
        return answer;
    }

    /** The reason, if one of the aggregated probabilities stands out far enough to be named. */
    Optional<CryReason> reason(double[] reasons) {
        return stands(reasons) ? Optional.of(scores(reasons).get(0).reason()) : Optional.empty();
    }

    /** What a clip's windows come to. Reading calibrates the scores in place, so a clip is read once. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, compared by nobody.
    record Reading(double[] cry, double[][] windows, double[] reasons) {}

    CryResult judge(ClipScores clip) {
        return judge(clip, read(clip));
    }

    Reading read(ClipScores clip) {
        double[][] probabilities = clip.probabilities();
        for (double[] row : probabilities) {
            calibrate(row);
        }
        double[] cry = new double[clip.gateLogits().length];
        for (int w = 0; w < cry.length; w++) {
            cry[w] = contract.gate().probability(clip.gateLogits()[w]);
        }
        double[] reasons = contract.reasonAggregation().aggregate(probabilities, cry);
        if (head == null) {
            return new Reading(cry, probabilities, reasons);
        }
        double[][] corrections = clip.embeddings();
        double[] correction = contract.reasonAggregation().aggregate(corrections, cry);
        for (int w = 0; w < corrections.length; w++) {
            head.correct(probabilities[w], corrections[w]);
        }
        head.correct(reasons, correction);
        return new Reading(cry, corrections, correction);
    }

    CryResult judge(ClipScores clip, Reading reading) {
        double[] cry = reading.cry();
        double[][] probabilities = reading.windows();
        OptionalDouble clipCry = cry.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(contract.gate()
                        .probability(contract.gate().aggregation().aggregate(clip.gateLogits())));
        double[] reasons = reading.reasons();
        List<ReasonScore> scores = scores(reasons);

        List<CryWindow> windows = new ArrayList<>(clip.windows());
        for (int w = 0; w < clip.windows(); w++) {
            windows.add(new CryWindow(
                    clip.startSeconds(w),
                    clip.endSeconds(w),
                    cry.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(cry[w]),
                    scores(probabilities[w])));
        }
        CryOutcome outcome = outcome(clipCry, reasons);
        return new CryResult(
                outcome,
                outcome == CryOutcome.CRY ? Optional.of(scores.get(0).reason()) : Optional.empty(),
                scores,
                clipCry,
                windows,
                clip.quality(),
                warnings(clip.quality()),
                model.id());
    }

    /** A reason is named by its probability among all labels: leaving the others out would make any one certain. */
    private CryOutcome outcome(OptionalDouble cry, double[] reasons) {
        if (cry.isPresent() && cry.getAsDouble() < gateThreshold) {
            return CryOutcome.NOT_CRY;
        }
        return stands(reasons) ? CryOutcome.CRY : CryOutcome.UNCERTAIN;
    }

    private boolean stands(double[] reasons) {
        double best = 0.0;
        for (int k = 0; k < reasons.length; k++) {
            best = allowed[k] ? Math.max(best, reasons[k]) : best;
        }
        return best >= minReasonProbability;
    }

    /** Divides the logits behind the probabilities by the temperature. */
    void calibrate(double[] row) {
        double largest = 0.0;
        for (double probability : row) {
            largest = Math.max(largest, probability);
        }
        double sum = 0.0;
        for (int k = 0; k < row.length; k++) {
            // A probability that underflowed to zero had a logit all the same.
            row[k] = Math.exp(Math.log(Math.max(row[k], Float.MIN_NORMAL) / largest) / contract.temperature());
            sum += row[k];
        }
        for (int k = 0; k < row.length; k++) {
            row[k] /= sum;
        }
    }

    /** The allowed labels with their probabilities scaled to sum to one, the most probable first. */
    List<ReasonScore> scores(double[] probabilities) {
        double sum = 0.0;
        int count = 0;
        for (int k = 0; k < probabilities.length; k++) {
            sum += allowed[k] ? probabilities[k] : 0.0;
            count += allowed[k] ? 1 : 0;
        }
        List<ReasonScore> scores = new ArrayList<>(count);
        for (int k = 0; k < probabilities.length; k++) {
            if (allowed[k]) {
                double share = sum > 0.0 ? probabilities[k] / sum : 1.0 / count;
                scores.add(new ReasonScore(model.labels().get(k), Math.min(1.0, share)));
            }
        }
        scores.sort(MOST_PROBABLE_FIRST);
        return scores;
    }

    private List<String> warnings(SignalQuality quality) {
        List<String> warnings = new ArrayList<>();
        if (quality.durationSeconds() < WINDOW_SECONDS) {
            warnings.add(text(
                    "short: %.2f s where the model hears %.3f s at a time", quality.durationSeconds(), WINDOW_SECONDS));
        }
        if (quality.peak() == 0.0) {
            warnings.add("silent: every sample is zero");
        } else if (quality.silentShare() > MOSTLY_SILENT) {
            warnings.add(text("mostly silent: %.0f %% of it is under -50 dBFS", 100 * quality.silentShare()));
        }
        if (quality.peak() > 1.0) {
            warnings.add(text("too loud: the peak is %.2f times full scale", quality.peak()));
        }
        if (quality.clippedShare() > MUCH_CLIPPED) {
            warnings.add(text("clipped: %.0f %% of the samples are at full scale", 100 * quality.clippedShare()));
        }
        if (quality.bandwidthHz() > 0.0 && quality.bandwidthHz() < NARROW_BAND_HZ) {
            warnings.add(text("narrow band: nothing above %s kHz", kilohertz(quality.bandwidthHz())));
        }
        return warnings;
    }

    private static String kilohertz(double hertz) {
        return text("%.2f", hertz / 1000.0).replaceFirst("\\.?0+$", "");
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
