/**
 * From labelled recordings to a model file and figures that say how they were measured.
 *
 * <p>{@link io.crysdk.train.TrainCommand} does all of it. Its parts: a {@link io.crysdk.train.Manifest} names the
 * recordings, {@link io.crysdk.train.FeatureStore} computes and keeps their features, {@link io.crysdk.train.Trainer}
 * fits a {@link io.crysdk.train.VggishNet}, {@link io.crysdk.train.CrossValidation} judges it on groups it never heard,
 * and {@link io.crysdk.train.OnnxExporter} writes the file that inference loads.
 *
 * <p>Records, enumerations and exceptions here are immutable; any number of threads may use them.
 */
@NullMarked
package io.crysdk.train;

import org.jspecify.annotations.NullMarked;
