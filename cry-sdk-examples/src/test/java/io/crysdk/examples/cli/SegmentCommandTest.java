package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crysdk.AudioClip;
import io.crysdk.dsp.CryUnit;
import io.crysdk.dsp.WavWriter;
import io.crysdk.examples.SampleClip;
import io.crysdk.testing.Movie;
import io.crysdk.testing.Shared;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentCommandTest {
    @TempDir
    Path folder;

    private Path gated;
    private Path cry;

    @BeforeEach
    void files() throws IOException {
        gated = TestModels.gated(folder);
        cry = folder.resolve("cry.wav");
        WavWriter.write(SampleClip.load(), cry);
    }

    @Test
    void peopleGetATable() {
        Run run = Run.cry("segment", cry, "--model", gated);
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0)).matches(".*cry\\.wav: 4\\.00 s, [2-5] cries, [1-3]\\.\\d\\d s of crying");
        assertThat(lines.get(1))
                .contains("begin")
                .contains("pitch")
                .contains("level")
                .endsWith("cry");
        assertThat(lines.get(2))
                .matches(" +1 +\\d\\.\\d{3} s .* \\d+ Hz .* -\\d+\\.\\d dBFS +\\d\\.\\d\\d +\\d\\.\\d\\d");
    }

    @Test
    void jsonHasTheKeysOfTheContract() throws IOException {
        Run run = Run.cry("segment", "--json", cry, "--model", gated);
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        JsonNode answer = new ObjectMapper().readTree(run.out());
        assertThat(keys(answer))
                .containsExactly(
                        "file", "durationSeconds", "units", "refused", "gateThreshold", "warnings", "model", "track");
        assertThat(keys(answer.get("track")))
                .containsExactly("number", "count", "container", "codec", "sampleRate", "channels", "language");
        assertThat(answer.get("track").get("codec").textValue()).isEqualTo("pcm_s16le");
        assertThat(answer.get("track").get("sampleRate").intValue()).isEqualTo(16_000);
        assertThat(answer.get("durationSeconds").doubleValue()).isEqualTo(4.0);
        assertThat(answer.get("gateThreshold").doubleValue()).isEqualTo(0.5);
        assertThat(keys(answer.get("model"))).containsExactly("id", "version", "sha256", "personalization");
        assertThat(answer.get("refused")).isEmpty();
        double end = 0.0;
        for (JsonNode unit : answer.get("units")) {
            assertThat(keys(unit))
                    .containsExactly(
                            "startSeconds",
                            "endSeconds",
                            "pitchHz",
                            "lowPitchHz",
                            "highPitchHz",
                            "levelDbfs",
                            "score",
                            "cryProbability",
                            "clip");
            assertThat(unit.get("startSeconds").doubleValue()).isGreaterThanOrEqualTo(end);
            end = unit.get("endSeconds").doubleValue();
            assertThat(unit.get("pitchHz").doubleValue()).isBetween(250.0, 700.0);
            assertThat(unit.get("cryProbability").doubleValue()).isBetween(0.5, 1.0);
            assertThat(unit.get("clip").isNull()).isTrue();
        }
        assertThat(end).isBetween(2.0, 4.0);
    }

    @Test
    void ofSeveralTracksIsSaidWhich() throws IOException {
        float[] sound = SampleClip.load().samples();
        Path two = new Movie().sound(new float[16_000], 0.0).sound(sound, 0.0).write(folder.resolve("two.mp4"));
        List<String> lines =
                Run.cry("segment", two, "--no-gate", "--track", 2).out().lines().toList();
        assertThat(lines.get(0)).contains("two.mp4: 4.00 s, ").doesNotContain(" 0 cries");
        assertThat(lines.get(1)).isEqualTo("  audio track 2 of 2: pcm_s16le, 16000 Hz, 1 channel");
        JsonNode track = new ObjectMapper()
                .readTree(Run.cry("segment", "--json", two, "--no-gate", "--track", 1)
                        .out())
                .get("track");
        assertThat(track.get("number").intValue()).isEqualTo(1);
        assertThat(track.get("count").intValue()).isEqualTo(2);
    }

    @Test
    void whatTheGateHoldsImprobableIsRefused() throws IOException {
        Run run = Run.cry("segment", "--json", cry, "--model", gated, "--threshold", 1);
        JsonNode answer = new ObjectMapper().readTree(run.out());
        assertThat(answer.get("units")).isEmpty();
        assertThat(answer.get("refused")).hasSizeGreaterThan(1);
        assertThat(Run.cry("segment", cry, "--model", gated, "--threshold", 1).out())
                .contains("0 cries, 0.00 s")
                .contains("no cry to the gate: ");
    }

    @Test
    void withoutAGateTheRuleAloneSpeaks() throws IOException {
        JsonNode answer = new ObjectMapper()
                .readTree(Run.cry("segment", "--json", cry, "--no-gate").out());
        assertThat(answer.get("gateThreshold").isNull()).isTrue();
        assertThat(answer.get("model").isNull()).isTrue();
        assertThat(answer.get("units"))
                .isNotEmpty()
                .allMatch(unit -> unit.get("cryProbability").isNull());
        Run gateless = Run.cry("segment", "--json", cry, "--model", TestModels.gateless(folder));
        assertThat(gateless.exit()).isZero();
        assertThat(gateless.err()).contains("has no gate");
        assertThat(new ObjectMapper().readTree(gateless.out())).isEqualTo(answer);
    }

    @Test
    void criesAreExportedAsTheyAreInTheFile() throws IOException {
        AudioClip mono = SampleClip.load();
        float[] stereo = new float[6 * mono.samples().length];
        for (int i = 0; i < stereo.length; i++) {
            stereo[i] = mono.samples()[i / 6] * (i % 2 == 0 ? 1.0f : 0.5f);
        }
        Path file = folder.resolve("two.channels.wav");
        WavWriter.write(AudioClip.of(stereo, 48_000, 2), file);
        Path clips = folder.resolve("a/b");

        Run run = Run.cry("segment", "--json", file, "--no-gate", "--export", clips);
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode units = new ObjectMapper().readTree(run.out()).get("units");
        assertThat(files(clips)).hasSize(units.size());
        for (JsonNode unit : units) {
            Path clip = Path.of(unit.get("clip").textValue());
            double start = unit.get("startSeconds").doubleValue();
            assertThat(clip).hasFileName(String.format(Locale.ROOT, "two.channels-%08.3fs.wav", start));
            AudioClip read = AudioClip.read(clip);
            assertThat(read.sampleRate()).isEqualTo(48_000);
            assertThat(read.channels()).isEqualTo(2);
            assertThat(read.durationSeconds()).isCloseTo(unit.get("endSeconds").doubleValue() - start, within(1e-9));
            int from = (int) Math.round(start * 48_000);
            for (int i = 0; i < 1000; i++) {
                assertThat(read.samples()[i]).isCloseTo(stereo[2 * from + i], within(1.0f / 32768));
            }
        }
    }

    @Test
    void nothingIsReplacedUnasked() throws IOException {
        Path clips = folder.resolve("clips");
        assertThat(Run.cry("segment", cry, "--no-gate", "--export", clips).exit())
                .isZero();
        List<Path> written = files(clips);
        Files.delete(written.get(0));
        Files.writeString(written.get(1), "mine");

        Run again = Run.cry("segment", cry, "--no-gate", "--export", clips);
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err().lines()).hasSize(1);
        assertThat(again.err()).contains("--force").contains(written.get(1).toString());
        assertThat(written.get(0)).doesNotExist();
        assertThat(written.get(1)).hasContent("mine");

        assertThat(Run.cry("segment", cry, "--no-gate", "--export", clips, "--force")
                        .exit())
                .isZero();
        assertThat(files(clips)).isEqualTo(written);
        assertThat(AudioClip.read(written.get(1)).durationSeconds()).isGreaterThan(0.17);
    }

    @Test
    void thePictureHasItsPanelsAndColours() throws IOException {
        Path png = folder.resolve("picture.png");
        assertThat(Run.cry("segment", cry, "--model", gated, "--png", png).exit())
                .isZero();
        BufferedImage image = ImageIO.read(png.toFile());
        assertThat(image.getWidth()).isGreaterThan(600);
        assertThat(image.getHeight()).isGreaterThan(500);
        Set<Integer> colours = new HashSet<>();
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                colours.add(image.getRGB(x, y) & 0xffffff);
            }
        }
        assertThat(colours).hasSizeGreaterThan(200).contains(0x1f6fb4, 0xc23b22, 0x404040);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 399, 640, 2880, 2_000_000})
    void aFileOfAnyLengthIsCutAndDrawn(int samples) throws IOException {
        Path wav = folder.resolve("any.wav");
        WavWriter.write(AudioClip.of(new float[samples], 16_000, 1), wav);
        Path png = folder.resolve("any.png");
        Run run = Run.cry("segment", wav, "--model", gated, "--png", png, "--export", folder.resolve("none"));
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("0 cries");
        assertThat(ImageIO.read(png.toFile())).isNotNull();
        assertThat(files(folder.resolve("none"))).isEmpty();
    }

    @Test
    void timesAreThoseOfTheFile() {
        CryUnit unit = new CryUnit(16_000, 32_000, 400, 380, 450, -20, 0.9, OptionalDouble.empty());
        CryUnit next = new CryUnit(48_000, 64_000, 400, 380, 450, -20, 0.9, OptionalDouble.empty());
        Segments heard = new Segments(List.of(unit, next), List.of(next), OptionalDouble.empty(), Optional.empty());
        // Audio that begins half a second after the picture, and has another gap of a second at 1.5 s.
        Segments told = heard.at(new FileTime(80_000, seconds -> seconds < 1.5 ? 0.5 : 1.5));
        assertThat(told.units()).extracting(CryUnit::startSeconds).containsExactly(1.5, 4.5);
        assertThat(told.units()).extracting(CryUnit::endSeconds).containsExactly(3.5, 5.5);
        assertThat(told.refused()).containsExactly(told.units().get(1));
        assertThat(told.units().get(0).pitchHz()).isEqualTo(400);
        // A gap that begins where a unit ends is none of its own.
        Segments before = heard.at(new FileTime(80_000, seconds -> seconds < 2.0 ? 0.5 : 1.5));
        assertThat(before.units().get(0).endSeconds()).isEqualTo(2.5);
    }

    @Test
    void aVideoWhoseAudioBeginsLateIsToldExportedAndDrawnInItsOwnTime() throws IOException {
        float[] sound = SampleClip.load().samples();
        Path atOnce = new Movie().sound(sound, 0.0).write(folder.resolve("once.mp4"));
        Path late = new Movie().sound(sound, 0.7).write(folder.resolve("late.mp4"));
        Path clips = folder.resolve("clips");
        Path png = folder.resolve("late.png");
        JsonNode expected = new ObjectMapper()
                .readTree(Run.cry("segment", "--json", atOnce, "--no-gate").out());
        Run run = Run.cry("segment", "--json", late, "--no-gate", "--export", clips, "--png", png);
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode answer = new ObjectMapper().readTree(run.out());

        assertThat(expected.get("durationSeconds").doubleValue()).isEqualTo(4.0);
        double seconds = answer.get("durationSeconds").doubleValue();
        assertThat(seconds).isCloseTo(4.7, within(1e-3));
        assertThat(answer.get("units")).hasSameSizeAs(expected.get("units")).hasSizeGreaterThan(1);
        for (int i = 0; i < expected.get("units").size(); i++) {
            JsonNode unit = answer.get("units").get(i);
            for (String key : List.of("startSeconds", "endSeconds")) {
                assertThat(unit.get(key).doubleValue())
                        .isCloseTo(expected.get("units").get(i).get(key).doubleValue() + 0.7, within(1e-3));
            }
            Path clip = Path.of(unit.get("clip").textValue());
            double start = unit.get("startSeconds").doubleValue();
            assertThat(clip).hasFileName(String.format(Locale.ROOT, "late-%08.3fs.wav", start));
            int from = (int) Math.round((start - 0.7) * 16_000);
            assertThat(AudioClip.read(clip).samples()[500]).isCloseTo(sound[from + 500], within(1e-4f));
        }

        BufferedImage image = ImageIO.read(png.toFile());
        int width = image.getWidth() - SegmentPicture.LEFT - SegmentPicture.RIGHT;
        int begin = SegmentPicture.LEFT + (int) (0.7 / seconds * width);
        assertThat(firstColumn(image, SegmentPicture.WAVE_TOP, 120, 0x404040)).isBetween(begin - 1, begin + 1);
        int mel = SegmentPicture.MEL_TOP + 100;
        assertThat(image.getRGB(begin - 2, mel) & 0xffffff).isEqualTo(0xffffff);
        int blank = 0;
        for (int x = begin + 2; x < SegmentPicture.LEFT + width; x++) {
            blank += (image.getRGB(x, mel) & 0xffffff) == 0xffffff ? 1 : 0;
        }
        assertThat(blank)
                .as("white columns, but for where cries begin and end")
                .isLessThanOrEqualTo(2 * answer.get("units").size());
        double first = answer.get("units").get(0).get("startSeconds").doubleValue();
        assertThat(firstColumn(image, SegmentPicture.NUMBERS_TOP, 20, 0x1f6fb4))
                .isEqualTo(SegmentPicture.LEFT + (int) Math.round(first / seconds * width));
        assertThat(firstColumn(image, SegmentPicture.PITCH_TOP, 150, 0xc23b22))
                .isBetween(begin, begin + (int) (0.5 / seconds * width));
    }

    /** The first column below a row that has the colour. */
    private static int firstColumn(BufferedImage image, int top, int height, int colour) {
        for (int x = SegmentPicture.LEFT; x < image.getWidth(); x++) {
            for (int y = top; y < top + height; y++) {
                if ((image.getRGB(x, y) & 0xffffff) == colour) {
                    return x;
                }
            }
        }
        return -1;
    }

    @Test
    void whatIsMissingOfAFileIsSaid() throws IOException {
        byte[] whole = Files.readAllBytes(cry);
        Path half = Files.write(folder.resolve("half.wav"), Arrays.copyOf(whole, whole.length / 2));
        Run run = Run.cry("segment", half, "--no-gate");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("half.wav: 2.00 s").contains("  cut short: ");
        JsonNode answer = new ObjectMapper()
                .readTree(Run.cry("segment", "--json", half, "--no-gate").out());
        assertThat(answer.get("warnings")).hasSize(1);
    }

    @Test
    void aFailureIsOneLineOrTheObject() throws IOException {
        Path gone = folder.resolve("gone.wav");
        Run run = Run.cry("segment", gone, "--no-gate");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("[AUDIO_UNREADABLE]");
        Run json = Run.cry("segment", "--json", gone, "--no-gate");
        assertThat(json.exit()).isEqualTo(1);
        assertThat(new ObjectMapper()
                        .readTree(json.out())
                        .get("error")
                        .get("code")
                        .textValue())
                .isEqualTo("AUDIO_UNREADABLE");
        assertThat(json.err()).isEmpty();
        Run model = Run.cry("segment", cry, "--model", folder.resolve("no.onnx"));
        assertThat(model.exit()).isEqualTo(1);
        assertThat(model.err()).contains("[MODEL_NOT_FOUND]");
        Run noFolder = Run.cry("segment", cry, "--no-gate", "--export", cry);
        assertThat(noFolder.exit()).isEqualTo(1);
        assertThat(noFolder.err()).contains("no folder");
    }

    @Test
    void aWrongCommandLineIsUsage() {
        assertThat(Run.cry("segment").exit()).isEqualTo(2);
        assertThat(Run.cry("segment", cry, "--force").exit()).isEqualTo(2);
        assertThat(Run.cry("segment", cry, "--threshold", "1.5").exit()).isEqualTo(2);
        assertThat(Run.cry("segment", cry, "--max-minutes", "0").exit()).isEqualTo(2);
        assertThat(Run.cry("segment", cry, "--no-gate", "--track", "2").err()).contains("[INVALID_AUDIO]");
        assertThat(Run.cry("segment", cry, "--no-gate", "--model", gated).err()).contains("--model");
        assertThat(Run.cry("segment", cry, "--no-gate", "--model", gated).exit())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4_aac_01173.mp4", "3gp_amrnb_multiframe_00128.3gp", "caf_ima4_01334.caf"})
    void anUploadIsCutInItsOwnContainer(String name) throws IOException {
        Path samples = Shared.folder("corpus/samples", "cries cut out of uploads in mp4, 3gp and caf");
        JsonNode answer = new ObjectMapper()
                .readTree(Run.cry("segment", "--json", samples.resolve(name)).out());
        assertThat(answer.get("durationSeconds").doubleValue()).isGreaterThan(6.0);
        assertThat(answer.get("units"))
                .isNotEmpty()
                .allMatch(unit -> unit.get("cryProbability").doubleValue() >= 0.5);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
