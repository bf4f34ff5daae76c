package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, the answer is audio or a documented error.
 *
 * <p>The system property {@code cry.fuzz} is how many files are tried, {@code cry.fuzz.seed} which; the same seed gives
 * the same files. A file that fails is kept in {@code target/fuzz}, and so is one during which the process dies. What has
 * been found is put into the resources, in {@code FuzzTestInputs/guided}, and is tried every time.
 */
class FuzzTest {
    private static final int INPUTS = Integer.getInteger("cry.fuzz", 1_000);
    private static final long SEED = Long.getLong("cry.fuzz.seed", 1);
    private static final Path KEPT = Path.of("target", "fuzz");

    private static final Set<CryErrorCode> DOCUMENTED =
            EnumSet.of(CryErrorCode.AUDIO_UNREADABLE, CryErrorCode.UNSUPPORTED_FORMAT, CryErrorCode.INVALID_AUDIO);

    /** A bound against work without end, and no measure of speed: most of these files take some milliseconds. */
    private static final Duration PROCESSOR_TIME_AT_MOST = Duration.ofSeconds(20);

    private final FfmpegDecoder decoder = new FfmpegDecoder();

    @TempDir
    static Path folder;

    @TestFactory
    @Timeout(value = 24, unit = TimeUnit.HOURS)
    Stream<DynamicTest> damagedFiles() throws IOException {
        List<Mutants.Sound> sounds = Mutants.sounds(folder);
        assertThat(sounds).hasSizeGreaterThan(20);
        int each = Math.max(1, INPUTS / sounds.size());
        return IntStream.range(0, sounds.size()).mapToObj(i -> {
            Mutants.Sound sound = sounds.get(i);
            return DynamicTest.dynamicTest(sound.name(), () -> {
                Mutants mutants = new Mutants(sounds, SEED * 1_000 + i);
                read(Files.write(folder.resolve(sound.name()), sound.bytes()), AudioOptions.defaults());
                Tally tally = new Tally();
                for (int n = 0; n < each; n++) {
                    tally.add(decode(mutants.next(sound), sound.name() + "-" + SEED + "-" + n));
                }
                // Damage that no parser gets beyond would show nothing.
                assertThat(each < 200 || tally.decoded > 0).as(tally.toString()).isTrue();
                if (INPUTS > 1_000) {
                    System.out.println(sound.name() + ": " + tally);
                }
            });
        });
    }

    @Test
    void noise() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < Math.min(100, INPUTS); i++) {
            byte[] bytes = new byte[1 + random.nextInt(4000)];
            random.nextBytes(bytes);
            decode(bytes, "noise-" + SEED + "-" + i);
        }
    }

    /**
     * Led by what Jazzer sees of our own code. It is given the whole files and what has been found; with {@code JAZZER_FUZZ=1} in the
     * environment it goes on from there.
     */
    @MethodSource("wholeFiles")
    @com.code_intelligence.jazzer.junit.FuzzTest(maxDuration = "5m")
    void guided(byte[] bytes) throws IOException {
        decode(bytes, "guided-" + Integer.toHexString(Arrays.hashCode(bytes)));
    }

    static Stream<Arguments> wholeFiles() throws IOException {
        return Mutants.sounds(folder).stream().map(sound -> Arguments.of((Object) sound.bytes()));
    }

    /** What became of one file. */
    private record Outcome(boolean decoded, long nanos) {}

    private static final class Tally {
        private int files;
        private int decoded;
        private long nanos;
        private long slowest;

        void add(Outcome outcome) {
            files++;
            decoded += outcome.decoded ? 1 : 0;
            nanos += outcome.nanos;
            slowest = Math.max(slowest, outcome.nanos);
        }

        @Override
        public String toString() {
            return files + " files, " + decoded + " with audio, " + nanos / 1_000_000 / Math.max(1, files)
                    + " ms of processor time each, " + slowest / 1_000_000 + " at most";
        }
    }

    private Outcome decode(byte[] bytes, String name) throws IOException {
        Path file = Files.write(Files.createDirectories(KEPT).resolve("running"), bytes);
        long began = processorNanos();
        boolean decoded = false;
        try {
            read(file, options(bytes));
            decoded = true;
        } catch (CryException e) {
            if (!DOCUMENTED.contains(e.code())) {
                throw kept(file, name, e);
            }
        } catch (RuntimeException | Error e) {
            throw kept(file, name, e);
        }
        long nanos = processorNanos() - began;
        if (nanos > PROCESSOR_TIME_AT_MOST.toNanos()) {
            throw kept(file, name, new IllegalStateException(nanos / 1_000_000 + " ms of processor time"));
        }
        return new Outcome(decoded, nanos);
    }

    /** What the whole process has used, where the system tells. */
    private static long processorNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    /** The same file always gets the same options: those by default, and now and then a bound or another track. */
    private static AudioOptions options(byte[] bytes) {
        AudioOptions options = AudioOptions.defaults();
        return switch (Arrays.hashCode(bytes) & 15) {
            case 0 -> options.withMaxDuration(Duration.ofMillis(100));
            case 1 -> options.withMaxDecodedBytes(1 << 13);
            case 2 -> options.withTrack(2);
            default -> options;
        };
    }

    private void read(Path file, AudioOptions options) {
        try (AudioReader reader = decoder.open(file, options)) {
            int channels = reader.track().channels();
            int rate = reader.track().sampleRate();
            float[] piece = new float[channels * 1000];
            long samples = 0;
            double progress = 0.0;
            double time = 0.0;
            for (int read; (read = reader.read(piece, 0, piece.length)) > 0; ) {
                assertThat(read % channels).isZero();
                samples += read / channels;
                assertThat(samples * channels * Float.BYTES).isLessThanOrEqualTo(options.maxDecodedBytes());
                assertThat(samples * 1000.0 / rate)
                        .isLessThanOrEqualTo(options.maxDuration().toMillis());
                assertThat(reader.progress()).isBetween(progress, 1.0);
                progress = reader.progress();
                double seconds = (double) samples / rate;
                double offset = reader.offsetSeconds(seconds);
                assertThat(offset).isNotNegative().isFinite();
                assertThat(seconds + offset).isGreaterThanOrEqualTo(time);
                time = seconds + offset;
            }
            assertThat(samples).isPositive();
            assertThat(reader.track().toString()).hasSizeLessThan(200).doesNotMatch("(?s).*\\p{Cntrl}.*");
            assertThat(reader.warnings()).allMatch(warning -> !warning.isBlank() && warning.length() < 1_000);
        }
    }

    private static AssertionError kept(Path file, String name, Throwable e) throws IOException {
        Path copy = file.resolveSibling(name);
        Files.write(copy, Files.readAllBytes(file));
        return new AssertionError("see " + copy.toAbsolutePath() + ": " + e, e);
    }
}
