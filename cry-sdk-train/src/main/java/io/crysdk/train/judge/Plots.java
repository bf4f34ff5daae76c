package io.crysdk.train.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures of a report, drawn from nothing but what its JSON says, without a screen. */
final class Plots {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 420;
    /** With room for a long legend. */
    private static final int TALL = 560;

    /** Colours that colour-blind people tell apart (Okabe and Ito, 2008). */
    private static final List<Color> COLOURS = List.of(
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0xE69F00),
            new Color(0x56B4E9));

    private static final Color GREY = new Color(0x777777);
    private static final Color GRID = new Color(0xE4E4E4);
    private static final BasicStroke DASHED =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {6f, 4f}, 0f);

    private final Map<String, byte[]> drawn = new LinkedHashMap<>();

    private Plots() {}

    /**
     * Draws everything that a report holds.
     *
     * @param report what {@link Report} writes as JSON
     * @return PNG by what it shows
     * @throws IOException if a picture cannot be encoded
     */
    static Map<String, byte[]> of(JsonNode report) throws IOException {
        Plots plots = new Plots();
        if (report.path("gate").isObject()) {
            plots.gate(report.path("gate"), "gate");
        }
        for (Map.Entry<String, JsonNode> e : report.path("gates").properties()) {
            plots.gate(e.getValue(), "gate-" + e.getKey());
        }
        if (report.path("reasons").path("figures").isObject()) {
            plots.reasons(report.path("reasons"), "reasons");
        }
        if (report.path("ladder").size() > 0) {
            plots.ladder(report.path("ladder"));
        }
        return Collections.unmodifiableMap(plots.drawn);
    }

    /** A name that every file system takes. */
    static String file(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    private void gate(JsonNode gate, String name) throws IOException {
        XYChart roc = chart("Recall at a false-alarm rate", "false alarms, % of other sounds", "recall");
        band(roc, gate.path("roc"), 100.0, COLOURS.get(0), "held out, with 95 % interval");
        logarithmic(roc);
        vertical(roc, 100 * GateFigures.FALSE_ALARMS, "1 %");
        put(name + "-roc", roc);

        XYChart alarms = chart("Recall at a rate of false alarms", "false alarms in an hour of other sounds", "recall");
        band(alarms, gate.at("/false_alarms_per_hour/curve"), 1.0, COLOURS.get(0), "held out, with 95 % interval");
        logarithmic(alarms);
        put(name + "-alarms", alarms);

        if (gate.path("noise").size() > 1) {
            noise(gate, name);
        }
        XYChart reliability = chart("Cry probability and truth", "said", "share of cries, both sides weighing alike");
        reliability(reliability, gate.path("calibration"), "calibrated");
        put(name + "-reliability", reliability);
    }

    private void noise(JsonNode gate, String name) throws IOException {
        XYChart chart = chart("Against noise", "signal-to-noise ratio, dB", "AUC or recall");
        int colour = 0;
        for (String[] curve : new String[][] {
            {"auc", "auc", "AUC"},
            {"recall_at_1_percent_false_alarms", "recall_at_1_percent_false_alarms", "recall at 1 % false alarms"},
            {"recall_at_the_same_threshold", "", "recall at the threshold without noise"}
        }) {
            List<double[]> points = new ArrayList<>();
            gate.path("noise").properties().forEach(e -> {
                JsonNode figure = e.getValue().path(curve[0]);
                points.add(new double[] {
                    Double.parseDouble(e.getKey()),
                    figure.path("value").asDouble(),
                    figure.path("low").asDouble(),
                    figure.path("high").asDouble()
                });
            });
            Color shade = COLOURS.get(colour++);
            double[] x = column(points, 0);
            line(chart, curve[2], x, column(points, 1), shade).setMarker(SeriesMarkers.CIRCLE);
            double aside = (colour - 2) * 0.25;
            points.forEach(p -> interval(chart, p[0] + aside, p[2], p[3], shade));
            if (!curve[1].isEmpty()) {
                double clean = gate.path(curve[1]).path("value").asDouble();
                guide(chart, curve[2] + ", without noise", new double[] {x[0], x[x.length - 1]}, clean, shade);
            }
        }
        chart.getStyler().setYAxisMax(1.0);
        put(name + "-noise", chart);
    }

    private void reasons(JsonNode reasons, String name) throws IOException {
        confusion(reasons, name);
        XYChart reliability = chart("Confidence and truth", "confidence", "share of right answers");
        reliability(reliability, reasons.path("calibration"), "at the temperature");
        put(name + "-reliability", reliability);
        put(name + "-risk", risk(reasons));
    }

    private static XYChart risk(JsonNode reasons) {
        XYChart chart = chart("Risk against coverage", "share of recordings answered", "share of wrong answers");
        int seed = 0;
        for (JsonNode curve : reasons.at("/reject/risk_by_coverage")) {
            List<double[]> points = points(curve);
            line(
                    chart,
                    "seed " + reasons.path("seeds").path(seed).asText(),
                    column(points, 0),
                    column(points, 1),
                    COLOURS.get(seed % COLOURS.size()));
            seed++;
        }
        guide(
                chart,
                "confidence that says nothing",
                new double[] {0, 1},
                reasons.at("/reject/area_without_confidence").asDouble(),
                GREY);
        guide(
                chart,
                "always the commonest label",
                new double[] {0, 1},
                1.0 - reasons.at("/figures/accuracy/majority").asDouble(),
                COLOURS.get(4));
        unit(chart, true, false);
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    private void confusion(JsonNode reasons, String name) throws IOException {
        List<String> labels = new ArrayList<>();
        reasons.path("per_label").properties().forEach(e -> labels.add(e.getKey()));
        HeatMapChart chart = new HeatMapChart(520, 400, Styler.ChartTheme.Matlab);
        chart.setTitle("Of each label's recordings, % answered as");
        chart.setXAxisTitle("answer");
        chart.setYAxisTitle("truth");
        style(chart.getStyler());
        chart.getStyler()
                .setRangeColors(new Color[] {Color.WHITE, new Color(0x9FC5E8), COLOURS.get(0)})
                .setMin(0)
                .setMax(100)
                .setShowValue(true)
                .setHeatMapValueDecimalPattern("0")
                .setValueFont(font(Font.BOLD, 14))
                .setDrawBorder(true);
        chart.getStyler().setPlotContentSize(1.0);
        chart.getStyler().setLegendVisible(false);
        List<Number[]> cells = new ArrayList<>();
        int n = labels.size();
        for (int t = 0; t < n; t++) {
            JsonNode row = reasons.path("confusion_truth_by_answer").path(t);
            double all = StreamSupport.stream(row.spliterator(), false)
                    .mapToDouble(JsonNode::asDouble)
                    .sum();
            for (int a = 0; a < n; a++) {
                // Rows are drawn from below: the first label is to stand on top.
                cells.add(new Number[] {
                    a, n - 1 - t, all == 0.0 ? 0.0 : 100 * row.path(a).asDouble() / all
                });
            }
        }
        List<String> fromBelow = new ArrayList<>(labels);
        Collections.reverse(fromBelow);
        chart.addSeries("confusion", labels, fromBelow, cells);
        drawn.put(
                name + "-confusion",
                png(g -> chart.paint(g, chart.getWidth(), chart.getHeight()), chart.getWidth(), chart.getHeight()));
    }

    private static void reliability(XYChart chart, JsonNode calibration, String after) {
        XYSeries ideal = chart.addSeries("said and true", new double[] {0, 1}, new double[] {0, 1});
        ideal.setLineColor(GREY).setLineStyle(DASHED);
        ideal.setMarker(SeriesMarkers.NONE);
        int colour = 1;
        for (String[] which : new String[][] {{"before", "as the network says it"}, {"after", after}}) {
            List<double[]> bins = new ArrayList<>();
            calibration
                    .path(which[0])
                    .path("reliability")
                    .forEach(b -> bins.add(new double[] {
                        b.path("confidence").asDouble(), b.path("right").asDouble()
                    }));
            if (!bins.isEmpty()) {
                String ece = String.format(
                        Locale.ROOT,
                        "%s (ECE %.3f)",
                        which[1],
                        calibration.path(which[0]).at("/ece/value").asDouble());
                line(chart, ece, column(bins, 0), column(bins, 1), COLOURS.get(colour))
                        .setMarker(SeriesMarkers.CIRCLE);
            }
            colour--;
        }
        unit(chart, true, true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
    }

    private void ladder(JsonNode rungs) throws IOException {
        XYChart chart = chart("The same network under every split", "accuracy or UAR, with 95 % interval", "", TALL);
        List<JsonNode> fromBelow = new ArrayList<>();
        rungs.forEach(rung -> fromBelow.add(0, rung));
        int n = fromBelow.size();
        int colour = 0;
        for (String[] figure : new String[][] {{"accuracy", "accuracy"}, {"uar", "UAR (mean recall)"}}) {
            Color shade = COLOURS.get(colour);
            double aside = colour == 0 ? 0.1 : -0.1;
            List<double[]> points = new ArrayList<>();
            for (int r = 0; r < n; r++) {
                JsonNode own = fromBelow.get(r).at("/figures/" + figure[0]);
                double y = r + 1 + aside;
                points.add(new double[] {
                    own.path("value").asDouble(), y, own.path("majority").asDouble()
                });
                XYSeries bar = chart.addSeries(
                        figure[0] + " interval " + r,
                        new double[] {
                            own.path("low").asDouble(), own.path("high").asDouble()
                        },
                        new double[] {y, y});
                thin(bar, shade);
            }
            XYSeries dots = chart.addSeries(figure[1], column(points, 0), column(points, 1));
            dots.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            dots.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(shade);
            XYSeries commonest =
                    chart.addSeries(figure[1] + " of always the commonest", column(points, 2), column(points, 1));
            commonest.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            commonest.setMarker(SeriesMarkers.CROSS).setMarkerColor(shade);
            colour++;
        }
        beside(chart, fromBelow, colour);
        chart.getStyler()
                .setYAxisMin(0.5)
                .setYAxisMax(n + 0.5)
                // Names in place of ticks: an axis that names its own ticks looks for some whose names all differ, and
                // may never find any.
                .setYAxisTicksVisible(false);
        for (int r = 0; r < n; r++) {
            chart.addAnnotation(new AnnotationText(fromBelow.get(r).path("name").asText(), 0.1, r + 1, false));
        }
        unit(chart, true, false);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
        put("ladder", chart);
        for (JsonNode rung : rungs) {
            confusion(rung, "ladder-" + file(rung.path("name").asText()));
        }
    }

    /** The accuracy of what needs no network; its UAR is in the table. */
    private static void beside(XYChart chart, List<JsonNode> rungs, int colour) {
        Map<String, List<double[]>> points = new LinkedHashMap<>();
        for (int r = 0; r < rungs.size(); r++) {
            for (JsonNode baseline : rungs.get(r).path("baselines")) {
                points.computeIfAbsent(baseline.path("name").asText(), name -> new ArrayList<>())
                        .add(new double[] {baseline.path("accuracy").asDouble(), r + 1});
            }
        }
        int own = colour;
        for (Map.Entry<String, List<double[]>> e : points.entrySet()) {
            XYSeries series = chart.addSeries(e.getKey(), column(e.getValue(), 0), column(e.getValue(), 1));
            series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            series.setMarker(SeriesMarkers.DIAMOND).setMarkerColor(COLOURS.get(own++ % COLOURS.size()));
        }
    }

    // What charts have in common.

    private static XYChart chart(String title, String x, String y) {
        return chart(title, x, y, HEIGHT);
    }

    private static XYChart chart(String title, String x, String y, int height) {
        XYChart chart = new XYChart(WIDTH, height, Styler.ChartTheme.Matlab);
        chart.setTitle(title);
        chart.setXAxisTitle(x);
        chart.setYAxisTitle(y);
        style(chart.getStyler());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
        return chart;
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    private static void style(AxesChartStyler styler) {
        styler.setAxisTitleFont(font(Font.PLAIN, 13))
                .setAxisTickLabelsFont(font(Font.PLAIN, 12))
                .setPlotGridLinesColor(GRID)
                .setPlotGridLinesStroke(new BasicStroke(1f))
                .setPlotMargin(0);
        styler.setChartTitleFont(font(Font.BOLD, 14))
                .setLegendFont(font(Font.PLAIN, 12))
                .setChartBackgroundColor(Color.WHITE)
                .setLegendBackgroundColor(new Color(255, 255, 255, 220))
                .setLegendBorderColor(GRID)
                .setMarkerSize(6)
                .setLocale(Locale.ROOT)
                .setAntiAlias(true);
    }

    private static void unit(XYChart chart, boolean x, boolean y) {
        if (x) {
            chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
        }
        if (y) {
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
        }
    }

    private static void logarithmic(XYChart chart) {
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisLogarithmicDecadeOnly(true)
                .setXAxisDecimalPattern("0.###")
                .setYAxisMax(1.0);
    }

    private static XYSeries line(XYChart chart, String name, double[] x, double[] y, Color colour) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setLineColor(colour).setLineWidth(2f).setLineStyle(new BasicStroke(2f));
        series.setMarker(SeriesMarkers.NONE).setMarkerColor(colour);
        return series;
    }

    /** A curve of [x, value, low, high] with its interval shaded. */
    private static void band(XYChart chart, JsonNode curve, double scale, Color colour, String name) {
        List<double[]> points = points(curve);
        double[] x = Arrays.stream(column(points, 0)).map(v -> v * scale).toArray();
        double[] low = column(points, 2);
        double[] high = column(points, 3);
        int n = x.length;
        double[] aroundX = new double[2 * n];
        double[] aroundY = new double[2 * n];
        for (int i = 0; i < n; i++) {
            aroundX[i] = x[i];
            aroundY[i] = low[i];
            aroundX[2 * n - 1 - i] = x[i];
            aroundY[2 * n - 1 - i] = high[i];
        }
        Color shade = new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 50);
        XYSeries area = chart.addSeries(name + " (interval)", aroundX, aroundY);
        area.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
        area.setFillColor(shade);
        area.setLineColor(shade).setLineWidth(0f);
        area.setMarker(SeriesMarkers.NONE);
        area.setShowInLegend(false);
        line(chart, name, x, column(points, 1), colour);
        double least = Arrays.stream(low).min().orElse(0.0);
        chart.getStyler().setYAxisMin(Math.max(0.0, Math.floor(least * 10) / 10));
    }

    private static void interval(XYChart chart, double x, double low, double high, Color colour) {
        XYSeries bar =
                chart.addSeries("interval at " + x + " " + colour, new double[] {x, x}, new double[] {low, high});
        thin(bar, colour);
    }

    private static void thin(XYSeries bar, Color colour) {
        bar.setLineColor(colour).setLineWidth(1.2f).setLineStyle(new BasicStroke(1.2f));
        bar.setMarker(SeriesMarkers.NONE);
        bar.setShowInLegend(false);
    }

    private static void guide(XYChart chart, String name, double[] x, double y, Color colour) {
        XYSeries series = chart.addSeries(name, x, new double[] {y, y});
        series.setLineColor(colour).setLineStyle(DASHED);
        series.setMarker(SeriesMarkers.NONE);
    }

    private static void vertical(XYChart chart, double x, String name) {
        XYSeries series = chart.addSeries(name, new double[] {x, x}, new double[] {
            chart.getStyler().getYAxisMin(), chart.getStyler().getYAxisMax()
        });
        series.setLineColor(GREY).setLineStyle(DASHED);
        series.setMarker(SeriesMarkers.NONE);
        series.setShowInLegend(false);
    }

    private static List<double[]> points(JsonNode curve) {
        List<double[]> points = new ArrayList<>();
        curve.forEach(point -> {
            double[] values = new double[point.size()];
            Arrays.setAll(values, i -> point.path(i).asDouble());
            points.add(values);
        });
        return points;
    }

    private static double[] column(List<double[]> points, int column) {
        return points.stream().mapToDouble(p -> p[column]).toArray();
    }

    private void put(String name, XYChart chart) throws IOException {
        drawn.put(name, png(g -> chart.paint(g, WIDTH, HEIGHT), WIDTH, HEIGHT));
    }

    private static byte[] png(Consumer<Graphics2D> painter, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        painter.accept(graphics);
        graphics.dispose();
        return SmallPng.of(image);
    }
}
