package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_DBL;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S32;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_U8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.AudioDecoder;
import io.crysdk.testing.Movie;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FfmpegDecoderTest {
    private final FfmpegDecoder decoder = new FfmpegDecoder();

    @TempDir
    Path folder;

    @Test
    void flacOf16BitsIsExact() {
        float[] samples = Sounds.noise16(48_000, 1);
        AudioClip clip = decoder.decode(encode("a.flac", "flac", AV_SAMPLE_FMT_S16, samples, 16_000, 1));
        assertThat(clip.sampleRate()).isEqualTo(16_000);
        assertThat(clip.channels()).isEqualTo(1);
        assertThat(clip.samples()).isEqualTo(samples);
    }

    @Test
    void flacOf24BitsIsExact() {
        float[] samples = Sounds.noise16(30_000, 2);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = samples[i] / 2 + (i % 256) / 8388608.0f;
        }
        AudioClip clip = decoder.decode(encode("a.flac", "flac", AV_SAMPLE_FMT_S32, samples, 96_000, 2));
        assertThat(clip.sampleRate()).isEqualTo(96_000);
        assertThat(clip.channels()).isEqualTo(2);
        assertThat(clip.samples()).isEqualTo(samples);
    }

    @ParameterizedTest
    @CsvSource({"pcm_s16le,1", "pcm_s24le,3", "pcm_s32le,3", "pcm_f32le,4", "pcm_f64le,5"})
    void wavOfEverySampleFormatIsExact(String codec, int channels) {
        int format = switch (codec) {
            case "pcm_s16le" -> AV_SAMPLE_FMT_S16;
            case "pcm_f32le" -> AV_SAMPLE_FMT_FLT;
            case "pcm_f64le" -> AV_SAMPLE_FMT_DBL;
            default -> AV_SAMPLE_FMT_S32;
        };
        float[] samples = Sounds.noise16(9_000 * channels, 3);
        AudioClip clip = decoder.decode(encode("a.wav", codec, format, samples, 44_100, channels));
        assertThat(clip.channels()).isEqualTo(channels);
        assertThat(clip.samples()).isEqualTo(samples);
    }

    @Test
    void wavOf8BitsIsExact() {
        float[] samples = new float[256];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (i - 128) / 128.0f;
        }
        assertThat(decoder.decode(encode("a.wav", "pcm_u8", AV_SAMPLE_FMT_U8, samples, 8_000, 1))
                        .samples())
                .isEqualTo(samples);
    }

    @ParameterizedTest
    @CsvSource({
        "a.m4a, aac, 44100, 2",
        "a.mp4, aac, 16000, 1",
        "a.3gp, aac, 44100, 2",
        "a.caf, alac, 48000, 2",
        "a.caf, pcm_s16be, 44100, 2",
        "a.ogg, libopus, 48000, 2",
        "a.webm, libopus, 48000, 2",
        "a.mp3, libmp3lame, 22050, 1",
        "a.aac, aac, 32000, 1",
        "a.aiff, pcm_s16be, 11025, 1",
    })
    void lossyAndLosslessRecordingsComeBackWhole(String name, String codec, int rate, int channels) {
        assumeTrue(Encoder.has(codec), "this build of FFmpeg has no encoder " + codec);
        int format = switch (codec) {
            case "alac" -> avutil.AV_SAMPLE_FMT_S16P;
            case "libopus" -> AV_SAMPLE_FMT_FLT;
            case "pcm_s16be" -> AV_SAMPLE_FMT_S16;
            default -> AV_SAMPLE_FMT_FLTP;
        };
        float[] tune = Sounds.tune(3.0, rate, channels);
        AudioClip clip = decoder.decode(encode(name, codec, format, tune, rate, channels));
        assertThat(clip.sampleRate()).isEqualTo(rate);
        assertThat(clip.channels()).isEqualTo(channels);
        // ADTS has nowhere to say how much of its first and last frame is padding.
        boolean padded = name.endsWith(".aac");
        assertThat(clip.durationSeconds()).isCloseTo(3.0, within(padded ? 0.15 : 0.001));
        if (!padded) {
            for (int c = 0; c < channels; c++) {
                double[] expected = Sounds.band(Sounds.channel(tune, channels, c), rate);
                double[] found = Sounds.band(Sounds.channel(clip.samples(), channels, c), rate);
                assertThat(Sounds.correlation(expected, found)).isGreaterThan(0.99);
            }
        }
    }

    @Test
    void severalAmrFramesInOneSampleAreAllDecoded() {
        assumeTrue(Encoder.has("libopencore_amrnb"), "this build of FFmpeg has no AMR encoder");
        float[] tune = Sounds.tune(4.0, 8_000, 1);
        Encoder one = new Encoder().audio("libopencore_amrnb", AV_SAMPLE_FMT_S16, tune, 8_000, 1, 12_200);
        Encoder ten = new Encoder()
                .audio("libopencore_amrnb", AV_SAMPLE_FMT_S16, tune, 8_000, 1, 12_200)
                .packetsPerSample(10);
        // FFmpeg writes no such MP4, but this container too hands out what was put in.
        AudioClip expected = decoder.decode(one.write(folder.resolve("one.nut")));
        AudioClip found = decoder.decode(ten.write(folder.resolve("ten.nut")));
        assertThat(expected.durationSeconds()).isCloseTo(4.0, within(0.03));
        assertThat(found.samples()).isEqualTo(expected.samples());
    }

    @Test
    void wideBandAmrIsDecodedWholeHoweverManyFramesASampleHas() throws IOException {
        // Frames of every bit rate, of what noise they may; their lengths are those of RFC 4867, 5.3.
        int[] lengths = {18, 24, 33, 37, 41, 47, 51, 59, 61};
        Random random = new Random(4);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            int type = i < lengths.length ? i : random.nextInt(lengths.length);
            byte[] frame = new byte[lengths[type]];
            random.nextBytes(frame);
            frame[0] = (byte) (type << 3 | 4);
            frames.add(frame);
        }
        AudioClip one = decoder.decode(new Movie().amrWideBand(frames, 1).write(folder.resolve("one.3gp")));
        AudioClip ten = decoder.decode(new Movie().amrWideBand(frames, 10).write(folder.resolve("ten.3gp")));
        assertThat(one.sampleRate()).isEqualTo(16_000);
        assertThat(one.channels()).isEqualTo(1);
        assertThat(one.samplesPerChannel()).isEqualTo(120 * 320);
        assertThat(one.warnings()).isEmpty();
        assertThat(ten.samples()).isEqualTo(one.samples());
        assertThat(ten.warnings()).isEmpty();
        // They are the same as in a file of their own, which says what they are in another way.
        ByteArrayOutputStream alone = new ByteArrayOutputStream();
        alone.writeBytes("#!AMR-WB\n".getBytes(StandardCharsets.US_ASCII));
        frames.forEach(alone::writeBytes);
        assertThat(decoder.decode(Files.write(folder.resolve("alone.awb"), alone.toByteArray()))
                        .samples())
                .isEqualTo(one.samples());
    }

    @Test
    void videoIsIgnored() {
        float[] tune = Sounds.tune(1.0, 16_000, 1);
        Path file = new Encoder()
                .video(25)
                .audio("pcm_s16le", AV_SAMPLE_FMT_S16, tune, 16_000, 1, 0)
                .write(folder.resolve("a.mkv"));
        assertThat(decoder.decode(file).samplesPerChannel()).isEqualTo(16_000);
    }

    @Test
    void theLargestAudioStreamIsChosen() {
        Path file = new Encoder()
                .audio("pcm_s16le", AV_SAMPLE_FMT_S16, Sounds.tune(1.0, 8_000, 1), 8_000, 1, 0)
                .audio("pcm_s16le", AV_SAMPLE_FMT_S16, Sounds.tune(1.0, 16_000, 2), 16_000, 2, 0)
                .write(folder.resolve("a.mkv"));
        assertThat(decoder.decode(file).sampleRate()).isEqualTo(16_000);
    }

    @Test
    void aStreamThatChangesItsRateKeepsItsLength() throws IOException {
        Path low = encode("low.aac", "aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(2.0, 16_000, 1), 16_000, 1);
        Path high = encode("high.aac", "aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(2.0, 48_000, 2), 48_000, 2);
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(Files.readAllBytes(low));
        both.write(Files.readAllBytes(high));
        AudioClip clip = decoder.decode(Files.write(folder.resolve("both.aac"), both.toByteArray()));
        assertThat(clip.sampleRate()).isEqualTo(16_000);
        assertThat(clip.channels()).isEqualTo(1);
        assertThat(clip.durationSeconds()).isCloseTo(4.0, within(0.3));
    }

    @ParameterizedTest
    @CsvSource({"ünïcode 赤ん坊 %41.wav", "concat:x.wav|y.wav", "http:#a.wav"})
    void anyFileNameIsJustAName(String name) {
        assumeTrue(!System.getProperty("os.name").startsWith("Windows"), "Windows forbids such names");
        float[] samples = Sounds.noise16(800, 5);
        Path plain = encode("plain.wav", "pcm_s16le", AV_SAMPLE_FMT_S16, samples, 16_000, 1);
        assertThat(decoder.decode(copy(plain, folder.resolve(name))).samples()).isEqualTo(samples);
    }

    @Test
    void aPlaylistOpensNothingElse() throws IOException {
        Path wav = encode("a.wav", "pcm_s16le", AV_SAMPLE_FMT_S16, Sounds.noise16(16_000, 6), 16_000, 1);
        Path concat = folder.resolve("a.ffconcat");
        Files.writeString(concat, "ffconcat version 1.0\nfile " + wav.getFileName() + "\n");
        Path hls = folder.resolve("a.m3u8");
        Files.writeString(hls, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + wav.getFileName() + "\n");
        fails(CryErrorCode.UNSUPPORTED_FORMAT, () -> decoder.decode(concat));
        fails(CryErrorCode.UNSUPPORTED_FORMAT, () -> decoder.decode(hls));
    }

    @Test
    void whatIsNoRecordingIsNamed() throws IOException {
        fails(CryErrorCode.AUDIO_UNREADABLE, () -> decoder.decode(folder.resolve("missing.wav")));
        fails(CryErrorCode.AUDIO_UNREADABLE, () -> decoder.decode(folder));
        Path empty = Files.createFile(folder.resolve("empty.mp4"));
        fails(CryErrorCode.INVALID_AUDIO, () -> decoder.decode(empty));
        Path text = Files.writeString(folder.resolve("text.mp3"), "To whom it may concern\n".repeat(100));
        fails(CryErrorCode.UNSUPPORTED_FORMAT, () -> decoder.decode(text));
        Path silentMovie = new Encoder().video(25).write(folder.resolve("video.mp4"));
        fails(CryErrorCode.INVALID_AUDIO, () -> decoder.decode(silentMovie));
        Path noSamples = encode("none.wav", "pcm_s16le", AV_SAMPLE_FMT_S16, new float[0], 16_000, 1);
        fails(CryErrorCode.INVALID_AUDIO, () -> decoder.decode(noSamples));
    }

    @Test
    void moreAudioThanTheBoundIsRefused() {
        Path file = encode("a.flac", "flac", AV_SAMPLE_FMT_S16, new float[2 * 16_000], 16_000, 1);
        AudioOptions second = AudioOptions.defaults().withMaxDuration(Duration.ofMillis(1999));
        fails(CryErrorCode.INVALID_AUDIO, () -> decode(file, second));
        assertThat(decode(file, AudioOptions.defaults().withMaxDuration(Duration.ofSeconds(2)))
                        .durationSeconds())
                .isEqualTo(2.0);
        fails(
                CryErrorCode.INVALID_AUDIO,
                () -> decode(file, AudioOptions.defaults().withMaxDecodedBytes(127_996)));
        assertThat(decode(file, AudioOptions.defaults().withMaxDecodedBytes(128_000))
                        .durationSeconds())
                .isEqualTo(2.0);
    }

    @ParameterizedTest
    @CsvSource({"a.flac,flac", "a.ogg,vorbis", "a.mp3,libmp3lame", "a.wav,pcm_s16le", "a.aac,aac"})
    void ofATruncatedFileTheBeginningIsDecoded(String name, String codec) throws IOException {
        assumeTrue(Encoder.has(codec), "this build of FFmpeg has no encoder " + codec);
        int format = codec.equals("flac") || codec.startsWith("pcm") ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_FLTP;
        int channels = Encoder.channels(codec);
        Path whole = encode(name, codec, format, Sounds.tune(4.0, 16_000, channels), 16_000, channels);
        byte[] bytes = Files.readAllBytes(whole);
        Path half = Files.write(folder.resolve("half-" + name), Arrays.copyOf(bytes, bytes.length / 2));
        AudioClip clip = decoder.decode(half);
        assertThat(clip.durationSeconds()).isBetween(0.8, 3.0);
        float[] expected = decoder.decode(whole).samples();
        assertThat(Arrays.copyOf(clip.samples(), 12_000)).isEqualTo(Arrays.copyOf(expected, 12_000));
    }

    @Test
    void anMp4WithoutItsIndexIsRefused() throws IOException {
        Path whole = encode("a.m4a", "aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(4.0, 16_000, 1), 16_000, 1);
        byte[] bytes = Files.readAllBytes(whole);
        Path half = Files.write(folder.resolve("half.m4a"), Arrays.copyOf(bytes, bytes.length / 2));
        fails(CryErrorCode.UNSUPPORTED_FORMAT, () -> decoder.decode(half));
        assertThatThrownBy(() -> decoder.decode(half))
                .hasMessageContaining("half.m4a")
                .hasMessageContaining("index")
                .hasMessageContaining("cut off");
        // Where the index is there, something else is wrong.
        int index = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moov");
        Arrays.fill(bytes, index + 4, bytes.length, (byte) 0x55);
        Path damaged = Files.write(folder.resolve("damaged.m4a"), bytes);
        assertThatThrownBy(() -> decoder.decode(damaged))
                .isInstanceOf(CryException.class)
                .message()
                .doesNotContain("index");
    }

    @ParameterizedTest
    @CsvSource({"a.m4a,aac,16000", "a.3gp,libopencore_amrnb,8000", "a.flac,flac,16000", "a.mp3,libmp3lame,16000"})
    void theHoleOfAnUnfinishedDownloadIsNotSilence(String name, String codec, int rate) throws IOException {
        assumeTrue(Encoder.has(codec), "this build of FFmpeg has no encoder " + codec);
        int format = codec.equals("aac") || codec.equals("libmp3lame") ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_S16;
        Path whole = new Encoder()
                .audio(codec, format, Sounds.tune(4.0, rate, 1), rate, 1, codec.contains("amr") ? 12_200 : 32_000)
                .write(folder.resolve(name));
        byte[] bytes = Files.readAllBytes(whole);
        int payload = bytes.length - 2000;
        Arrays.fill(bytes, payload / 2, payload, (byte) 0);
        AudioClip clip = decoder.decode(Files.write(folder.resolve("hole-" + name), bytes));
        assertThat(clip.durationSeconds()).isBetween(1.0, 3.2);
        Arrays.fill(bytes, Math.min(600, payload / 8), payload, (byte) 0);
        Path blank = Files.write(folder.resolve("blank-" + name), bytes);
        try {
            assertThat(decoder.decode(blank).durationSeconds()).isLessThan(1.6);
        } catch (CryException e) {
            assertThat(e.code()).isIn(CryErrorCode.UNSUPPORTED_FORMAT, CryErrorCode.INVALID_AUDIO);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.m4a, aac",
        "a.ogg, vorbis",
        "a.webm, libopus",
        "a.mp3, libmp3lame",
        "a.flac, flac",
        "a.caf, adpcm_ima_qt",
        "a.wav, pcm_s16le",
        "a.amr, libopencore_amrnb"
    })
    void recordedSilenceIsSilence(String name, String codec) {
        assumeTrue(Encoder.has(codec), "this build of FFmpeg has no encoder " + codec);
        int rate = switch (codec) {
            case "libopus" -> 48_000;
            case "libopencore_amrnb" -> 8_000;
            default -> 16_000;
        };
        int format = switch (codec) {
            case "aac", "libmp3lame", "vorbis" -> AV_SAMPLE_FMT_FLTP;
            case "adpcm_ima_qt" -> avutil.AV_SAMPLE_FMT_S16P;
            default -> AV_SAMPLE_FMT_S16;
        };
        int channels = Encoder.channels(codec);
        AudioClip clip = decoder.decode(encode(name, codec, format, new float[2 * rate * channels], rate, channels));
        assertThat(clip.durationSeconds()).isCloseTo(2.0, within(0.07));
        for (float sample : clip.samples()) {
            assertThat(sample).isCloseTo(0.0f, within(0.001f));
        }
    }

    @Test
    void itIsFoundAsAServiceAndRanksLast() throws IOException {
        Path file = Files.writeString(folder.resolve("any"), "bytes");
        assertThat(AudioDecoder.forFile(file)).isInstanceOf(FfmpegDecoder.class);
        assertThat(decoder.rank()).isEqualTo(100);
    }

    @Test
    void ffmpegIsSilent() {
        decoder.decode(encode("a.wav", "pcm_s16le", AV_SAMPLE_FMT_S16, new float[160], 16_000, 1));
        assertThat(avutil.av_log_get_level()).isEqualTo(avutil.AV_LOG_QUIET);
    }

    @Test
    void manyThreadsShareIt() throws Exception {
        Path file = encode("a.m4a", "aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(1.0, 16_000, 1), 16_000, 1);
        float[] expected = decoder.decode(file).samples();
        ExecutorService pool = Executors.newFixedThreadPool(16);
        try {
            Callable<float[]> decode = () -> decoder.decode(file).samples();
            for (Future<float[]> found : pool.invokeAll(Collections.nCopies(200, decode))) {
                assertThat(found.get()).isEqualTo(expected);
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void nativeMemoryIsFreedWhateverTheOutcome() throws Exception {
        Path sound = encode("a.m4a", "aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(1.0, 16_000, 2), 16_000, 2);
        Path low = encode("low.aac", "aac", AV_SAMPLE_FMT_FLTP, Sounds.tune(0.5, 16_000, 1), 16_000, 1);
        Path text = Files.writeString(folder.resolve("text"), "no recording");
        Path video = new Encoder().video(5).write(folder.resolve("video.mp4"));
        byte[] bytes = Files.readAllBytes(sound);
        Arrays.fill(bytes, 100, bytes.length - 2000, (byte) 0x55);
        Path damaged = Files.write(folder.resolve("damaged.m4a"), bytes);
        List<String> figures = Child.run(
                FfmpegDecoderTest.class,
                "-Xmx32m",
                Stream.of(sound, low, text, video, damaged).map(Path::toString).toList());
        // A leaked context would be tens of kilobytes for each of the 5 000 files; the heap's growth is bounded.
        assertThat(Long.parseLong(figures.get(0))).isLessThan(100L << 20);
        assertThat(Long.parseLong(figures.get(1))).isLessThan(100);
    }

    /** Decodes files many times; prints by how many bytes the process grew after the first times, and how many pointers are left. */
    public static void main(String[] args) {
        FfmpegDecoderTest test = new FfmpegDecoderTest();
        List<Path> files = Stream.of(args).map(Path::of).toList();
        test.round(files, 200);
        long before = Pointer.physicalBytes();
        test.round(files, 1000);
        System.out.println(Pointer.physicalBytes() - before + " " + Pointer.totalCount());
    }

    private void round(List<Path> files, int times) {
        for (int i = 0; i < times; i++) {
            for (Path file : files) {
                try {
                    decode(file, AudioOptions.defaults().withMaxDuration(Duration.ofMillis(1 + 1000 * (i % 3))));
                } catch (CryException e) {
                    assertThat(e.code()).isNotEqualTo(CryErrorCode.PROVIDER_UNAVAILABLE);
                }
            }
        }
    }

    private AudioClip decode(Path file, AudioOptions options) {
        try (AudioReader reader = decoder.open(file, options)) {
            return reader.readAll();
        }
    }

    private Path encode(String name, String codec, int sampleFormat, float[] samples, int rate, int channels) {
        return new Encoder()
                .audio(codec, sampleFormat, samples, rate, channels, 0)
                .write(folder.resolve(name));
    }

    private static Path copy(Path from, Path to) {
        try {
            return Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fails(CryErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CryException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }
}
