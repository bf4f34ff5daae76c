package io.crysdk;

import java.io.Serial;
import java.util.Objects;

/**
 * The one exception that leaves this library when a valid call cannot be answered.
 *
 * <p>The {@linkplain #code() code} is for programs; the message is for people and says what was expected, what was
 * found and what to do. Wrong arguments are {@link IllegalArgumentException} and null arguments
 * {@link NullPointerException} instead, since only a change of the calling code mends those.
 *
 * @since 0.1.0
 */
public final class CryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final CryErrorCode code;

    /**
     * Creates an exception without a cause.
     *
     * @param code what kind of failure it is
     * @param message what was expected, what was found, what to do
     */
    public CryException(CryErrorCode code, String message) {
        super(Objects.requireNonNull(message, "message"));
        this.code = Objects.requireNonNull(code, "code");
    }

    /**
     * Creates an exception with a cause.
     *
     * @param code what kind of failure it is
     * @param message what was expected, what was found, what to do
     * @param cause the detail from below
     */
    public CryException(CryErrorCode code, String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /**
     * Returns what kind of failure this is.
     *
     * @return the stable code
     */
    public CryErrorCode code() {
        return code;
    }

    /**
     * Returns the class, the code and the message, so that a log or an uncaught exception shows the code too.
     *
     * @return for example {@code io.crysdk.CryException[INVALID_AUDIO]: the clip has no samples}
     */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // The message alone is for people, and stays free of the code.
    public String toString() {
        return getClass().getName() + "[" + code + "]: " + getMessage();
    }
}
