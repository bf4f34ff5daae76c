package io.crysdk.examples.cli;

import io.crysdk.dsp.LogMelExtractor;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Locale;

/** The log-mel picture: time to the right, frequency upwards on the mel scale, loudness as colour. */
final class LogMelPicture {
    private static final int BAND_PIXELS = 6;
    private static final int PLOT_HEIGHT = LogMelExtractor.BANDS * BAND_PIXELS;
    private static final int LEAST_WIDTH = 480;
    private static final int MOST_WIDTH = 1600;
    private static final int LEFT = 70;
    private static final int TOP = 40;
    private static final int RIGHT = 110;
    private static final int BOTTOM = 54;
    private static final int TICK = 5;

    private static final double LOWEST_HZ = 125.0;
    private static final double HIGHEST_HZ = 7500.0;
    private static final int[] MARKED_HZ = {125, 250, 500, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 7500};

    /** What silence gives, ln 0.01, and a level that music and cries rarely pass. */
    private static final double DARKEST = -4.6;

    private static final double BRIGHTEST = 3.0;

    /** Dark to bright in even steps of lightness, so that the picture can be read in grey too. */
    private static final int[] COLOURS = {0x0d0a26, 0x3b1466, 0x7d1f78, 0xc03a62, 0xee6a3c, 0xfbb03b, 0xfdf5a9};

    private final String title;
    private final double seconds;
    private final int frames;
    private final int width;
    private final float[] loudest;
    private int added;

    /**
     * Prepares a picture.
     *
     * @param title what stands above it
     * @param samples length of the signal at 16 kHz
     * @param frames how many frames will be added
     */
    LogMelPicture(String title, int samples, int frames) {
        this.title = title;
        seconds = (double) samples / LogMelExtractor.SAMPLE_RATE;
        this.frames = frames;
        width = Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, 2 * frames));
        loudest = new float[width * LogMelExtractor.BANDS];
        Arrays.fill(loudest, (float) DARKEST);
    }

    /** Adds frames. Where several share a column of pixels, the loudest is shown. */
    void add(float[] rows, int count) {
        for (int i = 0; i < count; i++, added++) {
            int from = (int) ((long) added * width / frames);
            int to = Math.max(from + 1, (int) ((added + 1L) * width / frames));
            for (int x = from; x < to; x++) {
                for (int band = 0; band < LogMelExtractor.BANDS; band++) {
                    int at = x * LogMelExtractor.BANDS + band;
                    loudest[at] = Math.max(loudest[at], rows[i * LogMelExtractor.BANDS + band]);
                }
            }
        }
    }

    BufferedImage draw() {
        BufferedImage image =
                new BufferedImage(LEFT + width + RIGHT, TOP + PLOT_HEIGHT + BOTTOM, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        drawLoudness(image);
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        g.setStroke(new BasicStroke(1));
        g.setColor(Color.BLACK);
        g.drawRect(LEFT - 1, TOP - 1, width + 1, PLOT_HEIGHT + 1);
        drawTime(g);
        drawFrequency(g);
        drawLegend(g);
        g.setFont(g.getFont().deriveFont(Font.BOLD, 14));
        g.drawString(title, LEFT, TOP - 14);
        g.dispose();
        return image;
    }

    private void drawLoudness(BufferedImage image) {
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < PLOT_HEIGHT; y++) {
                int band = LogMelExtractor.BANDS - 1 - y / BAND_PIXELS;
                image.setRGB(LEFT + x, TOP + y, colour(loudest[x * LogMelExtractor.BANDS + band]));
            }
        }
    }

    private void drawTime(Graphics2D g) {
        double step = timeStep();
        FontMetrics metrics = g.getFontMetrics();
        int bottom = TOP + PLOT_HEIGHT;
        for (int i = 0; i * step <= seconds; i++) {
            int x = LEFT + (int) Math.round(i * step / Math.max(seconds, 1e-9) * width);
            g.drawLine(x, bottom, x, bottom + TICK);
            String label = String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", i * step);
            g.drawString(label, x - metrics.stringWidth(label) / 2, bottom + TICK + metrics.getAscent() + 1);
        }
        centred(g, "time in seconds", LEFT + width / 2, bottom + BOTTOM - 10);
    }

    /** The smallest round step that leaves room for the numbers. */
    private double timeStep() {
        double least = seconds * 60 / width;
        for (double unit = 0.1; ; unit *= 10) {
            for (int factor : new int[] {1, 2, 5}) {
                if (unit * factor >= least) {
                    return unit * factor;
                }
            }
        }
    }

    private void drawFrequency(Graphics2D g) {
        FontMetrics metrics = g.getFontMetrics();
        for (int hz : MARKED_HZ) {
            double height = (mel(hz) - mel(LOWEST_HZ)) / (mel(HIGHEST_HZ) - mel(LOWEST_HZ));
            int y = TOP + PLOT_HEIGHT - (int) Math.round(height * PLOT_HEIGHT);
            g.drawLine(LEFT - TICK - 1, y, LEFT - 1, y);
            String label = Integer.toString(hz);
            g.drawString(label, LEFT - TICK - 4 - metrics.stringWidth(label), y + metrics.getAscent() / 2 - 1);
        }
        AffineTransform upright = g.getTransform();
        g.rotate(-Math.PI / 2);
        centred(g, "frequency in Hz (mel scale)", -(TOP + PLOT_HEIGHT / 2), 16);
        g.setTransform(upright);
    }

    private void drawLegend(Graphics2D g) {
        int x = LEFT + width + 24;
        for (int y = 0; y < PLOT_HEIGHT; y++) {
            g.setColor(new Color(colour(BRIGHTEST - (BRIGHTEST - DARKEST) * y / (PLOT_HEIGHT - 1))));
            g.drawLine(x, TOP + y, x + 14, TOP + y);
        }
        g.setColor(Color.BLACK);
        g.drawRect(x - 1, TOP - 1, 16, PLOT_HEIGHT + 1);
        for (int value = (int) Math.ceil(DARKEST); value <= BRIGHTEST; value++) {
            int y = TOP + (int) Math.round((BRIGHTEST - value) / (BRIGHTEST - DARKEST) * PLOT_HEIGHT);
            g.drawLine(x + 15, y, x + 15 + TICK, y);
            g.drawString(
                    Integer.toString(value),
                    x + 18 + TICK,
                    y + g.getFontMetrics().getAscent() / 2 - 1);
        }
        centred(g, "ln mel", x + 8, TOP - 14);
    }

    private static void centred(Graphics2D g, String text, int x, int y) {
        g.drawString(text, x - g.getFontMetrics().stringWidth(text) / 2, y);
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
