package io.crysdk.train.weights;

import org.jspecify.annotations.Nullable;

/**
 * A layer that was found in a file.
 *
 * @param name what it is called here: conv1 to conv6, fc1 and further, embedding; fc1.inner for the first of the two
 *     that fc1 is a product of
 * @param weight of a convolution [out,in,3,3], of a dense layer [out,in]; turned round where the file has TensorFlow's
 *     layout
 * @param bias [out]; null for the first of two
 */
record Layer(String name, Tensor weight, @Nullable Tensor bias) {
    boolean convolution() {
        return name.startsWith("conv");
    }
}
