package io.crysdk.examples.cli;

import io.crysdk.dsp.LogMelExtractor;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

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

    private final String title;
    private final double seconds;
    private final int width;
    private final LogMelRaster raster;

    /**
     * Prepares a picture.
     *
     * @param title what stands above it
     * @param samples length of the signal at 16 kHz
     */
    LogMelPicture(String title, int samples) {
        this.title = title;
        seconds = (double) samples / LogMelExtractor.SAMPLE_RATE;
        width = Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, 2 * LogMelExtractor.frames(samples)));
        raster = new LogMelRaster(new FileTime(samples, at -> 0.0), width);
    }

    /** Adds frames. Where several share a column of pixels, the loudest is shown. */
    void add(float[] rows, int count) {
        raster.add(rows, count);
    }

    BufferedImage draw() {
        BufferedImage image =
                new BufferedImage(LEFT + width + RIGHT, TOP + PLOT_HEIGHT + BOTTOM, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        raster.draw(image, LEFT, TOP, BAND_PIXELS);
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        g.setStroke(new BasicStroke(1));
        g.setColor(Color.BLACK);
        g.drawRect(LEFT - 1, TOP - 1, width + 1, PLOT_HEIGHT + 1);
        Plot.drawTime(g, LEFT, width, TOP + PLOT_HEIGHT, seconds);
        LogMelRaster.drawFrequency(
                g, LEFT, TOP, PLOT_HEIGHT, 125, 250, 500, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 7500);
        Plot.upwards(g, "frequency in Hz (mel scale)", TOP + PLOT_HEIGHT / 2);
        LogMelRaster.drawLegend(g, LEFT + width + 24, TOP, PLOT_HEIGHT);
        Plot.centred(g, "ln mel", LEFT + width + 32, TOP - 14);
        g.setFont(g.getFont().deriveFont(Font.BOLD, 14));
        g.drawString(title, LEFT, TOP - 14);
        g.dispose();
        return image;
    }
}
