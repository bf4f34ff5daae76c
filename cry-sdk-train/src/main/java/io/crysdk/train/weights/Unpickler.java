package io.crysdk.train.weights;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a Python pickle as data.
 *
 * <p>A pickle is a program that may call whatever it names. This reader calls nothing: it knows the instructions that a
 * dictionary of tensors is made of, and the few names by which PyTorch describes a tensor, each of which becomes a
 * plain value here. Any other name, and any other instruction, is an error. What comes out are {@link Map}, {@link List},
 * {@link Tuple}, {@link String}, {@link Long}, {@link BigInteger}, {@link Double}, {@link Boolean}, {@link #NONE},
 * {@link Global}, {@link Storage} and {@link View}.
 */
final class Unpickler {
    /** Python's None. */
    static final Object NONE = new Object();

    /** A dictionary of tensors takes some hundred bytes a tensor; every byte can become an object. */
    private static final long LONGEST = 1 << 21;

    private static final Global ORDERED_DICT = new Global("collections", "OrderedDict");
    private static final Global SIZE = new Global("torch", "Size");
    private static final Set<Global> TENSOR =
            Set.of(new Global("torch._utils", "_rebuild_tensor"), new Global("torch._utils", "_rebuild_tensor_v2"));
    private static final Global PARAMETER = new Global("torch._utils", "_rebuild_parameter");

    private final FileBytes file;
    private final InputStream in;
    private final Map<String, Storage> storages;
    private final Map<Integer, Object> memo = new HashMap<>();
    private final Deque<List<Object>> marked = new ArrayDeque<>();
    private List<Object> stack = new ArrayList<>();
    private long position;

    /** A tuple. */
    record Tuple(List<Object> items) {}

    /** A name that was looked up. */
    record Global(String module, String name) {
        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /** An array of values elsewhere in the file. */
    record Storage(Element element, String key, long count) {}

    /** A tensor: how it lies in a storage. Offset and strides count values, not bytes. */
    record View(Storage storage, long offset, List<Long> shape, List<Long> strides) {}

    /**
     * A reader of one pickle.
     *
     * @param file what the pickle is from, for messages
     * @param in where it begins
     * @param storages takes those that are met
     */
    Unpickler(FileBytes file, InputStream in, Map<String, Storage> storages) {
        this.file = file;
        this.in = in;
        this.storages = storages;
    }

    /** How many bytes the pickle took. */
    long length() {
        return position;
    }

    Object load() throws IOException {
        try {
            while (true) {
                int instruction = next();
                if (instruction == '.') {
                    return pop();
                }
                step(instruction);
            }
        } catch (EOFException e) {
            throw file.broken("its pickle ends too early: truncated, or damaged");
        }
    }

    private void step(int instruction) throws IOException {
        switch (instruction) {
            case 0x80 -> { // PROTO
                if (next() > 5) {
                    throw file.broken("its pickle is of a protocol that is not known here");
                }
            }
            case 0x95 -> take(8); // FRAME
            case 'c' -> stack.add(global(line(), line())); // GLOBAL
            case 0x93 -> { // STACK_GLOBAL
                Object name = pop();
                stack.add(global(text(pop()), text(name)));
            }
            case 'q' -> memo.put(next(), top()); // BINPUT
            case 'r' -> memo.put(little(4).getInt(), top()); // LONG_BINPUT
            case 0x94 -> memo.put(memo.size(), top()); // MEMOIZE
            case 'h' -> stack.add(remembered(next())); // BINGET
            case 'j' -> stack.add(remembered(little(4).getInt())); // LONG_BINGET
            case '(' -> { // MARK
                marked.push(stack);
                stack = new ArrayList<>();
            }
            case 't' -> { // TUPLE
                List<Object> items = sinceMark();
                stack.add(new Tuple(items));
            }
            case ')' -> stack.add(new Tuple(List.of())); // EMPTY_TUPLE
            case 0x85 -> tuple(1); // TUPLE1
            case 0x86 -> tuple(2); // TUPLE2
            case 0x87 -> tuple(3); // TUPLE3
            case ']' -> stack.add(new ArrayList<>()); // EMPTY_LIST
            case '}' -> stack.add(new LinkedHashMap<>()); // EMPTY_DICT
            case 'a' -> { // APPEND
                Object item = pop();
                list(top()).add(item);
            }
            case 'e' -> { // APPENDS
                List<Object> items = sinceMark();
                list(top()).addAll(items);
            }
            case 's' -> { // SETITEM
                Object value = pop();
                Object key = pop();
                map(top()).put(key(key), value);
            }
            case 'u' -> { // SETITEMS
                List<Object> items = sinceMark();
                if (items.size() % 2 != 0) {
                    throw damaged();
                }
                Map<Object, Object> map = map(top());
                for (int i = 0; i < items.size(); i += 2) {
                    map.put(key(items.get(i)), items.get(i + 1));
                }
            }
            case 'N' -> stack.add(NONE);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'J' -> stack.add((long) little(4).getInt()); // BININT
            case 'K' -> stack.add((long) next()); // BININT1
            case 'M' -> stack.add((long) Short.toUnsignedInt(little(2).getShort())); // BININT2
            case 0x8a -> stack.add(integer(take(next()))); // LONG1
            case 'G' -> stack.add(ByteBuffer.wrap(take(8)).getDouble()); // BINFLOAT
            case 'X' -> stack.add(string(Integer.toUnsignedLong(little(4).getInt()))); // BINUNICODE
            case 0x8c -> stack.add(string(next())); // SHORT_BINUNICODE
            case 'U' -> stack.add(string(next())); // SHORT_BINSTRING, of Python 2
            case 'Q' -> stack.add(storage(pop())); // BINPERSID
            case 'R' -> { // REDUCE
                Tuple arguments = tuple(pop());
                stack.add(reduced(pop(), arguments.items()));
            }
            case 'b' -> { // BUILD: attributes of an ordered dictionary, which no weight depends on
                pop();
                map(top());
            }
            default ->
                throw file.broken("its pickle has the instruction 0x" + Integer.toHexString(instruction)
                        + ", which no state dict needs");
        }
    }

    private Global global(String module, String name) throws WeightsException {
        Global global = new Global(module, name);
        if (global.equals(ORDERED_DICT)
                || global.equals(SIZE)
                || global.equals(PARAMETER)
                || TENSOR.contains(global)
                || module.equals("torch") && Element.ofStorage(name).isPresent()) {
            return global;
        }
        throw file.broken("it wants " + shortened(global.toString())
                + ", which no state dict needs and nothing here will run; save the state_dict() of the model alone");
    }

    private Object reduced(Object callable, List<Object> arguments) throws WeightsException {
        if (callable.equals(ORDERED_DICT) && arguments.isEmpty()) {
            return new LinkedHashMap<>();
        }
        if (callable.equals(SIZE) && arguments.size() == 1) {
            return tuple(arguments.get(0));
        }
        if (callable.equals(PARAMETER) && !arguments.isEmpty() && arguments.get(0) instanceof View view) {
            return view;
        }
        if (callable instanceof Global global
                && TENSOR.contains(global)
                && arguments.size() >= 4
                && arguments.get(0) instanceof Storage storage
                && arguments.get(1) instanceof Long offset) {
            return new View(storage, offset, longs(arguments.get(2)), longs(arguments.get(3)));
        }
        throw file.broken("its pickle calls " + (callable instanceof Global ? callable : "a value")
                + " in a way that is not known here");
    }

    /** ('storage', class, key, place, count) and in the older format a sixth, None unless a storage is part of another. */
    private Storage storage(Object id) throws WeightsException {
        List<Object> items = tuple(id).items();
        if (items.size() < 5
                || !items.get(0).equals("storage")
                || !(items.get(1) instanceof Global type)
                || !(items.get(2) instanceof String key)
                || !(items.get(4) instanceof Long count)
                || items.size() > 5 && items.get(5) != NONE) {
            throw file.broken("its pickle refers to something other than a tensor's values");
        }
        Element element = Element.ofStorage(type.name()).orElseThrow(this::damaged);
        Storage storage = new Storage(element, key, count);
        Storage before = storages.putIfAbsent(key, storage);
        if (before != null && !before.equals(storage)) {
            throw damaged();
        }
        return storage;
    }

    private List<Long> longs(Object tuple) throws WeightsException {
        List<Long> longs = new ArrayList<>();
        for (Object item : tuple(tuple).items()) {
            if (!(item instanceof Long value)) {
                throw damaged();
            }
            longs.add(value);
        }
        return longs;
    }

    private void tuple(int size) throws WeightsException {
        if (stack.size() < size) {
            throw damaged();
        }
        List<Object> last = stack.subList(stack.size() - size, stack.size());
        Tuple tuple = new Tuple(List.copyOf(last));
        last.clear();
        stack.add(tuple);
    }

    private Tuple tuple(Object value) throws WeightsException {
        if (value instanceof Tuple tuple) {
            return tuple;
        }
        throw damaged();
    }

    private String text(Object value) throws WeightsException {
        if (value instanceof String text) {
            return text;
        }
        throw damaged();
    }

    /** A key must not contain itself, so only plain values are keys. */
    private Object key(Object value) throws WeightsException {
        if (value instanceof String || value instanceof Long || value instanceof Boolean) {
            return value;
        }
        throw damaged();
    }

    @SuppressWarnings("unchecked") // Only this class makes lists and maps here, and it puts objects into them.
    private List<Object> list(Object value) throws WeightsException {
        if (value instanceof ArrayList<?> list) {
            return (List<Object>) list;
        }
        throw damaged();
    }

    @SuppressWarnings("unchecked") // As for lists.
    private Map<Object, Object> map(Object value) throws WeightsException {
        if (value instanceof LinkedHashMap<?, ?> map) {
            return (Map<Object, Object>) map;
        }
        throw damaged();
    }

    private List<Object> sinceMark() throws WeightsException {
        if (marked.isEmpty()) {
            throw damaged();
        }
        List<Object> items = stack;
        stack = marked.pop();
        return items;
    }

    private Object top() throws WeightsException {
        if (stack.isEmpty()) {
            throw damaged();
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() throws WeightsException {
        Object top = top();
        stack.remove(stack.size() - 1);
        return top;
    }

    private Object remembered(int index) throws WeightsException {
        Object value = memo.get(index);
        if (value == null) {
            throw damaged();
        }
        return value;
    }

    private static Object integer(byte[] little) {
        if (little.length == 0) {
            return 0L;
        }
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[big.length - 1 - i];
        }
        BigInteger value = new BigInteger(big);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    private String string(long length) throws IOException {
        return new String(take(length), StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = next(); c != '\n'; c = next()) {
            line.write(c);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private ByteBuffer little(int length) throws IOException {
        return ByteBuffer.wrap(take(length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException();
        }
        moved(1);
        return next;
    }

    private byte[] take(long length) throws IOException {
        moved(length);
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private void moved(long bytes) throws WeightsException {
        position += bytes;
        if (position > LONGEST) {
            throw file.broken("its pickle is longer than a state dict's can be");
        }
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }

    private WeightsException damaged() {
        return file.broken("its pickle is damaged");
    }
}
