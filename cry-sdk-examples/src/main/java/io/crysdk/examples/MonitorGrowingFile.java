package io.crysdk.examples;

import io.crysdk.CryClassifier;
import io.crysdk.CryEvent;
import io.crysdk.CryStream;
import io.crysdk.StreamOptions;
import io.crysdk.StreamOptions.Overflow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Follows a recording that is still being made: 16-bit samples, mono, 16 kHz, raw or as WAV with the usual header of 44
 * bytes. Events are polled, so one thread does everything.
 *
 * <p>Run it with the file, and after how many seconds without growth to stop: {@code night.wav 10}.
 */
public final class MonitorGrowingFile {
    private static final int WAV_HEADER_BYTES = 44;

    private MonitorGrowingFile() {}

    /**
     * Prints every event.
     *
     * @param args the file, and the seconds
     * @throws IOException if the file cannot be read
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path file = Path.of(args[0]);
        Duration patience = Duration.ofSeconds(Long.parseLong(args[1]));
        // Nothing is lost of a file, however fast it is read: a push waits for room. The queue is emptied after each.
        StreamOptions options = StreamOptions.builder().overflow(Overflow.BLOCK).build();
        try (CryClassifier classifier = CryClassifier.create();
                InputStream in = Files.newInputStream(file)) {
            CryStream stream = classifier.openStream(options);
            try (stream) {
                follow(in, patience, stream);
            }
            print(stream, Duration.ZERO); // what closing it has brought to an end
        }
    }

    private static void follow(InputStream in, Duration patience, CryStream stream)
            throws IOException, InterruptedException {
        byte[] buffer = new byte[32_000];
        int read = in.readNBytes(buffer, 0, WAV_HEADER_BYTES);
        if (read < 4 || buffer[0] != 'R' || buffer[1] != 'I' || buffer[2] != 'F' || buffer[3] != 'F') {
            stream.push(buffer, 0, read);
        }
        long lastGrowth = System.nanoTime();
        while (System.nanoTime() - lastGrowth < patience.toNanos()) {
            read = in.read(buffer);
            if (read > 0) {
                stream.push(buffer, 0, read);
                lastGrowth = System.nanoTime();
            }
            print(stream, read > 0 ? Duration.ZERO : Duration.ofMillis(100));
        }
    }

    private static void print(CryStream stream, Duration timeout) throws InterruptedException {
        Optional<CryEvent> event = stream.poll(timeout);
        while (event.isPresent()) {
            System.out.println(event.get());
            event = stream.poll(Duration.ZERO);
        }
    }
}
