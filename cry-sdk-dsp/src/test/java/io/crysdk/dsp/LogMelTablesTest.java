package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.testing.Npy;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class LogMelTablesTest {
    private static final MathContext DIGITS = new MathContext(60);

    @Test
    void theFileIsMadeOfThePinnedTablesAndTheLogarithm() throws IOException {
        double[] mel = Npy.doubles(Npy.resource("tables/mel257x64.f64.npy"));
        ByteBuffer made = ByteBuffer.allocate(14312);
        put(made, Npy.doubles(Npy.resource("tables/hann400.f64.npy")));
        put(made, Npy.doubles(Npy.resource("tables/pocketfft_cos_sin_512.f64.npy")));
        for (int band = 0; band < 64; band++) {
            int first = 0;
            while (mel[64 * first + band] == 0) {
                first++;
            }
            int end = first;
            while (mel[64 * end + band] != 0) {
                end++;
            }
            made.putShort((short) first).putShort((short) (end - first));
        }
        for (int band = 0; band < 64; band++) {
            for (int bin = 0; bin < 257; bin++) {
                if (mel[64 * bin + band] != 0) {
                    made.putDouble(mel[64 * bin + band]);
                }
            }
        }
        for (int row = 0; row < 128; row++) {
            BigDecimal begin = new BigDecimal(zAt(row));
            BigDecimal end = new BigDecimal(zAt(row + 1));
            // The reciprocal of the middle, to a multiple of 1/1024.
            BigDecimal c = BigDecimal.valueOf(2048)
                    .divide(begin.add(end), DIGITS)
                    .setScale(0, RoundingMode.HALF_EVEN)
                    .divide(BigDecimal.valueOf(1024));
            BigDecimal ln = ln(c).negate();
            BigDecimal high = high(ln);
            made.putDouble(c.doubleValue())
                    .putDouble(high.doubleValue())
                    .putDouble(ln.subtract(high).doubleValue());
        }
        assertThat(made.hasRemaining()).isFalse();
        try (InputStream shipped = LogMelTables.class.getResourceAsStream("log-mel-tables.bin")) {
            assertThat(shipped.readAllBytes()).isEqualTo(made.array());
        }
    }

    @Test
    void ln2IsInTwoParts() {
        BigDecimal ln2 = ln(BigDecimal.valueOf(2));
        assertThat(TableLog.LN2_HIGH).isEqualTo(high(ln2).doubleValue());
        assertThat(TableLog.LN2_LOW).isEqualTo(ln2.subtract(high(ln2)).doubleValue());
    }

    @Test
    void aDamagedFileIsAClearError() {
        assertThatThrownBy(() -> LogMelTables.verified(new byte[14312]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("log-mel-tables.bin is damaged: expected SHA-256 2b73")
                .hasMessageContaining("found")
                .hasMessageContaining("Restore the original cry-sdk-dsp jar");
    }

    /** Natural logarithm, to some 55 digits, as {@code 2 artanh((x - 1) / (x + 1))}. */
    static BigDecimal ln(BigDecimal x) {
        BigDecimal u = x.subtract(BigDecimal.ONE).divide(x.add(BigDecimal.ONE), DIGITS);
        BigDecimal u2 = u.multiply(u, DIGITS);
        BigDecimal power = u;
        BigDecimal sum = BigDecimal.ZERO;
        for (int n = 1; power.abs().compareTo(new BigDecimal("1e-58")) > 0; n += 2) {
            sum = sum.add(power.divide(BigDecimal.valueOf(n), DIGITS));
            power = power.multiply(u2, DIGITS);
        }
        return sum.multiply(BigDecimal.valueOf(2));
    }

    private static BigDecimal high(BigDecimal value) {
        BigDecimal grid = BigDecimal.valueOf(1L << 42);
        return value.multiply(grid).setScale(0, RoundingMode.HALF_EVEN).divide(grid);
    }

    private static double zAt(int row) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(0.6875) + ((long) row << 45));
    }

    private static void put(ByteBuffer to, double[] values) {
        for (double value : values) {
            to.putDouble(value);
        }
    }
}
