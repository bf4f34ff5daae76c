package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to do harm: they get an error and little memory. */
class HostileTest {
    private static final Path PEAK = Path.of("/proc/self/clear_refs");
    private static final Path STATUS = Path.of("/proc/self/status");

    private final FfmpegDecoder decoder = new FfmpegDecoder();

    @TempDir
    Path folder;

    /** 30 KB that claim so many packets that their index alone would take up to two gigabytes. */
    @ParameterizedTest
    @ValueSource(ints = {20_000_000, 80_000_000, 0x7fff_ffff})
    void anIndexOfPacketsThatAreNotThereCostsLittle(int packets) throws IOException {
        assumeTrue(Files.isWritable(PEAK), "the peak of resident memory is known on Linux only");
        Path file = new Encoder()
                .audio("aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(4.0, 16_000, 1), 16_000, 1, 0)
                .write(folder.resolve("a.m4a"));
        decoder.decode(file);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer boxes = ByteBuffer.wrap(bytes);
        int sizes = indexOf(bytes, "stsz");
        boxes.putInt(sizes + 8, 1).putInt(sizes + 12, packets);
        boxes.putInt(indexOf(bytes, "stsc") + 16, packets);
        boxes.putInt(indexOf(bytes, "stts") + 12, packets);
        Files.write(file, bytes);
        Files.write(PEAK, new byte[] {'5'});
        long before = peakKilobytes();
        fails(file);
        assertThat(peakKilobytes() - before).isLessThan(300_000);
    }

    @Test
    void moreStreamsThanAnyRecordingHasAreRefused() {
        Encoder encoder = new Encoder();
        for (int i = 0; i < MediaFile.STREAMS_AT_MOST; i++) {
            encoder.audio("pcm_s16le", AV_SAMPLE_FMT_S16, new float[800], 8_000, 1, 0);
        }
        Path most = encoder.write(folder.resolve("most.mkv"));
        try (AudioReader reader = AudioReader.open(most)) {
            assertThat(reader.track().count()).isEqualTo(MediaFile.STREAMS_AT_MOST);
        }
        Path more = encoder.audio("pcm_s16le", AV_SAMPLE_FMT_S16, new float[800], 8_000, 1, 0)
                .write(folder.resolve("more.mkv"));
        try (AudioReader reader = AudioReader.open(more)) {
            assertThat(reader.track().count()).isEqualTo(MediaFile.STREAMS_AT_MOST);
        } catch (CryException e) {
            assertThat(e.code()).isEqualTo(CryErrorCode.UNSUPPORTED_FORMAT);
        }
    }

    @Test
    void theDecoderOfThePictureIsNotOpened() {
        Path file = new Encoder()
                .video(50)
                .audio("aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(1.0, 16_000, 1), 16_000, 1, 0)
                .write(folder.resolve("a.mp4"));
        assertThat(decoder.decode(file).durationSeconds()).isEqualTo(1.0);
        assertThat(FfmpegNatives.audioDecoders().split(","))
                .contains("aac", "amrnb", "opus")
                .doesNotContain("mpeg4", "h264");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[2J\u001b]0;pwned\u0007",
                "eng\nNOT_CRY",
                "a language of more words than any tag has",
                "\u202e"
            })
    void whatIsNoLanguageIsNotShown(String language) {
        Path file = new Encoder()
                .audio("pcm_s16le", AV_SAMPLE_FMT_S16, Sounds.tune(1.0, 16_000, 1), 16_000, 1, 0)
                .language(language)
                .write(folder.resolve("a.mkv"));
        try (AudioReader reader = decoder.open(file, AudioOptions.defaults())) {
            assertThat(reader.track().language()).isEmpty();
            assertThat(reader.track()).hasToString("audio track 1 of 1: pcm_s16le, 16000 Hz, 1 channel");
        }
    }

    @Test
    void whatIsNoFileIsNotWaitedFor() {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device), "a system without such devices");
        assertThatThrownBy(() -> AudioClip.read(device))
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.AUDIO_UNREADABLE));
        assertThatThrownBy(() -> decoder.decode(device))
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.AUDIO_UNREADABLE));
    }

    /** Noise in place of packets must not come out as sound many times louder than full scale. */
    @Test
    void packetsOfNoiseAreLeftOut() throws IOException {
        Path file = new Encoder()
                .audio("aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(4.0, 16_000, 1), 16_000, 1, 0)
                .write(folder.resolve("a.m4a"));
        byte[] sound = Files.readAllBytes(file);
        int payload = indexOf(sound, "moov") - 48;
        Random random = new Random(7);
        for (int round = 0; round < 30; round++) {
            byte[] bytes = sound.clone();
            byte[] noise = new byte[payload / 3];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, bytes, 48 + payload / 3, noise.length);
            Files.write(file, bytes);
            AudioClip clip = decoder.decode(file);
            float peak = 0.0f;
            for (float sample : clip.samples()) {
                peak = Math.max(peak, Math.abs(sample));
            }
            assertThat(peak).isBetween(0.1f, 8.0f);
            assertThat(clip.warnings()).isNotEmpty();
        }
    }

    private void fails(Path file) {
        assertThatThrownBy(() -> decoder.decode(file))
                .isInstanceOfSatisfying(
                        CryException.class,
                        e -> assertThat(e.code()).isIn(CryErrorCode.UNSUPPORTED_FORMAT, CryErrorCode.INVALID_AUDIO));
    }

    private static long peakKilobytes() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmHWM in " + STATUS);
    }

    private static int indexOf(byte[] file, String id) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(id);
    }
}
