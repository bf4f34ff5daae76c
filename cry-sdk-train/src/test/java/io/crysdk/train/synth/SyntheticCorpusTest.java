package io.crysdk.train.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticCorpusTest {
    @TempDir
    static Path folder;

    @Test
    void theTinyOneHoldsWhatItSays() throws IOException {
        Path manifest = SyntheticCorpus.write(SyntheticCorpus.Shape.TINY, folder.resolve("a"), 3);
        List<String[]> learnt = rows(manifest);
        List<String[]> held = rows(folder.resolve("a/held-out.csv"));
        assertThat(learnt).filteredOn(r -> r[4].equals("0")).hasSize(64);
        assertThat(learnt.size() - 64 + held.size()).isEqualTo(240);
        assertThat(held).hasSize(64).extracting(r -> r[1]).contains("hunger", "boredom", "tiredness", "discomfort");
        Set<String> known = new HashSet<>();
        learnt.forEach(r -> known.add(r[2]));
        Set<String> recordings = new HashSet<>();
        learnt.forEach(r -> recordings.add(r[3]));
        assertThat(held).allMatch(r -> known.contains(r[2])).noneMatch(r -> recordings.contains(r[3]));
        assertThat(learnt).extracting(r -> r[0]).noneMatch(p -> p.contains("hunger"));
        for (String[] row : learnt.subList(0, 40)) {
            long bytes = Files.size(folder.resolve("a").resolve(row[0]));
            // 0.18 to 2.5 s of 16 bit at 16 kHz, and the header.
            assertThat(bytes).isBetween(44L + 5760, 44L + 80_000 + 2);
        }

        SyntheticCorpus.write(SyntheticCorpus.Shape.TINY, folder.resolve("b"), 3);
        assertThat(folder.resolve("b/manifest.csv")).hasSameTextualContentAs(manifest);
        String some = learnt.get(17)[0];
        assertThat(folder.resolve("b").resolve(some))
                .hasSameBinaryContentAs(folder.resolve("a").resolve(some));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 1.0})
    void surroundingsLeaveFiniteSoundOfTheirLevel(double telephoneShare) {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            Surroundings around = new Surroundings(5, 25, telephoneShare, random);
            float[] track = new float[8000];
            for (int i = 0; i < track.length; i++) {
                track[i] = (float) Math.sin(i * 0.9);
            }
            around.apply(track, random);
            float[] alone = around.alone(8000, random);
            for (float[] sound : Arrays.asList(track, alone)) {
                double power = 0.0;
                for (float sample : sound) {
                    assertThat(Math.abs(sample)).isLessThanOrEqualTo(1.2f);
                    power += sample * sample;
                }
                assertThat(power).isPositive();
            }
        }
    }

    private static List<String[]> rows(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.skip(1).map(line -> line.split(",", -1)).toList();
        }
    }
}
