package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.CryClassifier;
import io.crysdk.CryOutcome;
import io.crysdk.CryResult;
import io.crysdk.ModelSource;
import io.crysdk.train.synth.SyntheticCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From nothing to an answer: synthesise, write a manifest, cross-validate, train, export, classify. */
class TinyCorpusTest {
    /** As small as reaches it: a sixteenth of VGGish's channels, 240 steps. */
    private static final String SMALL = """
            threads = 1
            [network]
            width_divisor = 16
            dense = [32]
            [training]
            epochs = 12
            steps = 20
            batch = 32
            rate = 4e-3
            reason_weight = 1.0
            [augmentation]
            mixed = 0.0
            gain = 0.3
            band_limit = 0.0
            reverberation = 0.0
            masks = 0.0
            shortened = 0.2
            [ladder]
            folds = 2
            """;

    private static final double WITHIN_BABIES = 0.95;

    @TempDir
    Path folder;

    @Test
    void knowsTheReasonsOfBabiesItHasHeard() throws IOException {
        Path manifest = SyntheticCorpus.write(SyntheticCorpus.Shape.TINY, folder, 1);
        Path config = Files.writeString(folder.resolve("small.toml"), SMALL);
        Path model = folder.resolve("model.onnx");
        assertThat(TrainCommand.run(
                        "make",
                        "--manifest",
                        manifest.toString(),
                        "--config",
                        config.toString(),
                        "--work",
                        folder.resolve("work").toString(),
                        "--report",
                        folder.resolve("report").toString(),
                        "--out",
                        model.toString()))
                .isZero();

        List<Manifest.Entry> told =
                Manifest.read(List.of(folder.resolve("held-out.csv"))).entries();
        int right = 0;
        int cries = 0;
        try (CryClassifier classifier =
                CryClassifier.builder().model(ModelSource.file(model)).build()) {
            for (Manifest.Entry entry : told) {
                CryResult result = classifier.classify(entry.file());
                right += result.scores().get(0).reason().id().equals(entry.label()) ? 1 : 0;
                cries += result.outcome() == CryOutcome.NOT_CRY ? 0 : 1;
            }
            assertThat(classifier.classify(new float[32_000]).outcome()).isEqualTo(CryOutcome.NOT_CRY);
        }
        assertThat(told).hasSize(64);
        assertThat((double) right / told.size()).isGreaterThanOrEqualTo(WITHIN_BABIES);
        assertThat((double) cries / told.size()).isGreaterThanOrEqualTo(WITHIN_BABIES);
    }
}
