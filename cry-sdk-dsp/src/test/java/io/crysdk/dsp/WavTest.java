package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.AudioTrack;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.AudioDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavTest {
    private static final int PCM = 1;
    private static final int FLOAT = 3;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1, 8", "1, 16", "1, 24", "1, 32", "3, 32", "3, 64", "1, 12", "1, 20"})
    void everyFormatIsReadPlainAndExtensible(int code, int bits) {
        Random random = new Random(bits);
        for (int channels = 1; channels <= 3; channels++) {
            int frames = 40_000 / channels; // more than one buffer
            ByteBuffer data =
                    ByteBuffer.allocate(frames * channels * ((bits + 7) / 8)).order(ByteOrder.LITTLE_ENDIAN);
            float[] expected = new float[frames * channels];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = put(data, code, (bits + 7) / 8, random);
            }
            byte[] plain = wav(fmt(code, channels, 22_050, bits), data.array());
            byte[] extensible = wav(extensible(code, channels, 22_050, bits), data.array());
            for (byte[] file : List.of(plain, extensible)) {
                AudioClip clip = decode(file);
                assertThat(clip.samples()).isEqualTo(expected);
                assertThat(clip.sampleRate()).isEqualTo(22_050);
                assertThat(clip.channels()).isEqualTo(channels);
            }
        }
    }

    @Test
    void fullScaleIsOne() {
        assertThat(decode(wav(fmt(PCM, 1, 8_000, 8), new byte[] {0, (byte) 128, (byte) 255}))
                        .samples())
                .containsExactly(-1.0f, 0.0f, 127 / 128.0f);
        assertThat(decode(wav(fmt(PCM, 1, 8_000, 24), new byte[] {0, 0, -128, -1, -1, 127, -1, -1, -1}))
                        .samples())
                .containsExactly(-1.0f, 8388607 / 8388608.0f, -1 / 8388608.0f);
        assertThat(decode(wav(fmt(PCM, 1, 8_000, 32), new byte[] {0, 0, 0, -128, 0, 0, 0, 64}))
                        .samples())
                .containsExactly(-1.0f, 0.5f);
    }

    @Test
    void whatIsWrittenComesBack() throws IOException {
        short[] samples = new short[65_536];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) i;
        }
        Path file = folder.resolve("all.wav");
        for (int channels : new int[] {1, 2, 4}) {
            AudioClip clip = AudioClip.ofPcm16(samples, 44_100, channels);
            WavWriter.write(clip, file);
            AudioClip back = AudioClip.read(file);
            assertThat(back.samples()).isEqualTo(clip.samples());
            assertThat(back.channels()).isEqualTo(channels);
            assertThat(back.sampleRate()).isEqualTo(44_100);
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left).containsExactly(file);
            }
        }
    }

    @Test
    void writingRoundsAndHoldsWithinSixteenBits() throws IOException {
        Path file = folder.resolve("held.wav");
        WavWriter.write(
                AudioClip.of(new float[] {2.0f, -2.0f, 1.0f, 0.4f / 32768, 0.6f / 32768, -0.6f / 32768}, 8_000, 1),
                file);

        assertThat(new WavDecoder().decode(file).samples())
                .containsExactly(32767 / 32768.0f, -1.0f, 32767 / 32768.0f, 0.0f, 1 / 32768.0f, -1 / 32768.0f);
    }

    @Test
    void whatCannotBeWrittenLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("old.wav");
        Files.writeString(file, "old");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> WavWriter.write(AudioClip.of(new float[] {Float.NaN}, 8_000, 1), file));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WavWriter.write(AudioClip.of(new float[40_000], 8_000, 40_000), file));
        assertThatThrownBy(() ->
                        WavWriter.write(AudioClip.of(new float[1], 8_000, 1), folder.resolve("no/such/folder.wav")))
                .isInstanceOf(IOException.class);
        assertThat(file).hasContent("old");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0xffff_ffffL, 0x7fff_0000L, 2001})
    void aHeaderThatDoesNotKnowItsLengthIsReadToTheEnd(long claimed) {
        byte[] file = wav(fmt(PCM, 2, 16_000, 16), new byte[2_000]);
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(40, (int) claimed);
        header.putInt(4, (int) (claimed == 0 ? 36 : claimed));

        assertThat(decode(file).samplesPerChannel()).isEqualTo(500);
        assertThat(decode(file).warnings()).isEmpty();
    }

    @Test
    void aTruncatedFileGivesItsWholeFrames() {
        byte[] file = wav(fmt(PCM, 2, 16_000, 16), new byte[2_000]);

        assertThat(decode(Arrays.copyOf(file, file.length - 1)).samplesPerChannel())
                .isEqualTo(499);
        assertThat(decode(Arrays.copyOf(file, file.length - 1_996)).samplesPerChannel())
                .isEqualTo(1);
        assertRefused(Arrays.copyOf(file, file.length - 1_997), CryErrorCode.INVALID_AUDIO, "not one whole frame");
    }

    @Test
    void aFileCutShortOfItsHeadersWordIsReadWithAWarning() {
        byte[] file = wav(fmt(PCM, 2, 16_000, 16), new byte[4 * 32_000]);

        AudioClip half = decode(Arrays.copyOf(file, file.length - 4 * 16_000));
        assertThat(half.durationSeconds()).isEqualTo(1.0);
        assertThat(half.warnings()).containsExactly("cut short: 1.00 s of the 2.00 s that its header promises");
        // A few bytes fewer are how some programs count.
        assertThat(decode(Arrays.copyOf(file, file.length - 8)).warnings()).isEmpty();
        assertThat(decode(file).warnings()).isEmpty();
    }

    @Test
    void aReaderGivesTheSameSamplesHoweverItIsAsked() {
        byte[] data = new byte[6 * 30_000];
        new Random(4).nextBytes(data);
        Path file = written(wav(fmt(PCM, 3, 16_000, 16), data));
        float[] expected = new WavDecoder().decode(file).samples();
        for (int length : new int[] {3, 5, 1000, 100_000}) {
            float[] found = new float[expected.length];
            int size = 0;
            try (AudioReader reader = new WavDecoder().open(file, AudioOptions.defaults())) {
                assertThat(reader.track())
                        .hasToString("audio track 1 of 1: pcm_s16le, 16000 Hz, 3 channels")
                        .isEqualTo(new AudioTrack(
                                1, 1, "wav", "pcm_s16le", 16_000, 3, Optional.empty(), OptionalDouble.of(1.875)));
                float[] out = new float[length + 2];
                for (int read; (read = reader.read(out, 2, length)) > 0; size += read) {
                    assertThat(read % 3).isZero();
                    System.arraycopy(out, 2, found, size, read);
                    assertThat(reader.progress()).isBetween(0.0, 1.0);
                }
                assertThat(reader.read(out, 2, length)).isEqualTo(-1);
                assertThat(reader.progress()).isEqualTo(1.0);
                assertThat(reader.offsetSeconds(1.0)).isZero();
            }
            assertThat(size).isEqualTo(expected.length);
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void limitsTracksAndMisuseAreNamed() {
        Path file = written(wav(fmt(PCM, 2, 16_000, 16), new byte[4 * 32_000]));
        AudioOptions options = AudioOptions.defaults();
        refused(file, options.withMaxDuration(Duration.ofMillis(1999)), "1.999 s");
        refused(file, options.withMaxDecodedBytes(255_999), "255999 bytes");
        refused(file, options.withTrack(2), "track 2");
        AudioOptions exact = options.withMaxDuration(Duration.ofSeconds(2)).withMaxDecodedBytes(256_000);
        AudioReader reader = new WavDecoder().open(file, exact.withTrack(1));
        assertThat(reader.readAll().samplesPerChannel()).isEqualTo(32_000);
        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(new float[9], 0, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> reader.read(new float[9], 8, 2));
        reader.close();
        reader.close();
        assertThatThrownBy(() -> reader.read(new float[2], 0, 2))
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.CLOSED));
        assertThat(reader.track().channels()).isEqualTo(2);
    }

    private static void refused(Path file, AudioOptions options, String message) {
        assertThatThrownBy(() -> {
                    try (AudioReader reader = new WavDecoder().open(file, options)) {
                        reader.readAll();
                    }
                })
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.INVALID_AUDIO))
                .hasMessageContaining(message);
    }

    @Test
    void interruptionEndsTheReadingAndStaysSet() {
        Path file = written(wav(fmt(PCM, 1, 16_000, 16), new byte[200_000]));
        try (AudioReader reader = new WavDecoder().open(file, AudioOptions.defaults())) {
            float[] out = new float[100];
            assertThat(reader.read(out, 0, 100)).isEqualTo(100);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> reader.read(out, 0, 100))
                    .isInstanceOfSatisfying(
                            CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.CANCELLED));
            assertThatThrownBy(() -> AudioClip.read(file))
                    .isInstanceOfSatisfying(
                            CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.CANCELLED));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void otherChunksArePassedOverWithTheirPadding() {
        byte[] file = riff(
                "RIFF",
                chunk("LIST", new byte[7]),
                chunk("fmt ", fmt(PCM, 1, 8_000, 8)),
                chunk("junk", new byte[1]),
                chunk("data", new byte[] {1, 2, 3}),
                chunk("LIST", new byte[90]));

        assertThat(decode(file).samples()).hasSize(3);
    }

    @Test
    void rf64SaysItsLengthElsewhere() {
        ByteBuffer sizes = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
        sizes.putLong(0, 200).putLong(8, 6);
        byte[] file = riff(
                "RF64",
                chunk("ds64", sizes.array()),
                chunk("fmt ", fmt(PCM, 1, 8_000, 16)),
                chunk("data", new byte[6]),
                chunk("LIST", new byte[90]));
        int data = indexOf(file, "data");
        ByteBuffer.wrap(file).putInt(data + 4, -1);

        assertThat(decode(file).samples()).hasSize(3);
        sizes.putLong(8, -5);
        System.arraycopy(sizes.array(), 0, file, 20, 28);
        assertThat(decode(file).samples()).hasSizeGreaterThan(3);
    }

    @Test
    void noAudioIsInvalid() {
        assertRefused(wav(fmt(PCM, 1, 8_000, 16), new byte[0]), CryErrorCode.INVALID_AUDIO, "holds no audio");
        assertRefused(
                riff(
                        "RIFF",
                        chunk("fmt ", fmt(PCM, 1, 8_000, 16)),
                        chunk("data", new byte[0]),
                        chunk("LIST", new byte[8])),
                CryErrorCode.INVALID_AUDIO,
                "holds no audio");
        assertRefused(
                riff("RIFF", chunk("fmt ", fmt(PCM, 1, 8_000, 16))),
                CryErrorCode.INVALID_AUDIO,
                "it has no data chunk");
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        CryErrorCode code = CryErrorCode.UNSUPPORTED_FORMAT;
        assertRefused(new byte[0], code, "found an empty file");
        assertRefused("OggS and more of it".getBytes(StandardCharsets.US_ASCII), code, "begins with 4f 67 67 53");
        assertRefused(wav(fmt(2, 1, 8_000, 4), new byte[8]), code, "format code 0x0002 with 4 bits");
        assertRefused(wav(fmt(FLOAT, 1, 8_000, 16), new byte[8]), code, "format code 0x0003 with 16 bits");
        assertRefused(wav(fmt(PCM, 1, 8_000, 40), new byte[8]), code, "with 40 bits");
        assertRefused(wav(fmt(PCM, 1, 8_000, 0), new byte[8]), code, "with 0 bits");
        assertRefused(wav(fmt(PCM, 0, 8_000, 16), new byte[8]), code, "0 channels");
        assertRefused(wav(fmt(PCM, 1, 0, 16), new byte[8]), code, "at 0 Hz");
        assertRefused(wav(fmt(PCM, 1, -1, 16), new byte[8]), code, "at 4294967295 Hz");
        assertRefused(wav(Arrays.copyOf(fmt(PCM, 1, 8_000, 16), 15), new byte[8]), code, "a fmt chunk of 15 bytes");
        assertRefused(riff("RIFF", chunk("data", new byte[8])), code, "no fmt chunk before the data");
        assertRefused(riff("RIFF", chunk("LIST", new byte[8])), code, "neither a fmt nor a data chunk");
        assertRefused(riff("RIFF", new byte[8_000]), code, "1000 chunks without data");
        byte[] odd = fmt(PCM, 2, 8_000, 16);
        odd[12] = 3;
        assertRefused(wav(odd, new byte[8]), code, "2 channels of 16 bits in 3 bytes");
    }

    @Test
    void whatIsNotThereCannotBeRead() {
        assertRefused(folder.resolve("absent.wav"), CryErrorCode.AUDIO_UNREADABLE, "no such file");
        assertRefused(folder, CryErrorCode.AUDIO_UNREADABLE, "cannot read");
    }

    @Test
    void theDecoderIsFoundForWhatItTakes() throws IOException {
        Path file = folder.resolve("clip.bin");
        Files.write(file, wav(fmt(PCM, 1, 8_000, 16), new byte[100]));

        assertThat(AudioDecoder.forFile(file)).isInstanceOf(WavDecoder.class);
        WavDecoder decoder = new WavDecoder();
        assertThat(decoder.rank()).isZero();
        assertThat(decoder.accepts(wav(fmt(0x11, 1, 8_000, 4), new byte[100]))).isFalse(); // ADPCM, for another decoder
        assertThat(decoder.accepts(wav(extensible(PCM, 1, 8_000, 16), new byte[100])))
                .isTrue();
        assertThat(decoder.accepts(wav(extensible(7, 1, 8_000, 8), new byte[100])))
                .isFalse(); // mu-law in new clothes
        assertThat(decoder.accepts(riff("RIFF", chunk("LIST", new byte[5_000]))))
                .isTrue(); // not to be seen yet
        assertThat(decoder.accepts(riff("RF64"))).isTrue();
        assertThat(decoder.accepts("RIFF1234AVI LIST".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(decoder.accepts(new byte[0])).isFalse();
    }

    /** Whatever the bytes, a clip of no more samples than there are bytes comes out, or the one documented error. */
    @Property(tries = 2_000)
    void damagedFilesGiveAClipOrTheDocumentedError(
            @ForAll @IntRange(min = 0, max = 7) int kind,
            @ForAll @IntRange(min = 1, max = 6) int changes,
            @ForAll long seed)
            throws IOException {
        byte[] file = samples(kind);
        Random random = new Random(seed);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(Math.min(file.length, 90));
            switch (random.nextInt(5)) {
                case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> file[at] = (byte) random.nextInt();
                case 2 -> file[at] = (byte) (random.nextBoolean() ? 0xff : 0);
                case 3 -> file = Arrays.copyOf(file, Math.max(1, random.nextInt(file.length + 1)));
                default ->
                    Arrays.fill(file, at, Math.min(at + 4, file.length), (byte) (random.nextBoolean() ? 0xff : 0));
            }
        }
        Path path = Files.createTempFile("damaged", ".wav");
        try {
            Files.write(path, file);
            WavDecoder decoder = new WavDecoder();
            decoder.accepts(Arrays.copyOf(file, Math.min(file.length, AudioDecoder.HEAD_BYTES)));
            try {
                AudioClip clip = decoder.decode(path);
                assertThat(clip.samples().length).isBetween(1, file.length);
            } catch (CryException e) {
                assertThat(e.code()).isIn(CryErrorCode.UNSUPPORTED_FORMAT, CryErrorCode.INVALID_AUDIO);
                assertThat(e).hasMessageContaining("damaged");
            }
        } finally {
            Files.delete(path);
        }
    }

    static byte[] samples(int kind) {
        byte[] data = new byte[240];
        new Random(kind).nextBytes(data);
        return switch (kind) {
            case 0 -> wav(fmt(PCM, 1, 16_000, 16), data);
            case 1 -> wav(fmt(PCM, 3, 8_000, 24), data);
            case 2 -> wav(fmt(FLOAT, 2, 44_100, 32), data);
            case 3 -> wav(fmt(FLOAT, 1, 48_000, 64), data);
            case 4 -> wav(extensible(PCM, 2, 16_000, 32), data);
            case 5 -> wav(fmt(PCM, 1, 8_000, 8), data);
            case 6 ->
                riff("RF64", chunk("ds64", new byte[28]), chunk("fmt ", fmt(PCM, 1, 8_000, 16)), chunk("data", data));
            default ->
                riff("RIFF", chunk("LIST", new byte[9]), chunk("fmt ", fmt(PCM, 1, 8_000, 16)), chunk("data", data));
        };
    }

    private static float put(ByteBuffer data, int code, int width, Random random) {
        if (code == FLOAT && width == 4) {
            float value = 4.0f * random.nextFloat() - 2.0f;
            data.putFloat(value);
            return value;
        }
        if (code == FLOAT) {
            double value = 4.0 * random.nextDouble() - 2.0;
            data.putDouble(value);
            return (float) value;
        }
        int value = random.nextInt() >> 32 - 8 * width;
        for (int b = 0; b < width; b++) {
            data.put((byte) (value >> 8 * b ^ (width == 1 ? 0x80 : 0)));
        }
        return (float) (value / Math.scalb(1.0, 8 * width - 1));
    }

    private static byte[] fmt(int code, int channels, int rate, int bits) {
        int frameBytes = channels * ((bits + 7) / 8);
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) code)
                .putShort((short) channels)
                .putInt(rate)
                .putInt(rate * frameBytes)
                .putShort((short) frameBytes)
                .putShort((short) bits)
                .array();
    }

    private static byte[] extensible(int code, int channels, int rate, int bits) {
        return ByteBuffer.allocate(40)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(fmt(0xfffe, channels, rate, bits))
                .putShort((short) 22)
                .putShort((short) bits)
                .putInt(0)
                .putShort((short) code)
                .put(new byte[] {0, 0, 0, 0, 16, 0, -128, 0, 0, -86, 0, 56, -101, 113})
                .array();
    }

    private static byte[] wav(byte[] fmt, byte[] data) {
        return riff("RIFF", chunk("fmt ", fmt), chunk("data", data));
    }

    private static byte[] riff(String id, byte[]... chunks) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("WAVE".getBytes(StandardCharsets.US_ASCII));
        for (byte[] chunk : chunks) {
            body.writeBytes(chunk);
        }
        return chunk(id, body.toByteArray());
    }

    private static byte[] chunk(String id, byte[] body) {
        return ByteBuffer.allocate(8 + body.length + body.length % 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(id.getBytes(StandardCharsets.US_ASCII))
                .putInt(body.length)
                .put(body)
                .array();
    }

    private static int indexOf(byte[] file, String id) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(id);
    }

    private AudioClip decode(byte[] file) {
        return new WavDecoder().decode(written(file));
    }

    private Path written(byte[] file) {
        try {
            return Files.write(folder.resolve("test.wav"), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertRefused(byte[] file, CryErrorCode code, String message) {
        assertRefused(written(file), code, message);
    }

    private static void assertRefused(Path file, CryErrorCode code, String message) {
        assertThatThrownBy(() -> new WavDecoder().decode(file)).isInstanceOfSatisfying(CryException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(message);
        });
    }
}
