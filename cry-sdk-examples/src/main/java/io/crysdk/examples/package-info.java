/** Small mains to copy; {@link io.crysdk.examples.cli} is the {@code cry} command. */
@NullMarked
package io.crysdk.examples;

import org.jspecify.annotations.NullMarked;
