package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.AudioDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, a WAV file is audio, the same however it is read, or a documented error; see docs/fuzzing.md. */
class WavFuzzTest {
    private static final Set<CryErrorCode> DOCUMENTED =
            EnumSet.of(CryErrorCode.UNSUPPORTED_FORMAT, CryErrorCode.INVALID_AUDIO);

    /** A few bytes at the lowest rate are a long recording: bounded, so that many files can be tried. */
    private static final AudioOptions OPTIONS = AudioOptions.defaults().withMaxDuration(Duration.ofSeconds(1));

    private final WavDecoder decoder = new WavDecoder();

    @TempDir
    static Path folder;

    @MethodSource("wholeFiles")
    @FuzzTest
    void wav(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("fuzzed.wav"), bytes);
        decoder.accepts(Arrays.copyOf(bytes, Math.min(bytes.length, AudioDecoder.HEAD_BYTES)));
        AudioClip clip;
        try (AudioReader reader = decoder.open(file, OPTIONS)) {
            clip = reader.readAll();
        } catch (CryException e) {
            assertThat(e.code()).isIn(DOCUMENTED);
            assertThat(e).hasMessageContaining("fuzzed.wav");
            return;
        }
        assertThat(clip.samples().length).isBetween(1, bytes.length);
        assertThat(clip.warnings()).allMatch(warning -> !warning.isBlank() && warning.length() < 200);
        assertThat(inPieces(file, clip.channels() + bytes.length % 7)).isEqualTo(clip.samples());
        asSignal(file);
    }

    private float[] inPieces(Path file, int length) {
        float[] all = new float[0];
        try (AudioReader reader = decoder.open(file, OPTIONS)) {
            float[] piece = new float[length];
            for (int read; (read = reader.read(piece, 0, length)) > 0; ) {
                int size = all.length;
                all = Arrays.copyOf(all, size + read);
                System.arraycopy(piece, 0, all, size, read);
                assertThat(reader.progress()).isBetween(0.0, 1.0);
            }
        }
        return all;
    }

    private static void asSignal(Path file) {
        try (FileSignal signal = FileSignal.open(file, OPTIONS, 1)) {
            double[] samples = new double[signal.length()];
            signal.read(0, samples, 0, samples.length);
            assertThat(samples).isNotEmpty();
        } catch (CryException e) {
            assertThat(e.code()).isIn(DOCUMENTED);
        }
    }

    static Stream<Arguments> wholeFiles() {
        return IntStream.range(0, 8).mapToObj(kind -> Arguments.of((Object) WavTest.samples(kind)));
    }
}
