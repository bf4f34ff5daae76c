package io.crysdk.dsp;

/**
 * Normalisation over a whole clip: subtract the mean, divide by the population standard deviation; a constant clip
 * becomes zero. The clip is measured piece by piece, then normalised piece by piece. For one thread.
 *
 * <p>Each piece is measured in two passes around its own mean and joined to those before it by the formula of Chan,
 * Golub and LeVeque (<i>Updating formulae and a pairwise algorithm for computing sample variances</i>, 1979), which
 * loses nothing to cancellation however far the mean lies from zero. What comes out depends in its last bits on how
 * the clip was cut, so cut it the same way each time.
 */
final class ZScore {
    private long seen;
    private double mean;
    private double squares;

    /** Forgets the clip so far. */
    void restart() {
        seen = 0;
        mean = 0.0;
        squares = 0.0;
    }

    /** Takes the next samples of the clip into account. */
    void measure(double[] samples, int offset, int count) {
        if (count == 0) {
            return;
        }
        // Around the first sample, so that of a constant clip exactly nothing is left.
        double origin = samples[offset];
        double sum = 0.0;
        for (int i = offset; i < offset + count; i++) {
            sum += samples[i] - origin;
        }
        double pieceMean = origin + sum / count;
        double pieceSquares = 0.0;
        for (int i = offset; i < offset + count; i++) {
            double deviation = samples[i] - pieceMean;
            pieceSquares += deviation * deviation;
        }
        double apart = pieceMean - mean;
        long both = seen + count;
        squares += seen == 0 ? pieceSquares : pieceSquares + apart * apart * ((double) seen * count / both);
        mean = seen == 0 ? pieceMean : mean + apart * count / both;
        seen = both;
    }

    double mean() {
        return mean;
    }

    double deviation() {
        return seen == 0 ? 0.0 : Math.sqrt(squares / seen);
    }

    /** Normalises samples in place by what was measured. */
    void normalise(double[] samples, int offset, int count) {
        double deviation = deviation();
        // Whatever is constant is its mean, and the quotient is left out.
        double divisor = deviation > 0.0 ? deviation : 1.0;
        for (int i = offset; i < offset + count; i++) {
            samples[i] = (samples[i] - mean) / divisor;
        }
    }
}
