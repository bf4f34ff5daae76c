/**
 * The decoder of everything that is not WAV.
 *
 * <p>It is found through {@link java.util.ServiceLoader}: with this module on the class or module path,
 * {@code CryClassifier.classify(Path)} and {@code AudioClip.read(Path)} take what phones and baby monitors record.
 */
@NullMarked
package io.crysdk.media;

import org.jspecify.annotations.NullMarked;
