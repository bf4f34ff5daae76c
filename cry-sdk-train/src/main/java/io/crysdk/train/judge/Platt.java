package io.crysdk.train.judge;

/**
 * Platt's calibration with both sides weighing the same: the probability is that of a cry where cries and other sounds are
 * as frequent as each other. How frequent they are in a home, nobody here knows. Targets stay away from 0 and 1 as Platt
 * proposed (1999), so that perfectly parted scores do not make an infinite slope.
 *
 * @param slope positive
 * @param offset added after the slope
 */
public record Platt(double slope, double offset) {
    /** Leaves a logit as it is. */
    public static final Platt NONE = new Platt(1.0, 0.0);

    private static final double LEAST_SLOPE = 1e-3;

    /**
     * Fits by Newton's method.
     *
     * @param cries logits, one or more
     * @param others logits, one or more
     * @return the calibration of least weighted log loss
     */
    public static Platt fit(double[] cries, double[] others) {
        double high = (cries.length + 1.0) / (cries.length + 2.0);
        double low = 1.0 / (others.length + 2.0);
        double a = 1.0;
        double b = 0.0;
        for (int iteration = 0; iteration < 200; iteration++) {
            double[] sums = new double[5];
            accumulate(sums, cries, high, 0.5 / cries.length, a, b);
            accumulate(sums, others, low, 0.5 / others.length, a, b);
            double ridge = 1e-9;
            double haa = sums[2] + ridge;
            double hbb = sums[4] + ridge;
            double det = haa * hbb - sums[3] * sums[3];
            double da = (hbb * sums[0] - sums[3] * sums[1]) / det;
            double db = (haa * sums[1] - sums[3] * sums[0]) / det;
            // Newton overshoots where scores are parted widely: halve until the loss falls.
            double before = loss(cries, high, others, low, a, b);
            double step = 1.0;
            while (step > 1e-6 && !(loss(cries, high, others, low, a - step * da, b - step * db) <= before)) {
                step /= 2;
            }
            a -= step * da;
            b -= step * db;
            if (Math.abs(step * da) + Math.abs(step * db) < 1e-10) {
                break;
            }
        }
        return new Platt(Math.max(a, LEAST_SLOPE), b);
    }

    /**
     * Calibrates.
     *
     * @param logit of a recording
     * @return the cry probability, 0 to 1
     */
    public double probability(double logit) {
        return 1.0 / (1.0 + Math.exp(-(slope * logit + offset)));
    }

    private static void accumulate(double[] sums, double[] scores, double target, double weight, double a, double b) {
        for (double s : scores) {
            double p = 1.0 / (1.0 + Math.exp(-(a * s + b)));
            double w = weight * p * (1 - p);
            sums[0] += weight * (p - target) * s;
            sums[1] += weight * (p - target);
            sums[2] += w * s * s;
            sums[3] += w * s;
            sums[4] += w;
        }
    }

    private static double loss(double[] cries, double high, double[] others, double low, double a, double b) {
        return loss(cries, high, a, b) + loss(others, low, a, b);
    }

    private static double loss(double[] scores, double target, double a, double b) {
        double sum = 0.0;
        for (double s : scores) {
            double z = a * s + b;
            sum += Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z)));
        }
        return sum / scores.length / 2;
    }
}
