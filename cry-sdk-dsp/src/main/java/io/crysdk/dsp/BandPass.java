package io.crysdk.dsp;

import java.util.Arrays;

/**
 * A Butterworth band-pass of fourth order from 200 to 3500 Hz at 16 kHz: what of a cry also a telephone carries, and
 * neither hum nor rumble. For one thread; the filter goes on where the last call ended.
 *
 * <p>The eight poles are those of the analogue prototype after the band-pass and bilinear transforms with both edges
 * prewarped, in conjugate pairs; each of the four sections has a zero at 0 Hz and one at 8 kHz.
 */
final class BandPass {
    /** Of each section {@code (1 - z^-2) / (1 + a1 z^-1 + a2 z^-2)}: a1, a2. */
    private static final double[] SECTIONS = {
        -0.29516233672200975, 0.06851294227967633,
        -0.30746701821889644, 0.4881624313802315,
        -1.8492968875183984, 0.8560901901674439,
        -1.9395480048743692, 0.9456914144868844,
    };

    /** Makes the gain 1 in the middle of the band. */
    private static final double GAIN = 0.051334290093258135;

    /** What is left of a sound in the filter below this is nothing, and its square not yet a number that slows down. */
    private static final double NOTHING = 1e-100;

    private final double[] state = new double[SECTIONS.length];

    /** Forgets the signal so far. */
    void restart() {
        Arrays.fill(state, 0.0);
    }

    /** Filters the next samples in place. */
    void filter(double[] samples, int offset, int count) {
        for (int s = 0; s < SECTIONS.length; s += 2) {
            double a1 = SECTIONS[s];
            double a2 = SECTIONS[s + 1];
            double gain = s == 0 ? GAIN : 1.0;
            double first = state[s];
            double second = state[s + 1];
            for (int i = offset; i < offset + count; i++) {
                double x = gain * samples[i];
                double y = x + first;
                first = second - a1 * y;
                second = -x - a2 * y;
                samples[i] = y;
            }
            state[s] = Math.abs(first) < NOTHING ? 0.0 : first;
            state[s + 1] = Math.abs(second) < NOTHING ? 0.0 : second;
        }
    }
}
