package io.crysdk.train.weights;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Walks over the fields of those few of TensorFlow's protocol buffers that a checkpoint is made of. */
final class Fields {
    /** The wire types of the Protocol Buffers encoding. */
    static final int VARINT = 0;

    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private Fields() {}

    /** Is told of every field. */
    @FunctionalInterface
    interface Field {
        /**
         * A field.
         *
         * @param tag its number and wire type, as {@link #tag} puts them together
         * @param in where to read its value from
         * @return whether it was read; it is passed over otherwise
         */
        boolean read(int tag, CodedInputStream in) throws IOException;
    }

    static int tag(int number, int wireType) {
        return number << 3 | wireType;
    }

    /** Walks over a message; buffers that are read out of it share its memory. */
    static void of(ByteBuffer message, Field field) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        in.enableAliasing(true);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!field.read(tag, in)) {
                in.skipField(tag);
            }
        }
    }

    /** The dimensions of a TensorShapeProto: its field 2, each with a size as field 1. */
    static List<Long> shape(ByteBuffer message) throws IOException {
        List<Long> shape = new ArrayList<>();
        of(message, (tag, in) -> {
            if (tag != tag(2, BYTES)) {
                return false;
            }
            long[] size = {0};
            of(in.readByteBuffer(), (t, dimension) -> {
                if (t != tag(1, VARINT)) {
                    return false;
                }
                size[0] = dimension.readInt64();
                return true;
            });
            shape.add(size[0]);
            return true;
        });
        return shape;
    }

    /** Whether a TensorSliceProto (extents as field 1, each with an optional length as field 2) is less than everything. */
    static boolean isPart(ByteBuffer message) throws IOException {
        boolean[] part = {false};
        of(message, (tag, in) -> {
            if (tag != tag(1, BYTES)) {
                return false;
            }
            of(in.readByteBuffer(), (t, extent) -> {
                if (t != tag(2, VARINT)) {
                    return false;
                }
                part[0] |= extent.readInt64() >= 0;
                return true;
            });
            return true;
        });
        return part[0];
    }
}
