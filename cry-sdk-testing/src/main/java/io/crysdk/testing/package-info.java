/** What the tests of several modules share. */
@NullMarked
package io.crysdk.testing;

import org.jspecify.annotations.NullMarked;
