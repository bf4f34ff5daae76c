package io.crysdk.train;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The list of recordings to learn from, read from CSV files with a header row.
 *
 * <table>
 * <caption>Columns; others are left alone</caption>
 * <tr><th>column</th><th>value</th></tr>
 * <tr><td>path</td><td>the audio file, relative to the manifest's folder; required</td></tr>
 * <tr><td>label or class</td><td>the reason; empty where it is not known</td></tr>
 * <tr><td>group</td><td>who is heard: nothing of one group stands in two folds; the path where empty</td></tr>
 * <tr><td>recording</td><td>what a cut clip was cut from; the path where empty</td></tr>
 * <tr><td>fold</td><td>0 and up; empty where the rows are not divided yet</td></tr>
 * <tr><td>is_cry</td><td>1, 0 or ?; a file without this column says that labelled rows are cries and others are not</td></tr>
 * <tr><td>segments</td><td>where the cries are: {@code start-end} in 16 kHz samples, {@code ;} between; empty means
 * throughout</td></tr>
 * <tr><td>use</td><td>{@code disputed} takes a row out of training and judging</td></tr>
 * <tr><td>source, category, licence, author_or_repo, original_name</td><td>for figures by part and for attribution</td></tr>
 * </table>
 *
 * <p>Immutable; any number of threads may read one.
 *
 * @since 0.1.0
 */
public final class Manifest {
    /** Whether a recording holds a cry. */
    public enum Cry {
        /** It does. */
        YES,
        /** It does not. */
        NO,
        /** Nobody knows, or judgments differ. */
        UNKNOWN
    }

    /**
     * A stretch of crying.
     *
     * @param start the first sample at 16 kHz
     * @param end the sample after the last
     */
    public record Span(int start, int end) {}

    /**
     * One recording.
     *
     * @param file where it lies
     * @param path as the manifest names it
     * @param label the reason's id, empty where unknown
     * @param group who is heard
     * @param fold 0 and up, or -1
     * @param cry whether it holds a cry
     * @param segments where; empty means throughout
     * @param use the manifest's word on its use
     * @param source the collection it is from
     * @param category what is heard
     * @param licence its licence
     * @param author whom to name
     * @param originalName what its author calls it
     * @param part under which name its figures are told: the collection, or the manifest's name where that has no use
     *     column
     * @param recording the recording that this is, or was cut from
     */
    public record Entry(
            Path file,
            String path,
            String label,
            String group,
            int fold,
            Cry cry,
            List<Span> segments,
            String use,
            String source,
            String category,
            String licence,
            String author,
            String originalName,
            String part,
            String recording) {
        /**
         * Creates an entry.
         */
        public Entry {
            segments = List.copyOf(segments);
        }

        /** An entry that is a whole recording. */
        Entry(
                Path file,
                String path,
                String label,
                String group,
                int fold,
                Cry cry,
                List<Span> segments,
                String use,
                String source,
                String category,
                String licence,
                String author,
                String originalName,
                String part) {
            this(
                    file,
                    path,
                    label,
                    group,
                    fold,
                    cry,
                    segments,
                    use,
                    source,
                    category,
                    licence,
                    author,
                    originalName,
                    part,
                    path);
        }

        /** The same recording in another fold. */
        Entry withFold(int newFold) {
            return new Entry(
                    file,
                    path,
                    label,
                    group,
                    newFold,
                    cry,
                    segments,
                    use,
                    source,
                    category,
                    licence,
                    author,
                    originalName,
                    part,
                    recording);
        }

        /**
         * Says whether training and judging may use the recording.
         *
         * @return false where it is disputed or nobody knows whether it is a cry
         */
        public boolean usable() {
            return cry != Cry.UNKNOWN && !use.equals("disputed");
        }
    }

    private final List<Entry> entries;

    private Manifest(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Returns the rows.
     *
     * @return all of them, in order of files and lines
     */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * Reads manifests as one.
     *
     * @param files CSV files in UTF-8
     * @return their rows
     * @throws ManifestException if any row cannot be used, naming every one
     * @throws IOException if a manifest cannot be read
     */
    public static Manifest read(List<Path> files) throws IOException {
        List<Entry> entries = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            new Rows(file, entries, problems).read();
        }
        foldsPerGroup(entries, problems);
        if (entries.isEmpty() && problems.isEmpty()) {
            problems.add(files + ": no rows");
        }
        if (!problems.isEmpty()) {
            throw new ManifestException(problems);
        }
        return new Manifest(entries);
    }

    /**
     * Divides the rows into folds where none has one: every group in one fold, labels and other sounds spread evenly.
     *
     * @param folds how many
     * @param seed which of the many ways
     * @return this where all rows have a fold
     * @throws ManifestException if only some rows have one, or there are fewer groups than folds
     */
    Manifest withFolds(int folds, long seed) {
        long without = entries.stream().filter(e -> e.fold() < 0).count();
        if (without == 0) {
            return this;
        }
        if (without < entries.size()) {
            throw new ManifestException(
                    List.of(without + " of " + entries.size() + " rows have no fold: give all of them one, or none"));
        }
        List<String> kinds =
                entries.stream().map(Manifest::kind).distinct().sorted().toList();
        int[] parted;
        try {
            parted = Folds.of(
                    entries.stream().mapToInt(e -> kinds.indexOf(kind(e))).toArray(),
                    entries.stream().map(Entry::group).toList(),
                    folds,
                    seed);
        } catch (IllegalArgumentException e) {
            throw new ManifestException(List.of("no folds can be made that share no group: " + e.getMessage()));
        }
        List<Entry> placed = new ArrayList<>();
        for (int i = 0; i < parted.length; i++) {
            placed.add(entries.get(i).withFold(parted[i]));
        }
        return new Manifest(placed);
    }

    private static String kind(Entry entry) {
        return entry.cry() + " " + entry.label();
    }

    private static void foldsPerGroup(List<Entry> entries, List<String> problems) {
        Map<String, Set<Integer>> folds = new HashMap<>();
        entries.forEach(
                e -> folds.computeIfAbsent(e.group(), g -> new TreeSet<>()).add(e.fold()));
        folds.forEach((group, in) -> {
            if (in.size() > 1) {
                problems.add(
                        "group " + group + " stands in the folds " + in + ": a voice would be judged that was learnt");
            }
        });
    }

    /** The rows of one file. */
    private static final class Rows {
        private final Path file;
        private final Path folder;
        private final String name;
        private final List<Entry> entries;
        private final List<String> problems;
        private final Set<Path> seen = new HashSet<>();

        Rows(Path file, List<Entry> entries, List<String> problems) {
            this.file = file;
            this.folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
            this.name = Objects.requireNonNullElse(file.getFileName(), file).toString();
            this.entries = entries;
            this.problems = problems;
        }

        void read() throws IOException {
            CSVFormat format = CSVFormat.RFC4180
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .setIgnoreEmptyLines(true)
                    .setTrim(true)
                    .get();
            if (!Files.isReadable(file)) {
                problems.add(file + ": no such file, or it may not be read");
                return;
            }
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                    CSVParser parser = format.parse(reader)) {
                if (!parser.getHeaderMap().containsKey("path")) {
                    problems.add(name + ":1: no column path, found " + parser.getHeaderNames());
                    return;
                }
                for (CSVRecord row : parser) {
                    row(row, parser.getCurrentLineNumber());
                }
            } catch (CharacterCodingException | CSVException | UncheckedIOException | IllegalArgumentException e) {
                problems.add(name + ": no CSV in UTF-8 with a name for each column: " + e.getMessage());
            }
        }

        private void row(CSVRecord row, long line) {
            int before = problems.size();
            String path = text(row, "path");
            Path audio = audio(path, line);
            String label = row.isMapped("label") ? text(row, "label") : text(row, "class");
            Cry cry = cry(row, label, line);
            if (cry == Cry.NO && !label.isEmpty()) {
                problem(line, "the reason '" + label + "' on a recording that is no cry");
            }
            int fold = fold(text(row, "fold"), line);
            List<Span> segments = segments(text(row, "segments"), line);
            if (problems.size() == before) {
                String group = text(row, "group");
                String recording = text(row, "recording");
                entries.add(new Entry(
                        audio,
                        path,
                        label,
                        group.isEmpty() ? path : group,
                        fold,
                        cry,
                        segments,
                        text(row, "use"),
                        text(row, "source"),
                        text(row, "category"),
                        text(row, "licence"),
                        text(row, "author_or_repo"),
                        text(row, "original_name"),
                        row.isMapped("use") ? text(row, "source") : name.replaceFirst("\\.csv$", ""),
                        recording.isEmpty() ? path : recording));
            }
        }

        private Path audio(String path, long line) {
            Path audio = folder;
            try {
                audio = folder.resolve(path).normalize();
            } catch (InvalidPathException e) {
                problem(line, "not a path: '" + path + "'");
                return audio;
            }
            if (path.isEmpty()) {
                problem(line, "path is empty");
            } else if (!seen.add(audio)) {
                problem(line, path + " stands here a second time");
            } else if (!Files.isRegularFile(audio)) {
                problem(line, "no such file: " + path);
            }
            return audio;
        }

        private Cry cry(CSVRecord row, String label, long line) {
            if (!row.isMapped("is_cry")) {
                return label.isEmpty() ? Cry.NO : Cry.YES;
            }
            String text = text(row, "is_cry");
            return switch (text) {
                case "1" -> Cry.YES;
                case "0" -> Cry.NO;
                case "?" -> Cry.UNKNOWN;
                default -> {
                    problem(line, "is_cry is 1, 0 or ?, found '" + text + "'");
                    yield Cry.UNKNOWN;
                }
            };
        }

        private int fold(String text, long line) {
            if (text.isEmpty()) {
                return -1;
            }
            if (!text.matches("\\d{1,4}")) {
                problem(line, "fold is a number from 0, found '" + text + "'");
                return -1;
            }
            return Integer.parseInt(text);
        }

        private List<Span> segments(String text, long line) {
            List<Span> spans = new ArrayList<>();
            if (text.isEmpty()) {
                return spans;
            }
            for (String part : text.split(";", -1)) {
                if (!part.matches("\\d{1,9}-\\d{1,9}")) {
                    problem(line, "a segment is start-end in samples, found '" + part + "'");
                    continue;
                }
                int dash = part.indexOf('-');
                Span span =
                        new Span(Integer.parseInt(part.substring(0, dash)), Integer.parseInt(part.substring(dash + 1)));
                if (span.start() >= span.end()) {
                    problem(line, "a segment ends after its start, found '" + part + "'");
                }
                spans.add(span);
            }
            return spans;
        }

        private static String text(CSVRecord row, String column) {
            return row.isMapped(column) && row.isSet(column) ? row.get(column) : "";
        }

        private void problem(long line, String what) {
            problems.add(name + ":" + line + ": " + what);
        }
    }
}
