package io.crysdk.dsp;

import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file's channels averaged, at the file's own rate, decoded as they are read. Whoever reads on, and not much behind what was read
 * last, gets by with one decoding; reading further back decodes the file once more from its beginning. For one thread.
 */
final class StreamedMono implements Signal, AutoCloseable {
    /** More than a resampler reads again of what it read before, at any rate. */
    private static final int BACK = 1 << 14;

    private static final int PIECE = 1 << 14;

    private final Supplier<AudioReader> opener;
    private final int length;
    private final int channels;
    private final float[] piece;
    /** The samples from {@link #begin} to {@link #end}. */
    private final double[] recent = new double[BACK + PIECE];

    private int begin;
    private int end;
    private @Nullable AudioReader reader;

    /** The file that {@code opener} opens is known to have {@code length} samples in each of {@code channels}. */
    StreamedMono(Supplier<AudioReader> opener, int length, int channels) {
        this.opener = opener;
        this.length = length;
        this.channels = channels;
        this.piece = new float[Math.max(PIECE, channels)];
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void read(int from, double[] out, int outOffset, int count) {
        Objects.checkFromIndexSize(from, count, length);
        Objects.checkFromIndexSize(outOffset, count, out.length);
        int done = 0;
        while (done < count) {
            int at = from + done;
            if (reader == null || at < begin) {
                rewind();
            } else if (at < end) {
                int known = Math.min(count - done, end - at);
                System.arraycopy(recent, at - begin, out, outOffset + done, known);
                done += known;
            } else {
                decode(reader);
            }
        }
    }

    private void rewind() {
        close();
        reader = opener.get();
        begin = 0;
        end = 0;
    }

    private void decode(AudioReader open) {
        int kept = Math.min(end - begin, BACK);
        System.arraycopy(recent, end - begin - kept, recent, 0, kept);
        begin = end - kept;
        int read = open.read(piece, 0, Math.min(piece.length, PIECE * channels)) / channels;
        if (read <= 0) {
            throw new CryException(
                    CryErrorCode.AUDIO_UNREADABLE,
                    "the file became shorter while it was read: " + end + " samples where " + length
                            + " had been found");
        }
        MonoSignal.average(piece, 0, channels, recent, kept, read);
        end += read;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
