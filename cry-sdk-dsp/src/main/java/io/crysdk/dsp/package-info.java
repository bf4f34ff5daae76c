/**
 * Signal processing between a decoded clip and the network: from samples to log-mel patches, bit for bit.
 *
 * <p>{@link io.crysdk.dsp.LogMelExtractor} is the heart of it. A <i>frame</i> is 25 ms of sound, one begins every 10 ms
 * (the <i>hop</i>) and becomes 64 numbers, the <i>bands</i>; 96 frames make one <i>example</i> or <i>patch</i>, the
 * network's input.
 *
 * <p>Records, enumerations and exceptions here are immutable; any number of threads may use them.
 */
@NullMarked
package io.crysdk.dsp;

import org.jspecify.annotations.NullMarked;
