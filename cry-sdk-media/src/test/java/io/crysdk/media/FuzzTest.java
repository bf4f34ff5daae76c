package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crysdk.AudioClip;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes, the answer is a clip or a documented error. */
class FuzzTest {
    private static final Set<CryErrorCode> DOCUMENTED =
            EnumSet.of(CryErrorCode.AUDIO_UNREADABLE, CryErrorCode.UNSUPPORTED_FORMAT, CryErrorCode.INVALID_AUDIO);

    private final FfmpegDecoder decoder = new FfmpegDecoder();

    @TempDir
    Path folder;

    @Test
    void noise() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[1 + random.nextInt(4000)];
            random.nextBytes(bytes);
            decode(bytes, "noise " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.m4a,aac,16000",
        "a.3gp,libopencore_amrnb,8000",
        "a.flac,flac,16000",
        "a.mp3,libmp3lame,16000",
        "a.ogg,vorbis,16000",
        "a.webm,libopus,16000",
        "a.caf,adpcm_ima_qt,16000",
        "a.wav,pcm_s16le,16000",
        "a.amr,libopencore_amrnb,8000",
    })
    void damagedFiles(String name, String codec, int rate) throws IOException {
        assumeTrue(Encoder.has(codec), "this build of FFmpeg has no encoder " + codec);
        int format = switch (codec) {
            case "aac", "libmp3lame", "vorbis" -> AV_SAMPLE_FMT_FLTP;
            case "adpcm_ima_qt" -> org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16P;
            default -> AV_SAMPLE_FMT_S16;
        };
        int channels = Encoder.channels(codec);
        Path whole = new Encoder()
                .audio(
                        codec,
                        format,
                        Sounds.tune(0.5, rate, channels),
                        rate,
                        channels,
                        codec.contains("amr") ? 12_200 : 32_000)
                .write(folder.resolve(name));
        byte[] sound = Files.readAllBytes(whole);
        Random random = new Random(name.hashCode());
        for (int i = 0; i < 250; i++) {
            byte[] bytes = sound.clone();
            // Half of the damage goes to the first bytes, where the structure is.
            int reach = i % 2 == 0 ? Math.min(200, bytes.length) : bytes.length;
            for (int n = random.nextInt(20); n >= 0; n--) {
                bytes[random.nextInt(reach)] = (byte) random.nextInt(256);
            }
            int length = i % 3 == 0 ? 1 + random.nextInt(bytes.length) : bytes.length;
            decode(Arrays.copyOf(bytes, length), name + " " + i);
        }
    }

    /** Stretches left out, repeated, exchanged or blanked, in files with a picture and two sounds. */
    @ParameterizedTest
    @ValueSource(strings = {"a.mp4", "a.mov", "a.mkv", "a.ts", "a.avi"})
    void damagedVideos(String name) throws IOException {
        Path whole = new Encoder()
                .video(15)
                .audio("aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(0.5, 16_000, 1), 16_000, 1, 32_000)
                .audio("aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(0.5, 44_100, 2), 44_100, 2, 64_000)
                .write(folder.resolve(name));
        byte[] sound = Files.readAllBytes(whole);
        Random random = new Random(name.hashCode());
        for (int i = 0; i < 200; i++) {
            byte[] bytes = sound;
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes = changed(bytes, random);
            }
            decode(bytes, name + " " + i);
        }
    }

    private static byte[] changed(byte[] file, Random random) {
        int length = 1 + random.nextInt(Math.max(1, file.length / (1 + random.nextInt(200))));
        int from = random.nextInt(file.length - length + 1);
        int to = random.nextInt(file.length - length + 1);
        byte[] piece = Arrays.copyOfRange(file, from, from + length);
        byte[] changed = file.clone();
        switch (random.nextInt(5)) {
            case 0 -> System.arraycopy(piece, 0, changed, to, length);
            case 1 -> Arrays.fill(changed, from, from + length, (byte) (random.nextBoolean() ? 0xff : 0));
            case 2 -> {
                random.nextBytes(piece);
                System.arraycopy(piece, 0, changed, from, length);
            }
            case 3 -> {
                changed = Arrays.copyOf(file, file.length + length);
                System.arraycopy(piece, 0, changed, to, length);
                System.arraycopy(file, to, changed, to + length, file.length - to);
            }
            default -> {
                changed = Arrays.copyOf(file, Math.max(1, file.length - length));
                System.arraycopy(file, from + length, changed, from, file.length - length - from);
            }
        }
        return changed;
    }

    private void decode(byte[] bytes, String description) throws IOException {
        Path file = Files.write(folder.resolve("fuzz"), bytes);
        try {
            AudioClip clip = decoder.decode(file);
            assertThat(clip.samplesPerChannel()).as(description).isPositive();
        } catch (CryException e) {
            assertThat(e.code()).as(description).isIn(DOCUMENTED);
        }
    }
}
