/**
 * Audio goes in, and comes out as a cry or not; and if a cry, as a calibrated guess at its reason.
 *
 * <p>{@link io.crysdk.CryClassifier} is the one thing with behaviour here. What it takes and returns are immutable
 * values. Every failure that is not a wrong argument is a {@link io.crysdk.CryException} with a
 * {@linkplain io.crysdk.CryErrorCode code}.
 */
@NullMarked
package io.crysdk;

import org.jspecify.annotations.NullMarked;
