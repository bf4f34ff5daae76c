/**
 * What an engine, a decoder or a set of models implements to be found by {@link java.util.ServiceLoader}.
 *
 * <p>Applications have no need of this package.
 */
@NullMarked
package io.crysdk.spi;

import org.jspecify.annotations.NullMarked;
