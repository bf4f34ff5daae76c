package io.crysdk.onnx;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Looks through the bytes of an ONNX file before native code does: whether it is whole, whether any of its tensors is kept in
 * another file or is larger than the file itself, and whether it is of a size that a model of cries can have.
 *
 * <p>It walks the protobuf messages by the field numbers of {@code onnx.proto} (ONNX 1.17, IR version 10) wherever a graph or a
 * tensor can stand, and passes over everything else, unknown fields too. Names and values are the runtime's to judge.
 */
final class OnnxFileCheck {
    /** A VGGish with its quantisation has some hundreds. */
    static final int MAX_NODES = 20_000;

    /** Graphs stand in attributes of nodes of graphs; the runtime follows them by recursion. */
    static final int MAX_DEPTH = 32;

    /** In the graph in the model; those deeper are of attributes and of graphs inside graphs. */
    private static final int INITIALIZER_DEPTH = 2;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private static final int TENSOR_DIMS = 1;
    private static final int SPARSE_DIMS = 3;
    private static final int TENSOR_EXTERNAL_DATA = 13;
    private static final int TENSOR_DATA_LOCATION = 14;

    /** A message that can hold a graph or a tensor. */
    private enum Message {
        MODEL,
        TRAINING,
        FUNCTION,
        GRAPH,
        NODE,
        ATTRIBUTE,
        TENSOR,
        SPARSE,
        /** Passed over. */
        OTHER;

        Message child(int field) {
            return switch (this) {
                case MODEL ->
                    switch (field) {
                        case 7 -> GRAPH;
                        case 20 -> TRAINING;
                        case 25 -> FUNCTION;
                        default -> OTHER;
                    };
                case TRAINING -> field == 1 || field == 2 ? GRAPH : OTHER;
                case FUNCTION ->
                    switch (field) {
                        case 7 -> NODE;
                        case 11 -> ATTRIBUTE;
                        default -> OTHER;
                    };
                case GRAPH ->
                    switch (field) {
                        case 1 -> NODE;
                        case 5 -> TENSOR;
                        case 15 -> SPARSE;
                        default -> OTHER;
                    };
                case NODE -> field == 5 ? ATTRIBUTE : OTHER;
                case ATTRIBUTE ->
                    switch (field) {
                        case 5, 10 -> TENSOR;
                        case 6, 11 -> GRAPH;
                        case 22, 23 -> SPARSE;
                        default -> OTHER;
                    };
                case SPARSE -> field == 1 || field == 2 ? TENSOR : OTHER;
                case TENSOR, OTHER -> OTHER;
            };
        }
    }

    private final String name;
    private final ByteBuffer in;
    private final int size;
    private int nodes;
    private long parameters;

    private OnnxFileCheck(String name, ByteBuffer bytes) {
        this.name = name;
        this.in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.size = bytes.remaining();
    }

    /**
     * Checks a file.
     *
     * @return how many values its graph's initialisers hold
     * @throws CryException {@link CryErrorCode#MODEL_INVALID}
     */
    static long check(ModelBytes model) {
        OnnxFileCheck check = new OnnxFileCheck(model.name(), model.buffer());
        check.model();
        return check.parameters;
    }

    private void model() {
        if (size >= 8 && in.getInt(in.position() + 4) == 0x4d54524f) {
            throw invalid("it is in ONNX Runtime's own format (.ort): export it as ONNX");
        }
        walk(Message.MODEL, in.limit(), 0);
    }

    private void walk(Message message, int end, int depth) {
        if (depth > MAX_DEPTH) {
            throw invalid("its messages are nested more than " + MAX_DEPTH + " deep");
        }
        if (message == Message.NODE && ++nodes > MAX_NODES) {
            throw invalid("it has more than " + MAX_NODES + " nodes: not a model of cries");
        }
        long elements = 1;
        while (in.position() < end) {
            long key = varint(end);
            if (key >>> Integer.SIZE != 0) {
                // The runtime's parser would drop the bits above and take it for another field than we do.
                throw invalid("expected one whole ONNX file, found no such thing at byte " + in.position());
            }
            int field = (int) (key >>> 3);
            int wire = (int) (key & 7);
            boolean dims = message == Message.TENSOR && field == TENSOR_DIMS
                    || message == Message.SPARSE && field == SPARSE_DIMS;
            switch (wire) {
                case VARINT -> {
                    long value = varint(end);
                    if (dims) {
                        elements = times(elements, value);
                    } else if (message == Message.TENSOR && field == TENSOR_DATA_LOCATION && value != 0) {
                        throw external();
                    }
                }
                case FIXED64 -> skip(8, end);
                case FIXED32 -> skip(4, end);
                case LENGTH -> {
                    long length = varint(end);
                    if (length < 0 || length > end - in.position()) {
                        throw cutShort();
                    }
                    int inner = in.position() + (int) length;
                    if (message == Message.TENSOR && field == TENSOR_EXTERNAL_DATA) {
                        throw external();
                    }
                    Message child = message.child(field);
                    if (dims) {
                        while (in.position() < inner) {
                            elements = times(elements, varint(inner));
                        }
                    } else if (child == Message.OTHER) {
                        in.position(inner);
                    } else {
                        walk(child, inner, depth + 1);
                    }
                }
                default -> throw invalid("expected one whole ONNX file, found no such thing at byte " + in.position());
            }
        }
        // Not before: of a tensor that is kept elsewhere that is the better thing to say.
        if (elements < 0) {
            throw invalid("a tensor claims more values than the file has room for");
        }
        if (message == Message.TENSOR && depth == INITIALIZER_DEPTH) {
            parameters += elements;
        }
    }

    /** The product, or -1 where it cannot be that of a tensor in this file. */
    private long times(long elements, long dimension) {
        return elements < 0 || dimension < 0 || dimension > mostElements()
                ? -1
                : elements * dimension > mostElements() ? -1 : elements * dimension;
    }

    /** Values of four bits are the smallest there are. */
    private long mostElements() {
        return 2L * size;
    }

    private void skip(int bytes, int end) {
        if (bytes > end - in.position()) {
            throw cutShort();
        }
        in.position(in.position() + bytes);
    }

    private long varint(int end) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (in.position() >= end) {
                throw cutShort();
            }
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw invalid("expected one whole ONNX file, found no such thing at byte " + in.position());
    }

    private CryException cutShort() {
        return invalid("expected one whole ONNX file, found one that is cut short or damaged at byte " + in.position());
    }

    private CryException external() {
        return invalid(
                "it keeps tensors in another file (external data), and no other file is read: save it as one file");
    }

    private CryException invalid(String why) {
        return new CryException(
                CryErrorCode.MODEL_INVALID, "the model '" + name + "' (" + size + " bytes) is refused: " + why);
    }
}
