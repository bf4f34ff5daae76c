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
 */
record StandardInput(int rate, int channels) implements MonitorCommand.Source {
    private static final int AT_ONCE = 8192;

    @Override
    public void pump(CryStream stream, BooleanSupplier stopped) throws IOException {
        stream.format(rate, channels);
        InputStream in = System.in;
        byte[] buffer = new byte[AT_ONCE];
        int read;
        while (!stopped.getAsBoolean() && (read = in.read(buffer)) >= 0) {
            stream.push(buffer, 0, read);
        }
    }
}
