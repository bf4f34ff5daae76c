package io.crysdk.train.judge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What held-out answers about reasons amount to: accuracy, weighted precision, recall and F1, UAR, macro-F1 beside the
 * commonest label and permuted labels; figures by label and by fold; calibration; risk against coverage.
 */
public final class ReasonFigures {
    /** In the order in which {@link #plain} gives them. */
    private static final List<String> PLAIN = List.of(
            "accuracy", "weighted_precision", "weighted_recall", "weighted_f1", "uar", "macro_precision", "macro_f1");

    private final List<String> labels;
    private final List<ReasonRun> asIs;
    private final List<ReasonRun> calibrated;
    private final Temperature.Weighing weighing;
    private final Groups groups;

    private ReasonFigures(
            List<String> labels, List<ReasonRun> asIs, List<ReasonRun> calibrated, Temperature.Weighing weighing) {
        this.labels = labels;
        this.asIs = asIs;
        this.calibrated = calibrated;
        this.weighing = weighing;
        this.groups = new Groups(asIs.stream()
                .flatMap(run -> run.predictions().stream())
                .map(Prediction::group)
                .toList());
    }

    /**
     * Computes everything, with the temperature of each fold chosen on the other folds.
     *
     * @param labels the reasons, in the order of the probabilities
     * @param runs one a seed, one or more, each of two folds or more
     * @param weighing whose log loss the temperature is to make least
     * @return the figures
     */
    public static ObjectNode of(List<String> labels, List<ReasonRun> runs, Temperature.Weighing weighing) {
        for (ReasonRun run : runs) {
            if (run.folds().size() < 2) {
                throw new IllegalArgumentException(
                        "a temperature is chosen on the other folds, found only the folds " + run.folds());
            }
        }
        List<ReasonRun> calibrated =
                runs.stream().map(run -> Temperature.crossFitted(run, weighing)).toList();
        ObjectNode json = new ReasonFigures(labels, runs, calibrated, weighing).json();
        double inverse = Temperature.inverse(runs, weighing);
        ObjectNode calibration = (ObjectNode) json.path("calibration");
        calibration.put("inverse_temperature", Estimate.round(inverse));
        calibration.put("temperature", Estimate.round(Temperature.capped(inverse)));
        calibration.put("how", "each fold at the temperature of least log loss on the other folds");
        return json;
    }

    /**
     * Computes everything, with a calibration that was chosen elsewhere.
     *
     * @param labels the reasons, in the order of the probabilities
     * @param runs one a seed, one or more, none of them empty
     * @param calibrated the same as the model's user would get them
     * @param temperature the one that made the difference
     * @return the figures
     */
    public static ObjectNode of(
            List<String> labels, List<ReasonRun> runs, List<ReasonRun> calibrated, double temperature) {
        ObjectNode json = new ReasonFigures(labels, runs, calibrated, Temperature.Weighing.LABELS_ALIKE).json();
        ObjectNode calibration = (ObjectNode) json.path("calibration");
        calibration.put("inverse_temperature", Estimate.round(1.0 / temperature));
        calibration.put("temperature", Estimate.round(temperature));
        calibration.put("how", "at the model's own temperature");
        return json;
    }

    private ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("recordings", asIs.get(0).predictions().size());
        json.put("groups", groups.count());
        json.put("folds", asIs.get(0).folds().size());
        ArrayNode seeds = json.putArray("seeds");
        asIs.forEach(run -> seeds.add(run.seed()));
        figures(json);
        perLabel(json);
        perFold(json);
        confusion(json.putArray("confusion_truth_by_answer"));
        calibration(json.putObject("calibration"));
        reject(json.putObject("reject"));
        return json;
    }

    private static double[] plain(Confusion c) {
        return new double[] {
            c.accuracy(),
            c.weightedPrecision(),
            c.weightedRecall(),
            c.weightedF1(),
            c.uar(),
            c.macroPrecision(),
            c.macroF1()
        };
    }

    /** One seed's predictions in the form in which they are counted again and again. */
    private final class Counted {
        private final int[] truth;
        private final int[] answer;
        private final int[] group;

        Counted(ReasonRun run) {
            truth = run.predictions().stream().mapToInt(Prediction::truth).toArray();
            answer = run.predictions().stream().mapToInt(Prediction::answer).toArray();
            group = run.predictions().stream()
                    .mapToInt(p -> groups.of(p.group()))
                    .toArray();
        }

        Confusion confusion(double[] groupWeight) {
            double[] weight = new double[truth.length];
            for (int i = 0; i < weight.length; i++) {
                weight[i] = groupWeight[group[i]];
            }
            return Confusion.of(truth, answer, weight, labels.size());
        }
    }

    /** What always saying the commonest label scores: its share, and a recall of one for one label. */
    private double[] majority() {
        List<Prediction> predictions = asIs.get(0).predictions();
        int[] truth = predictions.stream().mapToInt(Prediction::truth).toArray();
        int[] counts = new int[labels.size()];
        Arrays.stream(truth).forEach(t -> counts[t]++);
        int commonest = 0;
        for (int k = 1; k < counts.length; k++) {
            commonest = counts[k] > counts[commonest] ? k : commonest;
        }
        int[] answer = new int[truth.length];
        Arrays.fill(answer, commonest);
        double[] once = new double[truth.length];
        Arrays.fill(once, 1.0);
        return plain(Confusion.of(truth, answer, once, labels.size()));
    }

    private void figures(ObjectNode json) {
        List<Estimate> estimates = Bootstrap.estimate(
                groups.count(),
                asIs.stream()
                        .map(Counted::new)
                        .<Bootstrap.Statistic>map(counted -> weight -> plain(counted.confusion(weight)))
                        .toList());
        double[] majority = majority();
        double[][] permuted = PermutedLabels.draw(asIs, labels.size(), ReasonFigures::plain);
        ObjectNode figures = json.putObject("figures");
        for (int f = 0; f < PLAIN.size(); f++) {
            ObjectNode figure = estimates.get(f).json();
            figure.put("majority", Estimate.round(majority[f]));
            ObjectNode chance = figure.putObject("permuted");
            chance.put(
                    "value", Estimate.round(Arrays.stream(permuted[f]).average().orElseThrow()));
            chance.put("low", Estimate.round(Bootstrap.quantile(permuted[f], 0.025)));
            chance.put("high", Estimate.round(Bootstrap.quantile(permuted[f], 0.975)));
            chance.put(
                    "p",
                    Estimate.round(
                            PermutedLabels.chance(permuted[f], estimates.get(f).value())));
            figures.set(PLAIN.get(f), figure);
        }
    }

    private void perLabel(ObjectNode json) {
        List<Estimate> estimates = Bootstrap.estimate(
                groups.count(),
                asIs.stream()
                        .map(Counted::new)
                        .<Bootstrap.Statistic>map(counted -> weight -> byLabel(counted.confusion(weight)))
                        .toList());
        ObjectNode perLabel = json.putObject("per_label");
        for (int k = 0; k < labels.size(); k++) {
            int label = k;
            List<Prediction> own = asIs.get(0).predictions().stream()
                    .filter(p -> p.truth() == label)
                    .toList();
            Set<String> ownGroups = new HashSet<>();
            own.forEach(p -> ownGroups.add(p.group()));
            ObjectNode node = perLabel.putObject(labels.get(k));
            node.put("recordings", own.size());
            node.put("groups", ownGroups.size());
            node.set("precision", estimates.get(3 * k).json());
            node.set("recall", estimates.get(3 * k + 1).json());
            node.set("f1", estimates.get(3 * k + 2).json());
        }
    }

    /** A label that a draw does not hold has no recall there. */
    private static double[] byLabel(Confusion c) {
        double[] figures = new double[3 * c.labels()];
        for (int k = 0; k < c.labels(); k++) {
            figures[3 * k] = c.precision(k);
            figures[3 * k + 1] = c.support(k) == 0.0 ? Double.NaN : c.recall(k);
            figures[3 * k + 2] = c.f1(k);
        }
        return figures;
    }

    private void perFold(ObjectNode json) {
        TreeSet<Integer> folds = new TreeSet<>();
        asIs.forEach(run -> folds.addAll(run.folds()));
        ObjectNode perFold = json.putObject("accuracy_by_fold");
        for (int fold : folds) {
            perFold.set(
                    Integer.toString(fold),
                    Estimate.plain(asIs.stream()
                                    .mapToDouble(run -> Confusion.of(
                                                    run.predictions().stream()
                                                            .filter(p -> p.fold() == fold)
                                                            .toList(),
                                                    labels.size())
                                            .accuracy())
                                    .toArray())
                            .json());
        }
    }

    /** The mean over seeds. */
    private void confusion(ArrayNode rows) {
        List<Confusion> each = asIs.stream()
                .map(run -> Confusion.of(run.predictions(), labels.size()))
                .toList();
        for (int t = 0; t < labels.size(); t++) {
            ArrayNode row = rows.addArray();
            for (int a = 0; a < labels.size(); a++) {
                int truth = t;
                int answer = a;
                double mean = each.stream()
                        .mapToDouble(c -> c.count(truth, answer))
                        .average()
                        .orElseThrow();
                if (mean == Math.rint(mean)) {
                    row.add((long) mean);
                } else {
                    row.add(Estimate.round(mean));
                }
            }
        }
    }

    private void calibration(ObjectNode json) {
        json.put(
                "log_loss_weighs", weighing == Temperature.Weighing.LABELS_ALIKE ? "labels alike" : "recordings alike");
        json.put("log_loss_of_saying_nothing", Estimate.round(Math.log(labels.size())));
        for (boolean after : new boolean[] {false, true}) {
            List<ReasonRun> runs = after ? calibrated : asIs;
            ObjectNode node = json.putObject(after ? "after" : "before");
            node.set(
                    "log_loss",
                    Estimate.plain(runs.stream()
                                    .mapToDouble(run -> Temperature.loss(run, weighing))
                                    .toArray())
                            .json());
            node.set(
                    "ece",
                    Estimate.plain(runs.stream()
                                    .mapToDouble(run ->
                                            reliability(Stream.of(run), false).error())
                                    .toArray())
                            .json());
            node.set(
                    "ece_labels_alike",
                    Estimate.plain(runs.stream()
                                    .mapToDouble(run ->
                                            reliability(Stream.of(run), true).error())
                                    .toArray())
                            .json());
            node.set("reliability", reliability(runs.stream(), false).json());
        }
    }

    private Reliability reliability(Stream<ReasonRun> runs, boolean labelsAlike) {
        Reliability reliability = new Reliability();
        runs.forEach(run -> {
            int[] counts = new int[labels.size()];
            run.predictions().forEach(p -> counts[p.truth()]++);
            run.predictions()
                    .forEach(p -> reliability.add(
                            p.confidence(), p.answer() == p.truth(), labelsAlike ? 1.0 / counts[p.truth()] : 1.0));
        });
        return reliability;
    }

    /** By calibrated confidence: that is what a threshold is compared with. */
    private void reject(ObjectNode json) {
        List<RiskCoverage> curves = calibrated.stream()
                .map(run -> new RiskCoverage(run.predictions(), groups))
                .toList();
        json.set(
                "area",
                Bootstrap.estimate(
                                groups.count(),
                                curves.stream()
                                        .<Bootstrap.Statistic>map(curve -> weight -> new double[] {curve.area(weight)})
                                        .toList())
                        .get(0)
                        .json());
        json.put(
                "area_without_confidence",
                Estimate.round(calibrated.stream()
                        .mapToDouble(run -> 1.0
                                - Confusion.of(run.predictions(), labels.size()).accuracy())
                        .average()
                        .orElseThrow()));
        ArrayNode each = json.putArray("risk_by_coverage");
        curves.forEach(curve -> each.add(curve.json(groups.count())));
    }
}
