package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryStream;
import io.crysdk.testing.OtherJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the library says in the log, in a virtual machine of its own so that it starts from nothing. */
class LoggingTest {
    private static final String BEGIN = "--- begin";
    private static final String END = "--- end";

    /** Loads two classifiers, and uses one in every way between two marks. */
    static final class Uses {
        public static void main(String[] args) {
            try (CryClassifier classifier = CryClassifier.create();
                    CryClassifier other = CryClassifier.create()) {
                AudioClip noise = AudioClip.of(Sounds.noise(2, 0.5, 1), 16_000, 1);
                System.out.println(BEGIN);
                for (int i = 0; i < 20; i++) {
                    classifier.classify(noise);
                }
                other.classifyAll(List.of(noise, noise));
                try (CryStream stream = classifier.openStream(event -> {})) {
                    stream.push(noise.samples(), 0, noise.samples().length);
                    stream.gap(1.0);
                }
                System.out.println(END);
            }
        }
    }

    @Test
    void whatIsLoadedIsToldOnceAndAnswersNever() throws Exception {
        OtherJvm.Ended java = OtherJvm.of(Uses.class, "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace")
                .run();
        List<String> said = java.said();
        assertThat(java.exit()).as(said.toString()).isZero();
        int begin = said.indexOf(BEGIN);
        assertThat(said.subList(begin, said.size())).containsExactly(BEGIN, END);
        assertThat(said.subList(0, begin))
                .satisfiesExactly(
                        libraries -> assertThat(libraries).contains("DEBUG", "Libraries of ONNX Runtime: "),
                        runtime -> assertThat(runtime).contains("DEBUG", "ONNX Runtime 1.", "has started, with", "CPU"),
                        first -> assertThat(first).contains("DEBUG", "Loaded default", "on CPU"),
                        second -> assertThat(second).contains("DEBUG", "Loaded default", "on CPU"));
    }

    @Test
    void nothingIsToldAtInfo() throws Exception {
        assertThat(OtherJvm.of(Uses.class).run().said()).containsExactly(BEGIN, END);
    }
}
