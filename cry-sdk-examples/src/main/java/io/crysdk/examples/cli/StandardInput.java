package io.crysdk.examples.cli;

import io.crysdk.CryStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/**
 * 16-bit little-endian samples on standard input.
 *
 * @param rate samples per second and channel
 * @param channels how many are interleaved
 * @param live whether it comes as it is captured, and its time is to be kept
 */
record StandardInput(int rate, int channels, boolean live) implements MonitorCommand.Source {
    private static final int AT_ONCE = 8192;

    @Override
    public void pump(CryStream stream, BooleanSupplier stopped) throws IOException {
        stream.format(rate, channels);
        InputStream in = System.in;
        byte[] buffer = new byte[AT_ONCE];
        double bytesPerSecond = 2.0 * channels * rate;
        ArrivalClock clock = new ArrivalClock();
        if (live) {
            stream.clock(0.0);
        }
        long bytes = 0;
        int read;
        while (!stopped.getAsBoolean() && (read = in.read(buffer)) >= 0) {
            stream.push(buffer, 0, read);
            if (live) {
                bytes += read;
                clock.arrived(System.nanoTime() / 1e9, bytes / bytesPerSecond).ifPresent(stream::clock);
            }
        }
    }
}
