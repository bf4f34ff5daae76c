/**
 * The {@link io.crysdk.CryClassifier} over ONNX Runtime.
 *
 * <p>Applications use {@link io.crysdk.CryClassifier#create()} and need nothing from here. {@link
 * io.crysdk.onnx.ModelContract} and {@link io.crysdk.onnx.OnnxModel} are for whoever makes models: what is written into
 * a model file, and what comes out of it.
 *
 * <p>Records, enumerations and exceptions here are immutable; any number of threads may use them.
 */
@NullMarked
package io.crysdk.onnx;

import org.jspecify.annotations.NullMarked;
