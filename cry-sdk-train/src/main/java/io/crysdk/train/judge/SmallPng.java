package io.crysdk.train.judge;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageIO;

/**
 * PNG with a palette, a third of the size of one with full colour: a chart has few colours and their mixtures at edges.
 * Where there are more than a palette holds, neighbours are taken for one; where that is not enough either, colours stay.
 */
final class SmallPng {
    private static final int PALETTE = 256;
    private static final int OPAQUE = 0xFF000000;

    private SmallPng() {}

    static byte[] of(BufferedImage image) throws IOException {
        BufferedImage smallest = image;
        // Exact, then with fewer and fewer levels a channel.
        for (int bits = 8; bits >= 4 && smallest == image; bits--) {
            int levels = (1 << bits) - 1;
            smallest = indexed(
                    image,
                    rgb -> OPAQUE
                            | level(rgb >> 16 & 0xFF, levels) << 16
                            | level(rgb >> 8 & 0xFF, levels) << 8
                            | level(rgb & 0xFF, levels));
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(smallest, "png", png);
        return png.toByteArray();
    }

    /** The nearest of some evenly spread levels; 0 and 255 are always among them. */
    private static int level(int value, int levels) {
        return Math.round((float) Math.round(value * levels / 255f) * 255f / levels);
    }

    /** The same picture with a palette, or the picture itself where the palette is too small. */
    private static BufferedImage indexed(BufferedImage image, IntUnaryOperator colour) {
        Map<Integer, Integer> palette = new LinkedHashMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                palette.putIfAbsent(colour.applyAsInt(image.getRGB(x, y)), palette.size());
                if (palette.size() > PALETTE) {
                    return image;
                }
            }
        }
        int[] colours = palette.keySet().stream().mapToInt(c -> c).toArray();
        IndexColorModel model =
                new IndexColorModel(8, colours.length, colours, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
        BufferedImage indexed =
                new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                indexed.getRaster().setSample(x, y, 0, palette.getOrDefault(colour.applyAsInt(image.getRGB(x, y)), 0));
            }
        }
        return indexed;
    }
}
