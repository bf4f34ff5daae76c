package io.crysdk.examples.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.crysdk.CryEvent;
import io.crysdk.CryEvent.AudioGap;
import io.crysdk.CryEvent.Cry;
import io.crysdk.CryEvent.CryEnded;
import io.crysdk.CryEvent.CryStarted;
import io.crysdk.CryEvent.CryUpdated;
import io.crysdk.CryEvent.DeviceLost;
import io.crysdk.CryEvent.FormatChanged;
import io.crysdk.CryEvent.Level;
import io.crysdk.CryEvent.StreamEnded;
import io.crysdk.CryException;
import io.crysdk.CryReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** Events for programs: one object a line, named as its type; names and order of the keys are a contract. */
final class JsonEvents implements Consumer<CryEvent> {
    private final PrintWriter out;

    JsonEvents(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void accept(CryEvent event) {
        JsonReport.line(out, json -> {
            json.writeStringField("event", event.getClass().getSimpleName());
            json.writeNumberField("seconds", event.seconds());
            fields(json, event);
        });
    }

    private static void fields(JsonGenerator json, CryEvent event) throws IOException {
        if (event instanceof CryStarted started) {
            cry(json, started.cry());
        } else if (event instanceof CryUpdated updated) {
            cry(json, updated.cry());
        } else if (event instanceof CryEnded ended) {
            cry(json, ended.cry());
        } else if (event instanceof Level level) {
            json.writeNumberField("levelDbfs", level.levelDbfs());
            json.writeNumberField("peak", level.peak());
        } else if (event instanceof AudioGap gap) {
            json.writeNumberField("missingSeconds", gap.missingSeconds());
            json.writeStringField("cause", gap.cause().name());
        } else if (event instanceof FormatChanged format) {
            json.writeNumberField("sampleRate", format.sampleRate());
            json.writeNumberField("channels", format.channels());
        } else if (event instanceof DeviceLost lost) {
            json.writeStringField("message", lost.message());
        } else if (event instanceof StreamEnded ended) {
            CryException failure = ended.failure().orElse(null);
            if (failure == null) {
                json.writeNullField("error");
            } else {
                json.writeObjectFieldStart("error");
                json.writeStringField("code", failure.code().name());
                json.writeStringField("message", failure.getMessage());
                json.writeEndObject();
            }
        }
    }

    private static void cry(JsonGenerator json, Cry cry) throws IOException {
        json.writeNumberField("startSeconds", cry.startSeconds());
        json.writeNumberField("endSeconds", cry.endSeconds());
        json.writeNumberField("cryProbability", cry.cryProbability());
        json.writeStringField("reason", cry.reason().map(CryReason::id).orElse(null));
        JsonReport.scores(json, cry.scores());
        json.writeNumberField("levelDbfs", cry.levelDbfs());
    }
}
