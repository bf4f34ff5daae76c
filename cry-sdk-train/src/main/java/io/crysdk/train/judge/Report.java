package io.crysdk.train.judge;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A judgement as files: {@code report.json}, which holds every number, {@code report.md} and its pictures, which are made
 * of nothing else.
 *
 * <p>What the JSON may hold: {@code title}, {@code notice}, {@code split}; {@code gate} from {@link GateFigures}, and
 * further ones by name under {@code gates}, each with a {@code title} and a {@code split}; {@code reasons} from {@link
 * ReasonFigures}; {@code ladder}, an array of such, each with {@code name}, {@code split}, {@code unit} and, where it is
 * there to show what a mistake does, {@code mistake}; {@code short_clips}, {@code chosen}, {@code run}.
 */
public final class Report {
    private Report() {}

    /**
     * Makes the files.
     *
     * @param json the figures
     * @return bytes by file name
     * @throws IOException if a picture cannot be encoded
     */
    public static Map<String, byte[]> files(ObjectNode json) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Map<String, String> pictures = new LinkedHashMap<>();
        Plots.of(json).forEach((name, png) -> {
            pictures.put(name, name + ".png");
            files.put(name + ".png", png);
        });
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        files.put("report.json", mapper.writeValueAsBytes(json));
        files.put("report.md", Markdown.of(json, pictures).getBytes(StandardCharsets.UTF_8));
        return files;
    }
}
