/**
 * What answers about recordings that a network had not heard amount to: figures, intervals, tables and plots.
 *
 * <p>Nothing here knows a network or a file of audio: predictions come in, numbers go out. The package is the trainer's
 * own and is not exported.
 */
@NullMarked
package io.crysdk.train.judge;

import org.jspecify.annotations.NullMarked;
