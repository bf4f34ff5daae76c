package io.crysdk.train.weights;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a file that {@code torch.save} wrote, without PyTorch.
 *
 * <p>Since PyTorch 1.6 that is a ZIP archive of stored, not deflated, entries: NAME/data.pkl describes the tensors, and
 * NAME/data/KEY holds the values of each storage. Before, it was a row of pickles (a magic number, a version, facts of
 * the machine, the tensors, the keys of the storages) and then the storages, each with its length before it.
 */
final class PyTorchStateDict implements Closeable {
    static final String ZIPPED = "PyTorch state dict";
    static final String LEGACY = "PyTorch state dict, written before 1.6";

    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;

    private final FileBytes file;
    private final String format;
    private final @Nullable ZipFile zip;
    private final Map<String, Tensor> tensors;

    private PyTorchStateDict(FileBytes file, String format, @Nullable ZipFile zip, Object root, Storages storages)
            throws WeightsException {
        this.file = file;
        this.format = format;
        this.zip = zip;
        this.tensors = tensors(root, storages);
    }

    /** Finds the values of a storage: little-endian, as many as it says it has. */
    @FunctionalInterface
    private interface Storages {
        byte[] read(Unpickler.Storage storage) throws IOException;
    }

    static boolean isZip(byte[] head) {
        return head.length >= 4 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
    }

    static boolean isPickle(byte[] head) {
        return head.length >= 2 && head[0] == (byte) 0x80 && head[1] >= 2 && head[1] <= 5;
    }

    String format() {
        return format;
    }

    Map<String, Tensor> tensors() {
        return tensors;
    }

    @Override
    public void close() throws IOException {
        if (zip != null) {
            zip.close();
        }
    }

    static PyTorchStateDict openZip(FileBytes file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.path().toFile());
        } catch (ZipException e) {
            throw file.broken("it begins like a ZIP archive and is none: " + e.getMessage());
        }
        try {
            ZipEntry pickle = zip.stream()
                    .filter(e -> e.getName().matches("[^/]*/data\\.pkl"))
                    .findFirst()
                    .orElseThrow(() -> file.broken("it is a ZIP archive, but none of torch.save: it has no data.pkl"));
            String folder = pickle.getName().substring(0, pickle.getName().indexOf('/') + 1);
            ZipEntry order = zip.getEntry(folder + "byteorder");
            if (order != null
                    && !new String(entry(file, zip, order, order.getSize()), StandardCharsets.US_ASCII)
                            .equals("little")) {
                throw file.broken("its values are stored big end first, which is not supported");
            }
            byte[] bytes = entry(file, zip, pickle, pickle.getSize());
            Object root = new Unpickler(file, new ByteArrayInputStream(bytes), new HashMap<>()).load();
            return new PyTorchStateDict(file, ZIPPED, zip, root, storage -> {
                ZipEntry values = zip.getEntry(folder + "data/" + storage.key());
                if (values == null) {
                    throw file.broken("the values data/" + storage.key() + " are missing");
                }
                return entry(file, zip, values, bytes(file, storage));
            });
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    static PyTorchStateDict openLegacy(FileBytes file) throws IOException {
        Map<String, Unpickler.Storage> storages = new HashMap<>();
        long[] at = {0};
        if (!MAGIC.equals(next(file, at, storages))) {
            throw file.broken("it is a Python pickle, but none of torch.save");
        }
        Object version = next(file, at, storages);
        if (!version.equals(VERSION)) {
            throw file.broken("it is of a version of torch.save that is not known here");
        }
        if (next(file, at, storages) instanceof Map<?, ?> machine
                && Boolean.FALSE.equals(machine.get("little_endian"))) {
            throw file.broken("its values are stored big end first, which is not supported");
        }
        Object root = next(file, at, storages);
        if (!(next(file, at, new HashMap<>()) instanceof List<?> keys)) {
            throw file.broken("it does not say which values it holds");
        }
        Map<String, Long> places = new HashMap<>();
        for (Object key : keys) {
            Unpickler.Storage storage = key instanceof String name ? storages.get(name) : null;
            if (storage == null) {
                throw file.broken("it holds values that no tensor has");
            }
            long count = ByteBuffer.wrap(file.read(at[0], Long.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            if (count != storage.count()) {
                throw file.broken("values " + storage.key() + " are " + count + ", expected " + storage.count());
            }
            places.put(storage.key(), at[0] + Long.BYTES);
            at[0] += Long.BYTES + bytes(file, storage);
        }
        return new PyTorchStateDict(file, LEGACY, null, root, storage -> {
            Long place = places.get(storage.key());
            if (place == null) {
                throw file.broken("the values " + storage.key() + " are missing");
            }
            return file.read(place, bytes(file, storage));
        });
    }

    private static Object next(FileBytes file, long[] at, Map<String, Unpickler.Storage> storages) throws IOException {
        Unpickler unpickler = new Unpickler(file, file.from(at[0]), storages);
        Object value = unpickler.load();
        at[0] += unpickler.length();
        return value;
    }

    private static long bytes(FileBytes file, Unpickler.Storage storage) throws WeightsException {
        if (storage.count() < 0 || storage.count() > file.size()) {
            throw file.broken("it speaks of " + storage.count() + " values, and is " + file.size() + " bytes long");
        }
        return storage.count() * storage.element().bytes();
    }

    /** An entry as it is stored; torch.save deflates nothing, so what comes out is never longer than the file. */
    private static byte[] entry(FileBytes file, ZipFile zip, ZipEntry entry, long expected) throws IOException {
        if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != expected || expected > file.size()) {
            throw file.broken(entry.getName() + " is " + (entry.getMethod() == ZipEntry.STORED ? "" : "packed, and ")
                    + entry.getSize() + " bytes long, expected " + expected + " bytes as they are");
        }
        byte[] bytes;
        try (InputStream in = zip.getInputStream(entry)) {
            bytes = in.readNBytes((int) Math.min(expected, FileBytes.MAX_ARRAY));
        } catch (ZipException | EOFException e) {
            throw file.broken(entry.getName() + " cannot be read: " + e);
        }
        CRC32 crc = new CRC32();
        crc.update(bytes);
        if (bytes.length != expected || crc.getValue() != entry.getCrc()) {
            throw file.broken("the checksum of " + entry.getName() + " is wrong: the file is damaged");
        }
        return bytes;
    }

    private Map<String, Tensor> tensors(Object root, Storages storages) throws WeightsException {
        Map<?, ?> state = root instanceof Map<?, ?> map ? map : Map.of();
        for (String key : List.of("state_dict", "model_state_dict", "model")) {
            if (state.get(key) instanceof Map<?, ?> inner) {
                state = inner;
                break;
            }
        }
        Map<String, Tensor> tensors = new TreeMap<>();
        state.forEach((name, value) -> {
            if (name instanceof String text && value instanceof Unpickler.View view) {
                tensors.put(text, new Tensor(text, view.shape(), () -> values(text, view, storages)));
            }
        });
        if (tensors.isEmpty()) {
            throw file.broken("it holds no state dict: expected tensors by name"
                    + (state.isEmpty() ? "" : ", found " + keys(state)));
        }
        return Collections.unmodifiableMap(tensors);
    }

    private static String keys(Map<?, ?> map) {
        return map.keySet().stream().limit(10).map(String::valueOf).toList().toString();
    }

    /** Copies a view row by row; a transposed tensor is saved as a view of the untransposed values. */
    private float[] values(String name, Unpickler.View view, Storages storages) throws IOException {
        Unpickler.Storage storage = view.storage();
        if (!storage.element().real()) {
            throw file.broken(name + " is of PyTorch's type " + storage.element() + ", expected a float");
        }
        int rank = view.shape().size();
        int count = Tensor.count(view.shape()).orElse(-1);
        if (count < 0 || count > storage.count() || view.strides().size() != rank || !within(view)) {
            throw file.broken(name + " has the shape " + view.shape() + " and does not fit its values");
        }
        float[] stored = storage.element().floats(ByteBuffer.wrap(storages.read(storage)));
        if (count == stored.length && view.strides().equals(rowMajor(view.shape()))) {
            return stored;
        }
        float[] values = new float[count];
        int[] index = new int[rank];
        long from = view.offset();
        for (int i = 0; i < count; i++) {
            values[i] = stored[(int) from];
            for (int d = rank - 1; d >= 0; d--) {
                from += view.strides().get(d);
                if (++index[d] < view.shape().get(d)) {
                    break;
                }
                from -= view.strides().get(d) * index[d];
                index[d] = 0;
            }
        }
        return values;
    }

    private static List<Long> rowMajor(List<Long> shape) {
        Long[] strides = new Long[shape.size()];
        long stride = 1;
        for (int d = strides.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= shape.get(d);
        }
        return List.of(strides);
    }

    private static boolean within(Unpickler.View view) {
        long last = view.offset();
        if (last < 0 || last > view.storage().count()) {
            return false;
        }
        for (int d = 0; d < view.shape().size(); d++) {
            long stride = view.strides().get(d);
            if (stride < 0 || stride > FileBytes.MAX_ARRAY) {
                return false;
            }
            // Both factors and the sum are below an array's length, so that nothing overflows.
            last += Math.max(0, view.shape().get(d) - 1) * stride;
            if (last > FileBytes.MAX_ARRAY) {
                return false;
            }
        }
        return last < view.storage().count() || view.shape().contains(0L);
    }
}
