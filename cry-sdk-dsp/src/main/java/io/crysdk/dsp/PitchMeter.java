package io.crysdk.dsp;

import java.util.Arrays;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Says how periodic a frame of {@value #FRAME} samples is, and with which period, by its autocorrelation under a
 * periodic Hann window. For one thread.
 *
 * <p>A parabola through a peak and its neighbours says how high it is and where between the samples. The window's own
 * autocorrelation falls off with the lag; it is left in where the highest peak is looked for, so that of a period and
 * its multiples the period is found. What is found is then divided by it, as P. Boersma, <i>Accurate short-term
 * analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled sound</i>, IFA Proceedings 17
 * (1993), does, so that a steady tone has periodicity 1 whatever its pitch.
 */
final class PitchMeter {
    static final int FRAME = 640;
    /** 1000 Hz. */
    static final int SHORTEST_LAG = 16;
    /** 80 Hz: deep voices and hum are heard as what they are, not as their overtones. */
    static final int LONGEST_LAG = 200;

    /** Room for the longest lag without the end of the frame coming round to its beginning. */
    private static final int LENGTH = 1024;

    private static final double[] WINDOW = new double[FRAME];
    private static final double[] WINDOW_CORRELATION = new double[LONGEST_LAG + 2];

    static {
        for (int i = 0; i < FRAME; i++) {
            WINDOW[i] = 0.5 - 0.5 * StrictMath.cos(2.0 * Math.PI * i / FRAME);
        }
        for (int lag = 0; lag < WINDOW_CORRELATION.length; lag++) {
            for (int i = lag; i < FRAME; i++) {
                WINDOW_CORRELATION[lag] += WINDOW[i] * WINDOW[i - lag];
            }
        }
    }

    private final DoubleFFT_1D fft = new DoubleFFT_1D(LENGTH);
    private final double[] work = new double[LENGTH];
    private double periodicity;
    private int lag;
    private double pitch;

    /** Measures the frame that begins at {@code offset} of a ring of {@value #FRAME} samples. */
    void measure(double[] ring, int offset) {
        int toEnd = FRAME - offset;
        for (int i = 0; i < toEnd; i++) {
            work[i] = ring[offset + i] * WINDOW[i];
        }
        for (int i = toEnd; i < FRAME; i++) {
            work[i] = ring[i - toEnd] * WINDOW[i];
        }
        Arrays.fill(work, FRAME, LENGTH, 0.0);
        fft.realForward(work);
        work[0] *= work[0];
        work[1] *= work[1];
        for (int k = 2; k < LENGTH; k += 2) {
            work[k] = work[k] * work[k] + work[k + 1] * work[k + 1];
            work[k + 1] = 0.0;
        }
        fft.realInverse(work, false);
        find();
    }

    private void find() {
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = SHORTEST_LAG; i <= LONGEST_LAG; i++) {
            if (work[i] >= work[i - 1] && work[i] > work[i + 1]) {
                double beyond = beyond(work[i - 1], work[i], work[i + 1]);
                double height = work[i] - 0.25 * (work[i - 1] - work[i + 1]) * beyond;
                if (height > highest) {
                    highest = height;
                    best = i;
                }
            }
        }
        lag = best;
        periodicity = best == 0 ? 0.0 : normalised(best);
        pitch = best == 0
                ? 0.0
                : LogMelExtractor.SAMPLE_RATE
                        / (best + beyond(normalised(best - 1), periodicity, normalised(best + 1)));
    }

    /** How many samples beyond the middle one of three the peak of a parabola through them lies. */
    private static double beyond(double before, double at, double after) {
        double curvature = before - 2.0 * at + after;
        double beyond = curvature < 0.0 ? 0.5 * (before - after) / curvature : 0.0;
        // The middle one may be no peak once the window is divided out.
        return Math.max(-1.0, Math.min(1.0, beyond));
    }

    private double normalised(int at) {
        return work[at] / work[0] * (WINDOW_CORRELATION[0] / WINDOW_CORRELATION[at]);
    }

    /** From 0, noise, to 1, a steady tone, of the frame last measured. */
    double periodicity() {
        return periodicity;
    }

    /** The whole samples of its period, {@value #SHORTEST_LAG} to {@value #LONGEST_LAG}; 0 if it has none. */
    int lag() {
        return lag;
    }

    /** Its pitch in Hz, by a period that is no whole number of samples; 0 if it has none. */
    double pitch() {
        return pitch;
    }
}
