package io.crysdk;

import java.time.Duration;
import java.util.Optional;

/**
 * Live audio that is being listened to; opened by {@link CryClassifier#openStream(StreamOptions)}.
 *
 * <pre>{@code
 * try (CryStream stream = classifier.openStream(System.out::println)) {
 *     stream.format(48_000, 2);
 *     while ((n = microphone.read(buffer)) > 0) {
 *         stream.push(buffer, 0, n);
 *     }
 * }
 * }</pre>
 *
 * <p><b>What is said does not depend on how the audio was cut into chunks.</b> The same samples give the same events, with
 * the same times and the same scores to the bit while the classifier has no other stream; with others, whose windows go to
 * the network with its own, to 1e-5, so a score that near to a threshold may pass it or not. What of a push does not fit
 * into the buffer (30 s by default) is lost, unless it may wait, {@link StreamOptions.Overflow#BLOCK}.
 *
 * <p><b>Threads.</b> One thread at a time pushes, and calls {@link #format}, {@link #clock}, {@link #gap} and {@link
 * #deviceLost}: the audio thread. These calls copy samples and return; the network runs on threads of the classifier, and
 * the listener is called on yet another, by one at a time and in order, though not always the same one. {@link #poll},
 * {@link #statistics} and {@link #close} may be called by any thread.
 *
 * <p><b>Who is too slow.</b> Events wait in a queue and audio in a buffer; neither grows beyond what the {@link
 * StreamOptions} allow. What happens when one is full is the {@link StreamOptions.Overflow} that the caller chose; only
 * under {@link StreamOptions.Overflow#BLOCK} does a push ever wait. Nothing is lost in silence: audio that did not fit is
 * told as an {@link CryEvent.AudioGap}, and dropped events are {@linkplain #statistics counted}.
 *
 * <p><b>Failure.</b> A stream whose windows cannot be judged ends with a {@link CryEvent.StreamEnded} that says why, and
 * pushes fail with {@link CryErrorCode#CLOSED} from then on: where the runtime fails, the virtual machine ends, or a run of
 * the network takes longer than {@link CryClassifier.Builder#timeout}. Other streams of the classifier that were not in
 * that run go on.
 *
 * <p><b>Breaks.</b> Where audio is missing or its form changes, windows begin anew, so none spans the break. A cry goes on
 * over a gap that is shorter than {@link StreamOptions#endAfter}; else it has ended where the audio stopped.
 *
 * @since 0.1.0
 */
public interface CryStream extends AutoCloseable {
    /**
     * Says what form the samples have that are pushed from now on. Until it is called they are mono at 16 kHz. A change
     * once audio was pushed is told as {@link CryEvent.FormatChanged}.
     *
     * @param sampleRate {@value CryClassifier#MIN_SAMPLE_RATE} to {@value CryClassifier#MAX_SAMPLE_RATE} Hz
     * @param channels how many channels are interleaved, 1 or more
     * @throws CryException {@link CryErrorCode#UNSUPPORTED_FORMAT} if the rate is outside that; {@link
     *     CryErrorCode#CLOSED}
     * @throws IllegalArgumentException if there is no channel
     */
    void format(int sampleRate, int channels);

    /**
     * Pushes floating-point samples.
     *
     * @param samples interleaved by channel, full scale -1 to 1; copied
     * @param offset the first
     * @param count how many values, a multiple of the channel count
     * @throws IndexOutOfBoundsException if the array does not have them
     * @throws IllegalArgumentException if they do not divide evenly among the channels
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO} if one is not finite or larger than {@value
     *     CryClassifier#MAX_PEAK}: none of the chunk is heard, and it is told as a gap; {@link CryErrorCode#CLOSED} if the
     *     stream was closed or has failed
     */
    void push(float[] samples, int offset, int count);

    /**
     * Pushes 16-bit samples; each becomes {@code s / 32768}.
     *
     * @param samples interleaved by channel; copied
     * @param offset the first
     * @param count how many values, a multiple of the channel count
     * @throws IndexOutOfBoundsException if the array does not have them
     * @throws IllegalArgumentException if they do not divide evenly among the channels
     * @throws CryException {@link CryErrorCode#CLOSED} if the stream was closed or has failed
     */
    void push(short[] samples, int offset, int count);

    /**
     * Pushes 16-bit little-endian bytes as a microphone, a pipe or a socket delivers them: in pieces of any length. The
     * bytes of a sample, and the channels of an instant, may be spread over two calls.
     *
     * @param bytes two for each sample, low byte first, interleaved by channel; copied
     * @param offset the first
     * @param count how many bytes
     * @throws IndexOutOfBoundsException if the array does not have them
     * @throws CryException {@link CryErrorCode#CLOSED} if the stream was closed or has failed
     */
    void push(byte[] bytes, int offset, int count);

    /**
     * Pushes a clip of any form: the same as {@link #format} and {@link #push(float[], int, int)}.
     *
     * @param chunk the samples
     * @throws CryException as for those two
     */
    default void push(AudioClip chunk) {
        format(chunk.sampleRate(), chunk.channels());
        push(chunk.samples(), 0, chunk.samples().length);
    }

    /**
     * Says when the next sample was captured, on a clock of the caller's: seconds since whenever it likes. Call it before
     * the first push, then as often as the time is known; from then on all times are on that clock.
     *
     * <p>Small differences from the time that the samples themselves keep are followed slowly (by one part in a thousand),
     * as clocks drift and threads are late. One beyond {@link StreamOptions#clockTolerance} is told as a gap.
     *
     * @param seconds finite
     * @throws IllegalArgumentException if it is not
     * @throws CryException {@link CryErrorCode#CLOSED} if the stream was closed or has failed
     */
    void clock(double seconds);

    /**
     * Says that audio is missing before the next sample.
     *
     * @param seconds how much, 0 or more
     * @throws IllegalArgumentException if it is negative or not finite
     * @throws CryException {@link CryErrorCode#CLOSED} if the stream was closed or has failed
     */
    void gap(double seconds);

    /**
     * Says that the device is gone. When it is back, tell the time by {@link #clock} or {@link #gap} and push on.
     *
     * @param message what happened, for people
     * @throws CryException {@link CryErrorCode#CLOSED} if the stream was closed or has failed
     */
    void deviceLost(String message);

    /**
     * Takes the next event of a stream that was opened without a listener.
     *
     * @param timeout how long to wait for one; zero not to wait
     * @return the event; empty if there was none in that time, or the last one, {@link CryEvent.StreamEnded}, was taken
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if the stream has a listener
     */
    Optional<CryEvent> poll(Duration timeout) throws InterruptedException;

    /**
     * Counts what happened up to now.
     *
     * @return a snapshot
     */
    Statistics statistics();

    /**
     * Ends the stream: what was pushed is judged to the end, a cry that was going on is ended, and {@link
     * CryEvent.StreamEnded} is the last event. Waits until all that has happened, and until the listener has returned
     * from the last event, unless it is the listener that calls; without a listener the events can still be polled. An
     * interrupt ends the wait and remains set. Closing again does nothing.
     */
    @Override
    void close();

    /**
     * What a stream has been through.
     *
     * @param pushedSeconds audio that was pushed and not refused
     * @param heardSeconds audio that was judged or looked at
     * @param lostSeconds audio that did not fit into the buffer
     * @param windows how many windows the network judged
     * @param droppedEvents how many events did not fit into the queue
     * @param failedCallbacks how often the listener threw something; it is logged, and the stream goes on
     */
    record Statistics(
            double pushedSeconds,
            double heardSeconds,
            double lostSeconds,
            long windows,
            long droppedEvents,
            long failedCallbacks) {}
}
