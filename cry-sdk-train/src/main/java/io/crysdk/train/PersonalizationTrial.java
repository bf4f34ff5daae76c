package io.crysdk.train;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.Personalization;
import io.crysdk.Personalization.Use;
import io.crysdk.Personalization.Verdict;
import io.crysdk.Personalizer;
import io.crysdk.ReasonScore;
import io.crysdk.train.synth.SyntheticDiary;
import io.crysdk.train.synth.SyntheticDiary.Telling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What personalising is worth, forward in time: learnt from the first clips of a baby, judged on later ones, beside what is
 * to be had without. Synthetic babies, where it must learn; and groups of a manifest.
 */
final class PersonalizationTrial {
    /** One answer's record over many clips. */
    static final class Tally {
        private int clips;
        private int right;
        private double logLoss;

        void add(boolean isRight, double probability) {
            clips++;
            right += isRight ? 1 : 0;
            logLoss -= Math.log(Math.max(1e-9, probability));
        }

        void add(CryResult result, CryReason truth) {
            add(result.scores().get(0).reason().equals(truth), probability(result, truth));
        }

        int clips() {
            return clips;
        }

        double accuracy() {
            return (double) right / clips;
        }

        double logLoss() {
            return logLoss / clips;
        }
    }

    /** Everything there is to say of one number of clips to learn from. */
    static final class Row {
        final Tally personal = new Tally();
        final Tally generic = new Tally();
        final Tally commonest = new Tally();
        final Tally lastEpisode = new Tally();
        final Tally clipBefore = new Tally();
        final Tally named = new Tally();
        final Map<Verdict, Integer> verdicts = new TreeMap<>();
    }

    /** A labelled clip; the audio is read when it is needed. */
    record Labelled(Supplier<AudioClip> clip, CryReason reason, Instant recorded) {}

    private final CryClassifier classifier;

    PersonalizationTrial(CryClassifier classifier) {
        this.classifier = classifier;
    }

    /**
     * Draws a learning curve.
     *
     * @param telling how much the cries tell
     * @param babies how many babies
     * @param sizes how many clips to learn from, ascending
     * @param later how many clips after the largest of these are judged, for all sizes
     * @param seed of the first baby
     * @return a row for each size
     */
    Map<Integer, Row> curve(Telling telling, int babies, List<Integer> sizes, int later, long seed) {
        Map<Integer, Row> rows = new LinkedHashMap<>();
        sizes.forEach(size -> rows.put(size, new Row()));
        int known = sizes.get(sizes.size() - 1);
        for (int b = 0; b < babies; b++) {
            List<Labelled> diary = new ArrayList<>();
            for (SyntheticDiary.Entry entry : SyntheticDiary.of(telling, known + later, seed + b)) {
                diary.add(new Labelled(entry::clip, entry.reason(), entry.recorded()));
            }
            List<CryResult> alone = diary.subList(known, diary.size()).stream()
                    .map(entry -> classifier.classify(entry.clip().get()))
                    .toList();
            Personalizer personalizer = classifier.personalizer();
            for (int i = 0; i < known; i++) {
                Labelled entry = diary.get(i);
                personalizer.add(entry.clip().get(), entry.reason(), entry.recorded());
                Row row = rows.get(i + 1);
                if (row != null) {
                    Personalization learnt = learn(personalizer, row);
                    judge(learnt, diary, known, i + 1, alone, row);
                }
            }
        }
        return rows;
    }

    private static Personalization learn(Personalizer personalizer, Row row) {
        Personalization learnt = personalizer.learn();
        row.verdicts.merge(learnt.verdict(), 1, Integer::sum);
        return learnt;
    }

    private void judge(
            Personalization learnt, List<Labelled> diary, int from, int known, List<CryResult> alone, Row row) {
        try (CryClassifier personal = classifier.withPersonalization(learnt, Use.ALWAYS)) {
            for (int i = from; i < diary.size(); i++) {
                CryReason truth = diary.get(i).reason();
                CryResult result = personal.classify(diary.get(i).clip().get());
                row.personal.add(result, truth);
                row.generic.add(alone.get(i - from), truth);
                simple(diary, known, i, row);
                ReasonScore best = result.scores().get(0);
                if (learnt.verdict() == Verdict.LEARNT && best.probability() >= learnt.minReasonProbability()) {
                    row.named.add(best.reason().equals(truth), best.probability());
                }
            }
        }
    }

    /** What needs no listening: the commonest label of the known clips, the last episode's label, the last clip's. */
    private void simple(List<Labelled> diary, int known, int i, Row row) {
        CryReason truth = diary.get(i).reason();
        Map<CryReason, Integer> counts = new LinkedHashMap<>();
        for (Labelled entry : diary.subList(0, known)) {
            counts.merge(entry.reason(), 1, Integer::sum);
        }
        CryReason commonest = counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        int labels = classifier.model().labels().size();
        row.commonest.add(commonest.equals(truth), (counts.getOrDefault(truth, 0) + 1.0) / (known + labels));
        int begin = i;
        while (begin > 0
                && Duration.between(
                                        diary.get(begin - 1).recorded(),
                                        diary.get(begin).recorded())
                                .compareTo(Personalizer.EPISODE)
                        < 0) {
            begin--;
        }
        if (begin > 0) {
            row.lastEpisode.add(diary.get(begin - 1).reason().equals(truth), Double.NaN);
        }
        row.clipBefore.add(diary.get(i - 1).reason().equals(truth), Double.NaN);
    }

    /**
     * Goes through one baby's clips as they came: each is judged by what was learnt of all before it.
     *
     * @param clips in order of time
     * @param row where it is counted
     * @return what all clips together give; with its verdict
     */
    Personalization prequential(List<Labelled> clips, Row row) {
        Personalizer personalizer = classifier.personalizer();
        for (int i = 0; i < clips.size(); i++) {
            AudioClip clip = clips.get(i).clip().get();
            if (i >= Personalizer.MIN_CLIPS) {
                Personalization learnt = personalizer.learn();
                try (CryClassifier personal = classifier.withPersonalization(learnt, Use.ALWAYS)) {
                    row.personal.add(personal.classify(clip), clips.get(i).reason());
                }
                row.generic.add(classifier.classify(clip), clips.get(i).reason());
                simple(clips, i, i, row);
            }
            personalizer.add(clip, clips.get(i).reason(), clips.get(i).recorded());
        }
        return learn(personalizer, row);
    }

    /** Sorts by time; clips of the same time stay as they were. */
    static List<Labelled> inTime(List<Labelled> clips) {
        return clips.stream().sorted(Comparator.comparing(Labelled::recorded)).toList();
    }

    /** A learning curve as Markdown. */
    static String table(Map<Integer, Row> rows) {
        StringBuilder text = new StringBuilder(
                "| clips | personal | model alone | commonest label | last episode's label | label of the clip before | log loss: personal,"
                        + " model | called LEARNT | named where LEARNT, of these right |\n|---|---|---|---|---|---|---|---|---|\n");
        rows.forEach((clips, row) -> {
            int babies =
                    row.verdicts.values().stream().mapToInt(Integer::intValue).sum();
            int learnt = row.verdicts.getOrDefault(Verdict.LEARNT, 0);
            int asked = row.personal.clips() * learnt / babies;
            text.append(String.format(
                    Locale.ROOT,
                    "| %d | **%.2f** | %.2f | %.2f | %.2f | %.2f | %.2f, %.2f | %d of %d | %s |%n",
                    clips,
                    row.personal.accuracy(),
                    row.generic.accuracy(),
                    row.commonest.accuracy(),
                    row.lastEpisode.accuracy(),
                    row.clipBefore.accuracy(),
                    row.personal.logLoss(),
                    row.generic.logLoss(),
                    learnt,
                    babies,
                    row.named.clips() == 0
                            ? "none"
                            : String.format(
                                    Locale.ROOT, "%d of %d, %.2f", row.named.clips(), asked, row.named.accuracy())));
        });
        return text.toString();
    }

    private static double probability(CryResult result, CryReason reason) {
        return result.scores().stream()
                .filter(score -> score.reason().equals(reason))
                .mapToDouble(ReasonScore::probability)
                .findFirst()
                .orElse(0.0);
    }
}
