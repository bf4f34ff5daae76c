package io.crysdk.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.train.console.ProgressLine;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits a network to batches.
 *
 * <p>Every epoch draws on a generator of its own that follows from the seed, so that a training that goes on from what
 * it kept at the end of an epoch ends with the same bits (on one thread) as one that was never stopped.
 *
 * @since 0.1.0
 */
public final class Trainer {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);
    private static final String EPOCH = "progress.epoch";
    private static final String BEST = "progress.best";
    private static final String BEST_STATE = "best.";

    private final NetSettings net;
    private final TrainSettings settings;
    private final List<String> labels;

    /** Sounds kept back, on which a training finds out when to stop. */
    record Kept(BatchSource source, int batches) {}

    /**
     * Where a training keeps itself after every epoch.
     *
     * @param file the file
     * @param run what the training follows from: the file of another run is not gone on from
     */
    record Progress(Path file, String run) {
        /** The same for the part of a training that comes before. */
        Progress before(String part) {
            return new Progress(file.resolveSibling(file.getFileName() + "." + part), run + ", " + part);
        }

        /** Removes what was kept, once what came of it is safe. */
        void done() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Creates a trainer.
     *
     * @param net the network's shape
     * @param settings how it is fitted
     * @param labels reason ids in output order
     */
    public Trainer(NetSettings net, TrainSettings settings, List<String> labels) {
        this.net = net;
        this.settings = settings;
        this.labels = List.copyOf(labels);
        if (labels.size() != net.reasons()) {
            throw new IllegalArgumentException(
                    "the network tells " + net.reasons() + " reasons apart, found " + labels);
        }
    }

    /**
     * Sets PyTorch's threads; only what is said before its first use counts.
     *
     * @param threads one for the same bits in every run, more for speed
     */
    public static void threads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("one thread or more, found " + threads);
        }
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    /**
     * Trains a network from He's weights.
     *
     * @param name for the progress lines
     * @param source what to learn
     * @param seed weights and batches follow from it
     * @return the network; close it after use
     */
    VggishNet train(String name, BatchSource source, long seed) throws IOException {
        VggishNet network = VggishNet.create(net, new SplittableRandom(seed));
        try {
            fit(network, name, source, null, seed, null);
            return network;
        } catch (RuntimeException | Error | IOException e) {
            network.close();
            throw e;
        }
    }

    /**
     * Trains a network on from the weights it has.
     *
     * @param network what to train; its weights are changed
     * @param name for the progress lines
     * @param source what to learn
     * @param kept where to find out when to stop; needed where the settings have patience
     * @param seed batches follow from it
     * @param progress where to keep the training while it runs, and whence to go on; null for nowhere
     */
    void fit(
            VggishNet network,
            String name,
            BatchSource source,
            @Nullable Kept kept,
            long seed,
            @Nullable Progress progress)
            throws IOException {
        if (settings.patience() > 0 && kept == null) {
            throw new IllegalArgumentException("patience needs sounds kept back");
        }
        network.freeze(settings.frozen());
        try (AdamW optimizer = new AdamW(network.trained(), settings.weightDecay())) {
            Stopping stopping = new Stopping();
            int first = progress == null ? 0 : resume(network, optimizer, stopping, progress);
            if (first > 0) {
                LOG.info("{}: goes on after epoch {}", name, first);
            }
            long begin = System.nanoTime();
            long steps = settings.stepsPerEpoch();
            try (ProgressLine line = ProgressLine.steps(name, steps * settings.epochs(), steps * first)) {
                for (int epoch = first; epoch < settings.epochs() && !stopping.now(epoch); epoch++) {
                    source.epoch(generator(seed, epoch));
                    double[] losses = new double[3];
                    for (int s = 0; s < settings.stepsPerEpoch(); s++) {
                        int step = epoch * settings.stepsPerEpoch() + s;
                        double[] own = step(network, optimizer, source.next(settings.batch()), settings.rate(step));
                        for (int i = 0; i < losses.length; i++) {
                            losses[i] += own[i] / settings.stepsPerEpoch();
                        }
                        line.step();
                    }
                    String check = kept == null ? "" : stopping.check(network, kept, epoch, seed);
                    double each = seconds(begin) / (epoch + 1 - first);
                    line.clear();
                    LOG.info(
                            "{}: epoch {}/{}, loss: gate {}, reasons {}, sounds {}{}; {} left",
                            name,
                            epoch + 1,
                            settings.epochs(),
                            brief(losses[0]),
                            brief(losses[1]),
                            brief(losses[2]),
                            check,
                            Duration.ofSeconds((long) (each * (settings.epochs() - epoch - 1))));
                    if (progress != null) {
                        keep(network, optimizer, stopping, epoch + 1, progress);
                    }
                }
            }
            if (stopping.best != null) {
                network.load(stopping.best);
            }
        }
    }

    /** When the loss on what was kept back has not fallen for so long that it is not expected to. */
    private final class Stopping {
        private float least = Float.POSITIVE_INFINITY;
        private int bestEpoch;
        private @Nullable Map<String, float[]> best;

        boolean now(int epoch) {
            return settings.patience() > 0 && best != null && epoch - bestEpoch >= settings.patience();
        }

        String check(VggishNet network, Kept kept, int epoch, long seed) {
            // The same sounds in every epoch: its losses are compared with each other.
            kept.source().epoch(generator(seed, -1));
            double sum = 0.0;
            for (int b = 0; b < kept.batches(); b++) {
                try (NDManager scope = network.manager().newSubManager()) {
                    sum += losses(network, scope, kept.source().next(settings.batch()), false)
                            .total()
                            .getFloat();
                }
            }
            // A float, which is how it is kept: going on must compare the same numbers.
            float loss = (float) (sum / kept.batches());
            if (settings.patience() > 0 && loss < least) {
                least = loss;
                bestEpoch = epoch + 1;
                best = network.state();
            }
            return ", kept back " + brief(loss);
        }
    }

    private int resume(VggishNet network, AdamW optimizer, Stopping stopping, Progress progress) throws IOException {
        Optional<Map<String, float[]>> found = Checkpoint.read(progress.file(), progress.run());
        if (found.isEmpty()) {
            return 0;
        }
        Map<String, float[]> state = new LinkedHashMap<>();
        Map<String, float[]> best = new LinkedHashMap<>();
        Map<String, float[]> moments = new LinkedHashMap<>();
        int epoch = 0;
        for (Map.Entry<String, float[]> e : found.get().entrySet()) {
            if (e.getKey().equals(EPOCH)) {
                epoch = (int) e.getValue()[0];
            } else if (e.getKey().equals(BEST)) {
                stopping.bestEpoch = (int) e.getValue()[0];
                stopping.least = e.getValue()[1];
            } else if (e.getKey().startsWith(BEST_STATE)) {
                best.put(e.getKey().substring(BEST_STATE.length()), e.getValue());
            } else if (e.getKey().startsWith(AdamW.STATE)) {
                moments.put(e.getKey(), e.getValue());
            } else {
                state.put(e.getKey(), e.getValue());
            }
        }
        network.load(state);
        optimizer.load(moments, epoch * settings.stepsPerEpoch());
        stopping.best = best.isEmpty() ? null : best;
        return epoch;
    }

    private static void keep(VggishNet network, AdamW optimizer, Stopping stopping, int epoch, Progress progress)
            throws IOException {
        Map<String, float[]> all = new LinkedHashMap<>(network.state());
        all.putAll(optimizer.state());
        all.put(EPOCH, new float[] {epoch});
        if (stopping.best != null) {
            all.put(BEST, new float[] {stopping.bestEpoch, stopping.least});
            stopping.best.forEach((name, values) -> all.put(BEST_STATE + name, values));
        }
        Checkpoint.write(progress.file(), progress.run(), all);
    }

    private double[] step(VggishNet network, AdamW optimizer, Batch batch, double rate) {
        try (NDManager scope = network.manager().newSubManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            Losses losses = losses(network, scope, batch, true);
            gradients.backward(losses.total());
            double[] values = {
                losses.gate().getFloat(),
                losses.reasons().getFloat(),
                losses.sounds().getFloat()
            };
            if (!Double.isFinite(values[0] + values[1] + values[2])) {
                throw new IllegalStateException("the loss is no number any more: lower the learning rate");
            }
            optimizer.step(rate);
            return values;
        }
    }

    /** What is to become small; each but the total as it is before its weight. */
    private record Losses(NDArray gate, NDArray reasons, NDArray sounds, NDArray total) {}

    private Losses losses(VggishNet network, NDManager scope, Batch batch, boolean training) {
        int n = batch.size();
        NDArray x = scope.create(
                FloatBuffer.wrap(batch.patches()), new Shape(n, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS));
        VggishNet.Output out = network.forward(x, training);
        NDArray gate = gate(out.gate(), scope, batch.gate());
        NDArray reasons = reasons(out.reasons(), scope, batch.reasons(), n);
        NDArray sounds = out.sounds() == null || batch.sounds().length == 0
                ? scope.create(0f)
                : sounds(out.sounds(), scope, batch.sounds(), n);
        NDArray total =
                gate.add(reasons.mul((float) settings.reasonWeight())).add(sounds.mul((float) settings.soundWeight()));
        return new Losses(gate, reasons, sounds, total);
    }

    private NDArray gate(NDArray logits, NDManager scope, float[] targets) {
        float s = (float) settings.labelSmoothing();
        float[] smooth = new float[targets.length];
        float[] known = new float[targets.length];
        int count = 0;
        for (int i = 0; i < targets.length; i++) {
            if (!Float.isNaN(targets[i])) {
                smooth[i] = targets[i] * (1 - 2 * s) + s;
                known[i] = 1.0f;
                count++;
            }
        }
        return crossEntropy(logits, scope.create(smooth))
                .mul(scope.create(known))
                .sum()
                .div(Math.max(1, count));
    }

    private NDArray reasons(NDArray logits, NDManager scope, float[] weights, int n) {
        double total = 0.0;
        for (float w : weights) {
            total += w;
        }
        return logits.logSoftmax(1)
                .mul(scope.create(FloatBuffer.wrap(weights), new Shape(n, labels.size())))
                .sum()
                .neg()
                .div((float) Math.max(total, 1.0));
    }

    /** Summed over the kinds of sound, the mean over patches of which the teacher says something. */
    private NDArray sounds(NDArray logits, NDManager scope, float[] targets, int n) {
        int kinds = targets.length / n;
        float[] known = new float[n];
        float[] filled = targets.clone();
        int count = 0;
        for (int i = 0; i < n; i++) {
            if (Float.isNaN(targets[i * kinds])) {
                java.util.Arrays.fill(filled, i * kinds, (i + 1) * kinds, 0.0f);
            } else {
                known[i] = 1.0f;
                count++;
            }
        }
        NDArray each = crossEntropy(logits, scope.create(FloatBuffer.wrap(filled), new Shape(n, kinds)))
                .sum(new int[] {1});
        return each.mul(scope.create(known)).sum().div(Math.max(1, count));
    }

    /** {@code max(z, 0) - z t + log(1 + exp(-|z|))}: the cross entropy of a sigmoid without overflow. */
    private static NDArray crossEntropy(NDArray z, NDArray targets) {
        return z.maximum(0f).sub(z.mul(targets)).add(z.abs().neg().exp().add(1f).log());
    }

    /** Split off: seeds some multiple of the generator's own increment apart give one stream, a few draws on. */
    static SplittableRandom generator(long seed, int epoch) {
        SplittableRandom root = new SplittableRandom(seed);
        SplittableRandom own = root.split();
        for (int e = -1; e < epoch; e++) {
            own = root.split();
        }
        return own;
    }

    private static String brief(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
