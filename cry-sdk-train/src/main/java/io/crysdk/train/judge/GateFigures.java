package io.crysdk.train.judge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a gate's held-out answers amount to: AUC, recall at fixed false-alarm rates, alarms an hour, each against noise;
 * by bandwidth, collection and kind of sound; calibration.
 */
public final class GateFigures {
    /** The share of other sounds that may be called a cry, which fixes the threshold. */
    public static final double FALSE_ALARMS = 0.01;

    private static final double[] RATES = {0.001, 0.005, 0.01, 0.02, 0.05};
    private static final double[] HOURLY = {1, 2, 5, 10, 20, 50};

    /** Where the curves are drawn: ten points a decade. */
    private static final double[] CURVE_RATES = decades(-3, 0);

    private static final double[] CURVE_HOURLY = decades(0, 3);

    private final List<GateRun> runs;
    private final Groups groups;
    private final double threshold;

    /** The model's own calibration; where there is none, each fold gets that of the others. */
    private final @Nullable Platt own;

    private GateFigures(List<GateRun> runs, double threshold, @Nullable Platt own) {
        this.runs = runs;
        this.threshold = threshold;
        this.own = own;
        for (GateRun run : runs) {
            long cries = run.clips().stream().filter(GateScore::cry).count();
            if (cries == 0 || cries == run.clips().size()) {
                throw new IllegalArgumentException("a gate is judged on cries and other sounds, found " + cries
                        + " cries among " + run.clips().size() + " recordings");
            }
        }
        this.groups =
                new Groups(all(runs, s -> true).stream().map(GateScore::group).toList());
    }

    /**
     * Computes everything, at the threshold that {@link #threshold} finds.
     *
     * @param runs one a seed, one or more, each with cries and other sounds
     * @return the figures
     */
    public static ObjectNode of(List<GateRun> runs) {
        ObjectNode json = new GateFigures(runs, threshold(runs), null).json();
        json.put(
                "threshold_rule",
                "the lowest at which no more than 1 % of the held-out other sounds, all seeds pooled, are called a cry");
        return json;
    }

    /**
     * Computes everything, read as a finished model reads it.
     *
     * @param runs one a seed, one or more, each with cries and other sounds
     * @param threshold the logit from which the model calls a recording a cry
     * @param calibration the model's
     * @return the figures
     */
    public static ObjectNode of(List<GateRun> runs, double threshold, Platt calibration) {
        ObjectNode json = new GateFigures(runs, threshold, calibration).json();
        json.put("threshold_rule", "the model's own");
        return json;
    }

    /**
     * Chooses the threshold: the lowest under which no more than {@value #FALSE_ALARMS} of the other sounds reach it,
     * all seeds pooled.
     *
     * @param runs one a seed
     * @return a logit
     */
    public static double threshold(List<GateRun> runs) {
        return Roc.threshold(logits(all(runs, GateScore::cry)), logits(all(runs, s -> !s.cry())), FALSE_ALARMS);
    }

    private static List<GateScore> all(List<GateRun> runs, Predicate<GateScore> which) {
        return runs.stream().flatMap(r -> r.clips().stream()).filter(which).toList();
    }

    private static double[] logits(Collection<GateScore> scores) {
        return scores.stream().mapToDouble(GateScore::logit).toArray();
    }

    private ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        List<GateScore> first = runs.get(0).clips();
        counts(json, "cries", first.stream().filter(GateScore::cry).toList());
        List<GateScore> others = first.stream().filter(s -> !s.cry()).toList();
        counts(json, "others", others);
        double hours = others.stream().mapToDouble(GateScore::seconds).sum() / 3600.0;
        json.put("hours_of_others", Estimate.round(hours));
        json.put("folds", new TreeSet<>(first.stream().map(GateScore::fold).toList()).size());
        ArrayNode seeds = json.putArray("seeds");
        runs.forEach(run -> seeds.add(run.seed()));
        main(json);
        atThreshold(json.putObject("at_threshold"));
        alarms(json.putObject("false_alarms_per_hour"));
        noise(json.putObject("noise"));
        pieces(json.putObject("by_band"), GateScore::band);
        pieces(json.putObject("by_part"), GateScore::part);
        categories(json.putObject("by_category"));
        calibration(json.putObject("calibration"));
        return json;
    }

    private static void counts(ObjectNode json, String name, List<GateScore> scores) {
        json.put(name, scores.size());
        json.put(
                name.equals("cries") ? "cry_groups" : "other_groups",
                scores.stream().map(GateScore::group).distinct().count());
    }

    /** One statistic a seed over some of its recordings. */
    private List<Estimate> estimates(Function<GateRun, Bootstrap.Statistic> statistic) {
        return Bootstrap.estimate(groups.count(), runs.stream().map(statistic).toList());
    }

    private Roc roc(List<GateScore> scores, Predicate<GateScore> cries, Predicate<GateScore> others) {
        return Roc.of(
                scores.stream().filter(s -> s.cry() && cries.test(s)).toList(),
                scores.stream().filter(s -> !s.cry() && others.test(s)).toList(),
                groups);
    }

    private void main(ObjectNode json) {
        double[] rates = concat(RATES, CURVE_RATES);
        Arrays.sort(rates);
        List<Estimate> figures = estimates(run -> {
            Roc roc = roc(run.clips(), s -> true, s -> true);
            return weight -> roc.figures(weight, rates);
        });
        json.set("auc", figures.get(0).json());
        for (double rate : RATES) {
            json.set(
                    recallAt(rate),
                    figures.get(1 + Arrays.binarySearch(rates, rate)).json());
        }
        curve(json.putArray("roc"), rates, figures.subList(1, figures.size()));
    }

    private static String recallAt(double rate) {
        return "recall_at_" + number(100 * rate) + "_percent_false_alarms";
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString(Math.round(value)) : String.format(Locale.ROOT, "%.1f", value);
    }

    /** [rate, recall, low, high]. */
    private static void curve(ArrayNode node, double[] rates, List<Estimate> recalls) {
        for (int r = 0; r < rates.length; r++) {
            Estimate recall = recalls.get(r);
            ArrayNode point = node.addArray().add(Estimate.round(rates[r])).add(Estimate.round(recall.value()));
            point.add(Estimate.round(recall.low())).add(Estimate.round(recall.high()));
        }
    }

    /** The threshold is chosen on all answers; so that nobody takes that for held out, also fold by fold on the others. */
    private void atThreshold(ObjectNode json) {
        json.put("logit", Estimate.round(threshold));
        List<Estimate> figures = estimates(run -> shares(run.clips(), s -> threshold));
        json.set("recall", figures.get(0).json());
        json.set("false_alarms", figures.get(1).json());
        TreeMap<Integer, Double> byFold = new TreeMap<>();
        all(runs, s -> true).forEach(s -> byFold.put(s.fold(), 0.0));
        if (own == null && byFold.size() > 1) {
            byFold.replaceAll((fold, t) -> Roc.threshold(
                    logits(all(runs, s -> s.cry() && s.fold() != fold)),
                    logits(all(runs, s -> !s.cry() && s.fold() != fold)),
                    FALSE_ALARMS));
            List<Estimate> held = estimates(run -> shares(run.clips(), s -> byFold.getOrDefault(s.fold(), threshold)));
            json.set("recall_at_threshold_of_other_folds", held.get(0).json());
            json.set("false_alarms_at_threshold_of_other_folds", held.get(1).json());
        }
    }

    /** The share of cries, then of other sounds, that reach a threshold. */
    private Bootstrap.Statistic shares(List<GateScore> scores, Function<GateScore, Double> threshold) {
        int n = scores.size();
        int[] group = new int[n];
        boolean[] cry = new boolean[n];
        boolean[] called = new boolean[n];
        for (int i = 0; i < n; i++) {
            GateScore s = scores.get(i);
            group[i] = groups.of(s.group());
            cry[i] = s.cry();
            called[i] = s.logit() >= threshold.apply(s);
        }
        return weight -> {
            double[] all = new double[2];
            double[] reached = new double[2];
            for (int i = 0; i < n; i++) {
                int side = cry[i] ? 0 : 1;
                all[side] += weight[group[i]];
                reached[side] += called[i] ? weight[group[i]] : 0.0;
            }
            return new double[] {reached[0] / all[0], reached[1] / all[1]};
        };
    }

    private void alarms(ObjectNode json) {
        json.put(
                "how",
                "an alarm is a stretch of neighbouring windows of one other sound that reach the threshold; a cry is told"
                        + " where any of its windows does");
        ObjectNode recall = json.putObject("recall");
        double[] rates = concat(HOURLY, CURVE_HOURLY);
        Arrays.sort(rates);
        List<Estimate> figures = estimates(run -> {
            AlarmCurve curve = alarmCurve(run.clips(), run.clips());
            return weight -> curve.recalls(weight, rates);
        });
        for (double rate : HOURLY) {
            recall.set(
                    number(rate), figures.get(Arrays.binarySearch(rates, rate)).json());
        }
        curve(json.putArray("curve"), rates, figures);
    }

    private AlarmCurve alarmCurve(List<GateScore> cries, List<GateScore> others) {
        return AlarmCurve.of(
                cries.stream().filter(GateScore::cry).toList(),
                others.stream().filter(s -> !s.cry()).toList(),
                groups);
    }

    private void noise(ObjectNode json) {
        TreeSet<Integer> levels = new TreeSet<>();
        runs.forEach(run -> levels.addAll(run.noisy().keySet()));
        for (int db : levels) {
            List<GateRun> own =
                    runs.stream().filter(r -> r.noisy().containsKey(db)).toList();
            ObjectNode node = json.putObject(Integer.toString(db));
            List<Estimate> figures = Bootstrap.estimate(
                    groups.count(),
                    own.stream()
                            .<Bootstrap.Statistic>map(run -> {
                                List<GateScore> mixed = mixed(run, db);
                                Roc roc = roc(mixed, s -> true, s -> true);
                                AlarmCurve curve = alarmCurve(mixed, mixed);
                                Bootstrap.Statistic shares = shares(mixed, s -> threshold);
                                return weight -> concat(
                                        roc.figures(weight, RATES),
                                        curve.recalls(weight, HOURLY),
                                        Arrays.copyOf(shares.of(weight), 1));
                            })
                            .toList());
            node.set("auc", figures.get(0).json());
            for (int r = 0; r < RATES.length; r++) {
                node.set(recallAt(RATES[r]), figures.get(1 + r).json());
            }
            for (int r = 0; r < HOURLY.length; r++) {
                node.set(
                        "recall_at_" + number(HOURLY[r]) + "_alarms_per_hour",
                        figures.get(1 + RATES.length + r).json());
            }
            node.set(
                    "recall_at_the_same_threshold",
                    figures.get(1 + RATES.length + HOURLY.length).json());
        }
    }

    /** The noisy cries and the other sounds as they are. */
    private static List<GateScore> mixed(GateRun run, int db) {
        List<GateScore> mixed = new ArrayList<>(run.noisy().getOrDefault(db, List.of()));
        run.clips().stream().filter(s -> !s.cry()).forEach(mixed::add);
        return mixed;
    }

    private static double[] concat(double[]... parts) {
        return Stream.of(parts).flatMapToDouble(Arrays::stream).toArray();
    }

    private void pieces(ObjectNode json, Function<GateScore, String> name) {
        TreeSet<String> names = new TreeSet<>();
        runs.get(0).clips().forEach(s -> names.add(name.apply(s)));
        for (String piece : names) {
            Predicate<GateScore> own = s -> name.apply(s).equals(piece);
            ObjectNode node = json.putObject(piece);
            long cries =
                    runs.get(0).clips().stream().filter(own.and(GateScore::cry)).count();
            long others = runs.get(0).clips().stream().filter(own).count() - cries;
            node.put("cries", cries);
            node.put("others", others);
            List<Estimate> shares =
                    estimates(run -> shares(run.clips().stream().filter(own).toList(), s -> threshold));
            if (cries > 0) {
                node.set("recall_at_threshold", shares.get(0).json());
                node.set("auc_against_all_others", auc(own, s -> true));
            }
            if (others > 0) {
                node.set("false_alarms_at_threshold", shares.get(1).json());
                node.set("auc_of_all_cries_against_these", auc(s -> true, own));
            }
            if (cries > 0 && others > 0) {
                node.set("auc_within", auc(own, own));
            }
        }
    }

    private ObjectNode auc(Predicate<GateScore> cries, Predicate<GateScore> others) {
        return estimates(run -> {
                    Roc roc = roc(run.clips(), cries, others);
                    return weight -> roc.figures(weight, new double[0]);
                })
                .get(0)
                .json();
    }

    private void categories(ObjectNode json) {
        TreeSet<String> kinds = new TreeSet<>();
        all(runs, s -> !s.cry()).forEach(s -> kinds.add(s.category()));
        for (String kind : kinds) {
            Predicate<GateScore> own = s -> !s.cry() && s.category().equals(kind);
            List<GateScore> first = runs.get(0).clips().stream().filter(own).toList();
            ObjectNode node = json.putObject(kind);
            node.put("recordings", first.size());
            node.put("groups", first.stream().map(GateScore::group).distinct().count());
            node.set(
                    "false_alarms",
                    Estimate.plain(runs.stream()
                                    .mapToDouble(run -> run.clips().stream()
                                            .filter(own)
                                            .filter(s -> s.logit() >= threshold)
                                            .count())
                                    .toArray())
                            .json());
            List<Estimate> figures = estimates(run -> {
                Roc roc = roc(run.clips(), s -> true, own);
                return weight -> roc.figures(weight, new double[] {FALSE_ALARMS});
            });
            node.set("auc_of_all_cries_against_these", figures.get(0).json());
            node.set("recall_of_all_cries_at_1_percent_of_these", figures.get(1).json());
        }
    }

    /** Both sides weigh the same, as in the calibration itself. */
    private void calibration(ObjectNode json) {
        json.put("weighs", "cries and other sounds alike");
        json.put("how", "each fold by Platt's method on the other folds");
        boolean folds =
                all(runs, s -> true).stream().map(GateScore::fold).distinct().count() > 1;
        for (boolean after : folds ? new boolean[] {false, true} : new boolean[] {false}) {
            ObjectNode node = json.putObject(after ? "after" : "before");
            List<List<double[]>> each =
                    runs.stream().map(run -> probabilities(run.clips(), after)).toList();
            node.set(
                    "ece",
                    Estimate.plain(each.stream()
                                    .mapToDouble(p -> reliability(p).error())
                                    .toArray())
                            .json());
            node.set(
                    "reliability",
                    reliability(each.stream().flatMap(List::stream).toList()).json());
        }
    }

    /** [cry probability, 1 for a cry]. */
    private List<double[]> probabilities(List<GateScore> scores, boolean calibrated) {
        TreeMap<Integer, Platt> byFold = new TreeMap<>();
        for (GateScore score : scores) {
            if (calibrated && own != null) {
                byFold.put(score.fold(), own);
            } else if (calibrated) {
                byFold.computeIfAbsent(
                        score.fold(),
                        fold -> Platt.fit(
                                logits(scores.stream()
                                        .filter(s -> s.cry() && s.fold() != fold)
                                        .toList()),
                                logits(scores.stream()
                                        .filter(s -> !s.cry() && s.fold() != fold)
                                        .toList())));
            }
        }
        return scores.stream()
                .map(s -> new double[] {
                    byFold.getOrDefault(s.fold(), Platt.NONE).probability(s.logit()), s.cry() ? 1.0 : 0.0
                })
                .toList();
    }

    private static Reliability reliability(List<double[]> probabilities) {
        double cries = probabilities.stream().mapToDouble(p -> p[1]).sum();
        double others = probabilities.size() - cries;
        Reliability reliability = new Reliability();
        probabilities.forEach(p -> reliability.add(p[0], p[1] == 1.0, 0.5 / (p[1] == 1.0 ? cries : others)));
        return reliability;
    }

    private static double[] decades(int from, int to) {
        double[] points = new double[10 * (to - from) + 1];
        for (int i = 0; i < points.length; i++) {
            points[i] = Math.pow(10.0, from + i / 10.0);
        }
        return points;
    }
}
