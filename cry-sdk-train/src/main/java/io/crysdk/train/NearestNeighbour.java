package io.crysdk.train;

import io.crysdk.dsp.LogMelExtractor;
import java.util.Arrays;
import java.util.List;

/**
 * Says of a unit what is said of the one most like it, by the mean log-mel spectrum, each band standardised on what was
 * learnt. It learns no more than what everything of one phone, room and voice has in common, which is why it shows how much
 * a way of dividing gives away.
 */
final class NearestNeighbour {
    private static final int BANDS = LogMelExtractor.BANDS;

    private final double[][] learnt;
    private final int[] labels;
    private final double[] mean = new double[BANDS];
    private final double[] scale = new double[BANDS];

    NearestNeighbour(List<Unit> units) {
        double[][] spectra = units.stream().map(NearestNeighbour::spectrum).toArray(double[][]::new);
        for (int b = 0; b < BANDS; b++) {
            int band = b;
            double[] values = Arrays.stream(spectra).mapToDouble(s -> s[band]).toArray();
            double own = Arrays.stream(values).average().orElse(0.0);
            double variance = Arrays.stream(values)
                    .map(v -> (v - own) * (v - own))
                    .average()
                    .orElse(0.0);
            mean[b] = own;
            scale[b] = variance > 1e-12 ? 1.0 / Math.sqrt(variance) : 0.0;
        }
        learnt = Arrays.stream(spectra).map(this::standard).toArray(double[][]::new);
        labels = units.stream().mapToInt(Unit::label).toArray();
    }

    /** The label of the nearest unit; the first of equals. */
    int answer(Unit unit) {
        double[] spectrum = standard(spectrum(unit));
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < learnt.length; i++) {
            double distance = 0.0;
            for (int b = 0; b < BANDS && distance < least; b++) {
                double difference = learnt[i][b] - spectrum[b];
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return labels[best];
    }

    private double[] standard(double[] spectrum) {
        double[] out = new double[BANDS];
        for (int b = 0; b < BANDS; b++) {
            out[b] = (spectrum[b] - mean[b]) * scale[b];
        }
        return out;
    }

    private static double[] spectrum(Unit unit) {
        double[] mean = new double[BANDS];
        for (int i = 0; i < unit.logMel().length; i++) {
            mean[i % BANDS] += unit.logMel()[i] / unit.frames();
        }
        return mean;
    }
}
