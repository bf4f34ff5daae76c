package io.crysdk.examples.cli;

import io.crysdk.dsp.LogMelExtractor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** Log-mel frames as colours: time to the right, frequency upwards on the mel scale. Where there is no audio, nothing is drawn. */
final class LogMelRaster {
    private static final double LOWEST_HZ = 125.0;
    private static final double HIGHEST_HZ = 7500.0;

    /** What silence gives, ln 0.01, and a level that music and cries rarely pass. */
    private static final double DARKEST = -4.6;

    private static final double BRIGHTEST = 3.0;

    /** Dark to bright in even steps of lightness, so that the picture can be read in grey too. */
    private static final int[] COLOURS = {0x0d0a26, 0x3b1466, 0x7d1f78, 0xc03a62, 0xee6a3c, 0xfbb03b, 0xfdf5a9};

    private static final double HOP_SECONDS = (double) LogMelExtractor.FRAME_HOP / LogMelExtractor.SAMPLE_RATE;

    private final FileTime time;
    private final double seconds;
    private final int frames;
    private final int width;
    private final float[] loudest;
    private final boolean[] heard;
    private int added;
    /** Where the frames so far end in the file, and in which column that is. */
    private double reachedSeconds;

    private int reached;

    /**
     * Prepares a raster.
     *
     * @param time where the signal lies in its file
     * @param width how many pixels the file is
     */
    LogMelRaster(FileTime time, int width) {
        this.time = time;
        this.width = width;
        seconds = time.end();
        frames = LogMelExtractor.frames(time.samples());
        heard = new boolean[width];
        Arrays.fill(heard, frames == 0);
        loudest = new float[width * LogMelExtractor.BANDS];
        Arrays.fill(loudest, (float) DARKEST);
    }

    /** Adds frames. Where several share a column of pixels, the loudest is shown. */
    void add(float[] rows, int count) {
        for (int i = 0; i < count; i++, added++) {
            double begin = time.begin(added * HOP_SECONDS);
            // Without a gap a frame begins in the column that the last one reached, however the two are rounded.
            int from = begin - reachedSeconds < HOP_SECONDS / 2 ? reached : column(begin);
            reachedSeconds = time.end((added + 1) * HOP_SECONDS);
            reached = column(reachedSeconds);
            int to = added == frames - 1 ? width : reached;
            for (int x = from; x < Math.max(from + 1, to); x++) {
                heard[x] = true;
                for (int band = 0; band < LogMelExtractor.BANDS; band++) {
                    int at = x * LogMelExtractor.BANDS + band;
                    loudest[at] = Math.max(loudest[at], rows[i * LogMelExtractor.BANDS + band]);
                }
            }
        }
    }

    private int column(double at) {
        return Math.max(0, Math.min(width - 1, (int) (at / seconds * width)));
    }

    void draw(BufferedImage image, int left, int top, int bandPixels) {
        for (int x = 0; x < width; x++) {
            for (int y = 0; heard[x] && y < LogMelExtractor.BANDS * bandPixels; y++) {
                int band = LogMelExtractor.BANDS - 1 - y / bandPixels;
                image.setRGB(left + x, top + y, colour(loudest[x * LogMelExtractor.BANDS + band]));
            }
        }
    }

    /** Draws marks on the frequency axis. */
    static void drawFrequency(Graphics2D g, int left, int top, int height, int... marked) {
        for (int hz : marked) {
            double share = (mel(hz) - mel(LOWEST_HZ)) / (mel(HIGHEST_HZ) - mel(LOWEST_HZ));
            Plot.drawMark(g, Integer.toString(hz), left, top + height - (int) Math.round(share * height));
        }
    }

    /** Draws which colour is which level. */
    static void drawLegend(Graphics2D g, int x, int top, int height) {
        for (int y = 0; y < height; y++) {
            g.setColor(new Color(colour(BRIGHTEST - (BRIGHTEST - DARKEST) * y / (height - 1))));
            g.drawLine(x, top + y, x + 14, top + y);
        }
        g.setColor(Color.BLACK);
        g.drawRect(x - 1, top - 1, 16, height + 1);
        for (int value = (int) Math.ceil(DARKEST); value <= BRIGHTEST; value++) {
            int y = top + (int) Math.round((BRIGHTEST - value) / (BRIGHTEST - DARKEST) * height);
            g.drawLine(x + 15, y, x + 15 + Plot.TICK, y);
            g.drawString(
                    Integer.toString(value),
                    x + 18 + Plot.TICK,
                    y + g.getFontMetrics().getAscent() / 2 - 1);
        }
    }

    private static double mel(double hz) {
        return 1127.0 * Math.log(1.0 + hz / 700.0);
    }

    private static int colour(double value) {
        double place = (value - DARKEST) / (BRIGHTEST - DARKEST) * (COLOURS.length - 1);
        double within = Math.max(0.0, Math.min(COLOURS.length - 1, place));
        int lower = Math.min((int) within, COLOURS.length - 2);
        double share = within - lower;
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int from = COLOURS[lower] >> shift & 0xff;
            int to = COLOURS[lower + 1] >> shift & 0xff;
            mixed |= (int) Math.round(from + share * (to - from)) << shift;
        }
        return mixed;
    }
}
