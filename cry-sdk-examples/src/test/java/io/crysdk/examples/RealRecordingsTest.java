package io.crysdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.CryClassifier;
import io.crysdk.CryOutcome;
import io.crysdk.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The whole way from recordings to answers. The default model has learnt from these very recordings, so what it makes of
 * them is no figure of quality: a model that fails here is broken, or is fed otherwise than it was trained.
 */
class RealRecordingsTest {
    private static final Predicate<CryOutcome> CRY = outcome -> outcome != CryOutcome.NOT_CRY;

    private static double share(Stream<Path> files, Predicate<CryOutcome> outcome) {
        try (CryClassifier classifier = CryClassifier.create()) {
            List<Boolean> hits = files.parallel()
                    .map(file -> outcome.test(classifier.classify(file).outcome()))
                    .toList();
            assertThat(hits).as("recordings").isNotEmpty();
            return hits.stream().filter(hit -> hit).count() / (double) hits.size();
        }
    }

    private static Stream<Path> flac(String folder) {
        return Shared.files(Shared.folder("corpus/audio/" + folder, "answers to real recordings"), "*.flac").stream();
    }

    @Test
    void criesAreHeard() {
        assertThat(share(flac("class/discomfort"), CRY)).isGreaterThan(0.85);
        assertThat(share(flac("class/tiredness"), CRY)).isGreaterThan(0.85);
    }

    @Test
    void otherSoundsAreNotTakenForCries() {
        for (String kind : List.of("adult_speech", "dog", "rooster", "rain", "sneeze")) {
            assertThat(share(flac("det/" + kind), CRY.negate())).as(kind).isGreaterThan(0.9);
        }
    }

    @Test
    void anUploadInItsOwnContainerIsHeardLikeTheCorpusClip() {
        Path samples = Shared.folder("corpus/samples", "answers to uploads in 3gp, caf and mp4");
        assertThat(share(
                        Stream.of("3gp_amrnb_multiframe_00128.3gp", "caf_ima4_01334.caf", "mp4_aac_01173.mp4")
                                .map(samples::resolve),
                        CRY))
                .isEqualTo(1.0);
    }
}
