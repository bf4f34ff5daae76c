/**
 * What a person at a terminal sees while a command works: whether there is one, and how far the work is. For the commands
 * of this project; not promised to anyone else.
 */
@NullMarked
package io.crysdk.train.console;

import org.jspecify.annotations.NullMarked;
