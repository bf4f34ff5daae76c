package io.crysdk.train;

import java.util.List;

/**
 * The shape of a network.
 *
 * @param channels of the six convolutions; VGGish has 64, 128, 256, 256, 512, 512
 * @param hidden widths of the dense layers before the embedding; VGGish has 4096, 4096
 * @param embedding the embedding's width; VGGish has 128
 * @param batchNorm whether each convolution is followed by a normalisation, which disappears at export
 * @param reasons how many labels the reason head tells apart
 */
public record NetSettings(List<Integer> channels, List<Integer> hidden, int embedding, boolean batchNorm, int reasons) {
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

    /** After which convolutions, counted from 0, the map is halved. */
    static boolean pooled(int convolution) {
        return convolution == 0 || convolution == 1 || convolution == 3 || convolution == 5;
    }
}
