/**
 * Days of sound put together from labelled recordings, to see what a live stream makes of them: planted cries, other
 * sounds, voices, noise.
 */
@NullMarked
package io.crysdk.train.live;

import org.jspecify.annotations.NullMarked;
