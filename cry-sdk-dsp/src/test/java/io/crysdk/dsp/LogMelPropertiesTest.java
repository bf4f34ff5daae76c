package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.testing.PlainLogMel;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LogMelPropertiesTest {
    private final LogMelExtractor extractor = new LogMelExtractor();

    @Property(tries = 200)
    void aFrameIsTheSameAloneAndInAClip(
            @ForAll long seed,
            @ForAll @IntRange(min = 400, max = 12_000) int length,
            @ForAll @IntRange(max = 99) int at) {
        double[] samples = noise(seed, length);
        int frame = at * LogMelExtractor.frames(length) / 100;
        float[] clip = frames(samples, 0, length);
        float[] alone = frames(samples, 160 * frame, 400);
        assertThat(alone).isEqualTo(Arrays.copyOfRange(clip, 64 * frame, 64 * (frame + 1)));
    }

    @Property(tries = 100)
    void floatsAndTheirDoublesAgree(@ForAll long seed, @ForAll @IntRange(max = 8_000) int length) {
        double[] samples = noise(seed, length);
        float[] single = new float[length];
        for (int i = 0; i < length; i++) {
            single[i] = (float) samples[i];
            samples[i] = single[i];
        }
        float[] fromFloats = new float[LogMelExtractor.frames(length) * 64];
        extractor.frames(single, 0, length, fromFloats, 0);
        assertThat(fromFloats).isEqualTo(frames(samples, 0, length));
    }

    @Property(tries = 100)
    void offsetsAreHonouredAndNothingElseIsWritten(
            @ForAll long seed,
            @ForAll @IntRange(max = 700) int offset,
            @ForAll @IntRange(max = 8_000) int count,
            @ForAll @IntRange(max = 300) int outOffset) {
        double[] samples = noise(seed, offset + count + 300);
        double[] before = samples.clone();
        float[] expected = new PlainLogMel().frames(Arrays.copyOfRange(samples, offset, offset + count));
        float[] out = new float[outOffset + expected.length + 100];
        Arrays.fill(out, 77);
        extractor.frames(samples, offset, count, out, outOffset);
        assertThat(Arrays.copyOfRange(out, outOffset, outOffset + expected.length))
                .isEqualTo(expected);
        Arrays.fill(out, outOffset, outOffset + expected.length, 77);
        assertThat(out).containsOnly(77);
        assertThat(samples).isEqualTo(before);
    }

    @Property(tries = 50)
    void theTailIsDropped(
            @ForAll long seed, @ForAll @IntRange(max = 2) int examples, @ForAll @IntRange(max = 15_359) int tail) {
        int whole = examples == 0 ? 0 : 15_600 + 15_360 * (examples - 1);
        int length = examples == 0 ? tail : whole + tail;
        double[] samples = noise(seed, length);
        float[] out = extractor.examples(samples);
        assertThat(out).hasSize(examples * 96 * 64);
        assertThat(out).isEqualTo(extractor.examples(Arrays.copyOf(samples, whole)));
        float[] frames = frames(samples, 0, length);
        assertThat(out).isEqualTo(Arrays.copyOf(frames, out.length));
    }

    @Property(tries = 50)
    void silenceHasOneValue(@ForAll @IntRange(min = 400, max = 20_000) int length) {
        assertThat(frames(new double[length], 0, length)).containsOnly((float) -4.605170185988091);
    }

    private float[] frames(double[] samples, int offset, int count) {
        float[] out = new float[LogMelExtractor.frames(count) * 64];
        extractor.frames(samples, offset, count, out, 0);
        return out;
    }

    private static double[] noise(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        double level = Math.pow(10, -random.nextInt(5));
        double[] samples = new double[length];
        for (int i = 0; i < length; i++) {
            samples[i] = level * (2 * random.nextDouble() - 1);
        }
        return samples;
    }
}
