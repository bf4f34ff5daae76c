package io.crysdk.train;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A configuration in layers: what is laid on later replaces what was there, value by value, and every value remembers where
 * it stands, so that a complaint can say so.
 */
final class ConfigTree {
    private static final TomlMapper TOML = new TomlMapper();
    /** Deeper than any key that is known; what is below is not looked at. */
    private static final int DEEPEST = 4;

    private static final Pattern TABLE = Pattern.compile("\\s*\\[\\s*([A-Za-z0-9_.-]+)\\s*].*");
    private static final Pattern KEY = Pattern.compile("\\s*([A-Za-z0-9_.-]+)\\s*=.*");

    private final ObjectNode values = JsonNodeFactory.instance.objectNode();
    private final Map<String, String> origins = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    /** Lays a file on. */
    void file(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            problems.add(file + ": no such file, or it may not be read");
            return;
        }
        try {
            toml(Files.readString(file, StandardCharsets.UTF_8), String.valueOf(file.getFileName()));
        } catch (CharacterCodingException e) {
            problems.add(file.getFileName() + ": not TOML: it is not in UTF-8");
        }
    }

    /** Lays one of the presets on that come with the trainer. */
    void preset(String name, Set<String> known) throws IOException {
        if (!known.contains(name)) {
            problems.add("preset: expected one of " + new TreeSet<>(known) + ", found '" + name + "'");
            return;
        }
        try (InputStream in =
                Objects.requireNonNull(ConfigTree.class.getResourceAsStream("presets/" + name + ".toml"), name)) {
            toml(new String(in.readAllBytes(), StandardCharsets.UTF_8), "preset " + name);
        }
    }

    /** Lays one value on, as TOML writes it; what is no TOML is a word. */
    void set(String key, String value) {
        String where = "option " + key;
        try {
            lay(TOML.readTree(key + " = " + value), k -> where);
        } catch (JacksonException e) {
            try {
                lay(TOML.readTree(key + " = '" + value.replace("'", "") + "'"), k -> where);
            } catch (JacksonException stillWrong) {
                problems.add(where + ": expected KEY=VALUE, found '" + key + "=" + value + "'");
            }
        }
    }

    void put(String key, JsonNode value, String where) {
        int dot = key.lastIndexOf('.');
        ObjectNode table = values;
        origins.put(key, where);
        if (dot > 0) {
            JsonNode there = values.path(key.substring(0, dot));
            if (!there.isMissingNode() && !there.isObject()) {
                return; // Whoever asks for the key says that there is a value where a table was expected.
            }
            table = values.withObjectProperty(key.substring(0, dot));
        }
        table.set(key.substring(dot + 1), value);
    }

    private void toml(String text, String name) {
        Map<String, Integer> lines = lines(text);
        try {
            lay(TOML.readTree(text), key -> name + (lines.containsKey(key) ? ":" + lines.get(key) : ""));
        } catch (JacksonException e) {
            String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            problems.add(name + line + ": not TOML: " + e.getOriginalMessage());
        }
    }

    /** Says where a key stands. */
    @FunctionalInterface
    private interface Origin {
        String of(String key);
    }

    private void lay(JsonNode layer, Origin origin) {
        lay("", layer, origin, 1);
    }

    private void lay(String prefix, JsonNode layer, Origin origin, int depth) {
        for (Map.Entry<String, JsonNode> e : layer.properties()) {
            String key = prefix + e.getKey();
            if (e.getValue().isObject() && depth < DEEPEST) {
                lay(key + ".", e.getValue(), origin, depth + 1);
            } else {
                put(key, e.getValue(), origin.of(key));
            }
        }
    }

    /** The first line of every key; Jackson's reader forgets them. */
    private static Map<String, Integer> lines(String text) {
        Map<String, Integer> lines = new HashMap<>();
        String table = "";
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            Matcher head = TABLE.matcher(line.strip());
            Matcher key = KEY.matcher(line.strip());
            if (head.matches()) {
                table = head.group(1) + ".";
            } else if (key.matches()) {
                lines.putIfAbsent(table + key.group(1), number);
            }
        }
        return lines;
    }

    // Reading.

    private @Nullable JsonNode at(String key) {
        asked.add(key);
        JsonNode node = values;
        for (String part : key.split("\\.", -1)) {
            node = node.path(part);
        }
        return node.isMissingNode() ? null : node;
    }

    /** Notes that a value is not what was expected, and goes on: everything that is wrong is told at once. */
    void wrong(String key, String expected) {
        JsonNode node = at(key);
        String found = node == null ? "nothing" : node.toString();
        problems.add(origins.getOrDefault(key, "configuration") + ": " + key + ": expected " + expected + ", found "
                + found.replace('"', '\''));
    }

    private boolean is(String key, Predicate<JsonNode> right, String expected) {
        JsonNode node = at(key);
        if (node != null && right.test(node)) {
            return true;
        }
        wrong(key, expected);
        return false;
    }

    int whole(String key, int least) {
        boolean right = is(
                key,
                n -> n.isIntegralNumber() && n.canConvertToInt() && n.asInt() >= least,
                "a whole number of " + least + " or more");
        return right ? node(key).asInt() : least;
    }

    double number(String key, double least, double most) {
        boolean right = is(
                key,
                n -> n.isNumber() && n.asDouble() >= least && n.asDouble() <= most,
                "a number from " + least + (most < Double.MAX_VALUE ? " to " + most : " up"));
        return right ? node(key).asDouble() : least;
    }

    boolean flag(String key) {
        return is(key, JsonNode::isBoolean, "true or false") && node(key).asBoolean();
    }

    String word(String key) {
        return is(key, JsonNode::isTextual, "a text in quotes") ? node(key).asText() : "";
    }

    List<String> words(String key) {
        List<String> out = new ArrayList<>();
        if (is(key, n -> n.isArray() && all(n, JsonNode::isTextual), "a list of texts in quotes")) {
            node(key).forEach(n -> out.add(n.asText()));
        }
        return out;
    }

    List<Long> wholes(String key) {
        List<Long> out = new ArrayList<>();
        if (is(
                key,
                n -> n.isArray() && all(n, w -> w.isIntegralNumber() && w.canConvertToLong()),
                "a list of whole numbers")) {
            node(key).forEach(n -> out.add(n.asLong()));
        }
        return out;
    }

    boolean isList(String key) {
        JsonNode node = at(key);
        return node != null && node.isArray();
    }

    private JsonNode node(String key) {
        return Objects.requireNonNull(at(key));
    }

    private static boolean all(JsonNode array, Predicate<JsonNode> right) {
        for (JsonNode n : array) {
            if (!right.test(n)) {
                return false;
            }
        }
        return true;
    }

    /** Makes something of values whose own checks may refuse them together; null where they do. */
    <T> @Nullable T made(String table, Maker<T> maker) {
        try {
            return maker.make();
        } catch (IllegalArgumentException e) {
            problems.add("configuration: [" + table + "]: " + e.getMessage());
            return null;
        }
    }

    /** Makes a value. */
    @FunctionalInterface
    interface Maker<T> {
        T make();
    }

    /**
     * Ends the reading: what nobody asked for is not known.
     *
     * @throws ConfigException if anything was wrong
     */
    void done() {
        for (String key : new TreeSet<>(origins.keySet())) {
            if (!asked.contains(key)) {
                problems.add(origins.get(key) + ": " + key + ": no such key; expected one of " + near(key));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private List<String> near(String key) {
        String table = key.substring(0, key.lastIndexOf('.') + 1);
        List<String> same = asked.stream()
                .filter(k -> k.startsWith(table) && k.indexOf('.', table.length()) < 0)
                .sorted()
                .toList();
        return same.isEmpty() ? asked.stream().sorted().toList() : same;
    }
}
