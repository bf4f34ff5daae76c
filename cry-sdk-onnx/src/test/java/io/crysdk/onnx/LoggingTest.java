package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryStream;
import io.crysdk.testing.OtherJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the library says in the log, in a virtual machine of its own so that it starts from nothing. */
class LoggingTest {
    private static final String BEGIN = "--- begin";
    private static final String END = "--- end";

    /** Others leave things in the machine's own, and what is said of them is no matter here. */
    @TempDir
    Path temporary;

    private OtherJvm.Ended use(String level) throws Exception {
        return OtherJvm.of(
                        Uses.class,
                        "-Djava.io.tmpdir=" + temporary,
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=" + level)
                .run();
    }

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
        OtherJvm.Ended java = use("trace");
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
        assertThat(use("info").said()).containsExactly(BEGIN, END);
    }
}
