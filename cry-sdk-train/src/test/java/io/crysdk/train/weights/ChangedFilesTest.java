package io.crysdk.train.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that TensorFlow and PyTorch wrote, changed where parsers trust them. The system property {@code cry.fuzz} is how
 * many, {@code cry.fuzz.seed} which; the same seed gives the same files.
 */
class ChangedFilesTest {
    private static final List<Integer> LENGTHS = List.of(0, -1, 1, 127, 128, 65535, 65536, 1 << 30, Integer.MAX_VALUE);

    @TempDir
    Path folder;

    @Test
    void changedFiles() throws Exception {
        long seed = Long.getLong("cry.fuzz.seed", 1);
        for (int i = 0; i < Integer.getInteger("cry.fuzz", 600); i++) {
            SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
            String name = BadBytesTest.NAMES.get(random.nextInt(BadBytesTest.NAMES.size()));
            byte[] bytes = Files.readAllBytes(Fixtures.file(name));
            for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
                bytes = changed(bytes, random);
            }
            try {
                BadBytesTest.read(folder, name, bytes);
            } catch (Throwable e) {
                throw new AssertionError("-Dcry.fuzz.seed=" + seed + ", file " + i + ", once " + name, e);
            }
        }
    }

    /** A bit or a byte, a length or a count, a piece taken out, doubled or moved. */
    private static byte[] changed(byte[] bytes, SplittableRandom random) {
        byte[] out = bytes.clone();
        if (out.length < 16) {
            return out;
        }
        // Half of the changes go to the first and last kilobyte, where the structure is.
        int at = random.nextInt(out.length - 8);
        at = switch (random.nextInt(4)) {
            case 0 -> at % 1024;
            case 1 -> out.length - 9 - at % Math.min(1024, out.length - 8);
            default -> at;
        };
        switch (random.nextInt(6)) {
            case 0, 1 -> out[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> out[at] = (byte) random.nextInt();
            case 3 ->
                ByteBuffer.wrap(out)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(at, LENGTHS.get(random.nextInt(LENGTHS.size())));
            case 4 -> {
                int length = random.nextInt(Math.min(64, out.length - at));
                System.arraycopy(out, at + length, out, at, out.length - at - length);
                out = Arrays.copyOf(out, out.length - length);
            }
            default -> {
                int from = random.nextInt(out.length);
                int length = random.nextInt(Math.min(64, out.length - Math.max(from, at)));
                System.arraycopy(out, from, out, at, length);
            }
        }
        return out;
    }
}
