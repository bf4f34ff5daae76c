package io.crysdk.examples.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.crysdk.AudioTrack;
import io.crysdk.dsp.CryUnit;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The cries of a file, for people and for programs.
 *
 * @param file its name
 * @param seconds when its audio ends, which in a video may begin after the picture
 * @param track which of its audio tracks it is
 * @param segments what was found
 * @param clips the file of each unit, or none if they were not exported
 * @param warnings what was wrong with the file
 */
record SegmentReport(
        String file, double seconds, AudioTrack track, Segments segments, List<Path> clips, List<String> warnings) {
    /** A line for the file, a table of its cries, and what the gate refused. */
    void writeText(PrintWriter out) {
        List<CryUnit> units = segments.units();
        double crying = units.stream().mapToDouble(CryUnit::durationSeconds).sum();
        out.println(text("%s: %.2f s, %s, %.2f s of crying", file, seconds, count(units.size()), crying));
        if (track.count() > 1) {
            out.println("  " + track);
        }
        if (!units.isEmpty()) {
            boolean gate = segments.threshold().isPresent();
            out.println("    #     begin       end    length    pitch    10-90 %        level  score"
                    + (gate ? "   cry" : ""));
            for (int i = 0; i < units.size(); i++) {
                CryUnit unit = units.get(i);
                out.println(text(
                        "%5d %7.3f s %7.3f s %7.3f s %5.0f Hz %9s Hz %6.1f dBFS  %5.2f%s",
                        i + 1,
                        unit.startSeconds(),
                        unit.endSeconds(),
                        unit.durationSeconds(),
                        unit.pitchHz(),
                        text("%.0f-%.0f", unit.lowPitchHz(), unit.highPitchHz()),
                        unit.levelDbfs(),
                        unit.score(),
                        gate ? text("  %.2f", unit.cryProbability().orElseThrow()) : ""));
            }
        }
        for (CryUnit unit : segments.refused()) {
            out.println(text(
                    "  no cry to the gate: %.3f s to %.3f s, %.0f Hz (%.2f)",
                    unit.startSeconds(),
                    unit.endSeconds(),
                    unit.pitchHz(),
                    unit.cryProbability().orElseThrow()));
        }
        warnings.forEach(warning -> out.println("  " + warning));
        out.flush();
    }

    /** One object. Names and order of the keys are a contract; what is not known is null. */
    void writeJson(PrintWriter out) {
        JsonReport.line(out, json -> {
            json.writeStringField("file", file);
            json.writeNumberField("durationSeconds", seconds);
            json.writeArrayFieldStart("units");
            for (int i = 0; i < segments.units().size(); i++) {
                json.writeStartObject();
                write(json, segments.units().get(i));
                json.writeStringField(
                        "clip", clips.isEmpty() ? null : clips.get(i).toString());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("refused");
            for (CryUnit unit : segments.refused()) {
                json.writeStartObject();
                write(json, unit);
                json.writeEndObject();
            }
            json.writeEndArray();
            number(json, "gateThreshold", segments.threshold());
            JsonReport.warnings(json, warnings);
            if (segments.model().isPresent()) {
                JsonReport.model(json, segments.model().get());
            } else {
                json.writeNullField("model");
            }
            JsonReport.track(json, Optional.of(track));
        });
    }

    private static void write(JsonGenerator json, CryUnit unit) throws IOException {
        json.writeNumberField("startSeconds", unit.startSeconds());
        json.writeNumberField("endSeconds", unit.endSeconds());
        json.writeNumberField("pitchHz", unit.pitchHz());
        json.writeNumberField("lowPitchHz", unit.lowPitchHz());
        json.writeNumberField("highPitchHz", unit.highPitchHz());
        json.writeNumberField("levelDbfs", unit.levelDbfs());
        json.writeNumberField("score", unit.score());
        number(json, "cryProbability", unit.cryProbability());
    }

    private static void number(JsonGenerator json, String name, OptionalDouble value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.getAsDouble());
        } else {
            json.writeNullField(name);
        }
    }

    static String count(int cries) {
        return cries == 1 ? "1 cry" : cries + " cries";
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
