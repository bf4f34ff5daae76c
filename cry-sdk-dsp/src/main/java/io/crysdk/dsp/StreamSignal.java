package io.crysdk.dsp;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A signal without an end yet, brought to 16 kHz as it comes in and read once, in order. Channels are mixed and rates
 * converted as {@link Signal#of(io.crysdk.AudioClip)} does it, to the bit. Only what the resampler still needs is kept.
 * For one thread.
 */
final class StreamSignal {
    private static final int RATE = LogMelExtractor.SAMPLE_RATE;
    /** As long as the longest clip; from twice that on, time is counted from so much later. */
    static final int EPOCH_SECONDS = 3600;

    private final int rate;
    private final int channels;
    private final int epochSeconds;
    private final @Nullable Resampler resampler;
    private final Signal recent = new Recent();

    /** Input samples from {@link #first} on. */
    private double[] kept = new double[0];

    private long first;
    private long written;
    /** The whole seconds that the resampler does not count any more. */
    private long epoch;

    /** What is at hand, as the resampler sees it: from the epoch on, and zero before that and beyond what was written. */
    private final class Recent implements Signal {
        @Override
        public int length() {
            return Math.toIntExact(written - epoch * rate);
        }

        @Override
        public void read(int from, double[] out, int outOffset, int count) {
            System.arraycopy(kept, Math.toIntExact(epoch * rate + from - first), out, outOffset, count);
        }
    }

    StreamSignal(int rate, int channels, int epochSeconds) {
        this.rate = rate;
        this.channels = channels;
        this.epochSeconds = epochSeconds;
        this.resampler = rate == RATE ? null : new Resampler(rate);
    }

    /** After how much input the samples at 16 kHz up to {@code to} are known, whatever comes then. */
    long inputFor(long to) {
        return to == 0 || resampler == null ? to : resampler.endInput(to - 1);
    }

    long written() {
        return written;
    }

    void write(float[] interleaved, int offset, int count) {
        Objects.checkFromIndexSize(offset, Math.multiplyExact(count, channels), interleaved.length);
        int held = (int) (written - first);
        if (kept.length < held + count) {
            kept = Arrays.copyOf(kept, Math.max(held + count, 2 * held));
        }
        if (channels == 1) {
            for (int i = 0; i < count; i++) {
                kept[held + i] = interleaved[offset + i];
            }
        } else {
            int next = offset;
            for (int i = held; i < held + count; i++) {
                double sum = 0.0;
                for (int c = 0; c < channels; c++) {
                    sum += interleaved[next++];
                }
                kept[i] = sum / channels;
            }
        }
        written += count;
    }

    /** Says that nothing more comes, and returns how many samples there are at 16 kHz. */
    long finish() {
        return resampler == null ? written : (long) (written * (double) RATE / rate);
    }

    /** Reads the next samples, which follow those read last, and forgets the input that no later ones need. */
    void read(long from, double[] out, int outOffset, int count) {
        if (resampler == null) {
            System.arraycopy(kept, (int) (from - first), out, outOffset, count);
            forget(from + count);
            return;
        }
        int done = 0;
        while (done < count) {
            long at = from + done;
            if (at == (epoch + 2L * epochSeconds) * RATE) {
                epoch += epochSeconds;
            }
            int piece = (int) Math.min(count - done, (epoch + 2L * epochSeconds) * RATE - at);
            resampler.read(recent, (int) (at - epoch * RATE), out, outOffset + done, piece);
            done += piece;
        }
        forget(resampler.firstInput(from + count));
    }

    private void forget(long before) {
        // Moving what is kept costs as much as what is moved, so it is done when that is the lesser part.
        long from = Math.min(before, written);
        if (from - first > written - from) {
            System.arraycopy(kept, (int) (from - first), kept, 0, (int) (written - from));
            first = from;
        }
    }
}
