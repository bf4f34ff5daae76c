package io.crysdk.train;

import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which recordings a model learnt, and of which groups: the first {@value #BYTES} bytes of their digests, in its metadata.
 * Whoever has a recording can see whether the model heard it; nobody can make one out of the list.
 *
 * <p>A recording is known by its file's bytes: the same sound in another format is another recording, and only its group
 * still tells.
 */
final class Learnt {
    /** The key of the recordings. */
    static final String RECORDINGS = "crysdk.learnt.recordings";

    /** The key of the groups. */
    static final String GROUPS = "crysdk.learnt.groups";

    /** The key of the weights that a training began with, which may have learnt anything. */
    static final String START = "crysdk.start";

    /** The key of the networks whose word a training learnt beside the labels. */
    static final String PARENTS = "crysdk.learnt.parents";

    private static final int BYTES = 6;
    /** Six bytes are eight characters, so that a list needs nothing between its items. */
    private static final int CHARACTERS = BYTES * 4 / 3;

    private final Set<String> recordings;
    private final Set<String> groups;

    private Learnt(Set<String> recordings, Set<String> groups) {
        this.recordings = recordings;
        this.groups = groups;
    }

    /** What to put into the metadata of a model that learnt these. */
    static Map<String, String> metadata(Collection<Clip> clips) {
        return metadata(
                clips.stream().map(Clip::sha256),
                clips.stream().map(c -> c.entry().group()));
    }

    /** The same of digests of files, and names of groups. */
    static Map<String, String> metadata(Stream<String> sha256s, Stream<String> groups) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(RECORDINGS, join(sha256s.map(Learnt::prefix)));
        metadata.put(GROUPS, join(groups.map(group -> prefix(digest(group)))));
        return metadata;
    }

    /** Reads it back; empty where the model says nothing. */
    static Optional<Learnt> of(Map<String, String> metadata) {
        return metadata.containsKey(RECORDINGS)
                ? Optional.of(new Learnt(
                        split(metadata.getOrDefault(RECORDINGS, "")), split(metadata.getOrDefault(GROUPS, ""))))
                : Optional.empty();
    }

    boolean recording(String sha256) {
        return recordings.contains(prefix(sha256));
    }

    boolean group(String group) {
        return groups.contains(prefix(digest(group)));
    }

    private static String digest(String group) {
        return Digests.sha256("group " + group);
    }

    private static String prefix(String sha256) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256.substring(0, 2 * BYTES)));
    }

    private static String join(Stream<String> prefixes) {
        TreeSet<String> sorted = new TreeSet<>();
        prefixes.forEach(sorted::add);
        return String.join("", sorted);
    }

    private static Set<String> split(String joined) {
        Set<String> prefixes = new HashSet<>();
        for (int at = 0; at + CHARACTERS <= joined.length(); at += CHARACTERS) {
            prefixes.add(joined.substring(at, at + CHARACTERS));
        }
        return prefixes;
    }
}
