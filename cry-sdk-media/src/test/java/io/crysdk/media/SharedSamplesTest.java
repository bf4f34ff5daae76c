package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crysdk.AudioClip;
import io.crysdk.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Real uploads against reference decodes, whose traps are in the names of the files. */
class SharedSamplesTest {
    private static final String REFERENCE = ".ref16k.flac";

    private final FfmpegDecoder decoder = new FfmpegDecoder();

    @Test
    void theSamplesAreThere() {
        // A factory that skips makes no test that could be counted as skipped; this one does.
        assertThat(samples()).isDirectory();
    }

    @TestFactory
    Stream<DynamicTest> uploadsEqualTheirReferenceDecodes() throws IOException {
        Path samples = samples();
        try (Stream<Path> files = Files.list(samples)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".3gp") || name.endsWith(".amr") || name.endsWith(".caf"))
                    .sorted()
                    .toList()
                    .stream()
                    .map(name -> DynamicTest.dynamicTest(name, () -> {
                        String reference = name.substring(0, name.lastIndexOf('.')) + REFERENCE;
                        compare(samples.resolve(name), samples.resolve(reference), 0.02, 0.999);
                    }));
        }
    }

    @TestFactory
    Stream<DynamicTest> madeFilesResembleTheCorpusClip() {
        Path corpus = samples().getParent();
        Path tired = corpus.resolve("audio/class/tiredness/dac_ios_01173.flac");
        Path dogs = corpus.resolve("audio/det/dog");
        // The clip is what was given to the AAC encoder, which changes more of it than decoders may differ by.
        return Stream.of(
                DynamicTest.dynamicTest("m4a", () -> compare(sample("m4a_aac_01173.m4a"), tired, 0.001, 0.998)),
                DynamicTest.dynamicTest("mp4", () -> compare(sample("mp4_aac_01173.mp4"), tired, 0.001, 0.998)),
                DynamicTest.dynamicTest(
                        "ogg 1585",
                        () -> compare(sample("ogg_vorbis_01585.ogg"), dogs.resolve("esc10_01585.flac"), 0.02, 0.999)),
                DynamicTest.dynamicTest(
                        "ogg 1587",
                        () -> compare(sample("ogg_vorbis_01587.ogg"), dogs.resolve("esc10_01587.flac"), 0.02, 0.999)));
    }

    private void compare(Path file, Path referenceFile, double seconds, double correlation) {
        AudioClip reference = decoder.decode(referenceFile);
        AudioClip clip = decoder.decode(file);
        assertThat(clip.durationSeconds()).isCloseTo(reference.durationSeconds(), within(seconds));
        assertThat(Sounds.correlation(
                        Sounds.band(clip.samples(), clip.sampleRate()),
                        Sounds.band(reference.samples(), reference.sampleRate())))
                .isGreaterThan(correlation);
    }

    private static Path sample(String name) {
        return samples().resolve(name);
    }

    private static Path samples() {
        return Shared.folder("corpus/samples", "the decoding of real uploads");
    }
}
