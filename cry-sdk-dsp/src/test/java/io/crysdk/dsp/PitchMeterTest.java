package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PitchMeterTest {
    private final PitchMeter meter = new PitchMeter();

    @Property(tries = 200)
    void aToneHasItsPitch(
            @ForAll @DoubleRange(min = 210, max = 980) double hz, @ForAll @IntRange(max = 639) int offset) {
        double[] ring = new double[640];
        for (int i = 0; i < 640; i++) {
            ring[(offset + i) % 640] = 0.3 * Math.sin(2 * Math.PI * hz * i / 16000 + 1)
                    + 0.2 * Math.sin(4 * Math.PI * hz * i / 16000 + 2)
                    + 0.1 * Math.sin(6 * Math.PI * hz * i / 16000);
        }
        meter.measure(ring, offset);

        assertThat(meter.pitch()).isCloseTo(hz, within(0.004 * hz));
        assertThat(meter.lag()).isBetween((int) (16000 / hz) - 1, (int) (16000 / hz) + 2);
        assertThat(meter.periodicity()).isBetween(0.9, 1.02);
    }

    @Test
    void noiseHasNone() {
        Random random = new Random(5);
        double sum = 0.0;
        for (int n = 0; n < 100; n++) {
            meter.measure(random.doubles(640, -0.5, 0.5).toArray(), 0);
            sum += meter.periodicity();
        }
        assertThat(sum / 100).isBetween(0.0, 0.3);
    }

    @Test
    void silenceHasNone() {
        meter.measure(new double[640], 0);
        assertThat(meter.periodicity()).isZero();
        double[] edge = new double[640];
        edge[0] = 1.0;
        meter.measure(edge, 0);
        assertThat(meter.periodicity()).isZero();
    }
}
