package io.crysdk.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.crysdk.dsp.LogMelExtractor;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fits a network to recordings. */
public final class Trainer {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    private final NetSettings net;
    private final TrainSettings settings;
    private final List<String> labels;

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
     * Trains a network.
     *
     * @param name for the progress lines
     * @param clips what to learn; augmentation draws on nothing else
     * @param seed weights, batches and augmentation follow from it
     * @return the network; close it after use
     */
    VggishNet train(String name, List<Clip> clips, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        VggishNet network = VggishNet.create(net, random.split());
        PatchSampler sampler = new PatchSampler(clips, labels, new PlainSounds(random.nextLong()), random.split());
        long begin = System.nanoTime();
        try (AdamW optimizer = new AdamW(network.trained(), settings.weightDecay())) {
            double gateLoss = 0.0;
            double reasonLoss = 0.0;
            for (int step = 0; step < settings.steps(); step++) {
                double[] losses = step(network, optimizer, sampler.next(settings.batch()), settings.rate(step));
                gateLoss += losses[0] / settings.stepsPerEpoch();
                reasonLoss += losses[1] / settings.stepsPerEpoch();
                if (step == 4) {
                    LOG.info("{}: {} s a step", name, seconds(begin) / 5);
                }
                if ((step + 1) % settings.stepsPerEpoch() == 0) {
                    double left = seconds(begin) / (step + 1) * (settings.steps() - step - 1);
                    LOG.info(
                            "{}: epoch {}/{}, gate loss {}, reason loss {}, {} left",
                            name,
                            (step + 1) / settings.stepsPerEpoch(),
                            settings.epochs(),
                            String.format(java.util.Locale.ROOT, "%.4f", gateLoss),
                            String.format(java.util.Locale.ROOT, "%.4f", reasonLoss),
                            Duration.ofSeconds((long) left));
                    gateLoss = 0.0;
                    reasonLoss = 0.0;
                }
            }
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
        return network;
    }

    private double[] step(VggishNet network, AdamW optimizer, PatchSampler.Batch batch, double rate) {
        int n = batch.gate().length;
        int k = labels.size();
        float s = (float) settings.labelSmoothing();
        try (NDManager scope = network.manager().newSubManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            NDArray x = scope.create(
                    FloatBuffer.wrap(batch.patches()),
                    new Shape(n, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS));
            NDArray target = scope.create(batch.gate()).mul(1 - 2 * s).add(s);
            NDArray weights = scope.create(FloatBuffer.wrap(batch.reasons()), new Shape(n, k));
            VggishNet.Output out = network.forward(x, true);
            NDArray z = out.gate();
            // max(z, 0) - z t + log(1 + exp(-|z|)): the cross entropy without overflow.
            NDArray gate = z.maximum(0f)
                    .sub(z.mul(target))
                    .add(z.abs().neg().exp().add(1f).log())
                    .mean();
            double total = 0.0;
            for (float w : batch.reasons()) {
                total += w;
            }
            NDArray reason =
                    out.reasons().logSoftmax(1).mul(weights).sum().neg().div((float) Math.max(total, 1.0));
            gradients.backward(gate.add(reason.mul((float) settings.reasonWeight())));
            double[] losses = {gate.getFloat(), reason.getFloat()};
            if (!Double.isFinite(losses[0] + losses[1])) {
                throw new IllegalStateException("the loss is no number any more: lower the learning rate");
            }
            optimizer.step(rate);
            return losses;
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
