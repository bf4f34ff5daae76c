package io.crysdk;

/**
 * What was heard, in one word.
 *
 * @since 0.1.0
 */
public enum CryOutcome {
    /** A cry, and one reason stands out far enough to be named. */
    CRY,
    /** No cry: the gate's probability is below the model's threshold. */
    NOT_CRY,
    /** A cry, or with a model that has no gate possibly one, but no reason stands out far enough to be named. */
    UNCERTAIN
}
