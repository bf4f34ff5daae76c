package io.crysdk.train;

import io.crysdk.dsp.LogMelExtractor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The shape of a network.
 *
 * @param channels of the six convolutions; VGGish has 64, 128, 256, 256, 512, 512
 * @param hidden widths of the dense layers before the embedding; VGGish has 4096, 4096
 * @param embedding the embedding's width; VGGish has 128
 * @param batchNorm whether each convolution is followed by a normalisation, which disappears at export
 * @param reasons how many labels the reason head tells apart
 * @param rank of the products that stand for the dense layers before the embedding, 0 for whole layers; a layer that
 *     is no larger than its product stays whole
 * @param sounds how many kinds of sound a teacher tells of, learnt beside the gate and left out at export; 0 for none
 * @since 0.1.0
 */
public record NetSettings(
        List<Integer> channels,
        List<Integer> hidden,
        int embedding,
        boolean batchNorm,
        int reasons,
        int rank,
        int sounds) {
    private static final List<Integer> VGGISH = List.of(64, 128, 256, 256, 512, 512);

    /**
     * Creates settings.
     *
     * @throws IllegalArgumentException if there are not six convolutions, a width is not positive or there are fewer
     *     than two reasons
     */
    public NetSettings {
        channels = List.copyOf(channels);
        hidden = List.copyOf(hidden);
        if (channels.size() != VGGISH.size()) {
            throw new IllegalArgumentException("VGGish has six convolutions, found " + channels);
        }
        if (embedding < 1
                || channels.stream().anyMatch(c -> c < 1)
                || hidden.stream().anyMatch(h -> h < 1)) {
            throw new IllegalArgumentException(
                    "widths are positive, found " + channels + " " + hidden + " " + embedding);
        }
        if (reasons < 2) {
            throw new IllegalArgumentException("a reason is one of two or more, found " + reasons);
        }
        if (rank < 0 || sounds < 0) {
            throw new IllegalArgumentException(
                    "a rank and a number of sounds are 0 or more, found " + rank + " and " + sounds);
        }
    }

    /**
     * Creates settings with whole dense layers and no teacher.
     *
     * @param channels of the six convolutions
     * @param hidden widths of the dense layers before the embedding
     * @param embedding the embedding's width
     * @param batchNorm whether each convolution is followed by a normalisation
     * @param reasons how many labels the reason head tells apart
     */
    public NetSettings(List<Integer> channels, List<Integer> hidden, int embedding, boolean batchNorm, int reasons) {
        this(channels, hidden, embedding, batchNorm, reasons, 0, 0);
    }

    /**
     * VGGish, or the same with all convolutions narrower by one factor.
     *
     * @param divisor 1 for VGGish itself, 2 for half, 4 for a quarter of its channels
     * @param hidden widths of the dense layers before the embedding of 128
     * @param batchNorm whether each convolution is followed by a normalisation
     * @param reasons how many labels the reason head tells apart
     * @return the settings
     * @throws IllegalArgumentException if the divisor is not 1, 2, 4, 8, 16, 32 or 64
     */
    public static NetSettings vggish(int divisor, List<Integer> hidden, boolean batchNorm, int reasons) {
        if (divisor < 1 || VGGISH.get(0) % divisor != 0) {
            throw new IllegalArgumentException("the channels divide by 1, 2, 4, 8, 16, 32 or 64, found " + divisor);
        }
        return new NetSettings(VGGISH.stream().map(c -> c / divisor).toList(), hidden, 128, batchNorm, reasons);
    }

    /** The shape of the network that weights are of, as {@link VggishNet#state} names them. */
    static NetSettings of(Map<String, float[]> state) {
        List<Integer> channels = new ArrayList<>();
        boolean batchNorm = state.containsKey("conv1.gamma");
        for (int c = 1; c <= VGGISH.size(); c++) {
            channels.add(length(state, "conv" + c + (batchNorm ? ".gamma" : ".bias")));
        }
        List<Integer> hidden = new ArrayList<>();
        for (int d = 1; state.containsKey("fc" + d + ".bias"); d++) {
            hidden.add(length(state, "fc" + d + ".bias"));
        }
        NetSettings whole = new NetSettings(
                channels, hidden, length(state, "embedding.bias"), batchNorm, length(state, "reasons.bias"));
        int rank = length(state, "fc1.inner.weight") / whole.flat();
        for (int d = 2; rank == 0 && d <= hidden.size(); d++) {
            rank = length(state, "fc" + d + ".inner.weight") / hidden.get(d - 2);
        }
        return whole.withRank(rank).withSounds(length(state, "sounds.bias"));
    }

    private static int length(Map<String, float[]> state, String name) {
        return state.getOrDefault(name, new float[0]).length;
    }

    /**
     * Replaces the whole dense layers before the embedding by products of two narrow ones.
     *
     * @param newRank the products' inner width, 0 for whole layers
     * @return new settings
     */
    public NetSettings withRank(int newRank) {
        return new NetSettings(channels, hidden, embedding, batchNorm, reasons, newRank, sounds);
    }

    /**
     * Adds a head for what a teacher says of sounds.
     *
     * @param newSounds how many kinds it tells of, 0 for none
     * @return new settings
     */
    public NetSettings withSounds(int newSounds) {
        return new NetSettings(channels, hidden, embedding, batchNorm, reasons, rank, newSounds);
    }

    /**
     * Whether a dense layer of these widths is a product of two.
     *
     * @param in values that reach it
     * @param out values that leave it
     * @return true if there is a rank, and the product is smaller than the whole layer
     */
    public boolean product(int in, int out) {
        return rank > 0 && (long) rank * (in + out) < (long) in * out;
    }

    /** Values that reach the first dense layer. */
    int flat() {
        return channels.get(channels.size() - 1) * (LogMelExtractor.PATCH_FRAMES / 16) * (LogMelExtractor.BANDS / 16);
    }

    /** After which convolutions, counted from 0, the map is halved. */
    static boolean pooled(int convolution) {
        return convolution == 0 || convolution == 1 || convolution == 3 || convolution == 5;
    }
}
