package io.crysdk.examples.cli;

import java.util.OptionalDouble;

/**
 * What time it is in audio that comes live through a pipe, which does not say: a chunk comes some time after its last
 * sample was captured, and how long after differs. So of all chunks within {@value #PERIOD_SECONDS} s the promptest
 * counts. If that one is late, audio is missing; chunks that a network held up are not. Audio that comes sooner than ever
 * had been waiting from the start, and while late audio catches up nothing is told. For one thread.
 */
final class ArrivalClock {
    static final double PERIOD_SECONDS = 2.0;
    /** By how much clocks may differ in pace. What comes faster than that does not go by the clock. */
    private static final double DRIFT = 1e-3;
    /** What comes faster than this catches up; above the drift, since the promptest chunks differ a little too. */
    private static final double CATCHING_UP = 1e-2;

    /** When the first sample was captured, if the promptest chunks come at once. */
    private double origin;

    /** When the period began. */
    private double since = Double.NaN;

    /** By how much the promptest chunk of the period was late. */
    private double least;

    /** By how much that of the period before was. */
    private double before;

    /** By how much that of all periods was; at zero from the first on, and below as far as the source's clock is fast. */
    private double lowest = DRIFT * PERIOD_SECONDS;

    /**
     * Takes note of a chunk.
     *
     * @param now when it came, seconds on any clock that never falls
     * @param counted how long the audio is with it
     * @return the time at its end, seconds since the first sample; once in a while
     */
    OptionalDouble arrived(double now, double counted) {
        OptionalDouble told = OptionalDouble.empty();
        if (Double.isNaN(since)) {
            origin = now - counted;
            since = now;
            least = 0.0;
        } else if (now - since >= PERIOD_SECONDS) {
            settle();
            if (least > before - CATCHING_UP * PERIOD_SECONDS) {
                told = OptionalDouble.of(counted + least);
            }
            before = least;
            since = now;
            least = now - counted - origin;
        } else {
            least = Math.min(least, now - counted - origin);
        }
        return told;
    }

    /** Follows a clock that is fast, and takes for waiting audio what is earlier than clocks drift. */
    private void settle() {
        double possible = lowest - DRIFT * PERIOD_SECONDS;
        if (least < possible) {
            origin -= possible - least;
            least = possible;
        }
        lowest = Math.min(lowest, least);
    }
}
