package io.crysdk.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.AudioTrack;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.dsp.CrySound.Voice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileSignalTest {
    private static final int HELD = 1 << 30;

    @TempDir
    Path folder;

    private int opened;

    @ParameterizedTest
    @CsvSource({
        "16000, 1",
        "16000, 2",
        "8000, 1",
        "11025, 3",
        "44100, 2",
        "44101, 1",
        "48000, 1",
        "96000, 2",
        "192000, 1"
    })
    void windowsAreTheSameToTheBitHeldOrStreamed(int rate, int channels) {
        Path file = wav(7.3, rate, channels);
        FrontEnd frontEnd = new FrontEnd(FrontEndSettings.PLAIN);
        float[] expected = patches(frontEnd, Signal.of(AudioClip.read(file)));
        for (int held : new int[] {HELD, 1000}) {
            opened = 0;
            try (FileSignal signal = open(file, AudioOptions.defaults(), 1, held)) {
                assertThat(patches(frontEnd, signal)).isEqualTo(expected);
            }
            // Once to measure it, and once to read it forwards: a resampler's looking back must not start it anew.
            assertThat(opened).isEqualTo(held == HELD ? 1 : 2);
        }
    }

    @Test
    void aStreamedFileIsCutInOnePassIntoTheUnitsOfTheWholeClip() throws IOException {
        CrySound sound = new CrySound(20, 3).cry(0.1, 0.5, Voice.steady(400));
        for (int i = 0; i < 8; i++) {
            // Close together, so that what is around them overlaps.
            sound.cry(1 + 2.1 * i, 2.95 + 2.1 * i, Voice.steady(350 + 20 * i));
        }
        float[] samples = Clips.narrowed(sound.noise(30).samples);
        Path file = folder.resolve("cries.wav");
        WavWriter.write(AudioClip.of(samples, 16_000, 1), file);
        AudioClip whole = AudioClip.read(file);
        List<float[]> expectedSounds = new ArrayList<>();
        List<CryUnit> expected = CrySegmenter.units(whole, heard -> gate(heard, expectedSounds));
        for (int held : new int[] {HELD, 1000}) {
            opened = 0;
            List<float[]> sounds = new ArrayList<>();
            try (FileSignal signal = open(file, AudioOptions.defaults(), 1, held)) {
                assertThat(CrySegmenter.units(signal, heard -> gate(heard, sounds)))
                        .hasSizeGreaterThan(7)
                        .isEqualTo(expected);
                assertThat(sounds).hasSameSizeAs(expected);
                for (int i = 0; i < sounds.size(); i++) {
                    assertThat(sounds.get(i)).isEqualTo(expectedSounds.get(i));
                }
                assertThat(opened).isEqualTo(held == HELD ? 1 : 2);
                assertThat(CrySegmenter.pitchTrack(signal)).isEqualTo(CrySegmenter.pitchTrack(whole));
            }
        }
        // What the gate heard is what lies there.
        for (int i = 0; i < expected.size(); i++) {
            CryUnit unit = expected.get(i);
            int around = 3200 + (int) Math.max(0, 15_600 - (unit.endSample() - unit.startSample()) + 1) / 2;
            int from = (int) Math.max(0, unit.startSample() - around);
            int to = (int) Math.min(whole.samples().length, unit.endSample() + around);
            assertThat(expectedSounds.get(i)).isEqualTo(Arrays.copyOfRange(whole.samples(), from, to));
        }
    }

    private static OptionalDouble gate(AudioClip heard, List<float[]> sounds) {
        sounds.add(heard.samples());
        return OptionalDouble.of(1.0 / sounds.size());
    }

    @Test
    void aSecondPassDecodesOnceMore() {
        Path file = wav(3.0, 44_100, 2);
        FrontEnd frontEnd = new FrontEnd(new FrontEndSettings(0.97, true, ShortClipPolicy.REPEAT, 48));
        float[] expected = patches(frontEnd, Signal.of(AudioClip.read(file)));
        try (FileSignal signal = open(file, AudioOptions.defaults(), 2, 1000)) {
            assertThat(patches(frontEnd, signal)).isEqualTo(expected);
        }
        assertThat(opened).isEqualTo(3);
    }

    @Test
    void anyOrderOfReadingGivesTheSameSamples() {
        Path file = wav(4.0, 22_050, 1);
        Signal whole = Signal.of(AudioClip.read(file));
        double[] expected = new double[whole.length()];
        whole.read(0, expected, 0, expected.length);
        Random random = new Random(5);
        try (FileSignal signal = open(file, AudioOptions.defaults(), 1, 1000)) {
            assertThat(signal.length()).isEqualTo(expected.length);
            double[] out = new double[6000];
            for (int i = 0; i < 30; i++) {
                int count = random.nextInt(6000);
                int from = random.nextInt(expected.length - count);
                signal.read(from, out, 0, count);
                for (int k = 0; k < count; k++) {
                    assertThat(out[k]).isEqualTo(expected[from + k]);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {HELD, 1000})
    void progressRisesAndStopsShortOfOne(int held) {
        Path file = wav(20.0, 16_000, 1);
        List<Double> told = new ArrayList<>();
        AudioOptions options = AudioOptions.defaults().withProgress(told::add);
        try (FileSignal signal = open(file, options, 1, held)) {
            patches(new FrontEnd(FrontEndSettings.PLAIN), signal);
        }
        assertThat(told).isSorted().doesNotHaveDuplicates().hasSizeBetween(5, 201);
        assertThat(told.get(0)).isPositive();
        assertThat(told.get(told.size() - 1)).isBetween(0.9, 0.9999);
    }

    @Test
    void whatAListenerThrowsEndsTheCall() {
        Path file = wav(20.0, 16_000, 1);
        AudioOptions options = AudioOptions.defaults().withProgress(done -> {
            throw new IllegalStateException("enough");
        });
        assertThatThrownBy(() -> open(file, options, 1, 1000)).hasMessage("enough");
    }

    /** A few bytes that decode to hours: progress is at its end at once and tells nobody anything. */
    @Test
    void aCheckEndsADecodingWhoseProgressStandsStill() {
        Path file = Path.of("endless");
        int[] pieces = {0};
        AudioReader endless = new AudioReader() {
            @Override
            public AudioTrack track() {
                return new AudioTrack(1, 1, "wav", "pcm", 16_000, 1, Optional.empty(), OptionalDouble.empty());
            }

            @Override
            public int read(float[] out, int offset, int length) {
                pieces[0]++;
                return length;
            }

            @Override
            public double progress() {
                return 1.0;
            }

            @Override
            public double offsetSeconds(double seconds) {
                return 0.0;
            }

            @Override
            public List<String> warnings() {
                return List.of();
            }

            @Override
            public void close() {}
        };
        Runnable check = () -> {
            if (pieces[0] == 7) {
                throw new IllegalStateException("enough");
            }
        };
        assertThatThrownBy(() -> FileSignal.open(file, AudioOptions.defaults(), 1, check, () -> endless, 1000))
                .hasMessage("enough");
    }

    @ParameterizedTest
    @ValueSource(ints = {HELD, 1000})
    void interruptionEndsAReadAndStaysSet(int held) {
        try (FileSignal signal = open(wav(2.0, 16_000, 1), AudioOptions.defaults(), 1, held)) {
            Thread.currentThread().interrupt();
            fails(CryErrorCode.CANCELLED, () -> signal.read(0, new double[10], 0, 10));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void aFileThatBecomesShorterIsNamed() throws IOException {
        Path file = wav(4.0, 16_000, 1);
        try (FileSignal signal = open(file, AudioOptions.defaults(), 1, 1000)) {
            byte[] half = Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2);
            Files.write(file, half, StandardOpenOption.TRUNCATE_EXISTING);
            fails(CryErrorCode.AUDIO_UNREADABLE, () -> signal.read(0, new double[64_000], 0, 64_000));
        }
    }

    @Test
    void thePeakIsThatOfEveryChannel() throws IOException {
        float[] samples = new float[40_000];
        samples[20_001] = -0.75f;
        Path file = folder.resolve("peak.wav");
        WavWriter.write(AudioClip.of(samples, 16_000, 2), file);
        for (int held : new int[] {HELD, 1000}) {
            try (FileSignal signal = open(file, AudioOptions.defaults(), 1, held)) {
                assertThat(signal.peak()).isEqualTo(0.75f);
                assertThat(signal.track().channels()).isEqualTo(2);
            }
        }
    }

    @Test
    void ratesThatAreNotTakenAreRefusedBeforeAnythingIsDecoded() {
        fails(
                CryErrorCode.UNSUPPORTED_FORMAT,
                () -> open(wav(1.0, 3_999, 1), AudioOptions.defaults().withMaxDecodedBytes(4), 1, HELD));
    }

    private FileSignal open(Path file, AudioOptions options, int passes, int held) {
        Supplier<AudioReader> opener = () -> {
            opened++;
            return AudioReader.open(file, options);
        };
        return FileSignal.open(file, options, passes, () -> {}, opener, held);
    }

    private static float[] patches(FrontEnd frontEnd, Signal signal) {
        int patch = LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS;
        try (WindowReader reader = frontEnd.open(signal)) {
            float[] out = new float[reader.windows() * patch + 8];
            int read = reader.read(out, 0, reader.windows());
            // The quality is compared with the patches.
            out[read * patch] = (float) reader.quality().durationSeconds();
            out[read * patch + 1] = (float) reader.quality().peak();
            out[read * patch + 2] = (float) reader.quality().bandwidthHz();
            return out;
        }
    }

    private Path wav(double seconds, int rate, int channels) {
        Random random = new Random(rate + channels);
        float[] samples = new float[(int) (seconds * rate) * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) (0.3 * Math.sin(i * 0.05 / channels) + 0.2 * random.nextGaussian() / 4);
        }
        try {
            Path file = folder.resolve(rate + "-" + channels + ".wav");
            WavWriter.write(AudioClip.of(samples, rate, channels), file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fails(CryErrorCode code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        CryException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }
}
