package io.crysdk.train.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a TensorFlow checkpoint, without TensorFlow.
 *
 * <p>Version 1, in which Google publishes VGGish, is one {@link SortedTable}: under the empty key a table of contents,
 * under every other a variable with its name and its values ({@code SavedTensorSlices} in TensorFlow's {@code
 * saved_tensor_slice.proto}). The keys themselves repeat the names in an order-keeping code and are not needed.
 *
 * <p>Version 2 is a table of entries, FILE.index, with the values in FILE.data-00000-of-00001 beside it ({@code
 * tensor_bundle.proto}).
 */
final class TensorFlowCheckpoint {
    static final String V1 = "TensorFlow checkpoint, version 1";
    static final String V2 = "TensorFlow checkpoint, version 2";

    /** {@code DT_FLOAT} in TensorFlow's {@code types.proto}. */
    private static final int FLOAT = 1;

    private final FileBytes file;
    private final SortedTable table;
    private final Map<String, Tensor> tensors = new TreeMap<>();
    private String format = V1;

    TensorFlowCheckpoint(FileBytes file) throws IOException {
        this.file = file;
        table = new SortedTable(file);
        read();
    }

    String format() {
        return format;
    }

    Map<String, Tensor> tensors() {
        return tensors;
    }

    /** What a table says of a variable. */
    private static final class Entry {
        String name = "";
        List<Long> shape = List.of();
        int type;
        boolean part;
        int shard;
        long offset;
        long bytes;
        int crc;
    }

    private void read() throws IOException {
        Map<String, Entry> contents = new TreeMap<>();
        Map<String, SortedTable.Place> places = new TreeMap<>();
        int[] shards = {0};
        boolean[] first = {true};
        table.visit((key, value, place) -> {
            if (first[0]) {
                first[0] = false;
                if (key.length > 0) {
                    throw file.broken("it is a table, but no TensorFlow checkpoint: it has no table of contents");
                }
                // Both versions begin with field 1: a table of contents in version 1, the number of files in version 2.
                if (value.hasRemaining() && value.get(0) == Fields.tag(1, Fields.BYTES)) {
                    contents(value, contents);
                } else {
                    format = V2;
                    shards[0] = header(value);
                }
            } else if (format.equals(V1)) {
                String name = slice(value).name();
                Entry entry = contents.get(name);
                if (places.put(name, place) != null && entry != null) {
                    entry.part = true;
                }
            } else {
                Entry entry = bundled(value);
                entry.name = new String(key, StandardCharsets.UTF_8);
                contents.put(entry.name, entry);
            }
        });
        if (first[0]) {
            throw file.broken("it is an empty table");
        }
        for (Entry entry : contents.values()) {
            SortedTable.Place place = places.get(entry.name);
            tensors.put(
                    entry.name,
                    new Tensor(
                            entry.name,
                            entry.shape,
                            format.equals(V1) ? () -> values(entry, place) : () -> values(entry, shards[0])));
        }
    }

    /** SavedTensorSlices.meta.tensor: name, shape, type, slices. */
    private void contents(ByteBuffer value, Map<String, Entry> contents) throws IOException {
        Fields.of(value, (tag, in) -> {
            if (tag != Fields.tag(1, Fields.BYTES)) {
                return false;
            }
            Fields.of(in.readByteBuffer(), (t, meta) -> {
                if (t != Fields.tag(1, Fields.BYTES)) {
                    return false;
                }
                Entry entry = new Entry();
                Fields.of(meta.readByteBuffer(), (u, tensor) -> {
                    if (u == Fields.tag(1, Fields.BYTES)) {
                        entry.name = tensor.readString();
                    } else if (u == Fields.tag(2, Fields.BYTES)) {
                        entry.shape = Fields.shape(tensor.readByteBuffer());
                    } else if (u == Fields.tag(3, Fields.VARINT)) {
                        entry.type = tensor.readInt32();
                    } else if (u == Fields.tag(4, Fields.BYTES)) {
                        entry.part |= Fields.isPart(tensor.readByteBuffer());
                    } else {
                        return false;
                    }
                    return true;
                });
                contents.put(entry.name, entry);
                return true;
            });
            return true;
        });
    }

    /** A stored variable: its name, and its values as a TensorProto. */
    private record Slice(String name, ByteBuffer data) {}

    /** SavedTensorSlices.data: name, slice, data. */
    private static Slice slice(ByteBuffer value) throws IOException {
        String[] name = {""};
        ByteBuffer[] data = {ByteBuffer.allocate(0)};
        Fields.of(value, (tag, in) -> {
            if (tag != Fields.tag(2, Fields.BYTES)) {
                return false;
            }
            Fields.of(in.readByteBuffer(), (t, slice) -> {
                if (t == Fields.tag(1, Fields.BYTES)) {
                    name[0] = slice.readString();
                } else if (t == Fields.tag(3, Fields.BYTES)) {
                    data[0] = slice.readByteBuffer();
                } else {
                    return false;
                }
                return true;
            });
            return true;
        });
        return new Slice(name[0], data[0]);
    }

    private float[] values(Entry entry, SortedTable.@Nullable Place place) throws IOException {
        check(entry);
        if (place == null) {
            throw file.broken(entry.name + " stands in the table of contents and nowhere else");
        }
        ByteBuffer[] packed = {ByteBuffer.allocate(0)};
        Fields.of(slice(table.value(place)).data(), (tag, in) -> {
            // TensorProto.float_val; this writer uses no other field for floats.
            if (tag != Fields.tag(5, Fields.BYTES)) {
                return false;
            }
            packed[0] = in.readByteBuffer();
            return true;
        });
        return counted(entry, packed[0]);
    }

    /** BundleHeaderProto: number of files, endianness. */
    private int header(ByteBuffer value) throws IOException {
        int[] shards = {0};
        Fields.of(value, (tag, in) -> {
            if (tag == Fields.tag(1, Fields.VARINT)) {
                shards[0] = in.readInt32();
            } else if (tag == Fields.tag(2, Fields.VARINT)) {
                if (in.readEnum() != 0) {
                    throw file.broken("its values are stored big end first, which is not supported");
                }
            } else {
                return false;
            }
            return true;
        });
        return shards[0];
    }

    /** BundleEntryProto: type, shape, file, offset, size, checksum, slices. */
    private static Entry bundled(ByteBuffer value) throws IOException {
        Entry entry = new Entry();
        Fields.of(value, (tag, in) -> {
            if (tag == Fields.tag(1, Fields.VARINT)) {
                entry.type = in.readInt32();
            } else if (tag == Fields.tag(2, Fields.BYTES)) {
                entry.shape = Fields.shape(in.readByteBuffer());
            } else if (tag == Fields.tag(3, Fields.VARINT)) {
                entry.shard = in.readInt32();
            } else if (tag == Fields.tag(4, Fields.VARINT)) {
                entry.offset = in.readInt64();
            } else if (tag == Fields.tag(5, Fields.VARINT)) {
                entry.bytes = in.readInt64();
            } else if (tag == Fields.tag(6, Fields.FIXED32)) {
                entry.crc = in.readFixed32();
            } else if (tag == Fields.tag(7, Fields.BYTES)) {
                in.readByteBuffer();
                entry.part = true;
            } else {
                return false;
            }
            return true;
        });
        return entry;
    }

    private float[] values(Entry entry, int shards) throws IOException {
        check(entry);
        String name = file.path().getFileName().toString();
        String stem = name.endsWith(".index") ? name.substring(0, name.length() - ".index".length()) : name;
        Path data = file.path()
                .resolveSibling(String.format(Locale.ROOT, "%s.data-%05d-of-%05d", stem, entry.shard, shards));
        if (!Files.isRegularFile(data)) {
            throw file.broken("its values belong into " + data.getFileName() + " beside it, which is not there");
        }
        try (FileBytes values = FileBytes.open(data)) {
            byte[] bytes = values.read(entry.offset, entry.bytes);
            if (SortedTable.masked(ByteBuffer.wrap(bytes)) != entry.crc) {
                throw values.broken("the checksum of " + entry.name + " is wrong: the file is damaged");
            }
            return counted(entry, ByteBuffer.wrap(bytes));
        }
    }

    private void check(Entry entry) throws WeightsException {
        if (entry.part) {
            throw inParts(entry.name);
        }
        if (entry.type != FLOAT) {
            throw file.broken(
                    entry.name + " is of TensorFlow's type " + entry.type + ", expected " + FLOAT + ", float");
        }
    }

    private float[] counted(Entry entry, ByteBuffer bytes) throws WeightsException {
        int count = Tensor.count(entry.shape).orElse(-1);
        if (count != bytes.remaining() / Float.BYTES || bytes.remaining() % Float.BYTES != 0) {
            throw file.broken(entry.name + " has the shape " + entry.shape + " and " + bytes.remaining() + " bytes");
        }
        return Element.FLOAT.floats(bytes.order(ByteOrder.LITTLE_ENDIAN));
    }

    private WeightsException inParts(String name) {
        return file.broken(name + " is stored in parts, which is not supported: save it whole");
    }
}
