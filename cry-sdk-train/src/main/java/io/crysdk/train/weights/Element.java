package io.crysdk.train.weights;

import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** How one value is stored: what PyTorch calls it, and how long it is. */
enum Element {
    FLOAT("FloatStorage", 4),
    DOUBLE("DoubleStorage", 8),
    HALF("HalfStorage", 2),
    BFLOAT16("BFloat16Storage", 2),
    LONG("LongStorage", 8),
    INT("IntStorage", 4),
    SHORT("ShortStorage", 2),
    CHAR("CharStorage", 1),
    BYTE("ByteStorage", 1),
    BOOL("BoolStorage", 1);

    private final String storage;
    private final int bytes;

    Element(String storage, int bytes) {
        this.storage = storage;
        this.bytes = bytes;
    }

    static Optional<Element> ofStorage(String name) {
        return Arrays.stream(values()).filter(e -> e.storage.equals(name)).findFirst();
    }

    int bytes() {
        return bytes;
    }

    /** Whether a weight may be of this kind. */
    boolean real() {
        return this == FLOAT || this == DOUBLE || this == HALF || this == BFLOAT16;
    }

    /** Reads little-endian values; those beyond a float's range become infinite, and are refused where ranges are checked. */
    float[] floats(ByteBuffer buffer) {
        ByteBuffer bytesOf = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytesOf.remaining() / bytes];
        switch (this) {
            case FLOAT -> bytesOf.asFloatBuffer().get(values);
            case DOUBLE -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) bytesOf.getDouble(8 * i);
                }
            }
            case HALF -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Fp16Conversions.fp16ToFloat(bytesOf.getShort(2 * i));
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Fp16Conversions.bf16ToFloat(bytesOf.getShort(2 * i));
                }
            }
            default -> throw new IllegalArgumentException("no weight is stored as " + this);
        }
        return values;
    }
}
