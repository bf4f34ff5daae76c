package io.crysdk.dsp;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.AudioTrack;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.ReadGuard;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The audio of a file as the model hears it, in memory that does not grow with its length.
 *
 * <p>Opening decodes the whole file once, to learn its length and peak and to find what is damaged. A recording of up to {@value
 * #HELD_BYTES} bytes once decoded (95 s of stereo at 44.1 kHz; less in a small heap) is kept from then on. A longer one is decoded
 * again as it is read, from the beginning: read it forwards. The samples are the same to the bit as those of {@link Signal#of}.
 *
 * <p>Times in this signal count from its first sample; those of the file, which may be a video, are {@link #offsetSeconds} later.
 * For one thread; interrupting that thread ends a call with {@link CryErrorCode#CANCELLED}.
 *
 * @since 0.1.0
 */
public final class FileSignal implements Signal, AutoCloseable {
    /** How large a recording, decoded, is kept in memory at most. */
    static final int HELD_BYTES = 1 << 25;

    /** No more than this part of the heap. */
    private static final int HEAP_SHARE = 8;

    /** More than five hours at 96 kHz; the resampler counts samples in ints, and looks a little ahead. */
    private static final int SAMPLES_AT_MOST = Integer.MAX_VALUE - (1 << 20);

    private static final int PIECE = 1 << 14;

    /** The first decoding's share of the work, as a rule of thumb. */
    private static final double FIRST_SHARE = 0.1;

    private static final double PROGRESS_STEP = 0.005;

    private final Path file;
    private final AudioOptions options;
    private final AudioReader first;
    private final Signal signal;
    private final @Nullable StreamedMono streamed;
    private final int passes;
    private final float peak;
    private int pass;
    private double reported;

    private FileSignal(
            Path file, AudioOptions options, int passes, Runnable check, Supplier<AudioReader> opener, long heldBytes) {
        this.file = file;
        this.options = options;
        this.passes = passes;
        this.first = opener.get();
        try (AudioReader reader = first) {
            int rate = reader.track().sampleRate();
            int channels = reader.track().channels();
            Resampler.checkRate(rate);
            float[] piece = new float[Math.max(PIECE, channels)];
            float @Nullable [] held = new float[0];
            long size = 0;
            float largest = 0.0f;
            for (int read; (read = reader.read(piece, 0, piece.length)) > 0; ) {
                check.run();
                for (int i = 0; i < read; i++) {
                    largest = Math.max(largest, Math.abs(piece[i])); // NaN once is NaN for good
                }
                held = (size + read) * Float.BYTES > heldBytes ? null : held;
                if (held != null) {
                    if (size + read > held.length) {
                        held = Arrays.copyOf(held, (int) Math.max(size + read, 2 * size));
                    }
                    System.arraycopy(piece, 0, held, (int) size, read);
                }
                size += read;
                tell(FIRST_SHARE * reader.progress());
            }
            long length = size / channels;
            double lengthAt16k = (double) length / rate * LogMelExtractor.SAMPLE_RATE;
            if (length > SAMPLES_AT_MOST || lengthAt16k > SAMPLES_AT_MOST) {
                throw new CryException(
                        CryErrorCode.INVALID_AUDIO,
                        length + " samples at " + rate + " Hz are more than can be heard at once: cut the recording "
                                + file);
            }
            this.peak = largest;
            if (held == null) {
                this.streamed = new StreamedMono(opener, (int) length, channels);
                this.signal = ResampledSignal.of(this.streamed, rate);
            } else {
                this.streamed = null;
                this.signal = Signal.of(AudioClip.of(Arrays.copyOf(held, (int) size), rate, channels));
            }
        }
    }

    /**
     * Opens a file by the decoders on the class or module path, and decodes it once.
     *
     * @param file the audio or video file
     * @param options limits, track, and who is told of the progress
     * @param passes how many times the signal will be read from its beginning to its end, for the progress
     * @return a signal that the caller closes
     * @throws CryException as for {@link AudioReader#read} and {@link Signal#of(AudioClip)}
     */
    public static FileSignal open(Path file, AudioOptions options, int passes) {
        return open(file, options, passes, () -> {});
    }

    /**
     * Opens a file by the decoders on the class or module path, and decodes it once.
     *
     * @param file the audio or video file
     * @param options limits, track, and who is told of the progress
     * @param passes how many times the signal will be read from its beginning to its end, for the progress
     * @param check is run for every piece that is decoded, on the calling thread, for a caller who may want to end it; what it
     *     throws reaches the caller. Progress is no such place: a small file may hold much, and be read to its end while most
     *     of that is still to be decoded
     * @return a signal that the caller closes
     * @throws CryException as for {@link AudioReader#read} and {@link Signal#of(AudioClip)}
     */
    public static FileSignal open(Path file, AudioOptions options, int passes, Runnable check) {
        return open(file, options, passes, check, () -> AudioReader.open(file, options), heldBytes());
    }

    static FileSignal open(
            Path file, AudioOptions options, int passes, Runnable check, Supplier<AudioReader> opener, long heldBytes) {
        return new FileSignal(file, options, passes, check, opener, heldBytes);
    }

    private static long heldBytes() {
        return Math.min(HELD_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    @Override
    public int length() {
        return signal.length();
    }

    /**
     * {@inheritDoc}
     *
     * @throws CryException {@link CryErrorCode#CANCELLED} if the thread was interrupted;
     *     {@link CryErrorCode#AUDIO_UNREADABLE} if the file can no longer be read, or became shorter
     */
    @Override
    public void read(int from, double[] out, int outOffset, int count) {
        ReadGuard.checkInterrupted(file);
        if (from == 0) {
            pass++;
        }
        signal.read(from, out, outOffset, count);
        double done = (Math.min(pass, passes) - 1 + (double) (from + count) / length()) / passes;
        tell(FIRST_SHARE + (1.0 - FIRST_SHARE) * done);
    }

    private void tell(double done) {
        // The last word is the caller's, once all work is done.
        if (done >= reported + PROGRESS_STEP && done < 1.0) {
            reported = done;
            options.progress().accept(done);
        }
    }

    /**
     * Returns which of the file's tracks it is.
     *
     * @return the track at its own rate and channel count
     */
    public AudioTrack track() {
        return first.track();
    }

    /**
     * Returns the largest absolute sample of any channel.
     *
     * @return full scale being 1; not a number or infinite if there is such a sample
     */
    public float peak() {
        return peak;
    }

    /**
     * Returns what is wrong with the file.
     *
     * @return for people; empty if it is sound
     */
    public List<String> warnings() {
        return first.warnings();
    }

    /**
     * Says how much later a moment of the signal lies in the file.
     *
     * @param seconds from the first sample on
     * @return seconds to add
     */
    public double offsetSeconds(double seconds) {
        return first.offsetSeconds(seconds);
    }

    /** Closes the file. Closing twice is harmless. */
    @Override
    public void close() {
        if (streamed != null) {
            streamed.close();
        }
    }
}
