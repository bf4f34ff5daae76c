package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryException;
import io.crysdk.CryOutcome;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.ModelSource;
import io.crysdk.ReasonScore;
import io.crysdk.StreamOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the samples, there is an answer or a documented error; see docs/fuzzing.md.
 *
 * <p>The bytes are read as numbers, big-endian, the last ones again and again, so that a short input can be a long clip.
 */
class AudioFuzzTest {
    private static final int[] RATES = {16_000, 8_000, 11_025, 44_100, 48_000, 4_000, 192_000, 0};
    private static final Set<CryErrorCode> DOCUMENTED =
            EnumSet.of(CryErrorCode.INVALID_AUDIO, CryErrorCode.UNSUPPORTED_FORMAT);

    private static final CryClassifier CLASSIFIER = CryClassifier.builder()
            .model(ModelSource.bytes(
                    TinyModels.small().meta("crysdk.pre_emphasis", "0.97").bytes()))
            .build();

    @AfterAll
    static void close() {
        CLASSIFIER.close();
    }

    /** Numbers out of bytes, without an end. */
    private static final class Numbers {
        private final ByteBuffer in;

        Numbers(byte[] bytes) {
            in = ByteBuffer.wrap(bytes);
        }

        int any() {
            if (in.remaining() < Integer.BYTES) {
                int left = 0;
                while (in.hasRemaining()) {
                    left = left << 8 | in.get() & 0xff;
                }
                return left;
            }
            return in.getInt();
        }

        double anyDouble() {
            return Double.longBitsToDouble((long) any() << 32 | any() & 0xffff_ffffL);
        }

        /** 0 to 255. */
        int small() {
            return in.hasRemaining() ? in.get() & 0xff : 0;
        }

        int rate() {
            int rate = RATES[small() % RATES.length];
            return rate == 0 ? any() : rate;
        }

        /** Up to 256 floats of any bits, repeated to a length of up to 16 Ki. */
        float[] samples(int channels) {
            float[] samples = new float[((small() << 8 | small()) & 0x3fff) / channels * channels];
            int known = Math.min(1 + small(), samples.length);
            boolean sixteenBits = small() % 2 == 1;
            for (int i = 0; i < known; i++) {
                samples[i] = sixteenBits ? (short) (small() << 8 | small()) / 32768.0f : Float.intBitsToFloat(any());
            }
            for (int i = known; i < samples.length; i++) {
                samples[i] = samples[i - known];
            }
            return samples;
        }

        boolean left() {
            return in.hasRemaining();
        }
    }

    @MethodSource("inputs")
    @FuzzTest
    void clip(byte[] bytes) {
        Numbers numbers = new Numbers(bytes);
        int rate = numbers.rate();
        int channels = 1 + numbers.small() % 3;
        try {
            CryResult result = CLASSIFIER.classify(AudioClip.of(numbers.samples(channels), rate, channels));
            assertThat(result.scores().stream()
                            .mapToDouble(ReasonScore::probability)
                            .sum())
                    .isCloseTo(1.0, within(1e-3));
            assertThat(result.cryProbability().orElseThrow()).isBetween(0.0, 1.0);
            assertThat(result.windows()).isNotEmpty();
            assertThat(result.toString()).isNotBlank().doesNotContain("NaN");
        } catch (CryException e) {
            assertThat(e.code()).isIn(DOCUMENTED);
        } catch (IllegalArgumentException e) {
            assertThat(rate).isNotPositive();
        }
    }

    /** Denormals are where processors are slow, and an hour is the longest clip. */
    @Test
    void anHour() {
        float[] hour = new float[3600 * 16_000];
        Arrays.fill(hour, Float.MIN_VALUE);
        CryResult result = CLASSIFIER.classify(hour);
        assertThat(result.windows()).hasSize(7499);
        assertThat(result.outcome()).isEqualTo(CryOutcome.NOT_CRY);
        hour[hour.length - 1] = Float.NaN;
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> CLASSIFIER.classify(hour))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.INVALID_AUDIO));
    }

    /** Any calls with any values in any order. */
    @MethodSource("inputs")
    @FuzzTest
    void stream(byte[] bytes) throws InterruptedException {
        Numbers numbers = new Numbers(bytes);
        CryStream stream = CLASSIFIER.openStream(StreamOptions.builder()
                .windowHop(Duration.ofMillis(10 + 10 * (numbers.small() % 96)))
                .levelEvery(Duration.ofMillis(10 * (numbers.small() % 8)))
                .build());
        int channels = 1;
        for (int call = 0; call < 16 && numbers.left(); call++) {
            try {
                switch (numbers.small() % 6) {
                    case 0 -> {
                        int asked = numbers.small();
                        stream.format(numbers.rate(), asked);
                        channels = asked;
                    }
                    case 1 -> stream.gap(numbers.anyDouble());
                    case 2 -> stream.clock(numbers.anyDouble());
                    case 3 -> stream.deviceLost("gone");
                    case 4 -> {
                        byte[] pcm16 = new byte[numbers.small()];
                        stream.push(pcm16, 0, pcm16.length);
                    }
                    default -> {
                        float[] samples = numbers.samples(channels);
                        stream.push(samples, 0, samples.length);
                    }
                }
            } catch (CryException e) {
                assertThat(e.code()).isIn(DOCUMENTED);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        stream.close();
        CryEvent last = null;
        for (Optional<CryEvent> event = stream.poll(Duration.ZERO);
                event.isPresent();
                event = stream.poll(Duration.ZERO)) {
            last = event.get();
            assertThat(last.seconds()).isFinite();
            assertThat(last.toString()).doesNotContain("NaN");
        }
        assertThat(last)
                .isInstanceOfSatisfying(
                        CryEvent.StreamEnded.class,
                        ended -> assertThat(ended.failure()).isEmpty());
    }

    static Stream<Arguments> inputs() {
        return Stream.of(
                        floats(0, 0, 1.0f),
                        floats(1, 1, 0.5f, -0.5f),
                        floats(3, 2, Float.NaN),
                        floats(4, 0, Float.POSITIVE_INFINITY, 0.0f),
                        floats(5, 0, Float.MIN_VALUE, -Float.MIN_VALUE, -0.0f),
                        floats(6, 0, 8.0f, -8.0f),
                        floats(2, 1, 0.0f),
                        new byte[] {0, 0, 0, 1, 0, 0},
                        new byte[] {7, 0, 0, 0, 0})
                .map(bytes -> Arguments.of((Object) bytes));
    }

    private static byte[] floats(int rate, int channels, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(6 + Float.BYTES * values.length)
                .put((byte) rate)
                .put((byte) channels)
                .putShort((short) 12_000)
                .put((byte) (values.length - 1))
                .put((byte) 0);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }
}
