package io.crysdk.examples.cli;

import io.crysdk.CryReason;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Finds the clips of a family, by a CSV file or by folders, with what they are and when they were recorded. */
final class LabelledFiles {
    private LabelledFiles() {}

    /**
     * One clip.
     *
     * @param file where it lies
     * @param reason why the baby cried
     * @param recorded when, if that is known
     */
    record Labelled(Path file, CryReason reason, Optional<Instant> recorded) {}

    /**
     * Reads a CSV file with a header: path (relative to it), label or class, and if it is known time. Rows without a label
     * are passed over. All bad rows are told at once.
     */
    static List<Labelled> manifest(Path csv) throws IOException {
        List<Labelled> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Path folder = Objects.requireNonNullElse(csv.toAbsolutePath().getParent(), csv);
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setIgnoreEmptyLines(true)
                .setTrim(true)
                .get();
        try (Reader reader = Files.newBufferedReader(csv, StandardCharsets.UTF_8);
                CSVParser parser = format.parse(reader)) {
            String label = parser.getHeaderMap().containsKey("label") ? "label" : "class";
            if (!parser.getHeaderMap().containsKey("path")
                    || !parser.getHeaderMap().containsKey(label)) {
                throw new IOException(
                        csv + " has no columns path and label (or class), found " + parser.getHeaderNames());
            }
            for (CSVRecord row : parser) {
                if (text(row, label).isEmpty()) {
                    continue;
                }
                try {
                    found.add(new Labelled(
                            audio(folder, text(row, "path")),
                            new CryReason(text(row, label)),
                            text(row, "time").isEmpty() ? Optional.empty() : Optional.of(time(text(row, "time")))));
                } catch (IllegalArgumentException | DateTimeException e) {
                    problems.add("line " + parser.getCurrentLineNumber() + ": " + e.getMessage());
                }
            }
        } catch (CharacterCodingException | CSVException | UncheckedIOException | IllegalArgumentException e) {
            throw new IOException(csv + " is no CSV file: " + e.getMessage(), e);
        }
        long timed = found.stream().filter(f -> f.recorded().isPresent()).count();
        if (timed > 0 && timed < found.size()) {
            problems.add("only " + timed + " of " + found.size() + " labelled rows have a time: all of them or none");
        }
        if (!problems.isEmpty()) {
            throw new IOException(csv + ": " + String.join("; ", problems));
        }
        return found;
    }

    /** Takes each folder in a folder for a label, and the files in it for its clips. */
    static List<Labelled> folders(Path folder, boolean fileTimes) throws IOException {
        List<Labelled> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path inside : list(folder)) {
            if (!Files.isDirectory(inside)) {
                continue;
            }
            CryReason reason;
            try {
                reason = new CryReason(inside.getFileName().toString());
            } catch (IllegalArgumentException e) {
                problems.add(inside + ": " + e.getMessage());
                continue;
            }
            for (Path file : list(inside)) {
                if (Files.isRegularFile(file)) {
                    found.add(new Labelled(
                            file,
                            reason,
                            fileTimes
                                    ? Optional.of(
                                            Files.getLastModifiedTime(file).toInstant())
                                    : Optional.empty()));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new IOException(String.join("; ", problems));
        }
        return found;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(path -> !path.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static Path audio(Path folder, String path) {
        try {
            Path file = folder.resolve(path);
            if (path.isEmpty() || !Files.isRegularFile(file)) {
                throw new IllegalArgumentException("no such file: '" + path + "'");
            }
            return file;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not a path: '" + path + "'", e);
        }
    }

    /** A time with its offset, or one of the family's clock: only the time between two clips matters. */
    private static Instant time(String text) {
        String iso = text.replace(' ', 'T');
        try {
            return OffsetDateTime.parse(iso).toInstant();
        } catch (DateTimeException e) {
            try {
                return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException again) {
                throw new DateTimeException(
                        "time is like 2026-01-05T06:30 or 2026-01-05T06:30:00Z, found '" + text + "'", e);
            }
        }
    }

    private static String text(CSVRecord row, String column) {
        return row.isMapped(column) && row.isSet(column) ? row.get(column) : "";
    }
}
