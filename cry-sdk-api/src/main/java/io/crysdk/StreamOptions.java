package io.crysdk;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How a {@link CryStream} listens. Made by {@link #builder()}; immutable.
 *
 * <p><b>When a cry starts and ends.</b> Each window has a cry probability; what counts is that of the mean logit of the
 * windows that end in the last {@link #smoothing}. A cry starts once that has been at {@code startThreshold} or above over
 * at least {@code minLength}, and ends once it has been below {@code endThreshold} for {@code endAfter}; the pauses for
 * breath in between belong to it. After an end none starts for {@code refractory}.
 *
 * @param windowHop distance between windows, a multiple of 10 ms up to 0.96 s
 * @param smoothing over how long windows are averaged, 0 for none
 * @param startThreshold the cry probability from which a cry starts; empty for the classifier's gate threshold
 * @param endThreshold the cry probability below which it ends; empty for half the start threshold
 * @param minLength the shortest stretch that is told as a cry
 * @param endAfter how long a cry must have stopped before its end is told
 * @param refractory how long after an end no cry starts
 * @param updateEvery how often {@link CryEvent.CryUpdated} is told, counted from {@link CryEvent.CryStarted} and
 *     each time with the window that ends then or is the next to end; zero for never
 * @param levelEvery how often {@link CryEvent.Level} is told, a multiple of 10 ms; zero for never
 * @param overflow what gives way when the listener or the network is too slow
 * @param eventCapacity how many events wait in the queue at most, 8 or more
 * @param audioBuffer how much audio waits at most, 1 s to 10 min; room is made for it only when it is needed
 * @param clockTolerance how far {@link CryStream#clock} may differ from the samples before it is a gap
 * @since 0.1.0
 */
public record StreamOptions(
        Duration windowHop,
        Duration smoothing,
        OptionalDouble startThreshold,
        OptionalDouble endThreshold,
        Duration minLength,
        Duration endAfter,
        Duration refractory,
        Duration updateEvery,
        Duration levelEvery,
        Overflow overflow,
        int eventCapacity,
        Duration audioBuffer,
        Duration clockTolerance) {
    /** What gives way when the queue of events or the buffer of audio is full. */
    public enum Overflow {
        /** The oldest event that waits is dropped, and audio that does not fit is lost. A push never waits. */
        DROP_OLDEST,
        /** The new event is dropped, and audio that does not fit is lost. A push never waits. */
        DROP_NEWEST,
        /** Nothing: the network waits for the listener, and a push for the network. For audio that can wait, like a file. */
        BLOCK
    }

    private static final Duration FRAME = Duration.ofMillis(10);
    private static final Duration LONGEST_HOP = Duration.ofMillis(960);
    private static final Duration HOUR = Duration.ofHours(1);

    /**
     * Creates options; {@link #builder()} does it more readably.
     *
     * @throws IllegalArgumentException if a value is out of range, or the end threshold above the start threshold
     */
    public StreamOptions {
        within("windowHop", windowHop, FRAME, LONGEST_HOP);
        frames("windowHop", windowHop);
        within("smoothing", smoothing, Duration.ZERO, Duration.ofMinutes(1));
        Checks.unit("startThreshold", startThreshold);
        Checks.unit("endThreshold", endThreshold);
        if (startThreshold.isPresent()
                && endThreshold.isPresent()
                && endThreshold.getAsDouble() > startThreshold.getAsDouble()) {
            throw new IllegalArgumentException("a cry that starts at " + startThreshold.getAsDouble()
                    + " cannot end below " + endThreshold.getAsDouble());
        }
        within("minLength", minLength, Duration.ZERO, HOUR);
        within("endAfter", endAfter, Duration.ZERO, HOUR);
        within("refractory", refractory, Duration.ZERO, HOUR);
        within("updateEvery", updateEvery, Duration.ZERO, HOUR);
        within("levelEvery", levelEvery, Duration.ZERO, HOUR);
        frames("levelEvery", levelEvery);
        Objects.requireNonNull(overflow, "overflow");
        if (eventCapacity < 8) {
            throw new IllegalArgumentException("eventCapacity must be 8 or more, found " + eventCapacity);
        }
        within("audioBuffer", audioBuffer, Duration.ofSeconds(1), Duration.ofMinutes(10));
        within("clockTolerance", clockTolerance, Duration.ZERO, HOUR);
    }

    /**
     * Starts from the defaults, which are named at each setter.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private static void within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", found " + value);
        }
    }

    private static void frames(String name, Duration value) {
        if (value.toNanos() % FRAME.toNanos() != 0) {
            throw new IllegalArgumentException(name + " must be a multiple of 10 ms, found " + value);
        }
    }

    /** Collects options; {@link #build()} checks them. Not safe for use by several threads at once. */
    public static final class Builder {
        private Duration windowHop = Duration.ofMillis(480);
        private Duration smoothing = Duration.ofMillis(960);
        private OptionalDouble startThreshold = OptionalDouble.empty();
        private OptionalDouble endThreshold = OptionalDouble.empty();
        private Duration minLength = Duration.ofMillis(1400);
        private Duration endAfter = Duration.ofSeconds(5);
        private Duration refractory = Duration.ZERO;
        private Duration updateEvery = Duration.ofSeconds(1);
        private Duration levelEvery = Duration.ZERO;
        private Overflow overflow = Overflow.DROP_OLDEST;
        private int eventCapacity = 256;
        private Duration audioBuffer = Duration.ofSeconds(30);
        private Duration clockTolerance = Duration.ofMillis(250);

        private Builder() {}

        /**
         * Sets the distance between windows; 0.48 s by default. Half of it is the mean delay that it adds, and the
         * network's work is in proportion to its inverse.
         *
         * @param hop a multiple of 10 ms, 10 ms to 0.96 s
         * @return this builder
         */
        public Builder windowHop(Duration hop) {
            windowHop = hop;
            return this;
        }

        /**
         * Sets over how long windows are averaged; 0.96 s by default.
         *
         * @param span 0 to 1 min
         * @return this builder
         */
        public Builder smoothing(Duration span) {
            smoothing = span;
            return this;
        }

        /**
         * Sets the cry probability from which a cry starts; the classifier's gate threshold by default.
         *
         * @param probability 0 to 1
         * @return this builder
         */
        public Builder startThreshold(double probability) {
            startThreshold = OptionalDouble.of(probability);
            return this;
        }

        /**
         * Sets the cry probability below which a cry ends; half the start threshold by default.
         *
         * @param probability 0 to the start threshold
         * @return this builder
         */
        public Builder endThreshold(double probability) {
            endThreshold = OptionalDouble.of(probability);
            return this;
        }

        /**
         * Sets the shortest stretch that is told as a cry; 1.4 s by default, which is two windows.
         *
         * @param length 0 to 1 h
         * @return this builder
         */
        public Builder minLength(Duration length) {
            minLength = length;
            return this;
        }

        /**
         * Sets how long a cry must have stopped before its end is told; 5 s by default, so that a bout is one cry.
         *
         * @param pause 0 to 1 h
         * @return this builder
         */
        public Builder endAfter(Duration pause) {
            endAfter = pause;
            return this;
        }

        /**
         * Sets how long after an end no cry starts; zero by default.
         *
         * @param time 0 to 1 h
         * @return this builder
         */
        public Builder refractory(Duration time) {
            refractory = time;
            return this;
        }

        /**
         * Sets how often a cry that goes on is told; every second by default.
         *
         * @param period 0 to 1 h, zero for never
         * @return this builder
         */
        public Builder updateEvery(Duration period) {
            updateEvery = period;
            return this;
        }

        /**
         * Sets how often the level is told; never by default.
         *
         * @param period a multiple of 10 ms, 0 to 1 h, zero for never
         * @return this builder
         */
        public Builder levelEvery(Duration period) {
            levelEvery = period;
            return this;
        }

        /**
         * Sets what gives way when the queue or the buffer is full; {@link Overflow#DROP_OLDEST} by default.
         *
         * @param policy what gives way
         * @return this builder
         */
        public Builder overflow(Overflow policy) {
            overflow = policy;
            return this;
        }

        /**
         * Sets how many events wait in the queue at most; 256 by default.
         *
         * @param events 8 or more
         * @return this builder
         */
        public Builder eventCapacity(int events) {
            eventCapacity = events;
            return this;
        }

        /**
         * Sets how much audio waits at most; 30 s by default.
         *
         * @param length 1 s to 10 min
         * @return this builder
         */
        public Builder audioBuffer(Duration length) {
            audioBuffer = length;
            return this;
        }

        /**
         * Sets how far the caller's clock may differ from the samples before it is a gap; 0.25 s by default.
         *
         * @param difference 0 to 1 h
         * @return this builder
         */
        public Builder clockTolerance(Duration difference) {
            clockTolerance = difference;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws IllegalArgumentException if a value is out of range, or the end threshold above the start threshold
         */
        public StreamOptions build() {
            return new StreamOptions(
                    windowHop,
                    smoothing,
                    startThreshold,
                    endThreshold,
                    minLength,
                    endAfter,
                    refractory,
                    updateEvery,
                    levelEvery,
                    overflow,
                    eventCapacity,
                    audioBuffer,
                    clockTolerance);
        }
    }
}
