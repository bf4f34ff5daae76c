package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.testing.PlainLogMel;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LaneMagnitudeTest {
    private final double[] spectrum = new double[LaneTransform.SPECTRUM];
    private final double[] re = new double[LaneTransform.PLANE];
    private final double[] im = new double[LaneTransform.PLANE];

    @Test
    void straightLinesEqualTheDefinitionWithinTheirBounds() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < re.length; i++) {
                int exponent = i % 2 == 0 ? random.nextInt(-30, 10) : random.nextInt(-450, 399);
                double a = Math.scalb(1 + random.nextDouble(), exponent);
                // All ratios matter, those around 1 : 2 (steep or flat) and 1 : 2^54 (no correction) most.
                double b = switch (i % 5) {
                    case 0 -> a * random.nextDouble();
                    case 1 -> a / Math.sqrt(3) * (1 + (random.nextDouble() - 0.5) * 0x1p-50);
                    case 2 -> a * Math.scalb(1 + random.nextDouble(), -random.nextInt(50, 58));
                    case 3 -> a * Math.scalb(1.0, -random.nextInt(0, 1100));
                    default -> random.nextInt(3) * a / 2;
                };
                if (a < LaneMagnitude.LEAST) {
                    a = 0;
                    b = 0;
                }
                re[i] = (random.nextBoolean() ? 1 : -1) * (i % 3 == 0 ? a : b);
                im[i] = (random.nextBoolean() ? 1 : -1) * (i % 3 == 0 ? b : a);
            }
            assertRowsAreExact(random.nextInt(0, 100));
        }
    }

    @Test
    void zeroAndTheCorners() {
        double[] values = {0.0, -0.0, LaneMagnitude.LEAST, 1, Math.nextUp(1.0), 3, 4, LaneMagnitude.MOST};
        int n = 0;
        for (double a : values) {
            for (double b : values) {
                re[n] = a;
                im[n++] = b;
            }
        }
        assertRowsAreExact(0);
        assertThat(LaneMagnitude.exact(3, -4)).isEqualTo(5);
        assertThat(LaneMagnitude.exact(0, -0.0)).isEqualTo(0);
        assertThat(LaneMagnitude.exact(3 * Double.MIN_VALUE, 4 * Double.MIN_VALUE))
                .isEqualTo(5 * Double.MIN_VALUE);
        assertThat(LaneMagnitude.exact(0x3p1000, 0x4p1000)).isEqualTo(0x5p1000);
    }

    private void assertRowsAreExact(int from) {
        System.arraycopy(re, 0, spectrum, 0, re.length);
        System.arraycopy(im, 0, spectrum, 2 * LaneTransform.PLANE, im.length);
        LaneMagnitude.rows(spectrum, from, re.length);
        for (int i = from; i < re.length; i++) {
            double expected = PlainLogMel.magnitude(re[i], im[i]);
            if (spectrum[i] != expected || LaneMagnitude.exact(re[i], im[i]) != expected) {
                assertThat(new double[] {spectrum[i], LaneMagnitude.exact(re[i], im[i])})
                        .as("|%a + %ai|", re[i], im[i])
                        .containsExactly(expected, expected);
            }
        }
    }
}
