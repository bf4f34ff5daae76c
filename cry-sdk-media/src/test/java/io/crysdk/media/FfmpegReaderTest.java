package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16P;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading in pieces, the file's timeline, its tracks, and what is said of damage. */
class FfmpegReaderTest {
    private static final AudioOptions DEFAULTS = AudioOptions.defaults();

    private final FfmpegDecoder decoder = new FfmpegDecoder();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"a.m4a, aac, 2", "a.ogg, vorbis, 2", "a.flac, flac, 1", "a.3gp, libopencore_amrnb, 1"})
    void piecesOfAnySizeAreTheSameSamples(String name, String codec, int channels) {
        Path file = encode(name, codec, 2.0, channels).write(folder.resolve(name));
        float[] expected = decoder.decode(file).samples();
        for (int length : new int[] {channels, channels + 1, 999, 1 << 20}) {
            float[] found = new float[expected.length];
            int size = 0;
            try (AudioReader reader = decoder.open(file, DEFAULTS)) {
                float[] out = new float[length];
                double progress = 0.0;
                for (int read; (read = reader.read(out, 0, length)) > 0; size += read) {
                    assertThat(read % channels).isZero();
                    System.arraycopy(out, 0, found, size, read);
                    assertThat(reader.progress()).isBetween(progress, 1.0);
                    progress = reader.progress();
                }
                assertThat(progress).isEqualTo(1.0);
                assertThat(reader.read(out, 0, length)).isEqualTo(-1);
            }
            assertThat(size).isEqualTo(expected.length);
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void aClosedReaderSaysSoAndKeepsItsFacts() {
        Path file = encode("a.m4a", "aac", 1.0, 2).write(folder.resolve("a.m4a"));
        AudioReader reader = decoder.open(file, DEFAULTS);
        float[] out = new float[8];
        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(out, 0, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> reader.read(out, 6, 4));
        assertThat(reader.read(out, 0, 8)).isEqualTo(8);
        reader.close();
        reader.close();
        fails(CryErrorCode.CLOSED, () -> reader.read(out, 0, 8));
        assertThat(reader.track().codec()).isEqualTo("aac");
        assertThat(reader.warnings()).isEmpty();
        assertThat(reader.offsetSeconds(0.5)).isZero();
    }

    @Test
    void interruptionEndsTheReading() {
        Path file = encode("a.m4a", "aac", 1.0, 1).write(folder.resolve("a.m4a"));
        try (AudioReader reader = decoder.open(file, DEFAULTS)) {
            Thread.currentThread().interrupt();
            fails(CryErrorCode.CANCELLED, () -> reader.read(new float[8], 0, 8));
            fails(CryErrorCode.CANCELLED, () -> decoder.open(file, DEFAULTS));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void theBestTrackIsChosenAndSaid() {
        Path file = new Encoder()
                .video(25)
                .audio("pcm_s16le", AV_SAMPLE_FMT_S16, Sounds.tune(1.0, 8_000, 1), 8_000, 1, 0)
                .language("ger")
                .audio("pcm_s16le", AV_SAMPLE_FMT_S16, Sounds.tune(1.0, 16_000, 2), 16_000, 2, 0)
                .language("eng")
                .write(folder.resolve("a.mkv"));
        try (AudioReader reader = decoder.open(file, DEFAULTS)) {
            assertThat(reader.track()).hasToString("audio track 2 of 2: pcm_s16le, 16000 Hz, 2 channels, eng");
            assertThat(reader.track().container()).isEqualTo("matroska,webm");
            assertThat(reader.track().declaredSeconds()).as("of the whole file").isEmpty();
        }
        try (AudioReader reader = decoder.open(file, DEFAULTS.withTrack(1))) {
            assertThat(reader.track()).hasToString("audio track 1 of 2: pcm_s16le, 8000 Hz, 1 channel, ger");
            assertThat(reader.readAll().samplesPerChannel()).isEqualTo(8_000);
        }
        fails(CryErrorCode.INVALID_AUDIO, () -> decoder.open(file, DEFAULTS.withTrack(3)));
    }

    @Test
    void aTrackWithoutLanguageHasNone() {
        Path file = encode("a.mp4", "aac", 1.0, 1).write(folder.resolve("a.mp4"));
        try (AudioReader reader = decoder.open(file, DEFAULTS)) {
            assertThat(reader.track().language()).isEqualTo(Optional.empty());
            assertThat(reader.track().declaredSeconds().orElseThrow()).isCloseTo(1.0, within(0.001));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.mp4, aac, 0.001",
        "a.mov, adpcm_ima_qt, 0.001",
        "a.m4a, alac, 0.001",
        "a.mkv, flac, 0.001",
        "a.webm, libopus, 0.001",
        "a.mp3, libmp3lame, 0.001",
        "a.3gp, libopencore_amrnb, 0.021",
        "a.ogg, vorbis, 0.003",
        "a.ts, aac, 0.05",
    })
    void aSoundFileIsAsLongAsWhatWasEncodedAndHasNoWarnings(String name, String codec, double tolerance) {
        try (AudioReader reader =
                decoder.open(encode(name, codec, 3.3, Encoder.channels(codec)).write(folder.resolve(name)), DEFAULTS)) {
            assertThat(reader.readAll().durationSeconds()).isCloseTo(3.3, within(tolerance));
            assertThat(reader.warnings()).isEmpty();
            assertThat(reader.offsetSeconds(0.0)).isZero();
            assertThat(reader.offsetSeconds(3.3)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"a.mp4, aac", "a.mov, adpcm_ima_qt", "a.mkv, flac", "a.3gp, libopencore_amrnb", "a.ts, aac"})
    void audioThatBeginsAfterThePictureKeepsItsTime(String name, String codec) {
        int rate = rate(codec);
        float[] silenceThenTone = new float[2 * rate];
        System.arraycopy(Sounds.tune(1.0, rate, 1), 0, silenceThenTone, rate, rate);
        Path file = new Encoder()
                .video(100)
                .audio(codec, format(codec), silenceThenTone, rate, 1, bitRate(codec))
                .beginning(0.7)
                .write(folder.resolve(name));
        try (AudioReader reader = decoder.open(file, DEFAULTS)) {
            AudioClip clip = reader.readAll();
            int onset = 0;
            while (Math.abs(clip.samples()[onset]) < 0.05f) {
                onset++;
            }
            double seconds = (double) onset / rate;
            assertThat(seconds + reader.offsetSeconds(seconds)).isCloseTo(1.7, within(0.03));
            assertThat(reader.warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"a.m4a, aac", "a.mkv, flac", "a.webm, libopus", "a.3gp, libopencore_amrnb", "a.mov, adpcm_ima_qt"})
    void whatIsMissingInTheMiddleIsSaidAndTheRestKeepsItsTime(String name, String codec) {
        Path file = encode(name, codec, 4.0, 1).without(1.5, 2.0).write(folder.resolve(name));
        try (AudioReader reader = decoder.open(file, DEFAULTS)) {
            double decoded = reader.readAll().durationSeconds();
            assertThat(decoded).isCloseTo(3.5, within(0.06));
            assertThat(decoded + reader.offsetSeconds(decoded)).isCloseTo(4.0, within(0.05));
            assertThat(reader.offsetSeconds(1.4)).isZero();
            assertThat(reader.offsetSeconds(1.7)).isCloseTo(0.5, within(0.05));
            assertThat(reader.warnings()).hasSize(1);
            assertThat(reader.warnings().get(0)).matches("without audio: 0\\.[45]. s at 1\\.[56]. s");
        }
    }

    @Test
    void damagedPacketsAreLeftOutWithTheirTimeAndLength() throws IOException {
        Path whole = encode("a.m4a", "aac", 4.0, 1).write(folder.resolve("whole.m4a"));
        byte[] bytes = Files.readAllBytes(whole);
        // The payload lies from byte 48 on, and the index behind it.
        int payload = indexOf(bytes, "moov") - 48;
        Arrays.fill(bytes, 48 + payload / 4, 48 + payload / 2, (byte) 0);
        Path file = Files.write(folder.resolve("hole.m4a"), bytes);
        try (AudioReader reader = decoder.open(file, DEFAULTS)) {
            double decoded = reader.readAll().durationSeconds();
            assertThat(decoded).isCloseTo(3.0, within(0.3));
            assertThat(decoded + reader.offsetSeconds(decoded)).isCloseTo(4.0, within(0.01));
            assertThat(reader.warnings()).hasSize(1);
            assertThat(reader.warnings().get(0))
                    .matches("damaged, left out: (0\\.[89]|1\\.[01]). s at (0\\.9|1\\.[01]). s");
        }
        assertThat(decoder.decode(file).warnings()).hasSize(1);
        assertThat(decoder.decode(whole).warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a.flac, flac",
        "a.ogg, vorbis",
        "a.mp3, libmp3lame",
        "a.wav, pcm_mulaw",
        "a.aac, aac",
        "a.mkv, aac",
        "a.webm, libopus",
        "a.avi, libmp3lame",
        "a.caf, adpcm_ima_qt",
        "a.amr, libopencore_amrnb",
    })
    void ofACutFileIsSaidThatItWasCut(String name, String codec) throws IOException {
        Path whole = encode(name, codec, 4.0, Encoder.channels(codec)).write(folder.resolve(name));
        assertThat(decoder.decode(whole).warnings()).isEmpty();
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut-" + name), Arrays.copyOf(bytes, bytes.length * 6 / 10 + 1));
        AudioClip clip = decoder.decode(cut);
        assertThat(clip.durationSeconds()).isBetween(1.5, 3.0);
        assertThat(clip.warnings()).isNotEmpty().allMatch(text -> text.matches("(cut short|damaged).*"));
        // ADTS and raw AMR do not say how long they are: all that is seen is the frame that the cut went through.
        if (!name.matches("a\\.(aac|amr)")) {
            assertThat(clip.warnings()).anyMatch(text -> text.startsWith("cut short"));
        }
    }

    @ParameterizedTest
    @CsvSource({"a.mp4, aac, 0.6", "a.3gp, aac, 0.8", "a.3gp, libopencore_amrnb, 0.6", "a.m4a, alac, 0.5"})
    void ofADownloadThatEndedEarlyItsBeginningIsHeard(String name, String codec, double share) throws IOException {
        Path whole = encode(name, codec, 4.0, 1).indexFirst().write(folder.resolve(name));
        byte[] bytes = Files.readAllBytes(whole);
        assertThat(indexOf(bytes, "moov")).isLessThan(indexOf(bytes, "mdat"));
        AudioClip expected = decoder.decode(whole);
        assertThat(expected.warnings()).isEmpty();
        int payload = indexOf(bytes, "mdat");
        AudioClip clip = decoder.decode(Files.write(
                folder.resolve("cut-" + name),
                Arrays.copyOf(bytes, payload + (int) (share * (bytes.length - payload)))));
        assertThat(clip.durationSeconds()).isCloseTo(4.0 * share, within(0.3));
        int same = clip.samples().length - 3000;
        assertThat(Arrays.copyOf(clip.samples(), same)).isEqualTo(Arrays.copyOf(expected.samples(), same));
        assertThat(clip.warnings())
                .anyMatch(text ->
                        text.matches("cut short: the audio ends at \\d\\.\\d\\d s, and the file promises 4\\.0\\d s"));
    }

    /** FFmpeg makes packets of so many bytes of it, and sees no harm where one ends. */
    @ParameterizedTest
    @CsvSource({"pcm_s16be, 4096, 48", "adpcm_ima_qt, 4080, 4"})
    void ofACafCutBetweenTwoPacketsIsSaidThatItWasCut(String codec, int packet, int packets) throws IOException {
        byte[] bytes = Files.readAllBytes(encode("a.caf", codec, 4.0, 1).write(folder.resolve("a.caf")));
        int audio = indexOf(bytes, "data") + 16;
        double seconds = 4.0 * packets * packet / (bytes.length - audio);
        for (int more : new int[] {0, 1001}) {
            AudioClip clip = cut(bytes, audio + packets * packet + more);
            assertThat(clip.durationSeconds()).isBetween(seconds, seconds + 0.2);
            assertThat(clip.warnings())
                    .anyMatch(text -> text.matches(
                            "cut short: the audio ends at \\d\\.\\d\\d s, and the file promises 4\\.00 s"));
        }
        AudioClip almostAll = cut(bytes, bytes.length - 34);
        assertThat(almostAll.durationSeconds()).isBetween(3.9, 3.9999);
        assertThat(almostAll.warnings()).anyMatch(text -> text.startsWith("cut short: the audio ends at "));
    }

    @Test
    void aCafThatWasWrittenAsItWasRecordedHasNoEndToMiss() throws IOException {
        byte[] bytes = Files.readAllBytes(encode("a.caf", "pcm_s16be", 4.0, 1).write(folder.resolve("a.caf")));
        Arrays.fill(bytes, indexOf(bytes, "data") + 4, indexOf(bytes, "data") + 12, (byte) -1);
        AudioClip whole = cut(bytes, bytes.length);
        assertThat(whole.samplesPerChannel()).isEqualTo(4 * 44_100);
        assertThat(whole.warnings()).isEmpty();
        AudioClip half = cut(bytes, bytes.length / 2);
        assertThat(half.durationSeconds()).isCloseTo(2.0, within(0.01));
        assertThat(half.warnings()).isEmpty();
    }

    private AudioClip cut(byte[] file, int length) throws IOException {
        return decoder.decode(Files.write(folder.resolve("cut.caf"), Arrays.copyOf(file, length)));
    }

    @Test
    void aVideoThatWasCutAndWhosePictureWentOnIsSaidToBeCut() throws IOException {
        Path whole = new Encoder()
                .video(100)
                .audio("aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(2.0, 16_000, 1), 16_000, 1, 0)
                .write(folder.resolve("a.mkv"));
        assertThat(decoder.decode(whole).warnings())
                .as("audio shorter than the picture")
                .isEmpty();
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut.mkv"), Arrays.copyOf(bytes, bytes.length * 3 / 4));
        assertThat(decoder.decode(cut).warnings()).hasSize(1);
    }

    @Test
    void aDamagedFileOfNothingButSilenceIsAnErrorAtItsEnd() throws IOException {
        Path whole = new Encoder()
                .audio("flac", AV_SAMPLE_FMT_S16, new float[64_000], 16_000, 1, 0)
                .write(folder.resolve("silence.flac"));
        assertThat(decoder.decode(whole).durationSeconds()).isEqualTo(4.0);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut.flac"), Arrays.copyOf(bytes, bytes.length - 150));
        fails(CryErrorCode.UNSUPPORTED_FORMAT, () -> decoder.decode(cut));
    }

    private Encoder encode(String name, String codec, double seconds, int channels) {
        assumeTrue(Encoder.has(codec), "this build of FFmpeg has no encoder " + codec);
        int rate = rate(codec);
        return new Encoder()
                .audio(codec, format(codec), Sounds.tune(seconds, rate, channels), rate, channels, bitRate(codec));
    }

    private static int rate(String codec) {
        return switch (codec) {
            case "libopus" -> 48_000;
            case "libopencore_amrnb", "pcm_mulaw" -> 8_000;
            case "adpcm_ima_qt" -> 16_000;
            default -> 44_100;
        };
    }

    private static int format(String codec) {
        return switch (codec) {
            case "aac", "libmp3lame", "vorbis" -> AV_SAMPLE_FMT_FLTP;
            case "libopus" -> AV_SAMPLE_FMT_FLT;
            case "adpcm_ima_qt", "alac" -> AV_SAMPLE_FMT_S16P;
            default -> AV_SAMPLE_FMT_S16;
        };
    }

    private static int bitRate(String codec) {
        return codec.contains("amr") ? 12_200 : 0;
    }

    private static int indexOf(byte[] file, String id) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(id);
    }

    private static void fails(CryErrorCode code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        CryException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }
}
