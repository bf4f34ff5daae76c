package io.crysdk.train.synth;

/** The argument check that voice and style share. */
final class Ranges {
    private Ranges() {}

    static void check(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(name + " is " + least + " to " + most + ", found " + value);
        }
    }
}
