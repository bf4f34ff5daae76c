package io.crysdk.train.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: weights that are what they should be, or a {@link CryException}, and little memory. */
class BadBytesTest {
    static final List<String> NAMES = List.of(
            "v1.ckpt",
            "v1-training.ckpt",
            "v2.index",
            "port.pth",
            "port-legacy.pth",
            "port-transposed.pth",
            "port-half.pth",
            "training.pth",
            "module.pth",
            "port.onnx");

    private static Path folder = Path.of(".");

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("bad-bytes");
    }

    @AfterContainer
    static void close() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(NAMES);
    }

    @Property(tries = 150)
    void lostBytes(@ForAll("names") String name, @ForAll @IntRange(max = 60000) int length) throws Exception {
        byte[] bytes = Files.readAllBytes(Fixtures.file(name));
        read(folder, name, Arrays.copyOf(bytes, length % bytes.length));
    }

    @Property(tries = 150)
    void anyBytes(@ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(max = 3) int kind) throws Exception {
        byte[] head = kind == 0 ? new byte[] {'P', 'K', 3, 4} : kind == 1 ? new byte[] {(byte) 0x80, 2} : new byte[0];
        byte[] tail = kind == 2 ? Tables.bytes(Tables.fixed(0x8b80fb57), Tables.fixed(0xdb477524)) : new byte[0];
        read(folder, "any", Tables.bytes(head, bytes, tail));
    }

    static void read(Path folder, String name, byte[] bytes) throws Exception {
        Path file = Files.write(folder.resolve(name), bytes);
        if (name.equals("v2.index")) {
            Files.copy(
                    Fixtures.file("v2.data-00000-of-00001"),
                    folder.resolve("v2.data-00000-of-00001"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Memory.bounded(() -> {
            try {
                VggishWeights found = VggishWeights.read(file);
                // Where a checksum covers the values, whoever passes has them right.
                if (!name.equals("port-legacy.pth") && !name.equals("port.onnx") && !name.equals("port-half.pth")) {
                    Fixtures.drawn(8)
                            .values()
                            .forEach((array, values) ->
                                    assertThat(found.values().get(array)).isEqualTo(values));
                }
            } catch (CryException e) {
                assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID);
                assertThat(e.getMessage()).contains(name).hasSizeLessThan(20_000);
            }
        });
    }

    @Test
    void lengthsThatLieAreNotMadeRoomFor() throws Exception {
        long[] lies = {Integer.MAX_VALUE - 9, Integer.MAX_VALUE, 1L << 31, 1L << 32, 1L << 62, -1};
        for (long lie : lies) {
            // A block as long as that; an entry, a key and a value as long as that; a field in the value as long as
            // that.
            refused(new Tables(false).handle(0, lie).finish());
            refused(new Tables(false).handle(lie, 10).finish());
            for (int part = 0; part < 3; part++) {
                byte[][] lengths = {Tables.varint(0), Tables.varint(0), Tables.varint(0)};
                lengths[part] = Tables.varint(lie);
                byte[] entry = Tables.bytes(lengths[0], lengths[1], lengths[2], Tables.fixed(0), Tables.fixed(1));
                refused(new Tables(false).raw(entry).finish());
            }
            byte[] field = Tables.bytes(new byte[] {10}, Tables.varint(lie), new byte[] {10, 1, 1});
            refused(new Tables(false).block(new byte[0], field).finish());
        }
    }

    @Test
    void aShapeThatLiesIsNotMadeRoomFor() throws Exception {
        for (long size : new long[] {2, 1L << 20, 1L << 31, Long.MAX_VALUE, -1}) {
            // meta { tensor { name, shape { dim { size } dim { size } }, type: 1 } }, and nothing else.
            byte[] dim = length(2, Tables.bytes(new byte[] {8}, Tables.varint(size)));
            byte[] shape = length(2, Tables.bytes(dim, dim));
            byte[] name = length(1, "vggish/conv1/biases".getBytes(StandardCharsets.UTF_8));
            byte[] tensor = length(1, Tables.bytes(name, shape, new byte[] {24, 1}));
            refused(new Tables(false).block(new byte[0], length(1, tensor)).finish());
        }
    }

    @Test
    void aPackedBlockThatLiesIsNotMadeRoomFor() throws Exception {
        for (long size : new long[] {1000, 1L << 30, Integer.MAX_VALUE, 1L << 33}) {
            // Snappy: the length of what comes out, then one literal of a byte.
            byte[] packed = Tables.bytes(Tables.varint(size), new byte[] {0, 7});
            byte[] typed = Tables.bytes(packed, new byte[] {1});
            byte[] crc = Tables.fixed(SortedTable.masked(ByteBuffer.wrap(typed)));
            byte[] footer = ByteBuffer.allocate(48)
                    .put(Tables.varint(0))
                    .put(Tables.varint(0))
                    .put(Tables.varint(0))
                    .put(Tables.varint(packed.length))
                    .position(40)
                    .put(Tables.fixed(0x8b80fb57))
                    .put(Tables.fixed(0xdb477524))
                    .array();
            refused(Tables.bytes(typed, crc, footer));
        }
    }

    @Test
    void oneBlockIsNotReadAgainAndAgain() throws Exception {
        Tables tables = new Tables(false).block(new byte[0], new byte[] {10, 0});
        for (int i = 0; i < 1000; i++) {
            tables.handle(0, 10);
        }
        Path file = Files.createTempFile("again", ".ckpt");
        try {
            Files.write(file, tables.finish());
            assertThatThrownBy(() -> VggishWeights.read(file)).hasMessageContaining("overlap");
        } finally {
            Files.delete(file);
        }
    }

    private static byte[] length(int field, byte[] value) {
        return Tables.bytes(new byte[] {(byte) Fields.tag(field, Fields.BYTES)}, Tables.varint(value.length), value);
    }

    private static void refused(byte[] bytes) throws Exception {
        Path file = Files.createTempFile("lie", ".ckpt");
        try {
            Files.write(file, bytes);
            Memory.bounded(
                    () -> assertThatThrownBy(() -> VggishWeights.read(file)).isInstanceOf(CryException.class));
        } finally {
            Files.delete(file);
        }
    }
}
