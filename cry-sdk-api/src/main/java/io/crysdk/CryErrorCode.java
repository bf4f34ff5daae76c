package io.crysdk;

/**
 * What kind of failure a {@link CryException} reports. The names are stable: programs may store and compare them.
 *
 * @since 0.1.0
 */
public enum CryErrorCode {
    /** The samples cannot be judged: too short, too long, empty, not finite, or far outside full scale. */
    INVALID_AUDIO,
    /** The audio file is not there or cannot be opened. */
    AUDIO_UNREADABLE,
    /** The container, codec, sample rate or channel layout is not one that is understood here. */
    UNSUPPORTED_FORMAT,
    /** No model of that name is installed, or the file is not there or cannot be read; also of a personalization's file. */
    MODEL_NOT_FOUND,
    /** The bytes are not a model, or not a personalization: damaged, cut short, or with metadata that contradicts itself. */
    MODEL_INVALID,
    /**
     * A sound model, but not one for this engine: other tensor shapes, another feature or contract version. Or a sound
     * personalization, but of another model or version, or a model that cannot be personalised.
     */
    MODEL_INCOMPATIBLE,
    /** The engine, or the execution provider that was asked for, is not available on this machine. */
    PROVIDER_UNAVAILABLE,
    /** The runtime failed while it computed the answer. */
    INFERENCE_FAILED,
    /** The classifier, stream or reader was closed before the call was made; or the virtual machine is ending. */
    CLOSED,
    /** The call, or a run for a live stream, took longer than {@link CryClassifier.Builder#timeout} allows. The classifier can be used as before. */
    TIMED_OUT,
    /** The thread that called was interrupted, and still is. The classifier can be used as before. */
    CANCELLED
}
