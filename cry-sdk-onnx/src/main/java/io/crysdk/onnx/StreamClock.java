package io.crysdk.onnx;

/**
 * What time it is at the next sample that will be pushed: what it was at some sample, and how many there were since. The
 * caller holds the stream's lock.
 */
final class StreamClock {
    /** How fast the caller's clock is followed. Sound cards are ten times better, even cheap ones. */
    private static final double FOLLOW = 1e-3;

    private static final double FOLLOW_SECONDS = 10.0;
    private static final double LEAST_CORRECTION = 1e-3;

    private double anchor;
    private long since;
    private int rate;

    StreamClock(int rate) {
        this.rate = rate;
    }

    double seconds() {
        return anchor + (double) since / rate;
    }

    void pass(long samples) {
        since += samples;
    }

    void set(double seconds) {
        anchor = seconds;
        since = 0;
    }

    /** From here on samples come at another rate. */
    void setRate(int newRate) {
        set(seconds());
        rate = newRate;
    }

    /**
     * Comes as near to the caller's time as is believable, since that time jitters and clocks drift.
     *
     * @return whether the clock was set
     */
    boolean follow(double seconds) {
        double most = FOLLOW * Math.min(FOLLOW_SECONDS, (double) since / rate);
        double correction = Math.max(-most, Math.min(most, seconds - seconds()));
        if (Math.abs(correction) < LEAST_CORRECTION) {
            return false;
        }
        set(seconds() + correction);
        return true;
    }
}
