package io.crysdk.dsp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** The rule of {@link CrySegmenter} as it reads: a whole signal at once, every sum by its formula. */
final class PlainSegmenter {
    private static final int HOP = 160;
    private static final int FRAME = 640;

    private final int lookAhead;
    private final int frames;
    private final double[] samples;
    private final double[] level;
    private final double[] quarters;
    private final double[] periodicity;
    private final double[] period;
    private final int[] lag;
    private final boolean[] active;
    private final List<CryUnit> units = new ArrayList<>();

    private PlainSegmenter(double[] samples, int lookAhead) {
        this.samples = samples;
        this.lookAhead = lookAhead;
        frames = samples.length < FRAME ? 0 : 1 + (samples.length - FRAME) / HOP;
        level = new double[frames];
        quarters = new double[frames];
        periodicity = new double[frames];
        period = new double[frames];
        lag = new int[frames];
        active = new boolean[frames];
    }

    static List<CryUnit> units(double[] samples, int lookAhead) {
        PlainSegmenter segmenter = new PlainSegmenter(samples, lookAhead);
        segmenter.measure();
        segmenter.cut();
        return segmenter.units;
    }

    private void measure() {
        double[] band = samples.clone();
        new BandPass().filter(band, 0, band.length);
        for (int t = 0; t < frames; t++) {
            double[] frame = Arrays.copyOfRange(band, t * HOP, t * HOP + FRAME);
            level[t] = 10 * Math.log10(Arrays.stream(frame).map(x -> x * x).sum() / FRAME);
            quarters[t] = Math.max(-100, Math.min(19.75, 0.25 * Math.floor(level[t] / 0.25))) + 0.125;
            double[] window = new double[FRAME];
            for (int i = 0; i < FRAME; i++) {
                window[i] = Math.pow(Math.sin(Math.PI * i / FRAME), 2);
                frame[i] *= window[i];
            }
            double highest = Double.NEGATIVE_INFINITY;
            for (int m = 16; m <= 200; m++) {
                double[] three = {correlation(frame, m - 1), correlation(frame, m), correlation(frame, m + 1)};
                if (three[1] < three[0] || three[1] <= three[2]) {
                    continue;
                }
                double height = three[1] - (three[0] - three[2]) * peak(three) / 4;
                if (height > highest) {
                    highest = height;
                    lag[t] = m;
                    double[] flat = new double[3];
                    for (int i = 0; i < 3; i++) {
                        flat[i] = three[i]
                                / correlation(frame, 0)
                                * correlation(window, 0)
                                / correlation(window, m - 1 + i);
                    }
                    periodicity[t] = flat[1];
                    period[t] = m + peak(flat);
                }
            }
        }
        for (int t = 0; t < frames; t++) {
            double[] sorted = Arrays.copyOfRange(quarters, Math.max(0, t - 1000), Math.min(frames, t + lookAhead + 1));
            Arrays.sort(sorted);
            double quiet = sorted[(int) (0.10 * (sorted.length - 1))];
            double loud = sorted[(int) (0.95 * (sorted.length - 1))];
            active[t] = level[t] > -55 && level[t] > loud - 30 && level[t] > Math.min(quiet + 6, loud - 10);
        }
    }

    private static double peak(double[] three) {
        double curvature = three[0] - 2 * three[1] + three[2];
        return curvature < 0 ? Math.max(-1, Math.min(1, (three[0] - three[2]) / 2 / curvature)) : 0;
    }

    private static double correlation(double[] x, int lag) {
        double sum = 0;
        for (int i = lag; i < x.length; i++) {
            sum += x[i] * x[i - lag];
        }
        return sum;
    }

    private boolean voiced(int t) {
        return active[t] && periodicity[t] > 0.45 && lag[t] >= 16 && lag[t] <= 80;
    }

    private boolean cryLike(int t) {
        return active[t] && periodicity[t] > 0.6 && 16000.0 / lag[t] >= 250 && 16000.0 / lag[t] <= 700;
    }

    private void cut() {
        int first = -1;
        int last = -1;
        for (int t = 0; t < frames; t++) {
            if (!voiced(t)) {
                continue;
            }
            if (first >= 0 && t - last - 1 > 10) {
                run(first, last);
                first = -1;
            }
            first = first < 0 ? t : first;
            last = t;
        }
        if (first >= 0) {
            run(first, last);
        }
    }

    private void run(int first, int last) {
        int from = first;
        while (last - from + 1 > 400) {
            int cut = quietest(from + 30, from + 247);
            unit(from, cut - 1, from > first, true);
            from = cut;
        }
        split(from, last, from > first, false);
    }

    private void split(int first, int last, boolean joinedBefore, boolean joinedAfter) {
        if (last - first + 1 <= 247) {
            unit(first, last, joinedBefore, joinedAfter);
        } else {
            int cut = quietest(first + 30, last - 30);
            split(first, cut - 1, joinedBefore, true);
            split(cut, last, true, joinedAfter);
        }
    }

    private int quietest(int from, int to) {
        int quietest = from;
        for (int t = from; t <= to; t++) {
            quietest = level[t] < level[quietest] ? t : quietest;
        }
        return quietest;
    }

    private void unit(int first, int last, boolean joinedBefore, boolean joinedAfter) {
        int length = last - first + 1;
        int crying = 0;
        List<Double> pitches = new ArrayList<>();
        for (int t = first; t <= last; t++) {
            crying += cryLike(t) ? 1 : 0;
            if (voiced(t)) {
                pitches.add(16000 / period[t]);
            }
        }
        if (length < 18 || crying < 0.4 * length) {
            return;
        }
        double[] sorted =
                pitches.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double energy = Arrays.stream(samples, first * HOP, last * HOP + FRAME)
                .map(x -> x * x)
                .sum();
        units.add(new CryUnit(
                first * HOP + (joinedBefore ? 240 : 0),
                last * HOP + FRAME - (joinedAfter ? 240 : 0),
                percentile(sorted, 0.5),
                percentile(sorted, 0.1),
                percentile(sorted, 0.9),
                10 * Math.log10(energy / ((last - first) * HOP + FRAME)),
                crying / (double) length,
                OptionalDouble.empty()));
    }

    private static double percentile(double[] sorted, double share) {
        double rank = share * (sorted.length - 1);
        int below = (int) rank;
        return below + 1 < sorted.length
                ? sorted[below] + (rank - below) * (sorted[below + 1] - sorted[below])
                : sorted[below];
    }
}
