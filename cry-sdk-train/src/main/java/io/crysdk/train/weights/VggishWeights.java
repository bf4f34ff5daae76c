package io.crysdk.train.weights;

import io.crysdk.CryException;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.train.NetSettings;
import io.crysdk.train.OnnxExporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The body of a VGGish network, from its patches to its embedding, without heads: what a network may start from.
 *
 * <p>Values are by name as {@link io.crysdk.train.VggishNet} has them: {@code conv1.weight} [out,in,3,3] and {@code
 * conv1.bias} [out] to {@code conv6}, {@code fc1.weight} [out,in] and {@code fc1.bias} [out] and further, {@code
 * embedding.weight} and {@code embedding.bias}; row-major. A dense layer that is a product has {@code fc1.inner.weight}
 * [rank,in] and {@code fc1.weight} [out,rank]. The last map is flattened in the order (time, band,
 * channel), and a ReLU follows every layer but the embedding. Convolutions are of 3x3, one time step and one band apart;
 * the map is halved after the first, second, fourth and sixth.
 *
 * <p>The arrays are not copied: whoever hands them in, or takes them out, leaves them as they are. As long as they do,
 * any number of threads may read one instance.
 *
 * @param channels of the six convolutions; VGGish has 64, 128, 256, 256, 512, 512
 * @param hidden widths of the dense layers before the embedding; VGGish has 4096, 4096
 * @param embedding the embedding's width; VGGish has 128
 * @param rank of the products that stand for dense layers, as {@link NetSettings} has it; 0 for whole layers
 * @param values by name, in the order of the layers
 * @since 0.1.0
 */
public record VggishWeights(
        List<Integer> channels, List<Integer> hidden, int embedding, int rank, Map<String, float[]> values) {
    /**
     * Creates weights.
     *
     * @throws IllegalArgumentException if there are not six convolutions, a width is not positive, a name is missing or
     *     too many, a length does not fit the widths, or a value is not finite
     */
    public VggishWeights {
        NetSettings settings = new NetSettings(channels, hidden, embedding, false, 2).withRank(rank);
        channels = settings.channels();
        hidden = settings.hidden();
        Map<String, Long> lengths = lengths(settings);
        if (!values.keySet().equals(lengths.keySet())) {
            throw new IllegalArgumentException("expected " + lengths.keySet() + ", found " + values.keySet());
        }
        Map<String, float[]> ordered = new LinkedHashMap<>();
        for (Map.Entry<String, Long> entry : lengths.entrySet()) {
            float[] array = values.getOrDefault(entry.getKey(), new float[0]);
            if (array.length != entry.getValue()) {
                throw new IllegalArgumentException(
                        entry.getKey() + " has " + entry.getValue() + " values, found " + array.length);
            }
            for (float value : array) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException(entry.getKey() + " is finite, found " + value);
                }
            }
            ordered.put(entry.getKey(), array);
        }
        values = Collections.unmodifiableMap(ordered);
    }

    /**
     * Reads the weights in a file: a TensorFlow checkpoint of version 1 ({@code vggish_model.ckpt}) or 2 (its {@code
     * .index}), a state dict of the PyTorch port, or an ONNX file with these layers, such as those that the trainer
     * and {@link #write} make. The format is told by the content.
     *
     * <p>Names, shapes and ranges are checked. Whether full-size weights are the published ones is {@link SmokeTest}'s
     * to say.
     *
     * @param file the file
     * @return its weights, in the layout described above
     * @throws CryException with {@code MODEL_INVALID} if the file is none of these, is damaged, or holds another
     *     network, saying everything that is wrong; with {@code MODEL_NOT_FOUND} if it is not there or cannot be read
     */
    public static VggishWeights read(Path file) {
        return WeightsImport.read(file).weights();
    }

    /**
     * Writes the weights as an ONNX file from {@code log_mel} [N,96,64] to {@code embedding} [N,D], which {@link #read}
     * reads. Written aside, then moved.
     *
     * @param file where to
     * @param notes where the weights are from, for the file's metadata
     * @throws IOException if the file cannot be written
     */
    public void write(Path file, Map<String, String> notes) throws IOException {
        OnnxExporter.exportBody(this, notes, file, aside -> {});
    }

    /**
     * Whether the widths are those of VGGish itself.
     *
     * @return true for 64, 128, 256, 256, 512, 512; 4096, 4096; 128
     */
    public boolean fullSize() {
        NetSettings vggish = NetSettings.vggish(1, List.of(4096, 4096), false, 2);
        return settings(false, 2).equals(vggish);
    }

    /**
     * The shape of a network that can start from these weights.
     *
     * @param batchNorm whether its convolutions are followed by a normalisation
     * @param reasons how many labels its reason head tells apart
     * @return the settings
     */
    public NetSettings settings(boolean batchNorm, int reasons) {
        return new NetSettings(channels, hidden, embedding, batchNorm, reasons).withRank(rank);
    }

    /**
     * Whether a network can start from these weights.
     *
     * @param network its shape
     * @return true if the widths of its body are the same
     */
    public boolean fits(NetSettings network) {
        return settings(network.batchNorm(), network.reasons())
                .withSounds(network.sounds())
                .equals(network);
    }

    /**
     * Says how wide a network's body is.
     *
     * @param settings its shape
     * @return for people
     */
    public static String widths(NetSettings settings) {
        return "convolutions of " + settings.channels() + ", dense layers of " + settings.hidden()
                + (settings.rank() > 0 ? " as products of rank " + settings.rank() : "") + " and an embedding of "
                + settings.embedding();
    }

    private static Map<String, Long> lengths(NetSettings settings) {
        Map<String, Long> lengths = new LinkedHashMap<>();
        int in = 1;
        for (int c = 0; c < settings.channels().size(); c++) {
            int out = settings.channels().get(c);
            layer(lengths, "conv" + (c + 1), 9L * in, out);
            in = out;
        }
        in *= mapSize();
        for (int d = 0; d < settings.hidden().size(); d++) {
            int out = settings.hidden().get(d);
            if (settings.product(in, out)) {
                lengths.put("fc" + (d + 1) + ".inner.weight", (long) settings.rank() * in);
                in = settings.rank();
            }
            layer(lengths, "fc" + (d + 1), in, out);
            in = out;
        }
        layer(lengths, "embedding", in, settings.embedding());
        return lengths;
    }

    private static void layer(Map<String, Long> lengths, String name, long in, int out) {
        lengths.put(name + ".weight", in * out);
        lengths.put(name + ".bias", (long) out);
    }

    /** Places in the last map: 6 time steps by 4 bands. */
    static int mapSize() {
        return LogMelExtractor.PATCH_FRAMES / 16 * (LogMelExtractor.BANDS / 16);
    }
}
