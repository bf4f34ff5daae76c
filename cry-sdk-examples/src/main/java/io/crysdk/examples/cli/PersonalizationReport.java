package io.crysdk.examples.cli;

import io.crysdk.Personalization;
import java.nio.file.Path;

/** How what was learnt of a baby is shown. */
interface PersonalizationReport {
    void shown(Path file, Personalization personalization);
}
