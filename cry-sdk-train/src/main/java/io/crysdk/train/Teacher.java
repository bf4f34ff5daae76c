package io.crysdk.train;

import ai.onnxruntime.platform.Fp16Conversions;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * What a tagger says of recordings: for windows that begin every 0.48 s, the probability of each kind of sound.
 *
 * <p>Two files make a pair: a CSV with the columns row, path and start_s, and a NumPy array [rows][kinds] of 16 or 32 bit
 * floats. Immutable; any thread may read it.
 */
final class Teacher {
    private static final int HOP_FRAMES = 48;
    private static final Pattern SHAPE = Pattern.compile("'shape': \\((\\d{1,9}), (\\d{1,6})\\)");

    private final int kinds;
    private final Map<String, float[]> rowsByPath;

    private Teacher(int kinds, Map<String, float[]> rowsByPath) {
        this.kinds = kinds;
        this.rowsByPath = rowsByPath;
    }

    /**
     * Two files that belong together.
     *
     * @param windows the CSV
     * @param probabilities the array
     */
    record Pair(Path windows, Path probabilities) {}

    static Teacher read(List<Pair> pairs) throws IOException {
        int kinds = 0;
        Map<String, float[]> rows = new HashMap<>();
        for (Pair pair : pairs) {
            float[][] array = array(pair.probabilities());
            if (array.length == 0 || kinds != 0 && array[0].length != kinds) {
                throw new IOException(pair.probabilities() + ": expected rows of " + kinds + " values");
            }
            kinds = array[0].length;
            windows(pair.windows(), array, rows);
        }
        return new Teacher(kinds, rows);
    }

    int kinds() {
        return kinds;
    }

    /**
     * Writes what the teacher says of the patch that begins at a frame, between its two nearest windows; NaN where it
     * never heard the recording.
     */
    void say(String path, int frame, float[] out, int at) {
        float[] rows = rowsByPath.get(path);
        if (rows == null) {
            Arrays.fill(out, at, at + kinds, Float.NaN);
            return;
        }
        int last = rows.length / kinds - 1;
        double position = Math.min(last, (double) frame / HOP_FRAMES);
        int row = (int) position;
        float part = (float) (position - row);
        int next = Math.min(last, row + 1);
        for (int k = 0; k < kinds; k++) {
            out[at + k] = (1 - part) * rows[row * kinds + k] + part * rows[next * kinds + k];
        }
    }

    private static void windows(Path csv, float[][] array, Map<String, float[]> rows) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader reader = Files.newBufferedReader(csv, StandardCharsets.UTF_8);
                CSVParser parser = format.parse(reader)) {
            for (CSVRecord record : parser) {
                int row = Integer.parseInt(record.get("row"));
                float[] before = rows.getOrDefault(record.get("path"), new float[0]);
                int kinds = array[0].length;
                double start = Double.parseDouble(record.get("start_s"));
                int heard = before.length / kinds;
                if (Math.abs(start - heard * 0.48) > 0.006) {
                    throw new IOException(csv + ": the windows of " + record.get("path") + " are not 0.48 s apart");
                }
                float[] longer = Arrays.copyOf(before, before.length + kinds);
                System.arraycopy(array[row], 0, longer, before.length, kinds);
                rows.put(record.get("path"), longer);
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException(csv + ": expected the columns row, path, start_s of its array: " + e.getMessage(), e);
        }
    }

    private static float[][] array(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < 12 || bytes.getInt(0) != 0x4d554e93 || bytes.get(6) != 1) {
            throw new IOException(file + " is no NumPy array of version 1");
        }
        int headerLength = bytes.getShort(8) & 0xffff;
        String header =
                new String(bytes.array(), 10, Math.min(headerLength, bytes.limit() - 10), StandardCharsets.UTF_8);
        Matcher shape = SHAPE.matcher(header);
        boolean half = header.contains("'<f2'");
        if (!shape.find() || header.contains("'fortran_order': True") || !half && !header.contains("'<f4'")) {
            throw new IOException(file + ": expected rows of 16 or 32 bit floats, found " + header.strip());
        }
        int rows = Integer.parseInt(shape.group(1));
        int kinds = Integer.parseInt(shape.group(2));
        bytes.position(10 + headerLength);
        if (bytes.remaining() != (long) rows * kinds * (half ? 2 : 4)) {
            throw new IOException(file + ": " + bytes.remaining() + " bytes are not " + rows + " rows of " + kinds);
        }
        float[][] values = new float[rows][kinds];
        for (float[] row : values) {
            for (int k = 0; k < kinds; k++) {
                float value = half ? Fp16Conversions.fp16ToFloat(bytes.getShort()) : bytes.getFloat();
                if (!(value >= 0.0f && value <= 1.0f)) {
                    throw new IOException(file + ": a probability is from 0 to 1, found " + value);
                }
                row[k] = value;
            }
        }
        return values;
    }
}
