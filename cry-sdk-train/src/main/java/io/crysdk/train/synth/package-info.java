/**
 * Cries made by rule: for the clip that comes with the command, for tests, and for teaching a model what recordings lack.
 *
 * <p>No recording went into them, so what they make may be given away freely.
 */
@NullMarked
package io.crysdk.train.synth;

import org.jspecify.annotations.NullMarked;
