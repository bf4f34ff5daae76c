package io.crysdk.examples.soak;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryException;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.CryStream;
import io.crysdk.ModelSource;
import io.crysdk.Personalization;
import io.crysdk.Personalization.Use;
import io.crysdk.Personalizer;
import io.crysdk.StreamOptions;
import io.crysdk.StreamOptions.Overflow;
import io.crysdk.dsp.WavWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * What a host does now and then beside listening: clips and files of all kinds, good and bad; calls that are ended early;
 * streams, classifiers and personalised views that come and go. Anything but the expected answer or error ends the soak.
 */
final class Round {
    /** Too short for a minute on any machine. */
    static final Duration SOON = Duration.ofMillis(1);

    private static final Set<CryErrorCode> REFUSALS = EnumSet.of(
            CryErrorCode.INVALID_AUDIO,
            CryErrorCode.AUDIO_UNREADABLE,
            CryErrorCode.UNSUPPORTED_FORMAT,
            CryErrorCode.MODEL_INVALID,
            CryErrorCode.MODEL_NOT_FOUND);

    private final CryClassifier classifier;
    private final CryClassifier hasty;
    private final Path folder;
    private final List<AudioClip> clips = new ArrayList<>();
    private final float[] minute = new float[60 * Daylong.RATE];
    private final List<Path> good;
    private final List<Path> bad;
    private final Path noModel;

    private long answered;
    private long streams;
    private long classifiers;
    private long refused;
    private long ended;

    /**
     * Prepares it.
     *
     * @param hasty gives up {@link #SOON}
     */
    Round(CryClassifier classifier, CryClassifier hasty, Daylong day, Path folder) throws IOException {
        this.classifier = classifier;
        this.hasty = hasty;
        this.folder = folder;
        int[] rates = {16_000, 8_000, 44_100, 48_000};
        for (int i = 0; i < 8; i++) {
            float[] cry = day.cries().get(i % day.cries().size());
            int channels = i < 4 ? 1 : 2;
            clips.add(AudioClip.of(Arrays.copyOf(cry, (i + 1) * 8_000 * channels), rates[i % 4], channels));
        }
        new Daylong(2).next(minute, minute.length);

        byte[] wav = wav(folder.resolve("cry.wav"));
        Path au = folder.resolve("cry.au");
        AudioFormat form = new AudioFormat(16_000, 16, 1, true, false);
        AudioSystem.write(
                new AudioInputStream(
                        new ByteArrayInputStream(wav, 44, wav.length - 44),
                        form,
                        (wav.length - 44) / form.getFrameSize()),
                AudioFileFormat.Type.AU,
                au.toFile());
        good = List.of(folder.resolve("cry.wav"), au);
        byte[] noise = new byte[30_000];
        new Random(3).nextBytes(noise);
        noModel = Files.write(folder.resolve("noise.onnx"), noise);
        bad = List.of(
                folder.resolve("absent.wav"),
                Files.write(folder.resolve("empty.wav"), new byte[0]),
                Files.writeString(folder.resolve("text.wav"), "no recording\n".repeat(500)),
                Files.write(folder.resolve("head.wav"), Arrays.copyOf(wav, 44)),
                Files.write(folder.resolve("head.au"), Arrays.copyOf(Files.readAllBytes(au), 24)),
                noModel);
    }

    private byte[] wav(Path file) throws IOException {
        WavWriter.write(clips.get(0), file);
        return Files.readAllBytes(file);
    }

    Hour.Done done(long liveWindows) {
        return new Hour.Done(liveWindows, answered, streams, classifiers, refused, ended);
    }

    void make() throws Exception {
        clips();
        files();
        badSamples();
        stream();
        interrupted();
        ended(CryErrorCode.TIMED_OUT, () -> hasty.classify(minute));
        anotherClassifier();
        personal();
    }

    private void clips() throws Exception {
        List<CryResult> alone = new ArrayList<>();
        for (AudioClip clip : clips) {
            alone.add(answered(classifier.classify(clip)));
        }
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<CryResult>> together = new ArrayList<>();
            for (AudioClip clip : clips) {
                Callable<CryResult> task = () -> classifier.classify(clip);
                together.add(pool.submit(task));
            }
            for (int i = 0; i < clips.size(); i++) {
                check(answered(together.get(i).get()).equals(alone.get(i)), "the same clip, another answer");
            }
        } finally {
            pool.shutdown();
        }
        classifier.classifyAll(clips).forEach(this::answered);
    }

    private void files() throws IOException {
        for (Path file : good) {
            answered(classifier.classify(file));
        }
        for (Path file : bad) {
            refused(() -> classifier.classify(file));
        }
        // Damaged somewhere: what can be read of it is answered, or it is refused.
        Random random = new Random(answered);
        for (Path file : good) {
            byte[] bytes = Files.readAllBytes(file);
            for (int i = 0; i < 8; i++) {
                bytes[random.nextInt(i < 4 ? 44 : bytes.length)] = (byte) random.nextInt();
            }
            Path damaged = Files.write(folder.resolve("damaged-" + file.getFileName()), bytes);
            try {
                answered(classifier.classify(damaged));
            } catch (CryException e) {
                refusal(e);
            }
        }
        refused(() -> CryClassifier.builder().model(noModel).build());
        refused(() ->
                CryClassifier.builder().model(ModelSource.bytes(new byte[100])).build());
        refused(() -> Personalization.read(noModel));
    }

    private void badSamples() {
        float[] broken = minute.clone();
        broken[1000] = Float.NaN;
        refused(() -> classifier.classify(broken));
        refused(() -> classifier.classify(new float[10]));
    }

    /** Three seconds of stereo at 48 kHz with all that may go wrong. */
    private void stream() throws InterruptedException {
        StreamOptions options = StreamOptions.builder()
                .overflow(Overflow.BLOCK)
                .eventCapacity(4096)
                .build();
        CryStream stream = classifier.openStream(options);
        stream.format(48_000, 2);
        byte[] chunk = new byte[3840];
        Random random = new Random(5);
        for (int i = 0; i < 150; i++) {
            random.nextBytes(chunk);
            stream.push(chunk, 0, i % 7 == 0 ? 1001 : chunk.length);
        }
        stream.deviceLost("unplugged");
        stream.gap(2.0);
        stream.format(16_000, 1);
        refused(() -> stream.push(new float[] {Float.NaN}, 0, 1));
        stream.push(minute, 0, 3 * Daylong.RATE);
        stream.close();
        checkEnded(stream);
        streams++;
    }

    private static void checkEnded(CryStream stream) throws InterruptedException {
        Optional<CryEvent> last = Optional.empty();
        for (Optional<CryEvent> next = stream.poll(Duration.ofSeconds(60));
                next.isPresent();
                next = stream.poll(Duration.ZERO)) {
            last = next;
        }
        check(
                last.orElse(null) instanceof StreamEnded end && end.failure().isEmpty(),
                "a stream that was closed has not ended, or failed: " + last);
    }

    private void interrupted() {
        Thread.currentThread().interrupt();
        try {
            ended(CryErrorCode.CANCELLED, () -> classifier.classify(minute));
        } finally {
            check(Thread.interrupted(), "the interrupt was lost");
        }
    }

    /** Closed while a stream of it is open. */
    private void anotherClassifier() throws InterruptedException {
        CryClassifier other = CryClassifier.create();
        CryStream stream = other.openStream(StreamOptions.builder().build());
        stream.push(minute, 0, Daylong.RATE);
        other.close();
        stream.close();
        checkEnded(stream);
        streams++;
        classifiers++;
        try {
            other.classify(minute);
            throw new IllegalStateException("a closed classifier answered");
        } catch (CryException e) {
            check(e.code() == CryErrorCode.CLOSED, e.toString());
        }
    }

    private void personal() throws IOException {
        Personalizer personalizer = classifier.personalizer();
        for (int i = 0; i < 6; i++) {
            personalizer.add(clips.get(i), i % 2 == 0 ? CryReason.HUNGER : CryReason.TIREDNESS);
        }
        Path file = folder.resolve("baby.cryp");
        personalizer.learn().write(file);
        CryClassifier ours = classifier.withPersonalization(Personalization.read(file), Use.ALWAYS);
        answered(ours.classify(clips.get(7)));
        ours.close();
    }

    private CryResult answered(CryResult result) {
        check(!result.windows().isEmpty(), "an answer without windows");
        answered++;
        return result;
    }

    private void refused(Runnable call) {
        try {
            call.run();
        } catch (CryException e) {
            refusal(e);
            return;
        }
        throw new IllegalStateException("what must be refused was taken");
    }

    private void refusal(CryException e) {
        if (!REFUSALS.contains(e.code())) {
            throw e;
        }
        refused++;
    }

    private void ended(CryErrorCode expected, Runnable call) {
        try {
            call.run();
        } catch (CryException e) {
            if (e.code() != expected) {
                throw e;
            }
            ended++;
            return;
        }
        throw new IllegalStateException("expected " + expected + ", got an answer");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
