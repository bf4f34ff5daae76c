package io.crysdk.examples.cli;

import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.util.Locale;

/** What the pictures have in common: axes and where text goes. */
final class Plot {
    static final int TICK = 5;

    private Plot() {}

    /** Draws the seconds below a plot. */
    static void drawTime(Graphics2D g, int left, int width, int bottom, double seconds) {
        double step = timeStep(seconds, width);
        FontMetrics metrics = g.getFontMetrics();
        for (int i = 0; i * step <= seconds; i++) {
            int x = left + (int) Math.round(i * step / Math.max(seconds, 1e-9) * width);
            g.drawLine(x, bottom, x, bottom + TICK);
            String label = String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", i * step);
            g.drawString(label, x - metrics.stringWidth(label) / 2, bottom + TICK + metrics.getAscent() + 1);
        }
        centred(g, "time in seconds", left + width / 2, bottom + 44);
    }

    /** The smallest round step that leaves room for the numbers. */
    private static double timeStep(double seconds, int width) {
        double least = seconds * 60 / width;
        for (double unit = 0.1; ; unit *= 10) {
            for (int factor : new int[] {1, 2, 5}) {
                if (unit * factor >= least) {
                    return unit * factor;
                }
            }
        }
    }

    /** Draws a mark to the left of a plot, and its value. */
    static void drawMark(Graphics2D g, String label, int left, int y) {
        FontMetrics metrics = g.getFontMetrics();
        g.drawLine(left - TICK - 1, y, left - 1, y);
        g.drawString(label, left - TICK - 4 - metrics.stringWidth(label), y + metrics.getAscent() / 2 - 1);
    }

    /** Writes upwards along the left edge of the picture. */
    static void upwards(Graphics2D g, String text, int y) {
        AffineTransform upright = g.getTransform();
        g.rotate(-Math.PI / 2);
        centred(g, text, -y, 16);
        g.setTransform(upright);
    }

    static void centred(Graphics2D g, String text, int x, int y) {
        g.drawString(text, x - g.getFontMetrics().stringWidth(text) / 2, y);
    }
}
