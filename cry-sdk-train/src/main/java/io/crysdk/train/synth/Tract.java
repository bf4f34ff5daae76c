package io.crysdk.train.synth;

/** The vocal tract: four resonances in a row, the fourth following the third. */
final class Tract {
    private static final double FOURTH_ABOVE_THIRD = 1.36;
    private static final double[] BANDWIDTHS_HZ = {260, 400, 550, 800};

    private final double[] centresHz;

    Tract(CryVoice voice) {
        centresHz = new double[] {
            voice.formant1Hz(), voice.formant2Hz(), voice.formant3Hz(), voice.formant3Hz() * FOURTH_ABOVE_THIRD
        };
    }

    /**
     * Returns the gain at a frequency, one at the bottom.
     *
     * @param hz the frequency
     * @param opening how far the mouth is open; 1 is the voice's own shape, less lowers the first resonance
     */
    double gain(double hz, double opening) {
        double gain = 1.0;
        for (int i = 0; i < centresHz.length; i++) {
            double centre = i == 0 ? centresHz[0] * opening : centresHz[i];
            double width = BANDWIDTHS_HZ[i] * hz;
            double off = centre * centre - hz * hz;
            gain *= centre * centre / Math.sqrt(off * off + width * width);
        }
        return gain;
    }

    /** Returns filters that shape noise as the tract would, scaled for breathing in by {@code stretch}. */
    Resonator[] resonators(double stretch) {
        Resonator[] filters = new Resonator[centresHz.length - 1];
        for (int i = 0; i < filters.length; i++) {
            filters[i] = new Resonator(Math.min(7600, centresHz[i] * stretch), 2.0 * BANDWIDTHS_HZ[i]);
        }
        return filters;
    }

    /** A two-pole band pass with a gain of about one at its centre. */
    static final class Resonator {
        private final double a1;
        private final double a2;
        private final double gain;
        private double before;
        private double last;

        Resonator(double centreHz, double bandwidthHz) {
            double radius = StrictMath.exp(-Math.PI * bandwidthHz / CrySynthesizer.SAMPLE_RATE);
            a1 = 2 * radius * StrictMath.cos(2 * Math.PI * centreHz / CrySynthesizer.SAMPLE_RATE);
            a2 = -radius * radius;
            gain = 1 - radius;
        }

        double filter(double x) {
            double y = gain * x + a1 * last + a2 * before;
            before = last;
            last = y;
            return y;
        }
    }
}
