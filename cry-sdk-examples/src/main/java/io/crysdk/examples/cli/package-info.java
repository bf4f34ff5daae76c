/** The {@code cry} command: the one place of this project that prints. */
@NullMarked
package io.crysdk.examples.cli;

import org.jspecify.annotations.NullMarked;
