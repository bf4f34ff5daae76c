/** A day in the life of a process that uses the library, in minutes, and whether it holds more at the end than before. */
package io.crysdk.examples.soak;
