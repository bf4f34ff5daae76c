package io.crysdk.examples.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.crysdk.AudioTrack;
import io.crysdk.CryException;
import io.crysdk.CryReason;
import io.crysdk.CryResult;
import io.crysdk.CryWindow;
import io.crysdk.ModelId;
import io.crysdk.Personalization;
import io.crysdk.ReasonScore;
import io.crysdk.SignalQuality;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Answers for programs: one object a line. Names and order of the keys are a contract, and so is that every key is
 * there: what a model does not say is null.
 */
final class JsonReport implements Report, PersonalizationReport {
    /** ASCII only, so that the encoding of the terminal or pipe does not matter. */
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final PrintWriter out;

    JsonReport(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void answer(String file, CryResult result) {
        line(out, json -> {
            json.writeStringField("file", file);
            json.writeStringField("outcome", result.outcome().name());
            json.writeStringField("reason", result.reason().map(CryReason::id).orElse(null));
            cryProbability(json, result.cryProbability());
            scores(json, result.scores());
            json.writeArrayFieldStart("windows");
            for (CryWindow window : result.windows()) {
                json.writeStartObject();
                json.writeNumberField("startSeconds", window.startSeconds());
                json.writeNumberField("endSeconds", window.endSeconds());
                cryProbability(json, window.cryProbability());
                scores(json, window.scores());
                json.writeEndObject();
            }
            json.writeEndArray();
            quality(json, result.quality());
            warnings(json, result.warnings());
            model(json, result.model());
            track(json, result.track());
        });
    }

    @Override
    public void shown(Path file, Personalization personalization) {
        line(out, json -> {
            json.writeStringField("file", file.toString());
            json.writeStringField("sha256", personalization.sha256());
            json.writeNumberField("bytes", personalization.toBytes().length);
            json.writeStringField("verdict", personalization.verdict().name());
            json.writeArrayFieldStart("labels");
            for (int k = 0; k < personalization.labels().size(); k++) {
                json.writeStartObject();
                json.writeStringField("label", personalization.labels().get(k).id());
                json.writeNumberField("clips", personalization.clips().get(k));
                json.writeEndObject();
            }
            json.writeEndArray();
            if (personalization.figures().isPresent()) {
                figures(json, personalization.figures().get());
            } else {
                json.writeNullField("figures");
            }
            json.writeNumberField("minReasonProbability", personalization.minReasonProbability());
            model(json, personalization.model());
        });
    }

    private static void figures(JsonGenerator json, Personalization.Figures figures) throws IOException {
        json.writeObjectFieldStart("figures");
        json.writeStringField("protocol", figures.protocol().name());
        json.writeNumberField("episodes", figures.episodes());
        json.writeNumberField("judged", figures.judged());
        score(json, "personal", figures.personal());
        score(json, "generic", figures.generic());
        score(json, "commonest", figures.commonest());
        if (figures.lastLabel().isPresent()) {
            score(json, "lastLabel", figures.lastLabel().get());
        } else {
            json.writeNullField("lastLabel");
        }
        json.writeEndObject();
    }

    private static void score(JsonGenerator json, String name, Personalization.Score score) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("accuracy", score.accuracy());
        json.writeNumberField("logLoss", score.logLoss());
        json.writeEndObject();
    }

    @Override
    public void failure(String file, CryException e) {
        line(out, json -> {
            json.writeStringField("file", file);
            json.writeObjectFieldStart("error");
            json.writeStringField("code", e.code().name());
            json.writeStringField("message", e.getMessage());
            json.writeEndObject();
        });
    }

    private static void cryProbability(JsonGenerator json, OptionalDouble probability) throws IOException {
        if (probability.isPresent()) {
            json.writeNumberField("cryProbability", probability.getAsDouble());
        } else {
            json.writeNullField("cryProbability");
        }
    }

    static void scores(JsonGenerator json, List<ReasonScore> scores) throws IOException {
        json.writeArrayFieldStart("scores");
        for (ReasonScore score : scores) {
            json.writeStartObject();
            json.writeStringField("label", score.reason().id());
            json.writeNumberField("probability", score.probability());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void quality(JsonGenerator json, SignalQuality quality) throws IOException {
        json.writeObjectFieldStart("quality");
        json.writeNumberField("durationSeconds", quality.durationSeconds());
        json.writeNumberField("peak", quality.peak());
        json.writeNumberField("clippedShare", quality.clippedShare());
        json.writeNumberField("silentShare", quality.silentShare());
        json.writeNumberField("bandwidthHz", quality.bandwidthHz());
        json.writeEndObject();
    }

    static void warnings(JsonGenerator json, List<String> warnings) throws IOException {
        json.writeArrayFieldStart("warnings");
        for (String warning : warnings) {
            json.writeString(warning);
        }
        json.writeEndArray();
    }

    static void model(JsonGenerator json, ModelId model) throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("id", model.id());
        json.writeStringField("version", model.version());
        json.writeStringField("sha256", model.sha256());
        json.writeStringField("personalization", model.personalization().orElse(null));
        json.writeEndObject();
    }

    static void track(JsonGenerator json, Optional<AudioTrack> heard) throws IOException {
        if (heard.isEmpty()) {
            json.writeNullField("track");
            return;
        }
        AudioTrack track = heard.get();
        json.writeObjectFieldStart("track");
        json.writeNumberField("number", track.number());
        json.writeNumberField("count", track.count());
        json.writeStringField("container", track.container());
        json.writeStringField("codec", track.codec());
        json.writeNumberField("sampleRate", track.sampleRate());
        json.writeNumberField("channels", track.channels());
        json.writeStringField("language", track.language().orElse(null));
        json.writeEndObject();
    }

    /** Writes an object as a line. */
    static void line(PrintWriter out, Fields fields) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.print(line.append('\n'));
        out.flush();
    }

    /** Writes the fields of an object. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }
}
