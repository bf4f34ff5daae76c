package io.crysdk;

import java.util.regex.Pattern;

/**
 * Why a baby may cry, as a label of a model.
 *
 * <p>A value and not a closed enum: the labels come from the model, and a family may train its own. The four of the
 * paper are constants.
 *
 * @param id 1 to 64 of {@code a-z 0-9 _ -}, beginning with a letter or a digit
 * @since 0.1.0
 */
public record CryReason(String id) {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    /** The baby wants to be fed. */
    public static final CryReason HUNGER = new CryReason("hunger");

    /** The baby wants attention or a hug. */
    public static final CryReason BOREDOM = new CryReason("boredom");

    /** The baby wants to sleep. */
    public static final CryReason TIREDNESS = new CryReason("tiredness");

    /** Something hurts, pinches, is wet, too warm or too cold. */
    public static final CryReason DISCOMFORT = new CryReason("discomfort");

    /**
     * Creates a reason.
     *
     * @throws IllegalArgumentException if the id has another form
     */
    public CryReason {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("a reason's id is 1 to 64 of a-z, 0-9, _ and -, found '" + id + "'");
        }
    }

    /**
     * Returns the id.
     *
     * @return for example {@code hunger}
     */
    @Override
    public String toString() {
        return id;
    }
}
