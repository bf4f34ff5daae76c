package io.crysdk;

import io.crysdk.spi.ClassifierOptions;
import io.crysdk.spi.CryClassifierProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Tells whether a baby cries in a recording, and weighs the reason.
 *
 * <pre>{@code
 * try (CryClassifier classifier = CryClassifier.create()) {
 *     CryResult result = classifier.classify(pcm); // float[], mono, 16 kHz, -1 to 1
 *     System.out.println(result);
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> One instance serves all threads at once; make one and share it. Calls run beside each other and
 * wait only for the processor. {@link #close()} lets the calls in flight finish; calls that come later fail with
 * {@link CryErrorCode#CLOSED}. A classifier that is dropped without being closed is closed by the garbage collector at
 * some time, and the log says where it was opened.
 *
 * <p><b>Ending early.</b> Interrupting the thread that calls ends the call with {@link CryErrorCode#CANCELLED} before its
 * next run of the network, which hears up to eight windows; the thread stays interrupted. {@link Builder#timeout} ends
 * calls that take too long, inside a run too, with {@link CryErrorCode#TIMED_OUT}.
 *
 * <p><b>Audio.</b> A clip lasts 0.18 s to one hour. Shorter, empty and longer clips, clips with a sample that is not
 * finite, and clips with a peak above {@value #MAX_PEAK} times full scale (integers that were never divided) are refused with
 * {@link CryErrorCode#INVALID_AUDIO}. A peak between full scale and that is judged, with a warning. The arrays handed in
 * are not changed, and of the samples nothing outlives the call but scratch space that later calls overwrite.
 *
 * <p><b>Determinism.</b> The same samples give the same patches, bit for bit, everywhere. Probabilities are equal for
 * equal calls on one machine; between batch sizes or machines the runtime's kernels differ by less than 1e-5.
 *
 * @since 0.1.0
 */
public interface CryClassifier extends AutoCloseable {
    /** The shortest clip that is judged, in seconds: the shortest cry of the paper. */
    double MIN_SECONDS = 0.18;

    /** The longest clip that is judged, in seconds. */
    double MAX_SECONDS = 3600.0;

    /** The lowest sample rate that is taken, in Hz. */
    int MIN_SAMPLE_RATE = 4_000;

    /** The highest sample rate that is taken, in Hz. */
    int MAX_SAMPLE_RATE = 192_000;

    /** The largest absolute sample that is still taken for audio with full scale 1. */
    double MAX_PEAK = 8.0;

    /**
     * Creates a classifier with the default model on the processor.
     *
     * @return a classifier that the caller closes
     * @throws CryException {@link CryErrorCode#PROVIDER_UNAVAILABLE} if no engine is on the class or module path;
     *     {@link CryErrorCode#MODEL_NOT_FOUND} if no default model is
     */
    static CryClassifier create() {
        return builder().build();
    }

    /**
     * Starts to describe a classifier.
     *
     * @return a builder with the default model on the processor
     */
    static Builder builder() {
        return new Builder();
    }

    /**
     * Judges mono samples at 16 kHz.
     *
     * @param pcm 2 880 to 57 600 000 samples, full scale -1 to 1; neither kept nor changed
     * @return the answer
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO}, {@link CryErrorCode#INFERENCE_FAILED},
     *     {@link CryErrorCode#TIMED_OUT}, {@link CryErrorCode#CANCELLED} or {@link CryErrorCode#CLOSED}
     */
    CryResult classify(float[] pcm);

    /**
     * Judges a clip of any rate and channel count. Channels are averaged, and rates other than 16 kHz resampled.
     *
     * @param clip the clip
     * @return the answer
     * @throws CryException as for {@link #classify(float[])}, or {@link CryErrorCode#UNSUPPORTED_FORMAT} if the rate is
     *     outside {@value #MIN_SAMPLE_RATE} to {@value #MAX_SAMPLE_RATE} Hz
     */
    CryResult classify(AudioClip clip);

    /**
     * Judges the audio of a file, within the default limits.
     *
     * @param file a file that a decoder on the class or module path takes
     * @return the answer
     * @throws CryException as for {@link #classify(Path, AudioOptions)}
     */
    default CryResult classify(Path file) {
        return classify(file, AudioOptions.defaults());
    }

    /**
     * Judges the audio of a file. A short recording is decoded into memory. A longer one is decoded twice, first to check and
     * measure it, then to judge it (three times where the model normalises over the whole clip), so that memory does not grow with
     * its length but for the answer's windows. The answer is the same to the bit as {@link #classify(AudioClip)} gives for the
     * whole of it, but that windows have the times of the file, the decoder's warnings stand with the others, and it names
     * the track.
     *
     * @param file a file that a decoder on the class or module path takes
     * @param options limits, which take the place of {@link #MAX_SECONDS}; track; progress
     * @return the answer
     * @throws CryException as for {@link AudioClip#read(Path)} and {@link #classify(AudioClip)};
     *     {@link CryErrorCode#AUDIO_UNREADABLE} if the file became shorter while it was read
     */
    CryResult classify(Path file, AudioOptions options);

    /**
     * Judges several clips, their windows batched together; quicker than one after the other where clips are short.
     *
     * @param clips the clips
     * @return an answer for each clip, in the same order
     * @throws CryException as for {@link #classify(AudioClip)}; every clip is checked before the first is judged, and the message
     *     names the clip by its index
     */
    List<CryResult> classifyAll(List<AudioClip> clips);

    /**
     * Listens to live audio, and calls back. The windows of all streams of a classifier go to the network together.
     *
     * @param options how to listen
     * @param listener what to call with each event, on a thread of the classifier's; see {@link CryStream}
     * @return a stream that the caller closes
     * @throws CryException {@link CryErrorCode#MODEL_INCOMPATIBLE} if the model has no gate, or normalises each clip as a
     *     whole (z-score), which cannot be done before the end; {@link CryErrorCode#CLOSED}
     * @throws IllegalArgumentException if the end threshold is above the start threshold
     */
    CryStream openStream(StreamOptions options, Consumer<? super CryEvent> listener);

    /**
     * Listens to live audio with the default options, and calls back.
     *
     * @param listener what to call with each event
     * @return a stream that the caller closes
     * @throws CryException as for {@link #openStream(StreamOptions, Consumer)}
     */
    default CryStream openStream(Consumer<? super CryEvent> listener) {
        return openStream(StreamOptions.builder().build(), listener);
    }

    /**
     * Listens to live audio, and keeps the events for {@link CryStream#poll}.
     *
     * @param options how to listen
     * @return a stream that the caller closes
     * @throws CryException as for {@link #openStream(StreamOptions, Consumer)}
     * @throws IllegalArgumentException if the end threshold is above the start threshold
     */
    CryStream openStream(StreamOptions options);

    /**
     * Starts to learn one baby's cries from labelled clips.
     *
     * @return a personalizer for one thread, over this classifier's model; it needs this classifier open
     * @throws CryException {@link CryErrorCode#MODEL_INCOMPATIBLE} if the model gives no embedding; {@link
     *     CryErrorCode#CLOSED}
     */
    Personalizer personalizer();

    /**
     * Returns a classifier that knows one baby, if what was learnt of it is {@linkplain Personalization.Verdict#LEARNT
     * better than nothing}; otherwise one that answers as this one does.
     *
     * @param personalization what was learnt
     * @return as for {@link #withPersonalization(Personalization, Personalization.Use)}
     * @throws CryException as there
     */
    default CryClassifier withPersonalization(Personalization personalization) {
        return withPersonalization(personalization, Personalization.Use.IF_LEARNT);
    }

    /**
     * Returns a classifier that knows one baby. It is a view: it shares this one's model and options, costs next to no
     * memory, and this one goes on answering as before, so that there is nothing to undo. As many views as there are
     * babies may be in use at once. Of a view, this returns another view of the same model; personalizations do not add
     * up.
     *
     * <p>The view's {@link #model()} and the answers that it personalises name the personalization; its labels are the
     * model's and the family's own. Whether a clip is a cry is decided as before; the reasons change. A reason is named
     * from the personalization's own probability, unless {@link Builder#minReasonProbability} was set. With {@link
     * Builder#allow}, labels of the family's own are not answered.
     *
     * <p>Closing this classifier closes its views. Closing a view ends its streams and makes it refuse later calls; it
     * frees nothing, and touches neither this classifier nor other views.
     *
     * @param personalization what was learnt
     * @param use whether to apply it where it is no better than the simple answers it was compared with
     * @return a view of this classifier
     * @throws CryException {@link CryErrorCode#MODEL_INCOMPATIBLE} if it was learnt over another model or other labels;
     *     {@link CryErrorCode#CLOSED}
     */
    CryClassifier withPersonalization(Personalization personalization, Personalization.Use use);

    /**
     * Returns what the model says of itself. Answers after {@link #close()} too.
     *
     * @return the description of the loaded model
     */
    ModelInfo model();

    /**
     * Closes the streams as {@link CryStream#close} does, waits for the calls in flight and frees the model. Closing again
     * does nothing.
     */
    @Override
    void close();

    /**
     * Describes a classifier. Each setter checks its own value; {@link #build()} checks them against the model.
     *
     * <p>Not safe for use by several threads at once. A builder can build more than once.
     */
    final class Builder {
        private static final Duration SHORTEST_HOP = Duration.ofMillis(10);
        private static final Duration LONGEST_HOP = Duration.ofMillis(960);
        /** Three times what 4096 labels of 64 letters take. */
        private static final int LABELS_FILE_BYTES = 1 << 20;

        private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

        private ModelSource model = ModelSource.installed(ModelSource.DEFAULT);
        private Optional<String> expectedSha256 = Optional.empty();
        private List<CryReason> labels = List.of();
        private ExecutionProvider provider = ExecutionProvider.cpu();
        private int threads = 1;
        private Optional<Duration> windowHop = Optional.empty();
        private OptionalDouble gateThreshold = OptionalDouble.empty();
        private OptionalDouble minReasonProbability = OptionalDouble.empty();
        private Set<CryReason> allowed = Set.of();
        private Optional<Duration> timeout = Optional.empty();
        private Optional<CryListener> listener = Optional.empty();

        private Builder() {}

        /**
         * Sets the model. The default is the installed model named {@value ModelSource#DEFAULT}.
         *
         * @param source where the model comes from
         * @return this builder
         */
        public Builder model(ModelSource source) {
            model = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * Sets the model to a file.
         *
         * @param file an ONNX file
         * @return this builder
         */
        public Builder model(Path file) {
            return model(ModelSource.file(file));
        }

        /**
         * Pins the model: any other bytes are refused with {@link CryErrorCode#MODEL_INVALID}.
         *
         * @param sha256 the digest of the whole file, 64 lower-case hexadecimal digits
         * @return this builder
         * @throws IllegalArgumentException if it is not that
         */
        public Builder expectSha256(String sha256) {
            if (!SHA256.matcher(sha256).matches()) {
                throw new IllegalArgumentException(
                        "a SHA-256 is 64 lower-case hexadecimal digits, found '" + sha256 + "'");
            }
            expectedSha256 = Optional.of(sha256);
            return this;
        }

        /**
         * Names the outputs of a model that carries no labels of its own, such as a plain exported graph. Labels that it
         * does carry are replaced.
         *
         * @param inOrder the reasons in the order of the model's output, two or more, all different
         * @return this builder
         * @throws IllegalArgumentException if there are fewer than two or one stands twice
         */
        public Builder labels(List<CryReason> inOrder) {
            List<CryReason> copy = List.copyOf(inOrder);
            if (copy.size() < 2 || Set.copyOf(copy).size() != copy.size()) {
                throw new IllegalArgumentException("labels are two or more, all different, found " + copy);
            }
            labels = copy;
            return this;
        }

        /**
         * Names the outputs of a model by a labels file: UTF-8, one reason a line in the order of the model's output, at most
         * a mebibyte.
         *
         * @param file the labels file; blank lines are skipped
         * @return this builder
         * @throws CryException {@link CryErrorCode#MODEL_NOT_FOUND} if the file is not there or cannot be read;
         *     {@link CryErrorCode#MODEL_INVALID} if a line is not a reason, or as for {@link #labels(List)}
         */
        public Builder labels(Path file) {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(LABELS_FILE_BYTES + 1);
                if (bytes.length > LABELS_FILE_BYTES) {
                    throw new IllegalArgumentException("it is larger than " + LABELS_FILE_BYTES + " bytes");
                }
                return labels(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString()
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .map(CryReason::new)
                        .toList());
            } catch (CharacterCodingException | IllegalArgumentException e) {
                throw new CryException(
                        CryErrorCode.MODEL_INVALID, "not a labels file: " + file + ": " + e.getMessage(), e);
            } catch (IOException e) {
                throw new CryException(
                        CryErrorCode.MODEL_NOT_FOUND, "cannot read the labels file " + file + ": " + e, e);
            }
        }

        /**
         * Sets where the network runs. The default is the processor.
         *
         * @param where the execution provider
         * @return this builder
         */
        public Builder executionProvider(ExecutionProvider where) {
            provider = Objects.requireNonNull(where, "where");
            return this;
        }

        /**
         * Sets how many threads one call may use inside the network. The default is one: calls from several threads
         * make better use of several cores than several threads in one call.
         *
         * @param count 1 to 64
         * @return this builder
         * @throws IllegalArgumentException if it is outside that
         */
        public Builder threads(int count) {
            if (count < 1 || count > 64) {
                throw new IllegalArgumentException("threads are 1 to 64, found " + count);
            }
            threads = count;
            return this;
        }

        /**
         * Sets the distance between windows. The default is the model's.
         *
         * @param hop a multiple of 10 ms, 10 ms to 0.96 s, so that no part of the clip falls between windows
         * @return this builder
         * @throws IllegalArgumentException if it is outside that
         */
        public Builder windowHop(Duration hop) {
            if (hop.compareTo(SHORTEST_HOP) < 0
                    || hop.compareTo(LONGEST_HOP) > 0
                    || hop.toNanos() % SHORTEST_HOP.toNanos() != 0) {
                throw new IllegalArgumentException(
                        "a window hop is a multiple of 10 ms from 10 to 960 ms, found " + hop);
            }
            windowHop = Optional.of(hop);
            return this;
        }

        /**
         * Sets the cry probability from which a clip counts as a cry. The default is the model's.
         *
         * @param probability 0 to 1
         * @return this builder
         * @throws IllegalArgumentException if it is outside that
         */
        public Builder gateThreshold(double probability) {
            gateThreshold = OptionalDouble.of(Checks.unit("gateThreshold", probability));
            return this;
        }

        /**
         * Sets the probability from which the most probable reason is named. The default is the model's.
         *
         * @param probability 0 to 1
         * @return this builder
         * @throws IllegalArgumentException if it is outside that
         */
        public Builder minReasonProbability(double probability) {
            minReasonProbability = OptionalDouble.of(Checks.unit("minReasonProbability", probability));
            return this;
        }

        /**
         * Restricts the answer to some of the model's reasons; the scores are scaled to sum to one over these. What is
         * named is still decided by what the model held probable among all: leaving out the others makes none of these
         * any surer.
         *
         * @param reasons one or more of the model's labels
         * @return this builder
         * @throws IllegalArgumentException if there is none
         */
        public Builder allow(CryReason... reasons) {
            if (reasons.length == 0) {
                throw new IllegalArgumentException("allow at least one reason");
            }
            allowed = Set.copyOf(new LinkedHashSet<>(List.of(reasons)));
            return this;
        }

        /**
         * Sets how long a call of {@code classify} or {@code classifyAll}, or of a {@link Personalizer} that hears a clip,
         * may take; one that takes longer fails with {@link CryErrorCode#TIMED_OUT}. Decoding a file counts
         * too. A run of the network that is under way ends after the operation that it is at, some milliseconds. For live
         * streams it limits each run of the network over the next windows of some of them; one that takes longer ends these
         * streams with the same code. The default is none.
         *
         * @param longest above zero
         * @return this builder
         * @throws IllegalArgumentException if it is not
         */
        public Builder timeout(Duration longest) {
            if (longest.isNegative() || longest.isZero()) {
                throw new IllegalArgumentException("a timeout is above zero, found " + longest);
            }
            timeout = Optional.of(longest);
            return this;
        }

        /**
         * Sets who is told what the classifier does and how long it takes. The default is nobody, and then nothing is
         * measured.
         *
         * @param metrics safe for use by several threads
         * @return this builder
         */
        public Builder listener(CryListener metrics) {
            listener = Optional.of(metrics);
            return this;
        }

        /**
         * Loads the model and creates the classifier.
         *
         * @return a classifier that the caller closes
         * @throws CryException {@link CryErrorCode#MODEL_NOT_FOUND}, {@link CryErrorCode#MODEL_INVALID} or
         *     {@link CryErrorCode#MODEL_INCOMPATIBLE} if the model cannot be used;
         *     {@link CryErrorCode#PROVIDER_UNAVAILABLE} if the engine or the execution provider is missing
         * @throws IllegalArgumentException if an option contradicts the model, such as an allowed reason that is not
         *     among its labels
         */
        public CryClassifier build() {
            return CryClassifierProvider.installed()
                    .create(new ClassifierOptions(
                            model,
                            expectedSha256,
                            labels,
                            provider,
                            threads,
                            windowHop,
                            gateThreshold,
                            minReasonProbability,
                            allowed,
                            timeout,
                            listener));
        }
    }
}
