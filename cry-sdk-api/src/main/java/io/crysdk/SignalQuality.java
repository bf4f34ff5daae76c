package io.crysdk;

/**
 * How fit the recording was to be judged, measured on the mono signal at 16 kHz that the model hears.
 *
 * @param durationSeconds length of the clip
 * @param peak largest absolute sample, full scale being 1
 * @param clippedShare share of the samples that lie in runs of two or more at or beyond 0.999 of full scale, 0 to 1
 * @param silentShare share of the 25 ms frames, one after the other, whose level is below -50 dBFS, 0 to 1
 * @param bandwidthHz up to where there is sound: the upper edge of the highest 250 Hz band that lies less than 50 dB
 *     under the strongest and above -100 dBFS, stretches with clipped samples left aside where there are others; 0 to
 *     8000, and 0 for silence. Telephone codecs end at 4750 Hz or below
 * @since 0.1.0
 */
public record SignalQuality(
        double durationSeconds, double peak, double clippedShare, double silentShare, double bandwidthHz) {
    /**
     * Creates a measurement.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public SignalQuality {
        Checks.notNegative("durationSeconds", durationSeconds);
        Checks.notNegative("peak", peak);
        Checks.unit("clippedShare", clippedShare);
        Checks.unit("silentShare", silentShare);
        Checks.notNegative("bandwidthHz", bandwidthHz);
    }
}
