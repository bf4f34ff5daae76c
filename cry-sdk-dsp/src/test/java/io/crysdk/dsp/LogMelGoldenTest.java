package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.testing.Npy;
import io.crysdk.testing.PlainLogMel;
import io.crysdk.testing.Shared;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the stored output of the reference program, with no tolerance. */
class LogMelGoldenTest {
    private final LogMelExtractor extractor = new LogMelExtractor();

    record Clip(String name, int samples, int frames, int examples, String sha256) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Clip> clips() {
        return lines("clips.csv")
                .map(c -> new Clip(c[0], Integer.parseInt(c[1]), Integer.parseInt(c[2]), Integer.parseInt(c[3]), c[4]));
    }

    @ParameterizedTest
    @MethodSource("clips")
    void everyFrameAndExampleOfTheSyntheticClips(Clip clip) throws NoSuchAlgorithmException {
        double[] samples = Npy.samples(Npy.resource("clips/" + clip.name() + ".s16"));
        float[] expected = Npy.floats(Npy.resource("clips/" + clip.name() + ".frames.f32.npy"));
        assertThat(samples).hasSize(clip.samples());
        assertThat(LogMelExtractor.frames(samples.length)).isEqualTo(clip.frames());
        assertThat(LogMelExtractor.examples(samples.length)).isEqualTo(clip.examples());

        float[] frames = frames(samples);
        assertThat(frames).isEqualTo(expected);
        assertThat(sha256(frames)).isEqualTo(clip.sha256());
        assertThat(extractor.examples(samples)).isEqualTo(Arrays.copyOf(expected, clip.examples() * 96 * 64));
        assertThat(new PlainLogMel().frames(samples)).isEqualTo(expected);

        float[] single = new float[samples.length];
        for (int i = 0; i < single.length; i++) {
            single[i] = (float) samples[i]; // 16 bits fit
        }
        float[] fromFloats = new float[frames.length];
        extractor.frames(single, 0, single.length, fromFloats, 0);
        assertThat(fromFloats).isEqualTo(expected);
        assertThat(extractor.examples(single)).isEqualTo(extractor.examples(samples));
    }

    @Test
    void everyFrameAndExampleOfTheRealClips() {
        Path clips = Shared.folder("golden", "every frame and example of the golden recordings of babies")
                .resolve("clips");
        List<Path> inputs = Shared.files(clips, "cry_*.s16");
        assertThat(inputs).hasSizeGreaterThanOrEqualTo(6);
        for (Path input : inputs) {
            String name = input.getFileName().toString().replace(".s16", "");
            double[] samples = Npy.samples(Npy.file(input));
            float[] expected = Npy.floats(Npy.file(clips.resolve(name + ".frames.f32.npy")));
            assertThat(frames(samples)).as(name).isEqualTo(expected);
            assertThat(new PlainLogMel().frames(samples)).as(name).isEqualTo(expected);
            assertThat(extractor.examples(samples))
                    .as(name)
                    .isEqualTo(Npy.floats(Npy.file(clips.resolve(name + ".examples.f32.npy"))));
        }
    }

    @Test
    void everyStageOfTheSyntheticClip() {
        assertStages(
                Npy.samples(Npy.resource("clips/white_fs.s16")),
                0,
                stage -> Npy.doubles(Npy.resource("stages/white_fs." + stage + ".f64.npy")));
    }

    @Test
    void everyStageOfTheRealClip() {
        Path golden = Shared.folder("golden", "every stage of a golden recording of a baby");
        assertStages(
                Npy.samples(Npy.file(golden.resolve("clips/cry_00.s16"))),
                40,
                stage -> Npy.doubles(Npy.file(golden.resolve("stages/cry_00." + stage + ".f64.npy"))));
    }

    /** Sixteen frames: all stages of the twin, and of the lanes all that exist there, in every lane. */
    private static void assertStages(double[] samples, int firstFrame, Function<String, double[]> golden) {
        double[] frames = golden.apply("frames");
        double[] windowed = golden.apply("windowed");
        double[] re = golden.apply("rfft_re");
        double[] im = golden.apply("rfft_im");
        double[] magnitude = golden.apply("magnitude");
        double[] mel = golden.apply("mel");
        double[] logMel = golden.apply("logmel");
        PlainLogMel plain = new PlainLogMel();
        for (int f = 0; f < 16; f++) {
            int at = 160 * (firstFrame + f);
            assertSame("frame", Arrays.copyOfRange(samples, at, at + 400), frames, f);
            plain.frame(samples, at);
            assertSame("windowed", plain.windowed, windowed, f);
            assertSame("re", plain.re, re, f);
            assertSame("im", plain.im, im, f);
            assertSame("magnitude", plain.magnitude, magnitude, f);
            assertSame("mel", plain.mel, mel, f);
            for (int band = 0; band < 64; band++) {
                double expected = logMel[64 * f + band];
                assertThat(Math.abs(plain.logMel[band] - expected)).isLessThanOrEqualTo(Math.ulp(expected));
            }
        }
        LaneWorkspace lanes = new LaneWorkspace();
        for (int before : new int[] {0, 1, 13, LaneWorkspace.LANES - 16}) {
            int begin = Math.max(0, firstFrame - before);
            int lane = firstFrame - begin;
            lanes.load(samples, 160 * begin, lane + 16);
            lanes.transform();
            for (int f = 0; f < 16; f++) {
                for (int bin = MelBank.FIRST_BIN; bin <= MelBank.LAST_BIN; bin++) {
                    assertSame("re", lanes.re(bin, lane + f), re[257 * f + bin], bin, f);
                    assertSame("im", lanes.im(bin, lane + f), im[257 * f + bin], bin, f);
                }
            }
            lanes.magnitudes();
            for (int f = 0; f < 16; f++) {
                for (int bin = MelBank.FIRST_BIN; bin <= MelBank.LAST_BIN; bin++) {
                    assertSame("magnitude", lanes.magnitude(bin, lane + f), magnitude[257 * f + bin], bin, f);
                }
            }
            lanes.mel();
            float[] out = new float[LaneWorkspace.LANES * 64];
            lanes.log(out, 0);
            for (int f = 0; f < 16; f++) {
                for (int band = 0; band < 64; band++) {
                    assertSame("mel", lanes.mel(band, lane + f), mel[64 * f + band], band, f);
                    assertSame("log-mel", out[64 * (lane + f) + band], (float) logMel[64 * f + band], band, f);
                }
            }
        }
    }

    private static void assertSame(String stage, double[] actual, double[] golden, int frame) {
        for (int i = 0; i < actual.length; i++) {
            assertSame(stage, actual[i], golden[actual.length * frame + i], i, frame);
        }
    }

    /** As numbers: the sign of a zero is not looked at. */
    private static void assertSame(String stage, double actual, double expected, int element, int frame) {
        if (actual != expected) {
            assertThat(actual).as("%s %d of frame %d", stage, element, frame).isEqualTo(expected);
        }
    }

    @Test
    void lengthsAtTheEdges() {
        lines("edge_cases.csv").forEach(c -> {
            int samples = Integer.parseInt(c[0]);
            int frames = Integer.parseInt(c[1]);
            int examples = Integer.parseInt(c[2]);
            assertThat(LogMelExtractor.frames(samples))
                    .as("%d samples", samples)
                    .isEqualTo(frames);
            assertThat(LogMelExtractor.examples(samples))
                    .as("%d samples", samples)
                    .isEqualTo(examples);
            float[] zeros = extractor.examples(new double[samples]);
            assertThat(zeros).as("%d samples", samples).hasSize(examples * 96 * 64);
            assertThat(frames(new double[samples])).hasSize(frames * 64);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 31, 32, 33, 95, 97})
    void aFewFramesAloneAreTheFirstOfTheClip(int few) {
        double[] samples = Npy.samples(Npy.resource("clips/sweep_lin.s16"));
        float[] expected = Npy.floats(Npy.resource("clips/sweep_lin.frames.f32.npy"));
        float[] out = new float[few * 64];
        extractor.frames(samples, 0, 400 + 160 * (few - 1), out, 0);
        assertThat(out).isEqualTo(Arrays.copyOf(expected, out.length));
    }

    private float[] frames(double[] samples) {
        float[] out = new float[LogMelExtractor.frames(samples.length) * 64];
        extractor.frames(samples, 0, samples.length, out, 0);
        return out;
    }

    private static String sha256(float[] values) throws NoSuchAlgorithmException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }

    private static Stream<String[]> lines(String csv) {
        return new String(Npy.resource(csv), StandardCharsets.US_ASCII)
                .lines()
                .skip(1)
                .map(line -> line.split(","));
    }
}
