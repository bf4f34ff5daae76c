package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BandPassTest {
    /** The definition: {@code |H|^2 = 1 / (1 + ((w^2 - w1 w2) / ((w2 - w1) w))^8)} at {@code w = tan(pi f / rate)}. */
    @ParameterizedTest
    @ValueSource(doubles = {20, 50, 100, 150, 200, 250, 440, 1000, 2000, 3000, 3500, 4000, 5000, 7000})
    void theGainIsThatOfAButterworthFilter(double hz) {
        double low = Math.tan(Math.PI * 200 / 16000);
        double high = Math.tan(Math.PI * 3500 / 16000);
        double w = Math.tan(Math.PI * hz / 16000);
        double gain = 1 / Math.sqrt(1 + Math.pow((w * w - low * high) / ((high - low) * w), 8));

        assertThat(gain(hz)).isCloseTo(gain, within(1e-9 + 1e-6 * gain));
    }

    /** The gain at a frequency, from the response to an impulse. */
    private static double gain(double hz) {
        double[] response = new double[1 << 14];
        response[0] = 1;
        new BandPass().filter(response, 0, response.length);
        double re = 0.0;
        double im = 0.0;
        for (int i = 0; i < response.length; i++) {
            re += response[i] * Math.cos(2 * Math.PI * hz * i / 16000);
            im += response[i] * Math.sin(2 * Math.PI * hz * i / 16000);
        }
        return Math.hypot(re, im);
    }
}
