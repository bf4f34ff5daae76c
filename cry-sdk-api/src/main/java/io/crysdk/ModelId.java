package io.crysdk;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which model gave an answer.
 *
 * @param id the name the model gives itself, or its file name where it gives none
 * @param version the version the model gives itself, or {@code unversioned}
 * @param sha256 the digest of the whole model file, 64 lower-case hexadecimal digits
 * @param personalization the {@linkplain Personalization#sha256() digest} of what was learnt of one baby and applied to
 *     the answer; empty where the model answered alone
 * @since 0.1.0
 */
public record ModelId(String id, String version, String sha256, Optional<String> personalization) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * Creates an identity.
     *
     * @throws IllegalArgumentException if a digest is not 64 lower-case hexadecimal digits or a name is blank
     */
    public ModelId {
        Objects.requireNonNull(personalization, "personalization");
        if (id.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("a model has an id and a version, found '" + id + "' '" + version + "'");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("a SHA-256 is 64 lower-case hexadecimal digits, found '" + sha256 + "'");
        }
        if (personalization.isPresent()
                && !SHA256.matcher(personalization.get()).matches()) {
            throw new IllegalArgumentException(
                    "a personalization's SHA-256 is 64 lower-case hexadecimal digits, found '" + personalization.get()
                            + "'");
        }
    }

    /**
     * Creates the identity of a model that answers alone.
     *
     * @param id its name
     * @param version its version
     * @param sha256 the digest of its file
     * @throws IllegalArgumentException as for the other constructor
     */
    public ModelId(String id, String version, String sha256) {
        this(id, version, sha256, Optional.empty());
    }

    /**
     * Names what was applied to the model.
     *
     * @param digest the {@linkplain Personalization#sha256() digest} of the personalization
     * @return the same model, personalised
     * @throws IllegalArgumentException if it is not 64 lower-case hexadecimal digits
     */
    public ModelId personalized(String digest) {
        return new ModelId(id, version, sha256, Optional.of(digest));
    }

    /**
     * Returns id, version and the first digits of the digest, and of the personalization's where there is one.
     *
     * @return for example {@code default 0.1.0 (5f2c9a01)} or {@code default 0.1.0 (5f2c9a01) personal (c0ffee12)}
     */
    @Override
    public String toString() {
        String personal = personalization
                .map(p -> " personal (" + p.substring(0, 8) + ")")
                .orElse("");
        return id + " " + version + " (" + sha256.substring(0, 8) + ")" + personal;
    }
}
