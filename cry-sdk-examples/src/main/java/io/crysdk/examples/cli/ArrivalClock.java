package io.crysdk.examples.cli;

import java.util.OptionalDouble;

/**
 * What time it is in audio that comes live through a pipe, which does not say: a chunk comes some time after its last
 * sample was captured, and how long after differs. So of all chunks within {@value #PERIOD_SECONDS} s the promptest
 * counts. If that one is late, audio is missing; chunks that a network held up are not. For one thread.
 */
final class ArrivalClock {
    static final double PERIOD_SECONDS = 2.0;
    /** Audio that comes sooner than ever by this much had been waiting somewhere from the start; by less, clocks drift. */
    private static final double HEAD_START_SECONDS = 0.25;

    /** When the first sample was captured, if chunks came at once. */
    private double origin;

    private double since = Double.NaN;
    /** By how much the promptest chunk since then was late, and the promptest before. */
    private double least;

    private double lowest;

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
            told = OptionalDouble.of(counted + least);
            since = now;
            least = now - counted - origin;
        } else {
            least = Math.min(least, now - counted - origin);
        }
        return told;
    }

    private void settle() {
        double early = lowest - least;
        if (early > HEAD_START_SECONDS) {
            origin -= early;
            least = lowest;
        }
        lowest = Math.min(lowest, least);
    }
}
