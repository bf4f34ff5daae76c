package io.crysdk.train.synth;

/** A small furnished room and the microphone in it: four combs, two all-passes and a high pass. */
final class Room {
    private static final int[] COMBS = {443, 503, 557, 601};
    private static final int[] ALL_PASSES = {89, 31};
    private static final double DECAY_SECONDS = 0.22;
    private static final double WET = 0.10;
    private static final double LOWEST_HZ = 140;

    private Room() {}

    /** Adds the tail in place. */
    static void apply(float[] track) {
        apply(track, DECAY_SECONDS, WET);
    }

    /** The same for another room: how long its sound takes to fall by 60 dB, and how much of it there is. */
    static void apply(float[] track, double decaySeconds, double wet) {
        float[] tail = new float[track.length];
        for (int delay : COMBS) {
            double feedback = StrictMath.pow(10, -3.0 * delay / (decaySeconds * CrySynthesizer.SAMPLE_RATE));
            double[] line = new double[delay];
            double damped = 0.0;
            for (int i = 0; i < track.length; i++) {
                double out = line[i % delay];
                // Curtains swallow the high part first.
                damped += 0.6 * (out - damped);
                line[i % delay] = track[i] + feedback * damped;
                tail[i] += (float) out;
            }
        }
        for (int delay : ALL_PASSES) {
            double[] line = new double[delay];
            for (int i = 0; i < tail.length; i++) {
                double held = line[i % delay];
                double in = tail[i] + 0.6 * held;
                line[i % delay] = in;
                tail[i] = (float) (held - 0.6 * in);
            }
        }
        double pole = StrictMath.exp(-2 * Math.PI * LOWEST_HZ / CrySynthesizer.SAMPLE_RATE);
        double lastIn = 0.0;
        double lastOut = 0.0;
        for (int i = 0; i < track.length; i++) {
            double in = track[i] + wet * tail[i];
            lastOut = pole * (lastOut + in - lastIn);
            lastIn = in;
            track[i] = (float) lastOut;
        }
    }
}
