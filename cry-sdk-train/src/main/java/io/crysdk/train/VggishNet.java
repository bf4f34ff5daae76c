package io.crysdk.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import io.crysdk.train.weights.VggishWeights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * VGGish with two heads on its embedding: the gate (one logit) and the reasons.
 *
 * <p>Six 3x3 convolutions keep the size of their map, halved after the first, second, fourth and sixth; the last map is
 * flattened in the order (time, band, channel) and goes through dense layers to the embedding. A ReLU follows every
 * layer but the embedding: as in the original network the 128 values are those before any activation, and both heads
 * read them as they are, so that a head learnt elsewhere over the exported embedding is of the same kind as the
 * network's own. For one thread at a time.
 *
 * @since 0.1.0
 */
public final class VggishNet implements AutoCloseable {
    /** What the normalisations add to a variance before its root. */
    static final double BATCH_NORM_EPSILON = 1e-5;

    private static final float BATCH_NORM_MOMENTUM = 0.9f;

    private final NetSettings settings;
    private final NDManager manager;
    private final Map<String, NDArray> trained = new LinkedHashMap<>();
    private final Map<String, NDArray> statistics = new LinkedHashMap<>();

    /**
     * One forward pass.
     *
     * @param gate logits [N]
     * @param reasons logits [N,K]
     * @param embedding [N,128]
     * @param sounds logits [N,S]; null where the network learns from no teacher
     */
    record Output(
            NDArray gate,
            NDArray reasons,
            NDArray embedding,
            @Nullable NDArray sounds) {}

    private VggishNet(NetSettings settings, NDManager manager) {
        this.settings = settings;
        this.manager = manager;
    }

    /**
     * Makes a network with He-initialised weights.
     *
     * @param settings its shape
     * @param random where the weights come from; equal generators give equal networks
     * @return the network; close it after use
     */
    public static VggishNet create(NetSettings settings, RandomGenerator random) {
        VggishNet net = new VggishNet(settings, NDManager.newBaseManager("PyTorch"));
        int in = 1;
        for (int c = 0; c < settings.channels().size(); c++) {
            int out = settings.channels().get(c);
            net.normal("conv" + (c + 1) + ".weight", random, 2.0 / (9 * in), new Shape(out, in, 3, 3));
            if (settings.batchNorm()) {
                net.constant(net.trained, "conv" + (c + 1) + ".gamma", 1.0f, out);
                net.constant(net.trained, "conv" + (c + 1) + ".beta", 0.0f, out);
                net.constant(net.statistics, "conv" + (c + 1) + ".mean", 0.0f, out);
                net.constant(net.statistics, "conv" + (c + 1) + ".variance", 1.0f, out);
            } else {
                net.constant(net.trained, "conv" + (c + 1) + ".bias", 0.0f, out);
            }
            in = out;
        }
        in = settings.flat();
        for (int d = 0; d < settings.hidden().size(); d++) {
            String name = "fc" + (d + 1);
            int out = settings.hidden().get(d);
            if (settings.product(in, out)) {
                net.normal(name + ".inner.weight", random, 1.0 / in, new Shape(settings.rank(), in));
                in = settings.rank();
            }
            in = net.dense(name, random, 2.0, in, out);
        }
        in = net.dense("embedding", random, 1.0, in, settings.embedding());
        net.dense("gate", random, 1.0, in, 1);
        net.dense("reasons", random, 1.0, in, settings.reasons());
        if (settings.sounds() > 0) {
            net.dense("sounds", random, 1.0, in, settings.sounds());
            // Of hundreds of kinds hardly any is heard at a time: the first epoch need not be spent on learning that.
            net.constant(net.trained, "sounds.bias", -5.0f, settings.sounds());
        }
        net.trained.values().forEach(a -> a.setRequiresGradient(true));
        return net;
    }

    /**
     * Returns the network's shape.
     *
     * @return as it was made
     */
    public NetSettings settings() {
        return settings;
    }

    /** The weights that training changes, by name. */
    Map<String, NDArray> trained() {
        return trained;
    }

    /** Leaves the layers whose names begin with any of these as they are, normalisations included. */
    void freeze(List<String> prefixes) {
        trained.forEach(
                (name, array) -> array.setRequiresGradient(prefixes.stream().noneMatch(name::startsWith)));
    }

    NDManager manager() {
        return manager;
    }

    /**
     * Copies every weight and statistic out of the network.
     *
     * @return by name, row-major
     */
    public Map<String, float[]> state() {
        Map<String, float[]> state = new LinkedHashMap<>();
        trained.forEach((name, array) -> state.put(name, array.toFloatArray()));
        statistics.forEach((name, array) -> state.put(name, array.toFloatArray()));
        return state;
    }

    /**
     * Replaces every weight and statistic.
     *
     * @param state as {@link #state} gives it
     * @throws IllegalArgumentException if a name is missing or too many, or a length differs
     */
    public void load(Map<String, float[]> state) {
        if (!state.keySet().equals(state().keySet())) {
            throw new IllegalArgumentException(
                    "the network has the weights " + state().keySet() + ", found " + state.keySet());
        }
        state.forEach((name, values) -> {
            NDArray array = array(name);
            if (array.size() != values.length) {
                throw new IllegalArgumentException(name + " has " + array.size() + " values, found " + values.length);
            }
            try (NDArray copy = manager.create(values, array.getShape())) {
                copy.copyTo(array);
            }
        });
    }

    /**
     * Starts from weights that came from elsewhere: convolutions, dense layers and embedding are replaced, the heads
     * stay as they are.
     *
     * <p>Normalisations, where the network has them, are set so that the embedding is that of the weights; only while
     * training, when they use a batch's own statistics, is it another.
     *
     * @param body of the same widths
     * @throws IllegalArgumentException if the widths differ
     */
    public void loadBody(VggishWeights body) {
        if (!body.fits(settings)) {
            throw new IllegalArgumentException("the network has " + VggishWeights.widths(settings)
                    + "; the weights have " + VggishWeights.widths(body.settings(false, 2)));
        }
        Map<String, float[]> state = state();
        body.values().forEach((name, values) -> {
            if (settings.batchNorm() && name.startsWith("conv") && name.endsWith(".bias")) {
                String conv = name.substring(0, name.indexOf('.'));
                state.put(conv + ".gamma", filled(values.length, 1.0));
                state.put(conv + ".beta", values);
                state.put(conv + ".mean", new float[values.length]);
                state.put(conv + ".variance", filled(values.length, 1.0 - BATCH_NORM_EPSILON));
            } else {
                state.put(name, values);
            }
        });
        load(state);
    }

    /**
     * Copies convolutions, dense layers and embedding out of the network, for another to start from.
     *
     * @return the weights, with every normalisation folded into its convolution
     */
    public VggishWeights body() {
        Map<String, float[]> values = OnnxExporter.fold(settings, state());
        values.keySet().removeIf(name -> name.startsWith("gate.") || name.startsWith("reasons."));
        return new VggishWeights(settings.channels(), settings.hidden(), settings.embedding(), settings.rank(), values);
    }

    /**
     * Runs the network.
     *
     * @param patches [N,96,64]; its manager owns what is computed
     * @param training whether normalisations of layers that are learnt use, and remember, the batch's own statistics
     * @return logits and embedding
     */
    Output forward(NDArray patches, boolean training) {
        NDArray x = patches.expandDims(1);
        Shape one = new Shape(1, 1);
        Shape two = new Shape(2, 2);
        for (int c = 0; c < settings.channels().size(); c++) {
            String name = "conv" + (c + 1);
            NDArray weight = array(name + ".weight");
            if (settings.batchNorm()) {
                x = Conv2d.conv2d(x, weight, null, one, one).singletonOrThrow();
                x = BatchNorm.batchNorm(
                                x,
                                array(name + ".mean"),
                                array(name + ".variance"),
                                array(name + ".gamma"),
                                array(name + ".beta"),
                                1,
                                BATCH_NORM_MOMENTUM,
                                (float) BATCH_NORM_EPSILON,
                                training && weight.hasGradient())
                        .singletonOrThrow();
            } else {
                x = Conv2d.conv2d(x, weight, array(name + ".bias"), one, one).singletonOrThrow();
            }
            x = relu(x);
            if (NetSettings.pooled(c)) {
                x = Pool.maxPool2d(x, two, two, new Shape(0, 0), false);
            }
        }
        x = x.transpose(0, 2, 3, 1).reshape(patches.getShape().get(0), -1);
        for (int d = 0; d < settings.hidden().size(); d++) {
            String name = "fc" + (d + 1);
            if (trained.containsKey(name + ".inner.weight")) {
                x = Linear.linear(x, array(name + ".inner.weight"), null).singletonOrThrow();
            }
            x = relu(linear(x, name));
        }
        NDArray embedding = linear(x, "embedding");
        return new Output(
                linear(embedding, "gate").squeeze(1),
                linear(embedding, "reasons"),
                embedding,
                settings.sounds() > 0 ? linear(embedding, "sounds") : null);
    }

    /** Frees the weights. Closing again does nothing. */
    @Override
    public void close() {
        manager.close();
    }

    private NDArray linear(NDArray x, String name) {
        return Linear.linear(x, array(name + ".weight"), array(name + ".bias")).singletonOrThrow();
    }

    private static NDArray relu(NDArray x) {
        return x.getNDArrayInternal().relu();
    }

    private NDArray array(String name) {
        NDArray array = trained.containsKey(name) ? trained.get(name) : statistics.get(name);
        if (array == null) {
            throw new IllegalArgumentException("no such weight: " + name);
        }
        return array;
    }

    private int dense(String name, RandomGenerator random, double gain, int in, int out) {
        normal(name + ".weight", random, gain / in, new Shape(out, in));
        constant(trained, name + ".bias", 0.0f, out);
        return out;
    }

    /** He's initialisation (half of it where no ReLU follows), drawn in Java: a seed means the same everywhere. */
    private void normal(String name, RandomGenerator random, double variance, Shape shape) {
        float[] values = new float[Math.toIntExact(shape.size())];
        double deviation = Math.sqrt(variance);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        trained.put(name, manager.create(values, shape));
    }

    private void constant(Map<String, NDArray> to, String name, float value, int length) {
        to.put(name, manager.create(filled(length, value)));
    }

    private static float[] filled(int length, double value) {
        float[] values = new float[length];
        Arrays.fill(values, (float) value);
        return values;
    }
}
