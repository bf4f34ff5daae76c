package io.crysdk;

import java.util.Locale;
import java.util.OptionalDouble;

/** Argument checks that several values share. */
final class Checks {
    private Checks() {}

    static double unit(String name, double value) {
        if (!(value >= 0.0 && value <= 1.0)) {
            throw new IllegalArgumentException(name + " must be within 0 to 1, found " + value);
        }
        return value;
    }

    static OptionalDouble unit(String name, OptionalDouble value) {
        value.ifPresent(v -> unit(name, v));
        return value;
    }

    static double notNegative(String name, double value) {
        if (!(value >= 0.0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be finite and not negative, found " + value);
        }
        return value;
    }

    /** Two decimals with a point whatever the default locale, so that a printed answer reads the same everywhere. */
    static String decimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
