package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryResult;
import io.crysdk.ModelSource;
import io.crysdk.dsp.WavWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files, which may be longer than memory: the answer is that of a clip, with what is known of the file. */
class FileClassificationTest {
    private static final CryClassifier CLASSIFIER = CryClassifier.builder()
            .model(ModelSource.bytes(TinyModels.full().bytes()))
            .build();

    private static final AudioOptions DEFAULTS = AudioOptions.defaults();

    @TempDir
    Path folder;

    @AfterAll
    static void close() {
        CLASSIFIER.close();
    }

    @Test
    void theAnswerIsThatOfTheClipWithTheTrack() throws IOException {
        Path file = write(Sounds.noise(3.0, 0.5, 1), 16_000);
        CryResult ofClip = CLASSIFIER.classify(AudioClip.read(file));
        CryResult ofFile = CLASSIFIER.classify(file);
        assertThat(ofFile.windows()).isEqualTo(ofClip.windows());
        assertThat(ofFile.quality()).isEqualTo(ofClip.quality());
        assertThat(ofFile.scores()).isEqualTo(ofClip.scores());
        assertThat(ofFile.cryProbability()).isEqualTo(ofClip.cryProbability());
        assertThat(ofFile.warnings()).isEqualTo(ofClip.warnings());
        assertThat(ofFile.track().orElseThrow()).hasToString("audio track 1 of 1: pcm_s16le, 16000 Hz, 1 channel");
        assertThat(ofClip.track()).isEmpty();
    }

    /** More than 32 MiB once decoded, so that it is decoded twice. */
    @Test
    void aLongFileGivesTheSameAnswer() throws IOException {
        float[] samples = new float[9_000_000];
        float[] noise = Sounds.noise(2.0, 0.9, 1);
        for (int at = 1_000_003; at + noise.length < samples.length; at += 1_700_001) {
            System.arraycopy(noise, 0, samples, at, noise.length);
        }
        Path file = write(samples, 48_000);
        List<Double> told = new ArrayList<>();
        CryResult ofFile = CLASSIFIER.classify(file, DEFAULTS.withProgress(told::add));
        CryResult ofClip = CLASSIFIER.classify(AudioClip.read(file));
        assertThat(ofFile.windows()).isEqualTo(ofClip.windows());
        assertThat(ofFile.quality()).isEqualTo(ofClip.quality());
        assertThat(ofFile.cryProbability()).isEqualTo(ofClip.cryProbability());
        assertThat(told).isSorted().doesNotHaveDuplicates().hasSizeBetween(100, 201);
        assertThat(told.get(told.size() - 1)).isEqualTo(1.0);
    }

    @Test
    void aCutFileIsJudgedWithAWarning() throws IOException {
        Path file = write(Sounds.noise(3.0, 0.5, 1), 16_000);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 32_000));
        String warning = "cut short: 2.00 s of the 3.00 s that its header promises";
        assertThat(CLASSIFIER.classify(file).warnings()).startsWith(warning);
        AudioClip clip = AudioClip.read(file);
        assertThat(CLASSIFIER.classify(clip).warnings()).startsWith(warning);
        assertThat(CLASSIFIER.classifyAll(List.of(clip)).get(0).warnings()).startsWith(warning);
    }

    @Test
    void whatCannotBeJudgedIsRefused() throws IOException {
        refused(CryErrorCode.INVALID_AUDIO, write(new float[2_879], 16_000), DEFAULTS, "0.180 s");
        Path file = write(new float[32_000], 16_000);
        refused(CryErrorCode.INVALID_AUDIO, file, DEFAULTS.withMaxDuration(Duration.ofSeconds(1)), "more than 1 s");
        refused(CryErrorCode.INVALID_AUDIO, file, DEFAULTS.withTrack(2), "track 2");
        refused(CryErrorCode.UNSUPPORTED_FORMAT, write(new float[32_000], 3_000), DEFAULTS, "3000 Hz");
        refused(CryErrorCode.INVALID_AUDIO, floats(8_000, 9.0f), DEFAULTS, "a peak of 9.0");
        refused(CryErrorCode.INVALID_AUDIO, floats(8_000, Float.NaN), DEFAULTS, "not finite");
        refused(CryErrorCode.AUDIO_UNREADABLE, folder.resolve("gone.wav"), DEFAULTS, "no such file");
        Path text = Files.writeString(folder.resolve("text.mp3"), "no recording");
        refused(CryErrorCode.UNSUPPORTED_FORMAT, text, DEFAULTS, "io.crysdk:cry-sdk-media");
    }

    @Test
    void interruptionEndsTheCallAndTheClassifierGoesOn() throws Exception {
        Path file = write(new float[16_000 * 120], 16_000);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            try {
                CLASSIFIER.classify(file, DEFAULTS.withProgress(done -> {
                    begun.countDown();
                    try {
                        interrupted.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
            } catch (CryException e) {
                thrown.set(e);
            }
        });
        reader.start();
        begun.await();
        reader.interrupt();
        interrupted.countDown();
        reader.join();
        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        CryException.class, e -> assertThat(e.code()).isEqualTo(CryErrorCode.CANCELLED));
        assertThat(CLASSIFIER.classify(file).windows()).isNotEmpty();
    }

    private static void refused(CryErrorCode code, Path file, AudioOptions options, String words) {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> CLASSIFIER.classify(file, options))
                .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
                .withMessageContaining(words);
    }

    private Path write(float[] samples, int rate) throws IOException {
        Path file = folder.resolve("clip.wav");
        WavWriter.write(AudioClip.of(samples, rate, 1), file);
        return file;
    }

    /** A WAV file of 32-bit floats, which alone can hold such values. */
    private Path floats(int count, float value) throws IOException {
        ByteBuffer wav = ByteBuffer.allocate(44 + 4 * count).order(ByteOrder.LITTLE_ENDIAN);
        wav.putInt(0x46464952).putInt(36 + 4 * count).putInt(0x45564157);
        wav.putInt(0x20746d66).putInt(16).putShort((short) 3).putShort((short) 1);
        wav.putInt(16_000).putInt(64_000).putShort((short) 4).putShort((short) 32);
        wav.putInt(0x61746164).putInt(4 * count);
        for (int i = 0; i < count; i++) {
            wav.putFloat(i == count / 2 ? value : 0.0f);
        }
        return Files.write(folder.resolve("floats.wav"), wav.array());
    }
}
