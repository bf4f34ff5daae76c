package io.crysdk.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Which code made a figure. */
final class CodeVersion {
    static final String UNKNOWN = "unknown";
    private static final String RESOURCE = "code.txt";

    private CodeVersion() {}

    /** The commit that was built, with {@code -dirty} where files differed from it; {@code unknown} outside a repository. */
    static String commit() {
        try (InputStream in = CodeVersion.class.getResourceAsStream(RESOURCE)) {
            return in == null ? UNKNOWN : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
