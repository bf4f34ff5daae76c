package io.crysdk.onnx;

import java.io.Serial;

/**
 * A model whose metadata is sound but of a version that this code does not read.
 *
 * @since 0.1.0
 */
public final class IncompatibleContractException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    IncompatibleContractException(String message) {
        super(message);
    }
}
