/**
 * Starting weights from elsewhere: Google's VGGish checkpoint, its PyTorch port, or any ONNX file with the same layers.
 *
 * <p>{@link io.crysdk.train.weights.VggishWeights#read} tells the formats apart by their content, checks names, shapes
 * and ranges, and reports everything that is wrong at once. Nothing in a file is executed, and no length that a file
 * claims is believed before it was held against what is there.
 *
 * <p>Records, enumerations and exceptions here are immutable; any number of threads may use them.
 */
@NullMarked
package io.crysdk.train.weights;

import org.jspecify.annotations.NullMarked;
