package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An hour of audio, 115 MB once decoded, in a process with a heap of 24 MB. */
class ConstantMemoryTest {
    private static final int RATE = 8_000;
    private static final int HOUR = 3600 * RATE;
    private static final Path STATUS = Path.of("/proc/self/status");

    @TempDir
    Path folder;

    @Test
    void anHourNeedsNoMoreThanAMinute() throws Exception {
        assumeTrue(Files.exists(STATUS), "the peak of resident memory is known on Linux only");
        List<String> figures = Child.run(ConstantMemoryTest.class, "-Xmx24m", List.of(hour().toString()));
        assertThat(Long.parseLong(figures.get(0))).isEqualTo(HOUR);
        // The heap may have grown to its bound meanwhile.
        assertThat(Long.parseLong(figures.get(1)))
                .as("kilobytes after the first minute")
                .isLessThan(40_000);
    }

    /** Reads a file in pieces; prints how many samples it has, and by how many kilobytes the process grew after the first minute. */
    public static void main(String[] args) throws IOException {
        long samples = 0;
        long before = 0;
        try (AudioReader reader = new FfmpegDecoder().open(Path.of(args[0]), AudioOptions.defaults())) {
            float[] piece = new float[4096];
            for (int read; (read = reader.read(piece, 0, piece.length)) > 0; samples += read) {
                before = samples < 60 * RATE ? peakKilobytes() : before;
            }
        }
        System.out.println(samples + " " + (peakKilobytes() - before));
    }

    /** Mu-law, so that it is FFmpeg's to read; of one byte throughout, so that it is quickly made. */
    private Path hour() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(0x46464952).putInt(36 + HOUR).putInt(0x45564157);
        head.putInt(0x20746d66).putInt(16).putShort((short) 7).putShort((short) 1);
        head.putInt(RATE).putInt(RATE).putShort((short) 1).putShort((short) 8);
        head.putInt(0x61746164).putInt(HOUR).flip();
        Path file = folder.resolve("hour.wav");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(head);
            channel.write(ByteBuffer.allocate(1), 44L + HOUR - 1);
        }
        return file;
    }

    private static long peakKilobytes() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmHWM in " + STATUS);
    }
}
