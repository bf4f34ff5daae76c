package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.ShortClipPolicy;
import io.crysdk.onnx.GateContract;
import io.crysdk.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgementTest {
    private static final List<String> LABELS = List.of("hunger", "boredom", "tiredness", "discomfort");

    @TempDir
    Path folder;

    @Test
    void settingsAreChosenFromAllSeedsAndReadAsInferenceReads() throws IOException {
        SortedMap<Long, CrossValidation.Pooled> seeds = new TreeMap<>();
        seeds.put(3L, pooled(3, 2.5));
        seeds.put(4L, pooled(4, 2.5));
        ObjectNode json = new Judgement(seeds, LABELS, "folds of a test").json();
        assertThat(json.at("/split").asText()).isEqualTo("folds of a test");
        assertThat(json.at("/gate/seeds").toString()).isEqualTo("[3,4]");
        assertThat(json.at("/gate/auc/seeds")).hasSize(2);
        assertThat(json.at("/gate/noise")).hasSize(1);
        assertThat(json.at("/chosen/short_clip").asText()).isEqualTo("zero_pad");
        GateContract gate = new GateContract(
                io.crysdk.onnx.GateAggregation.TOP3_MEAN,
                json.at("/chosen/gate_slope").asDouble(),
                json.at("/chosen/gate_offset").asDouble(),
                json.at("/chosen/gate_threshold").asDouble());
        List<ClipScore> others = seeds.values().stream()
                .flatMap(p -> p.scores().stream())
                .filter(s -> !s.clip().cry())
                .toList();
        long alarms = others.stream()
                .filter(s -> gate.probability(s.gate()) >= gate.threshold())
                .count();
        assertThat(alarms).isBetween(1L, others.size() / 100L);
        // The reasons stand out, so some are named, and the temperature is a real one.
        assertThat(json.at("/chosen/reason_temperature").asDouble()).isBetween(0.1, 5.0);
        assertThat(json.at("/chosen/reason_min_probability").asDouble()).isLessThan(Calibration.HARDLY_EVER);
        assertThat(json.at("/reasons/named_at_min_probability").asLong()).isPositive();
        assertThat(Judgement.figures(json)).contains("200 recordings with a cry, 400 without");

        Judgement.write(json, folder);
        assertThat(folder.resolve("report.md")).content().contains("![gate roc](gate-roc.png)", "folds of a test");
        assertThat(folder.resolve("gate-roc.png")).isNotEmptyFile();
    }

    @Test
    void aReasonHeadThatKnowsNothingIsToldSo() {
        ObjectNode json = new Judgement(pooled(5, 0.0), LABELS).json();
        assertThat(json.at("/chosen/reason_temperature").asDouble()).isGreaterThan(10.0);
        assertThat(json.at("/chosen/reason_min_probability").asDouble()).isEqualTo(Calibration.HARDLY_EVER);
        assertThat(json.at("/reasons/figures/uar/permuted/p").asDouble()).isGreaterThan(0.01);
    }

    @Test
    void aReasonIsHardlyEverNamedWhereNothingStandsOut() {
        double[] top = IntStream.range(0, 200).mapToDouble(i -> 0.3 + i / 400.0).toArray();
        boolean[] chance = new boolean[200];
        for (int i = 0; i < 200; i += 4) {
            chance[i] = true;
        }
        assertThat(Calibration.minReasonProbability(top, chance, 0.79)).isEqualTo(Calibration.HARDLY_EVER);
        boolean[] sure = new boolean[200];
        Arrays.fill(sure, 100, 200, true);
        assertThat(Calibration.minReasonProbability(top, sure, 0.79)).isBetween(0.5, 0.56);
    }

    @Test
    void wilsonByHand() {
        // 9 of 10: centre 0.9 + 0.19207 = 1.09207, spread 0.26475..., over 1.38415: 0.5958.
        assertThat(Calibration.wilsonLower(9, 10)).isCloseTo(0.5958, within(1e-4));
    }

    @Test
    void mixesAtTheRatioAsked() {
        double[] cry = {0.5, -0.5, 0.5, -0.5};
        double[] other = {0.1, 0.1};
        double[] mixed = NoisyClips.mix(cry, other, 0.0);
        assertThat(mixed).containsExactly(1.0, 0.0, 1.0, 0.0);
        assertThat(NoisyClips.mix(cry, other, 20.0)[0]).isCloseTo(0.55, within(1e-12));
        assertThat(NoisyClips.mix(cry, new double[] {0.0}, 0.0)).containsExactly(cry);
    }

    @Test
    void theBandIsHeardAsTheManifestTellsIt() throws IOException {
        Path corpus = Shared.folder("corpus", "to hear the band of recordings").resolve("manifest.csv");
        List<Manifest.Entry> entries = Manifest.read(List.of(corpus)).entries();
        int wrong = 0;
        int heard = 0;
        for (int i = 0; i < entries.size(); i += 9) {
            Manifest.Entry entry = entries.get(i);
            boolean telephone =
                    entry.part().equals("dac_android") || entry.part().equals("fsdd");
            float[] logMel = FeatureStore.frames(
                    new Stretch(FeatureStore.samples(entry.file())), FeatureStore.everyFrame(FrontEndSettings.PLAIN));
            heard++;
            wrong += Judgement.band(logMel).startsWith("8 kHz") == telephone ? 0 : 1;
        }
        assertThat(heard).isGreaterThan(60);
        assertThat(wrong).as("of %d", heard).isLessThanOrEqualTo(heard / 20);
    }

    private static CrossValidation.Pooled pooled(long seed, double skill) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClipScore> scores = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            boolean cry = i % 3 == 0;
            int label = i / 3 % 5 == 4 ? 1 + i / 15 % 3 : 0;
            scores.add(score(random, i, cry, cry ? 4.0 : -3.0, label, skill));
        }
        SortedMap<Integer, List<ClipScore>> noisy = new TreeMap<>();
        noisy.put(0, scores.stream().filter(s -> s.clip().cry()).toList());
        double[] loud = {6, 7, 8};
        double[] faint = {-6, -7, -8};
        return new CrossValidation.Pooled(
                scores,
                noisy,
                Map.of(ShortClipPolicy.REPEAT, faint, ShortClipPolicy.ZERO_PAD, loud),
                Map.of(ShortClipPolicy.REPEAT, faint, ShortClipPolicy.ZERO_PAD, faint));
    }

    private static ClipScore score(SplittableRandom random, int i, boolean cry, double at, int label, double skill) {
        Manifest.Entry entry = new Manifest.Entry(
                Path.of("clip" + i + ".wav"),
                "clip" + i,
                cry ? LABELS.get(label) : "",
                "group" + i / 6,
                i / 6 % 5,
                cry ? Manifest.Cry.YES : Manifest.Cry.NO,
                List.of(),
                "class",
                "here",
                cry ? "baby_cry" : "noise" + i % 4,
                "",
                "",
                "",
                "here");
        float[] logMel = new float[Augmentation.PATCH];
        Arrays.fill(logMel, (float) Math.log(0.01));
        double clip = at + 1.5 * random.nextGaussian();
        double[] gate = new double[4];
        double[][] reasons = new double[4][LABELS.size()];
        double[] common = random.doubles(LABELS.size(), -1.5, 1.5).toArray();
        for (int w = 0; w < gate.length; w++) {
            gate[w] = clip + 0.3 * random.nextGaussian();
            for (int k = 0; k < LABELS.size(); k++) {
                reasons[w][k] = common[k] + (k == label ? skill : 0.0) + 0.2 * random.nextGaussian();
            }
        }
        return new ClipScore(new Clip(entry, logMel, "sha"), gate, reasons);
    }
}
