package io.crysdk.train.weights;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Files that TensorFlow and PyTorch wrote, and what must be in them; src/test/resources says how they were made. */
public final class Fixtures {
    private static final int[] CHANNELS = {2, 3, 5, 4, 7, 6};

    private Fixtures() {}

    public static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(Fixtures.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The weights that both generators drew, in this project's layout. */
    public static VggishWeights drawn(int embedding) {
        Numbers numbers = new Numbers(1);
        Map<String, float[]> values = new LinkedHashMap<>();
        int in = 1;
        for (int c = 0; c < CHANNELS.length; c++) {
            values.put("conv" + (c + 1) + ".weight", numbers.weights(CHANNELS[c] * in * 9, in * 9));
            values.put("conv" + (c + 1) + ".bias", numbers.draw(CHANNELS[c], -0.5, 0.5));
            in = CHANNELS[c];
        }
        in *= 24;
        int[] dense = {12, 10, embedding};
        for (int d = 0; d < dense.length; d++) {
            String name = d < 2 ? "fc" + (d + 1) : "embedding";
            values.put(name + ".weight", numbers.weights(dense[d] * in, in));
            values.put(name + ".bias", numbers.draw(dense[d], -0.5, 0.5));
            in = dense[d];
        }
        return new VggishWeights(List.of(2, 3, 5, 4, 7, 6), List.of(12, 10), embedding, 0, values);
    }

    /** The two windows [2,96,64] on which both were asked. */
    public static float[] patches() {
        return new Numbers(2).draw(2 * 96 * 64, -4.6, 3.0);
    }

    /** What TensorFlow or PyTorch answered: two embeddings of 8 values, before any activation. */
    public static float[] answer(String framework) throws IOException {
        List<String> lines = Files.readAllLines(file(framework + ".txt"));
        float[] answer = new float[lines.size()];
        for (int i = 0; i < answer.length; i++) {
            answer[i] = Float.parseFloat(lines.get(i));
        }
        return answer;
    }

    /** A linear congruential generator: the same numbers in every language. */
    private static final class Numbers {
        private long state;

        Numbers(long seed) {
            state = seed;
        }

        float[] weights(int count, int fanIn) {
            double bound = Math.sqrt(6.0 / fanIn);
            return draw(count, -bound, bound);
        }

        float[] draw(int count, double low, double high) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                values[i] = (float) (low + (high - low) * ((state >>> 40) / 16777216.0));
            }
            return values;
        }
    }
}
