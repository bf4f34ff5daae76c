package io.crysdk.dsp;

/**
 * The sum of the squares and the largest magnitude of samples that come in pieces: the same bits however they are cut.
 *
 * <p>The samples go to four sums in turn, which are added up at the end: a single sum would wait for every addition.
 * Both are not a number if a sample is not.
 */
final class Energy {
    private static final int SUMS = 4;

    private final double[] sums = new double[SUMS];
    private double largest;
    /** Which sum the next sample belongs to. */
    private int turn;

    void restart() {
        for (int i = 0; i < SUMS; i++) {
            sums[i] = 0.0;
        }
        largest = 0.0;
        turn = 0;
    }

    void add(double[] samples, int from, int to) {
        int i = from;
        while (turn != 0 && i < to) {
            addOne(samples[i++]);
        }
        double sum0 = sums[0];
        double sum1 = sums[1];
        double sum2 = sums[2];
        double sum3 = sums[3];
        double largest0 = largest;
        double largest1 = largest;
        double largest2 = largest;
        double largest3 = largest;
        for (; i + SUMS <= to; i += SUMS) {
            double s0 = samples[i];
            double s1 = samples[i + 1];
            double s2 = samples[i + 2];
            double s3 = samples[i + 3];
            sum0 += s0 * s0;
            sum1 += s1 * s1;
            sum2 += s2 * s2;
            sum3 += s3 * s3;
            largest0 = Math.max(largest0, Math.abs(s0));
            largest1 = Math.max(largest1, Math.abs(s1));
            largest2 = Math.max(largest2, Math.abs(s2));
            largest3 = Math.max(largest3, Math.abs(s3));
        }
        sums[0] = sum0;
        sums[1] = sum1;
        sums[2] = sum2;
        sums[3] = sum3;
        largest = Math.max(Math.max(largest0, largest1), Math.max(largest2, largest3));
        while (i < to) {
            addOne(samples[i++]);
        }
    }

    double sum() {
        return (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }

    double largest() {
        return largest;
    }

    private void addOne(double sample) {
        sums[turn] += sample * sample;
        largest = Math.max(largest, Math.abs(sample));
        turn = (turn + 1) % SUMS;
    }
}
