/** JMH benchmarks, one for each promise of speed, each beside a baseline and with its answer checked. */
@NullMarked
package io.crysdk.benchmarks;

import org.jspecify.annotations.NullMarked;
