package io.crysdk.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.OnnxModel;
import io.crysdk.train.judge.GateFigures;
import io.crysdk.train.judge.GateRun;
import io.crysdk.train.judge.GateScore;
import io.crysdk.train.judge.Platt;
import io.crysdk.train.judge.Prediction;
import io.crysdk.train.judge.ReasonFigures;
import io.crysdk.train.judge.ReasonRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges a finished model on recordings, by its own contract: its front end, its windows, its threshold, its temperature.
 * It needs no PyTorch.
 */
final class Evaluation {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluation.class);
    private static final int SEED = 1;
    private static final int PATCH = Augmentation.PATCH;

    private final OnnxModel model;
    private final ModelContract contract;
    private final FrontEnd everyFrame;
    private final int threads;
    private final boolean noise;

    /**
     * Creates an evaluation.
     *
     * @param model stays the caller's
     * @param threads recordings at once
     * @param noise whether cries are judged under other sounds too
     */
    Evaluation(OnnxModel model, int threads, boolean noise) {
        this.model = model;
        this.contract = model.contract();
        this.everyFrame = FeatureStore.everyFrame(contract.frontEnd());
        this.threads = threads;
        this.noise = noise;
    }

    ModelContract contract() {
        return contract;
    }

    /** What the model said of one recording, uncalibrated. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
    record Heard(
            Manifest.Entry entry,
            String sha256,
            String band,
            double seconds,
            double[] gateLogits,
            double[][] reasonLogits,
            SortedMap<Integer, double[]> noisy) {
        Said said() {
            return new Said(gateLogits, reasonLogits);
        }
    }

    /**
     * Computes the figures.
     *
     * @param heard what the model said of one recording or more
     * @return {@code gate} and {@code reasons} where the model and the rows have what it takes, {@code held_out}, and
     *     {@code notice} where it must be read first
     */
    ObjectNode judge(List<Heard> heard) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        heldOut(json, heard);
        long cries = heard.stream().filter(h -> cry(h.entry)).count();
        if (model.info().hasGate() && cries > 0 && cries < heard.size()) {
            json.set("gate", gate(heard));
        }
        reasons(json, heard);
        return json;
    }

    private static boolean cry(Manifest.Entry entry) {
        return entry.cry() == Manifest.Cry.YES;
    }

    // What is heard.

    /**
     * Asks the model about recordings.
     *
     * @param entries usable rows
     * @return one for each, in the same order
     * @throws IOException if a recording cannot be read
     */
    List<Heard> hear(List<Manifest.Entry> entries) throws IOException {
        List<Manifest.Entry> others = entries.stream().filter(e -> !cry(e)).toList();
        SplittableRandom random = new SplittableRandom(SEED);
        List<Callable<Heard>> tasks = new ArrayList<>();
        for (Manifest.Entry entry : entries) {
            Manifest.Entry over = others.isEmpty() ? entry : others.get(random.nextInt(others.size()));
            boolean mixed = noise && cry(entry) && !others.isEmpty();
            tasks.add(() -> hear(entry, mixed ? List.of(over) : List.of()));
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Heard> heard = new ArrayList<>(tasks.size());
            List<Future<Heard>> futures = new ArrayList<>(tasks.size());
            tasks.forEach(task -> futures.add(pool.submit(task)));
            for (Future<Heard> future : futures) {
                heard.add(future.get());
                if (heard.size() % 200 == 0) {
                    LOG.info("{} of {} recordings judged", heard.size(), tasks.size());
                }
            }
            return heard;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            pool.shutdownNow();
        }
    }

    private Heard hear(Manifest.Entry entry, List<Manifest.Entry> over) throws IOException {
        double[] samples = FeatureStore.samples(entry.file());
        float[] logMel = FeatureStore.frames(new Stretch(samples), everyFrame);
        OnnxModel.Output out = run(logMel);
        double[][] reasons = new double[out.probabilities().length][];
        for (int w = 0; w < reasons.length; w++) {
            reasons[w] = new double[out.probabilities()[w].length];
            for (int k = 0; k < reasons[w].length; k++) {
                // A probability that underflowed to zero had a logit all the same.
                reasons[w][k] = Math.log(Math.max(out.probabilities()[w][k], Float.MIN_NORMAL));
            }
        }
        SortedMap<Integer, double[]> noisy = new TreeMap<>();
        for (Manifest.Entry other : over) {
            double[] noiseSamples = FeatureStore.samples(other.file());
            for (int db : NoisyClips.LEVELS) {
                Stretch mixed = new Stretch(NoisyClips.mix(samples, noiseSamples, db));
                noisy.put(db, logits(run(FeatureStore.frames(mixed, everyFrame))));
            }
        }
        return new Heard(
                entry,
                Digests.sha256(Files.readAllBytes(entry.file())),
                Judgement.band(logMel),
                logMel.length * Augmentation.FRAME_SECONDS / LogMelExtractor.BANDS,
                logits(out),
                reasons,
                noisy);
    }

    private OnnxModel.Output run(float[] logMel) {
        List<Integer> starts = Scorer.starts(
                logMel.length / LogMelExtractor.BANDS, contract.frontEnd().hopFrames());
        float[] patches = new float[starts.size() * PATCH];
        for (int w = 0; w < starts.size(); w++) {
            System.arraycopy(logMel, starts.get(w) * LogMelExtractor.BANDS, patches, w * PATCH, PATCH);
        }
        return model.run(patches);
    }

    private static double[] logits(OnnxModel.Output out) {
        double[] logits = new double[out.cryProbabilities().length];
        for (int w = 0; w < logits.length; w++) {
            logits[w] = GateContract.logit(out.cryProbabilities()[w]);
        }
        return logits;
    }

    // What it amounts to.

    private ObjectNode gate(List<Heard> heard) {
        SortedMap<Integer, List<GateScore>> noisy = new TreeMap<>();
        for (Heard h : heard) {
            h.noisy.forEach((db, logits) ->
                    noisy.computeIfAbsent(db, d -> new ArrayList<>()).add(score(h, logits)));
        }
        GateRun run = new GateRun(
                SEED, heard.stream().map(h -> score(h, h.gateLogits)).toList(), noisy);
        GateContract gate = contract.gate();
        ObjectNode figures = GateFigures.of(List.of(run), logit(gate), new Platt(gate.slope(), gate.offset()));
        figures.put(
                "noise_how",
                "Each cry with one of the other sounds over it, mixed sample by sample, the ratio that of"
                        + " their mean squares; the other sounds as they are");
        return figures;
    }

    /** The aggregated logit at which the model's cry probability meets its threshold. */
    private static double logit(GateContract gate) {
        double t = gate.threshold();
        return (Math.log(t / (1.0 - t)) - gate.offset()) / gate.slope();
    }

    private GateScore score(Heard h, double[] logits) {
        return new GateScore(
                h.entry.path(),
                h.entry.group(),
                h.entry.part(),
                h.entry.category(),
                h.band,
                h.entry.fold(),
                cry(h.entry),
                contract.gate().aggregation().aggregate(logits),
                logits,
                h.seconds);
    }

    private void reasons(ObjectNode json, List<Heard> heard) {
        List<String> labels = model.info().labels().stream().map(CryReason::id).toList();
        List<Heard> labelled =
                heard.stream().filter(h -> labels.contains(h.entry.label())).toList();
        TreeSet<String> unknown = new TreeSet<>();
        heard.forEach(h -> unknown.add(h.entry.label()));
        unknown.removeAll(labels);
        unknown.remove("");
        if (!unknown.isEmpty()) {
            json.put("labels_that_the_model_does_not_know", unknown.toString());
        }
        if (!labelled.isEmpty()) {
            double inverse = 1.0 / contract.temperature();
            ObjectNode reasons = ReasonFigures.of(
                    labels,
                    List.of(run(labelled, labels, 1.0)),
                    List.of(run(labelled, labels, inverse)),
                    contract.temperature());
            reasons.put("min_probability", contract.minReasonProbability());
            reasons.put(
                    "named_at_min_probability",
                    run(labelled, labels, inverse).predictions().stream()
                            .filter(p -> p.confidence() >= contract.minReasonProbability())
                            .count());
            json.set("reasons", reasons);
        }
    }

    private ReasonRun run(List<Heard> labelled, List<String> labels, double inverse) {
        return new ReasonRun(
                SEED,
                labelled.stream()
                        .map(h -> new Prediction(
                                h.entry.path(),
                                h.entry.group(),
                                h.entry.fold(),
                                labels.indexOf(h.entry.label()),
                                h.said().reasons(contract, inverse)))
                        .toList());
    }

    /** The cry probability as the model's user gets it; NaN without a gate. */
    double cryProbability(Heard h) {
        return h.said().cryProbability(contract);
    }

    /** The reasons' probabilities as the model's user gets them, in the order of its labels. */
    double[] reasons(Heard h) {
        return h.said().reasons(contract, 1.0 / contract.temperature());
    }

    // Whether it was held out.

    private void heldOut(ObjectNode json, List<Heard> heard) {
        int n = heard.size();
        Map<String, String> metadata = model.info().metadata();
        String digest = RecipeOptions.digest(heard.stream()
                .map(h -> new Clip(h.entry, new float[0], h.sha256))
                .toList());
        Learnt learnt = Learnt.of(metadata).orElse(null);
        String how;
        boolean heldOut = false;
        if (contract.trainingData().contains(digest)) {
            how = "NOT HELD OUT: the model was trained on exactly these " + n
                    + " recordings. The figures say how well it remembers, not how well it judges";
        } else if (learnt == null) {
            how = "NOT KNOWN TO BE HELD OUT: the model does not say which recordings it learnt, so any of these " + n
                    + " may be among them";
        } else {
            long recordings =
                    heard.stream().filter(h -> learnt.recording(h.sha256)).count();
            long groups =
                    heard.stream().filter(h -> learnt.group(h.entry.group())).count();
            String start = metadata.get(Learnt.START);
            heldOut = recordings == 0 && groups == 0 && start == null;
            how = recordings > 0
                    ? "NOT HELD OUT: the model learnt " + recordings + " of these " + n
                            + " recordings. The figures say in part how well it remembers"
                    : groups > 0
                            ? "NOT HELD OUT BY GROUP: the model learnt none of these " + n + " recordings, but of "
                                    + groups + " of them it learnt others of the same group"
                            : start != null
                                    ? "NOT KNOWN TO BE HELD OUT: the model learnt none of these " + n
                                            + " recordings, but began with weights that may have, " + start
                                    : "held out: the model learnt none of these " + n
                                            + " recordings and nothing of their groups, by what its file says";
        }
        json.put("held_out", how);
        if (!heldOut) {
            json.put("notice", how + ".");
        }
    }
}
