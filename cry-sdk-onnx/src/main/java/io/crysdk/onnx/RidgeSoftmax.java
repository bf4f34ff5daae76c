package io.crysdk.onnx;

/**
 * A softmax regression on top of given logits, with a ridge penalty that pulls what it adds to zero: it minimises {@code
 * sum_i -ln softmax(o_i + W x_i + b)[y_i] + strength / 2 (|W|^2 + |b|^2)} over embeddings centred on their mean and
 * scaled to a mean square length of one.
 *
 * <p>Clips are fewer than values in an embedding, so it is solved for one coefficient a clip and label: W is a sum of the
 * clips' embeddings, and only their dot products are needed. Accelerated gradient descent (Nesterov, Introductory
 * Lectures on Convex Optimization, 2004, scheme 2.2.22), with the Hessian bounded as by Böhning (Multinomial logistic
 * regression algorithm, 1992).
 */
final class RidgeSoftmax {
    /** Solved when every clip's probabilities are this near to those at the minimum's condition. */
    private static final double TOLERANCE = 1e-3;

    private static final int MOST_STEPS = 2000;

    private final double[][] products;
    private final int[] train;
    /** Mean dot product of a clip with the training clips. */
    private final double[] meanProduct;

    private final double mean;
    private final double scale;
    private final int labels;
    /** [train][labels] */
    private final double[] coefficients;

    /**
     * Learns.
     *
     * @param products [clips][clips] dot products of the embeddings
     * @param train indices of the clips to learn from, one or more
     * @param offsets [clips][labels] logits to start from
     * @param truth [clips] label indices
     * @param strength of the penalty, positive
     */
    RidgeSoftmax(double[][] products, int[] train, double[][] offsets, int[] truth, double strength) {
        this.products = products;
        this.train = train;
        labels = offsets[0].length;
        meanProduct = new double[products.length];
        double sum = 0.0;
        for (int i = 0; i < products.length; i++) {
            for (int t : train) {
                meanProduct[i] += products[i][t] / train.length;
            }
        }
        for (int t : train) {
            sum += meanProduct[t] / train.length;
        }
        mean = sum;
        double square = 0.0;
        double raw = 0.0;
        for (int t : train) {
            square += (products[t][t] - 2 * meanProduct[t] + mean) / train.length;
            raw += products[t][t] / train.length;
        }
        // Equal embeddings leave nothing but rounding, which must not be blown up.
        scale = square > 1e-9 * raw ? 1.0 / square : 0.0;
        coefficients = new double[train.length * labels];
        solve(offsets, truth, strength);
    }

    private void solve(double[][] offsets, int[] truth, double strength) {
        int n = train.length;
        double[] kernel = new double[n * n];
        double largest = 0.0;
        for (int i = 0; i < n; i++) {
            double row = 0.0;
            for (int j = 0; j < n; j++) {
                kernel[i * n + j] = kernel(train[i], j);
                row += Math.abs(kernel[i * n + j]);
            }
            largest = Math.max(largest, row); // No eigenvalue is larger.
        }
        double bound = 0.5 * largest + strength;
        double root = Math.sqrt(strength / bound);
        double momentum = (1 - root) / (1 + root);
        double[] ahead = new double[n * labels];
        double[] logits = new double[labels];
        double[] next = new double[n * labels];
        for (int step = 0; step < MOST_STEPS; step++) {
            double worst = 0.0;
            for (int i = 0; i < n; i++) {
                System.arraycopy(offsets[train[i]], 0, logits, 0, labels);
                for (int j = 0; j < n; j++) {
                    double k = kernel[i * n + j];
                    for (int l = 0; l < labels; l++) {
                        logits[l] += k * ahead[j * labels + l];
                    }
                }
                PersonalHead.softmax(logits);
                logits[truth[train[i]]] -= 1.0;
                for (int l = 0; l < labels; l++) {
                    int at = i * labels + l;
                    double residual = logits[l] + strength * ahead[at];
                    worst = Math.max(worst, Math.abs(residual));
                    next[at] = ahead[at] - residual / bound;
                }
            }
            for (int at = 0; at < next.length; at++) {
                ahead[at] = next[at] + momentum * (next[at] - coefficients[at]);
                coefficients[at] = next[at];
            }
            if (worst < TOLERANCE) {
                return;
            }
        }
    }

    /** The centred and scaled dot product of any clip with a training clip, and one for the constant. */
    private double kernel(int clip, int trained) {
        int t = train[trained];
        return (products[clip][t] - meanProduct[clip] - meanProduct[t] + mean) * scale + 1.0;
    }

    /** What is added to the logits of any clip: [labels]. */
    double[] added(int clip) {
        double[] added = new double[labels];
        for (int i = 0; i < train.length; i++) {
            double k = kernel(clip, i);
            for (int l = 0; l < labels; l++) {
                added[l] += k * coefficients[i * labels + l];
            }
        }
        return added;
    }

    /** The same as weights over an embedding: [labels][values + 1], the constant last. */
    double[][] weights(double[][] embeddings) {
        int values = embeddings[0].length;
        double[] centre = new double[values];
        for (int t : train) {
            for (int d = 0; d < values; d++) {
                centre[d] += embeddings[t][d] / train.length;
            }
        }
        double[][] weights = new double[labels][values + 1];
        for (int l = 0; l < labels; l++) {
            for (int i = 0; i < train.length; i++) {
                double coefficient = coefficients[i * labels + l];
                weights[l][values] += coefficient;
                for (int d = 0; d < values; d++) {
                    weights[l][d] += coefficient * scale * (embeddings[train[i]][d] - centre[d]);
                }
            }
            for (int d = 0; d < values; d++) {
                weights[l][values] -= weights[l][d] * centre[d];
            }
        }
        return weights;
    }
}
