package io.crysdk.train.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final List<String> LABELS = List.of("hunger", "boredom", "tiredness", "discomfort");

    @TempDir
    Path folder;

    @Test
    void everyNumberHasItsPlaceAndEveryPictureItsLink() throws IOException {
        ObjectNode json = report();
        Map<String, byte[]> files = Report.files(json);
        String markdown = new String(files.get("report.md"), StandardCharsets.UTF_8);
        assertThat(new ObjectMapper().readTree(files.get("report.json")))
                .isEqualTo(new ObjectMapper().readTree(json.toString()));
        if (System.getProperty("judge.show") != null) {
            Path shown = Files.createDirectories(Path.of(System.getProperty("judge.show")));
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(shown.resolve(file.getKey()), file.getValue());
            }
        }
        long bytes = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            bytes += file.getValue().length;
            if (file.getKey().endsWith(".png")) {
                assertThat(markdown).contains("](" + file.getKey() + ")");
                assertThat(ImageIO.read(new ByteArrayInputStream(file.getValue())))
                        .as(file.getKey())
                        .satisfies(image -> assertThat(image.getWidth()).isGreaterThan(400));
            }
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        assertThat(files)
                .containsKeys(
                        "gate-roc.png",
                        "gate-noise.png",
                        "gate-alarms.png",
                        "gate-reliability.png",
                        "reasons-confusion.png",
                        "reasons-reliability.png",
                        "reasons-risk.png",
                        "ladder.png");
        assertThat(bytes).as("a report is light").isLessThan(500_000);
        assertThat(markdown)
                .contains("group folds", "seed 1", "seed 2", "permuted labels", "always the commonest")
                .contains("| the paper's | 96.5 % | 95.4 % | 96.0 % | 95.9 % | 97.7 % | 96.3 % |")
                .contains("on their private data")
                .contains("overlapping windows (a mistake)")
                .contains(
                        "| rung | the network | always the commonest | nearest neighbour | nearest neighbour, labels permuted | recording oracle |")
                .containsPattern(
                        "\\| segment \\| 0\\.\\d{3} \\(0\\.\\d{3}\\) \\| 0\\.800 \\(0\\.250\\) \\|( 0\\.700 \\(0\\.500\\) \\|){3}")
                .doesNotContain("NaN", "null", "Infinity");
        // Every table row has as many cells as its rule.
        String rule = "";
        for (String line : markdown.split("\n")) {
            if (line.startsWith("|---")) {
                rule = line;
            } else if (!line.startsWith("|")) {
                rule = "";
            } else if (!rule.isEmpty()) {
                assertThat(line.chars().filter(c -> c == '|').count())
                        .as(line)
                        .isEqualTo(rule.chars().filter(c -> c == '|').count());
            }
        }
    }

    @Test
    void figuresAreThoseOfTheirDefinitions() {
        ObjectNode json = report();
        List<Prediction> first = predictions(1, 0.4);
        Confusion confusion = Confusion.of(first, 4);
        assertThat(json.at("/reasons/figures/uar/seeds/0").asDouble()).isCloseTo(confusion.uar(), within(1e-6));
        double mean =
                (confusion.accuracy() + Confusion.of(predictions(2, 0.4), 4).accuracy()) / 2;
        assertThat(json.at("/reasons/figures/accuracy/value").asDouble()).isCloseTo(mean, within(1e-6));
        assertThat(json.at("/reasons/figures/accuracy/majority").asDouble()).isCloseTo(0.79, within(0.05));
        assertThat(json.at("/reasons/figures/uar/majority").asDouble()).isEqualTo(0.25);
        assertThat(json.at("/gate/auc/low").asDouble())
                .isLessThan(json.at("/gate/auc/value").asDouble());
        assertThat(json.at("/gate/auc/high").asDouble())
                .isGreaterThan(json.at("/gate/auc/value").asDouble());
        GateRun run = gateRun(1);
        double[] cries = run.clips().stream()
                .filter(GateScore::cry)
                .mapToDouble(GateScore::logit)
                .toArray();
        double[] others = run.clips().stream()
                .filter(s -> !s.cry())
                .mapToDouble(GateScore::logit)
                .toArray();
        assertThat(json.at("/gate/auc/seeds/0").asDouble()).isCloseTo(Roc.auc(cries, others), within(1e-6));
        assertThat(json.at("/gate/recall_at_1_percent_false_alarms/seeds/0").asDouble())
                .isCloseTo(Roc.share(cries, Roc.threshold(cries, others, 0.01)), within(1e-6));
        assertThat(json.at("/gate/at_threshold/false_alarms/value").asDouble()).isLessThanOrEqualTo(0.01);
        assertThat(json.at("/gate/noise/-5/auc/value").asDouble())
                .isLessThan(json.at("/gate/noise/20/auc/value").asDouble());
        assertThat(json.at("/gate/by_category/speech/recordings").asInt()).isEqualTo(80);
    }

    @Test
    void wantsTwoFoldsToChooseATemperature() {
        List<Prediction> one = List.of(new Prediction("clip", "baby", 0, 0, new double[] {0.5, 0.5}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReasonFigures.of(
                        List.of("a", "b"), List.of(new ReasonRun(1, one)), Temperature.Weighing.LABELS_ALIKE))
                .withMessageContaining("[0]");
    }

    private static ObjectNode report() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("title", "Cross-validation");
        json.put("split", "group folds: no installation, author or speaker in two folds");
        ObjectNode gate = GateFigures.of(List.of(gateRun(1), gateRun(2)));
        gate.put("noise_how", "Each held-out cry with one held-out other sound");
        json.set("gate", gate);
        List<ReasonRun> runs = List.of(new ReasonRun(1, predictions(1, 0.4)), new ReasonRun(2, predictions(2, 0.4)));
        json.set("reasons", ReasonFigures.of(LABELS, runs, Temperature.Weighing.LABELS_ALIKE));
        var ladder = json.putArray("ladder");
        String[] names = {"group", "recording", "segment", "overlapping windows", "oversampled first"};
        for (int r = 0; r < names.length; r++) {
            ObjectNode rung = ReasonFigures.of(
                    LABELS, List.of(new ReasonRun(1, predictions(3, r))), Temperature.Weighing.RECORDINGS_ALIKE);
            rung.put("name", names[r]);
            rung.put("split", "folds over " + names[r]);
            rung.put("mistake", r > 2);
            rung.put("judged", "the network");
            var baselines = rung.putArray("baselines");
            for (String name : List.of("nearest neighbour", "nearest neighbour, labels permuted", "recording oracle")) {
                ObjectNode baseline = baselines.addObject().put("name", name).put("how", "how it answers");
                baseline.put("accuracy", 0.5 + 0.1 * r).put("weighted_f1", 0.4).put("uar", 0.3 + 0.1 * r);
            }
            ladder.add(rung);
        }
        json.putObject("chosen").put("gate_slope", 1.5);
        json.putObject("run").put("seed", 1);
        return json;
    }

    private static List<Prediction> predictions(long seed, double skill) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < 320; i++) {
            int truth = i % 10 < 8 ? 0 : i % 20 == 8 ? 1 : i % 20 == 18 ? 2 : 3;
            double[] p = new double[4];
            double sum = 0.0;
            for (int k = 0; k < 4; k++) {
                p[k] = Math.exp(1.5 * ((k == truth ? skill : 0.0) + random.nextGaussian()));
                sum += p[k];
            }
            for (int k = 0; k < 4; k++) {
                p[k] /= sum;
            }
            predictions.add(new Prediction("clip%03d".formatted(i), "baby" + i / 2, i / 2 % 5, truth, p));
        }
        return predictions;
    }

    private static GateRun gateRun(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<GateScore> clips = new ArrayList<>();
        String[] kinds = {"speech", "dog", "music", "machine", "siren"};
        for (int i = 0; i < 200; i++) {
            clips.add(score(
                    "baby" + i / 2, "phone", "baby_cry", i % 3 == 0 ? "8 kHz" : "16 kHz", i % 5, true, random, 4));
        }
        for (int i = 0; i < 400; i++) {
            clips.add(score(
                    "place" + i / 2, i % 4 == 0 ? "phone" : "web", kinds[i % 5], "16 kHz", i % 5, false, random, -3));
        }
        SortedMap<Integer, List<GateScore>> noisy = new TreeMap<>();
        for (int db = -5; db <= 20; db += 5) {
            double at = 1 + 3.0 * (db + 5) / 25;
            List<GateScore> mixed = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                mixed.add(score("baby" + i / 2, "phone", "baby_cry", "16 kHz", i % 5, true, random, at));
            }
            noisy.put(db, mixed);
        }
        return new GateRun(seed, clips, noisy);
    }

    private static GateScore score(
            String group,
            String part,
            String kind,
            String band,
            int fold,
            boolean cry,
            SplittableRandom random,
            double at) {
        double clip = at + 1.7 * random.nextGaussian();
        double[] windows = new double[6];
        for (int w = 0; w < windows.length; w++) {
            windows[w] = clip + 0.5 * random.nextGaussian();
        }
        return new GateScore(group + " " + random.nextInt(), group, part, kind, band, fold, cry, clip, windows, 4.0);
    }
}
