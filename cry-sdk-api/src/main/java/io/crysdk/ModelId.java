package io.crysdk;

import java.util.regex.Pattern;

/**
 * Which model gave an answer.
 *
 * @param id the name the model gives itself, or its file name where it gives none
 * @param version the version the model gives itself, or {@code unversioned}
 * @param sha256 the digest of the whole model file, 64 lower-case hexadecimal digits
 */
public record ModelId(String id, String version, String sha256) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * Creates an identity.
     *
     * @throws IllegalArgumentException if the digest is not 64 lower-case hexadecimal digits or a name is blank
     */
    public ModelId {
        if (id.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("a model has an id and a version, found '" + id + "' '" + version + "'");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("a SHA-256 is 64 lower-case hexadecimal digits, found '" + sha256 + "'");
        }
    }

    /**
     * Returns id, version and the first digits of the digest.
     *
     * @return for example {@code default 0.1.0 (5f2c9a01)}
     */
    @Override
    public String toString() {
        return id + " " + version + " (" + sha256.substring(0, 8) + ")";
    }
}
