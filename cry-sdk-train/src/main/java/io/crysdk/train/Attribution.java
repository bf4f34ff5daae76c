package io.crysdk.train;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names the authors of what a model was trained on, where their licence asks for it. */
final class Attribution {
    private static final Pattern NAMED = Pattern.compile(".*this clip (CC-?BY|CC0), by (.+ \\(freesound \\d+\\)).*");

    /** What a collection asks to be called, by a mark in its rows' licence. */
    private static final Map<String, String> COLLECTIONS = new TreeMap<>(Map.of(
            "ODbL",
            "Donate-a-cry campaign, https://github.com/gveres/donateacry-corpus: database under ODbL 1.0, contents under"
                    + " DbCL 1.0.",
            "ESC-10",
            "Karol J. Piczak, ESC: Dataset for Environmental Sound Classification (ESC-10 under CC BY 3.0),"
                    + " https://github.com/karolpiczak/ESC-50.",
            "Free Spoken Digit Dataset",
            "Zohar Jackson and others, Free Spoken Digit Dataset, https://github.com/Jakobovski/free-spoken-digit-dataset,"
                    + " CC BY-SA 4.0."));

    private Attribution() {}

    /** Markdown: collections first, then every author once under each licence that asks to be named. */
    static String markdown(List<Manifest.Entry> entries) {
        Map<String, TreeSet<String>> byLicence = new TreeMap<>();
        Map<String, Integer> free = new TreeMap<>();
        for (Manifest.Entry entry : entries) {
            Matcher named = NAMED.matcher(entry.licence());
            if (named.matches()) {
                boolean owed = !named.group(1).equals("CC0");
                if (owed) {
                    byLicence
                            .computeIfAbsent("ESC-10 collection, clips under CC BY 3.0", l -> new TreeSet<>())
                            .add(named.group(2));
                } else {
                    free.merge("ESC-10 collection (CC BY 3.0), clips under CC0", 1, Integer::sum);
                }
            } else if (entry.licence().startsWith("CC0") || entry.licence().startsWith("Public Domain")) {
                free.merge(entry.licence(), 1, Integer::sum);
            } else {
                byLicence.computeIfAbsent(entry.licence(), l -> new TreeSet<>()).add(author(entry));
            }
        }
        StringBuilder out = new StringBuilder("# What the model was trained on\n\n")
                .append(
                        "Written by the trainer from its manifests. The model holds no audio; these are the authors of the\n")
                .append("recordings it learnt from.\n");
        COLLECTIONS.forEach((mark, text) -> {
            if (entries.stream().anyMatch(e -> e.licence().contains(mark))) {
                out.append("\n- ").append(text);
            }
        });
        out.append('\n');
        byLicence.forEach((licence, authors) -> {
            out.append("\n## ").append(licence).append("\n\n");
            authors.forEach(author -> out.append("- ").append(author).append('\n'));
        });
        out.append("\n## No attribution owed\n\n");
        free.forEach((licence, count) ->
                out.append("- ").append(licence).append(": ").append(count).append(" recordings\n"));
        return out.toString();
    }

    /** Some rows name only where the recording was found: then the recording's own name says the rest. */
    private static String author(Manifest.Entry entry) {
        if (entry.author().isEmpty()) {
            return entry.source();
        }
        return entry.author().endsWith(":") ? entry.author() + " " + entry.originalName() : entry.author();
    }
}
