package io.crysdk.examples.cli;

import io.crysdk.dsp.CryUnit;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A recording and its cries: waveform, log-mel and pitch above one time axis, the cries marked through all three. The time is the
 * file's; where that has no audio, waveform and log-mel are blank.
 */
final class SegmentPicture {
    private static final int LEAST_WIDTH = 640;
    private static final int MOST_WIDTH = 1600;
    private static final int PIXELS_PER_SECOND = 140;
    static final int LEFT = 76;
    static final int RIGHT = 96;
    private static final int BOTTOM = 84;
    private static final int GAP = 14;

    static final int NUMBERS_TOP = 40;
    private static final int NUMBERS_HEIGHT = 20;
    static final int WAVE_TOP = NUMBERS_TOP + NUMBERS_HEIGHT + 2;
    private static final int WAVE_HEIGHT = 120;
    private static final int BAND_PIXELS = 3;
    static final int MEL_TOP = WAVE_TOP + WAVE_HEIGHT + GAP;
    private static final int MEL_HEIGHT = LogMelExtractor.BANDS * BAND_PIXELS;
    static final int PITCH_TOP = MEL_TOP + MEL_HEIGHT + GAP;
    private static final int PITCH_HEIGHT = 150;
    private static final int PLOT_BOTTOM = PITCH_TOP + PITCH_HEIGHT;

    /** 10 ms, which is finer than gaps are told. */
    private static final int WAVE_BLOCK = 160;

    /** Pixels across. */
    private static final int LEAST_EDGED = 12;

    private static final double LOWEST_PITCH = 200.0;
    private static final double HIGHEST_PITCH = 1000.0;

    private static final Color CRY = new Color(0x1f6fb4);
    private static final Color REFUSED = new Color(0x8a8a8a);
    private static final Color WAVE = new Color(0x404040);
    private static final Color ELSEWHERE = new Color(0xa8a8a8);
    private static final Color PITCH = new Color(0xc23b22);
    private static final Color GRID = new Color(0xe6e6e6);

    private final String title;
    private final FileTime time;
    private final Segments segments;
    private final double seconds;
    private final int width;
    private final LogMelRaster raster;
    private final double[] lowest;
    private final double[] highest;
    private final boolean[] heard;
    private double[] pitch = {};

    /**
     * Prepares a picture.
     *
     * @param name what stands above it
     * @param signal the audio, which is read twice
     * @param time where it lies in the file
     * @param segments its cries at times of the file
     */
    SegmentPicture(String name, Signal signal, FileTime time, Segments segments) throws IOException {
        this.time = time;
        this.segments = segments;
        String refused =
                segments.refused().isEmpty() ? "" : ", " + segments.refused().size() + " refused by the gate";
        title = name + ": " + SegmentReport.count(segments.units().size()) + refused;
        seconds = time.end();
        width = (int) Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, seconds * PIXELS_PER_SECOND));
        raster = new LogMelRaster(time, width);
        LogMelFrames.forEachBlock(signal, LogMelExtractor.frames(signal.length()), raster::add);
        lowest = new double[width];
        highest = new double[width];
        heard = new boolean[width];
        readWave(signal);
    }

    /** Sets the pitch of each 10 ms, not a number where there is none. */
    void setPitch(double[] track) {
        pitch = track;
    }

    private void readWave(Signal signal) {
        double[] block = new double[WAVE_BLOCK];
        for (int from = 0; from < signal.length(); from += block.length) {
            int count = Math.min(block.length, signal.length() - from);
            signal.read(from, block, 0, count);
            double begin = time.begin((double) from / LogMelExtractor.SAMPLE_RATE);
            for (int i = 0; i < count; i++) {
                double share = (begin + (double) i / LogMelExtractor.SAMPLE_RATE) / seconds;
                int x = Math.min(width - 1, (int) (share * width));
                heard[x] = true;
                lowest[x] = Math.min(lowest[x], block[i]);
                highest[x] = Math.max(highest[x], block[i]);
            }
        }
    }

    BufferedImage draw() {
        BufferedImage image = new BufferedImage(LEFT + width + RIGHT, PLOT_BOTTOM + BOTTOM, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        g.setStroke(new BasicStroke(1));
        shade(g, segments.refused(), REFUSED);
        shade(g, segments.units(), CRY);
        drawWave(g);
        raster.draw(image, LEFT, MEL_TOP, BAND_PIXELS);
        drawPitch(g);
        drawEdges(g, segments.refused(), REFUSED);
        drawEdges(g, segments.units(), CRY);
        drawNumbers(g);
        drawFrames(g);
        drawLegend(g);
        g.setColor(Color.BLACK);
        g.setFont(g.getFont().deriveFont(Font.BOLD, 14));
        g.drawString(title, LEFT, 22);
        g.dispose();
        return image;
    }

    private void shade(Graphics2D g, List<CryUnit> units, Color colour) {
        g.setColor(faint(colour));
        for (CryUnit unit : units) {
            int from = x(unit.startSeconds());
            int to = Math.max(from + 1, x(unit.endSeconds()));
            g.fillRect(from, WAVE_TOP, to - from, WAVE_HEIGHT);
            g.fillRect(from, PITCH_TOP, to - from, PITCH_HEIGHT);
        }
    }

    private static Color faint(Color colour) {
        return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 45);
    }

    /** Where units begin and end, also over the dark log-mel, unless lines would be all that is left to see. */
    private void drawEdges(Graphics2D g, List<CryUnit> units, Color colour) {
        for (CryUnit unit : units) {
            if (x(unit.endSeconds()) - x(unit.startSeconds()) < LEAST_EDGED) {
                continue;
            }
            for (int x : new int[] {x(unit.startSeconds()), x(unit.endSeconds())}) {
                g.setColor(colour);
                g.drawLine(x, WAVE_TOP, x, WAVE_TOP + WAVE_HEIGHT);
                g.drawLine(x, PITCH_TOP, x, PLOT_BOTTOM);
                g.setColor(colour.equals(CRY) ? Color.WHITE : ELSEWHERE);
                g.drawLine(x, MEL_TOP, x, MEL_TOP + MEL_HEIGHT - 1);
            }
        }
    }

    /** A bar above each unit, and its number where there is room. */
    private void drawNumbers(Graphics2D g) {
        FontMetrics metrics = g.getFontMetrics();
        for (int i = 0; i < segments.units().size(); i++) {
            CryUnit unit = segments.units().get(i);
            int from = x(unit.startSeconds());
            int to = Math.max(from + 2, x(unit.endSeconds()));
            g.setColor(CRY);
            g.fillRect(from, NUMBERS_TOP, to - from, NUMBERS_HEIGHT);
            String number = Integer.toString(i + 1);
            if (metrics.stringWidth(number) + 4 <= to - from) {
                g.setColor(Color.WHITE);
                Plot.centred(g, number, (from + to) / 2, NUMBERS_TOP + 15);
            }
        }
        for (CryUnit unit : segments.refused()) {
            int from = x(unit.startSeconds());
            int across = Math.max(1, x(unit.endSeconds()) - from - 1);
            g.setColor(faint(REFUSED));
            g.fillRect(from, NUMBERS_TOP, across, NUMBERS_HEIGHT);
            g.setColor(REFUSED);
            g.drawRect(from, NUMBERS_TOP, across, NUMBERS_HEIGHT - 1);
        }
    }

    private void drawWave(Graphics2D g) {
        double scale = waveScale();
        int middle = WAVE_TOP + WAVE_HEIGHT / 2;
        double pixels = (WAVE_HEIGHT / 2 - 4) / scale;
        g.setColor(WAVE);
        for (int x = 0; x < width; x++) {
            if (heard[x]) {
                g.drawLine(
                        LEFT + x,
                        middle - (int) Math.round(highest[x] * pixels),
                        LEFT + x,
                        middle - (int) Math.round(lowest[x] * pixels));
            }
        }
        g.setColor(Color.BLACK);
        for (int side = -1; side <= 1; side++) {
            String label = side == 0 ? "0" : String.format(Locale.ROOT, "%.2g", side * scale);
            Plot.drawMark(g, label, LEFT, middle - (int) Math.round(side * scale * pixels));
        }
    }

    /** The peak, rounded up, so that quiet recordings are seen too. */
    private double waveScale() {
        double peak = 1e-4;
        for (int x = 0; x < width; x++) {
            peak = Math.max(peak, Math.max(highest[x], -lowest[x]));
        }
        double digit = Math.pow(10, Math.floor(Math.log10(peak)));
        double step = peak > 2 * digit ? digit : 0.2 * digit;
        return step * Math.ceil(peak / step - 1e-9);
    }

    private void drawPitch(Graphics2D g) {
        for (int hz = 200; hz <= 1000; hz += 100) {
            int y = pitchY(hz);
            g.setColor(GRID);
            g.drawLine(LEFT, y, LEFT + width - 1, y);
            if (hz % 200 == 0) {
                g.setColor(Color.BLACK);
                Plot.drawMark(g, Integer.toString(hz), LEFT, y);
            }
        }
        List<CryUnit> units = segments.units();
        int next = 0;
        for (int t = 0; t < pitch.length; t++) {
            // A frame's pitch is that of its middle.
            double at = time.begin(t * 0.01 + 0.02);
            while (next < units.size() && units.get(next).endSeconds() <= at) {
                next++;
            }
            if (!Double.isNaN(pitch[t])) {
                boolean within = next < units.size() && units.get(next).startSeconds() <= at;
                g.setColor(within ? PITCH : ELSEWHERE);
                g.fillRect(x(at) - 1, pitchY(pitch[t]) - 1, 2, 2);
            }
        }
        g.setColor(PITCH.darker());
        for (CryUnit unit : segments.units()) {
            int y = pitchY(unit.pitchHz());
            g.drawLine(x(unit.startSeconds()), y, x(unit.endSeconds()), y);
        }
    }

    /** Half the way up is the geometric middle, so that an interval is as high everywhere. */
    private static int pitchY(double hz) {
        double share = Math.log(hz / LOWEST_PITCH) / Math.log(HIGHEST_PITCH / LOWEST_PITCH);
        return PLOT_BOTTOM - 4 - (int) Math.round(Math.max(0.0, Math.min(1.0, share)) * (PITCH_HEIGHT - 8));
    }

    private void drawFrames(Graphics2D g) {
        g.setColor(Color.BLACK);
        g.drawRect(LEFT - 1, WAVE_TOP - 1, width + 1, WAVE_HEIGHT + 1);
        g.drawRect(LEFT - 1, MEL_TOP - 1, width + 1, MEL_HEIGHT + 1);
        g.drawRect(LEFT - 1, PITCH_TOP - 1, width + 1, PITCH_HEIGHT + 1);
        Plot.upwards(g, "amplitude", WAVE_TOP + WAVE_HEIGHT / 2);
        Plot.upwards(g, "frequency in Hz", MEL_TOP + MEL_HEIGHT / 2);
        Plot.upwards(g, "pitch in Hz", PITCH_TOP + PITCH_HEIGHT / 2);
        LogMelRaster.drawFrequency(g, LEFT, MEL_TOP, MEL_HEIGHT, 125, 500, 1000, 2000, 4000, 7500);
        LogMelRaster.drawLegend(g, LEFT + width + 16, MEL_TOP, MEL_HEIGHT);
        Plot.centred(g, "ln mel", LEFT + width + 30, MEL_TOP + MEL_HEIGHT + 16);
        Plot.drawTime(g, LEFT, width, PLOT_BOTTOM, seconds);
    }

    private void drawLegend(Graphics2D g) {
        int y = PLOT_BOTTOM + 70;
        int x = LEFT;
        g.setColor(CRY);
        g.fillRect(x, y - 10, 22, 12);
        x = say(g, "cry", x + 28, y);
        if (segments.threshold().isPresent()) {
            g.setColor(faint(REFUSED));
            g.fillRect(x, y - 10, 22, 12);
            g.setColor(REFUSED);
            g.drawRect(x, y - 10, 21, 11);
            x = say(g, "no cry to the model's gate", x + 28, y);
        }
        g.setColor(PITCH);
        for (int i = 0; i < 5; i++) {
            g.fillRect(x + 5 * i, y - 6 + i % 2, 2, 2);
        }
        x = say(g, "pitch in a cry", x + 28, y);
        g.setColor(PITCH.darker());
        g.drawLine(x, y - 4, x + 21, y - 4);
        x = say(g, "its median", x + 28, y);
        g.setColor(ELSEWHERE);
        for (int i = 0; i < 5; i++) {
            g.fillRect(x + 5 * i, y - 6 + i % 2, 2, 2);
        }
        say(g, "pitch elsewhere", x + 28, y);
    }

    private static int say(Graphics2D g, String text, int x, int y) {
        g.setColor(Color.BLACK);
        g.drawString(text, x, y);
        return x + g.getFontMetrics().stringWidth(text) + 24;
    }

    private int x(double at) {
        return LEFT + (int) Math.round(Math.min(1.0, at / seconds) * width);
    }
}
