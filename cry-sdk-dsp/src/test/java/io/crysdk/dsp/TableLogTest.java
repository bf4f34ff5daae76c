package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TableLogTest {
    @Test
    void isWithinOneUnitInTheLastPlaceOfTheLogarithm() {
        SplittableRandom random = new SplittableRandom(41);
        double worst = 0;
        for (int i = 0; i < 20_000; i++) {
            double x = switch (i % 4) {
                case 0 -> 0.01 + random.nextDouble();
                case 1 -> 1 + (random.nextDouble() - 0.5) * 0x1p-5; // where ln x itself is small
                case 2 -> 0.01 + random.nextDouble() * 5000;
                default -> Math.scalb(1 + random.nextDouble(), random.nextInt(-20, 20));
            };
            double log = TableLog.log(x);
            if (x == 1) {
                assertThat(log).isZero();
                continue;
            }
            // Near one only: elsewhere the series converges slowly, and the scaled value says the same.
            int k = Math.getExponent(x * Math.sqrt(2));
            BigDecimal exact =
                    LogMelTablesTest.ln(new BigDecimal(Math.scalb(x, -k))).add(LN2.multiply(BigDecimal.valueOf(k)));
            double error = Math.abs(exact.subtract(new BigDecimal(log)).doubleValue() / Math.ulp(exact.doubleValue()));
            worst = Math.max(worst, error);
        }
        assertThat(worst).isLessThan(0.9);
    }

    @Test
    void neighboursOfEveryTableBoundaryAgreeWithTheLibrary() {
        for (int exponent = -8; exponent <= 12; exponent++) {
            for (int row = 0; row <= 128; row++) {
                double boundary = Math.scalb(
                        Double.longBitsToDouble(Double.doubleToRawLongBits(0.6875) + ((long) row << 45)), exponent);
                for (double x : new double[] {Math.nextDown(boundary), boundary, Math.nextUp(boundary)}) {
                    double expected = StrictMath.log(x);
                    assertThat(Math.abs(TableLog.log(x) - expected)).isLessThanOrEqualTo(Math.ulp(expected));
                }
            }
        }
        for (double x : new double[] {1, Math.nextDown(1.0), Math.nextUp(1.0), 1 - 0x1p-7, 1 + 0x1p-7}) {
            double expected = StrictMath.log(x);
            assertThat(Math.abs(TableLog.log(x) - expected)).isLessThanOrEqualTo(Math.ulp(expected));
        }
    }

    @Test
    void silenceIsTheValueOfTheReference() {
        assertThat(TableLog.log(0.01)).isEqualTo(-4.605170185988091);
    }

    private static final BigDecimal LN2 = LogMelTablesTest.ln(BigDecimal.valueOf(2));
}
