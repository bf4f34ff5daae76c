package io.crysdk.dsp;

import java.util.Arrays;

/**
 * The weighted sums over frequency, 64 bands, each from its lowest bin upwards: multiply, then add.
 *
 * <p>Neighbouring triangles overlap by half, so a bin belongs to at most two bands, one with an even number and one
 * with an odd. One sweep over the bins therefore feeds two running sums; a sum whose band has not begun, or is over,
 * receives {@code 0 * magnitude}, which changes nothing.
 */
final class MelBank {
    /** The bins that any band hears: 156.25 Hz to 7468.75 Hz. */
    static final int FIRST_BIN = 5;

    static final int LAST_BIN = 239;

    private static final int LANES = LaneTransform.LANES;

    /** Of the work array of {@link #sums}: even sum, odd sum, the bin at hand. */
    static final int WORK = 3 * LANES;

    /** The bin's weights in its even and its odd band at {@code 2 bin}. */
    private static final double[] WEIGHTS = new double[2 * (LAST_BIN + 1)];

    private static final int[] BAND_LAST_BIN = new int[LogMelExtractor.BANDS];

    static {
        int next = 0;
        for (int band = 0; band < LogMelExtractor.BANDS; band++) {
            int first = LogMelTables.BAND_FIRST_BIN[band];
            int bins = LogMelTables.BAND_BINS[band];
            for (int bin = first; bin < first + bins; bin++) {
                WEIGHTS[2 * bin + (band & 1)] = LogMelTables.MEL_WEIGHTS[next++];
            }
            BAND_LAST_BIN[band] = first + bins - 1;
        }
    }

    private MelBank() {}

    /**
     * Sums the magnitudes of all lanes.
     *
     * @param spectrum magnitudes where {@link LaneTransform#row} says
     * @param work {@link #WORK} elements, overwritten
     * @param mel the sums, {@code [band][lane]}
     */
    static void sums(double[] spectrum, double[] work, double[] mel) {
        Arrays.fill(work, 0, 2 * LANES, 0.0);
        int band = 0;
        for (int bin = FIRST_BIN; bin <= LAST_BIN; bin++) {
            System.arraycopy(spectrum, LaneTransform.row(bin), work, 2 * LANES, LANES);
            add(work, WEIGHTS[2 * bin], WEIGHTS[2 * bin + 1]);
            // The two lowest bands end at bins 5 and 6 and begin together, so one bin can end more than one band.
            while (band < LogMelExtractor.BANDS && BAND_LAST_BIN[band] == bin) {
                int sum = (band & 1) * LANES;
                System.arraycopy(work, sum, mel, band * LANES, LANES);
                Arrays.fill(work, sum, sum + LANES, 0.0);
                band++;
            }
        }
    }

    private static void add(double[] work, double even, double odd) {
        for (int j = 0; j < LANES; j++) {
            double magnitude = work[j + 2 * LANES];
            work[j] += even * magnitude;
            work[j + LANES] += odd * magnitude;
        }
    }
}
