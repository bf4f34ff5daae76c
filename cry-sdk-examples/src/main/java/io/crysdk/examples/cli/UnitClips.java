package io.crysdk.examples.cli;

import io.crysdk.AudioClip;
import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.dsp.CryUnit;
import io.crysdk.dsp.WavWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Copies units out of a file, at its own rate and channel count, reading it forwards: no more than one unit is in memory.
 */
final class UnitClips implements AutoCloseable {
    private static final int SKIP_AT_ONCE = 1 << 14;

    private final Path file;
    private final AudioReader reader;
    private final int rate;
    private final int channels;
    private final float[] skipped;
    /** Samples of each channel that have been read. */
    private long read;

    private UnitClips(Path file, AudioOptions options) {
        this.file = file;
        reader = AudioReader.open(file, options);
        rate = reader.track().sampleRate();
        channels = reader.track().channels();
        skipped = new float[SKIP_AT_ONCE * channels];
    }

    /** Writes each unit, at times of the audio and in order, to its clip. */
    static void write(Path file, AudioOptions options, List<CryUnit> units, List<Path> clips) throws IOException {
        try (UnitClips from = new UnitClips(file, options)) {
            for (int i = 0; i < clips.size(); i++) {
                WavWriter.write(from.next(units.get(i)), clips.get(i));
            }
        }
    }

    private AudioClip next(CryUnit unit) {
        long start = Math.round(unit.startSeconds() * rate);
        long end = Math.round(unit.endSeconds() * rate);
        while (read < start) {
            int wanted = (int) Math.min(SKIP_AT_ONCE, start - read);
            if (fill(skipped, wanted) < wanted) {
                throw shorter();
            }
        }
        float[] samples = new float[(int) (end - start) * channels];
        int found = fill(samples, (int) (end - start));
        // A place at 16 kHz may round to one beyond the last of the file's own samples.
        if (found < end - start - 1) {
            throw shorter();
        }
        return AudioClip.of(Arrays.copyOf(samples, found * channels), rate, channels);
    }

    /** Reads so many samples of each channel, or fewer at the end; returns how many. */
    private int fill(float[] out, int wanted) {
        int filled = 0;
        for (int got = 0; filled < wanted && got >= 0; ) {
            got = reader.read(out, filled * channels, (wanted - filled) * channels);
            filled += Math.max(0, got) / channels;
        }
        read += filled;
        return filled;
    }

    private CryException shorter() {
        return new CryException(CryErrorCode.AUDIO_UNREADABLE, "the file became shorter while it was read: " + file);
    }

    @Override
    public void close() {
        reader.close();
    }
}
