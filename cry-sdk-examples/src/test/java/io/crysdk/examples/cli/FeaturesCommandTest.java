package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.dsp.WavWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturesCommandTest {
    /** What NumPy wrote for the reference features of synthetic clips. */
    private static final Path GOLDEN = Path.of("../cry-sdk-dsp/src/test/resources/golden/clips");

    private static final int ROW_BYTES = 64 * Float.BYTES;
    private static final int HEADER_BYTES = 128;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"chord_decay", "gauss_m20", "sweep_lin", "silence", "len_400", "len_30960"})
    void allFramesAreByteForByteWhatTheReferenceWrote(String clip) throws IOException {
        Path npy = folder.resolve("frames.npy");
        Run run = Run.cry("features", wav(clip), "--out", npy, "--frames");
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(Files.readAllBytes(npy)).isEqualTo(golden(clip));
    }

    @Test
    void examplesAreTheWholePatches() throws IOException {
        Path npy = folder.resolve("examples.npy");
        assertThat(Run.cry("features", wav("gauss_m20"), "--out", npy).exit()).isZero();
        byte[] bytes = Files.readAllBytes(npy);
        assertThat(header(bytes)).contains("'descr': '<f4'").contains("'shape': (3, 96, 64)");
        byte[] frames = golden("gauss_m20");
        assertThat(Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length))
                .isEqualTo(Arrays.copyOfRange(frames, HEADER_BYTES, HEADER_BYTES + 3 * 96 * ROW_BYTES));
    }

    @Test
    void aClipThatFillsNoExampleGivesNoneAndSaysSo() throws IOException {
        Path npy = folder.resolve("none.npy");
        Run run = Run.cry("features", wav("len_559"), "--out", npy);
        assertThat(run.exit()).isZero();
        assertThat(header(Files.readAllBytes(npy))).contains("'shape': (0, 96, 64)");
        assertThat(Files.size(npy)).isEqualTo(HEADER_BYTES);
        assertThat(run.err()).contains("15600 samples");
    }

    @Test
    void anotherRateAndChannelCountIsTakenToo() throws IOException {
        Path wav = folder.resolve("stereo.wav");
        WavWriter.write(AudioClip.of(new float[2 * 44_100], 44_100, 2), wav);
        Path npy = folder.resolve("stereo.npy");
        assertThat(Run.cry("features", wav, "--out", npy, "--frames").exit()).isZero();
        assertThat(header(Files.readAllBytes(npy))).contains("'shape': (98, 64)");
    }

    @Test
    void thePictureCanBeReadAndHasColours() throws IOException {
        Path png = folder.resolve("picture.png");
        assertThat(Run.cry("features", wav("sweep_lin"), "--png", png).exit()).isZero();
        BufferedImage image = ImageIO.read(png.toFile());
        assertThat(image.getWidth()).isGreaterThan(400);
        assertThat(image.getHeight()).isGreaterThan(400);
        Set<Integer> colours = new HashSet<>();
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                colours.add(image.getRGB(x, y));
            }
        }
        assertThat(colours).hasSizeGreaterThan(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 399, 400, 100_000, 2_000_000})
    void aPictureOfAnyLengthCanBeDrawn(int samples) throws IOException {
        Path wav = folder.resolve("any.wav");
        WavWriter.write(AudioClip.of(new float[samples], 16_000, 1), wav);
        Path png = folder.resolve("any.png");
        assertThat(Run.cry("features", wav, "--png", png).exit()).isZero();
        assertThat(ImageIO.read(png.toFile())).isNotNull();
    }

    @Test
    void aFailureLeavesWhatWasThere() throws IOException {
        Path npy = Files.writeString(folder.resolve("kept.npy"), "old");
        Run run = Run.cry("features", folder.resolve("gone.wav"), "--out", npy);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("[AUDIO_UNREADABLE]");
        assertThat(npy).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(npy);
        }
    }

    @Test
    void aPlaceThatCannotBeWrittenIsOneLine() throws IOException {
        Run run = Run.cry("features", wav("silence"), "--out", folder.resolve("no/such/folder/f.npy"));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void withoutAPlaceToWriteItIsUsage() throws IOException {
        assertThat(Run.cry("features", wav("silence")).exit()).isEqualTo(2);
        assertThat(Run.cry("features").exit()).isEqualTo(2);
    }

    private Path wav(String clip) throws IOException {
        Path wav = folder.resolve(clip + ".wav");
        WavWriter.write(AudioClip.ofPcm16(Files.readAllBytes(GOLDEN.resolve(clip + ".s16")), 16_000, 1), wav);
        return wav;
    }

    private static byte[] golden(String clip) throws IOException {
        return Files.readAllBytes(GOLDEN.resolve(clip + ".frames.f32.npy"));
    }

    private static String header(byte[] npy) {
        return new String(npy, 0, HEADER_BYTES, StandardCharsets.ISO_8859_1);
    }
}
