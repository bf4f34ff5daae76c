package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryStream;
import io.crysdk.testing.OtherJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The virtual machine ends in the middle of it: with the exit code that was asked for, no crash, no wait and no word. */
class ShutdownTest {
    private static final int ASKED_FOR = 7;

    @TempDir
    Path folder;

    /** Who leaves while the runtime starts may leave its libraries behind. */
    @TempDir
    Path temporary;

    private OtherJvm.Ended run(Class<?> main, String... arguments) throws Exception {
        return OtherJvm.of(
                        main, "-Xmx256m", "-Djava.io.tmpdir=" + temporary, "-XX:ErrorFile=" + folder.resolve("crash"))
                .run(arguments);
    }

    private void assertLeft(OtherJvm.Ended java, int exit) {
        assertThat(java.said()).isEmpty();
        assertThat(java.exit()).isEqualTo(exit);
        assertThat(folder).isEmptyDirectory();
    }

    /** Does something again and again, until the virtual machine ends. */
    private static void busy(Runnable what) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    what.run();
                }
            } catch (CryException e) {
                if (e.code() != CryErrorCode.CLOSED) {
                    throw e;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts the runtime, and leaves while it may still be at it. */
    static final class LeavesAtOnce {
        public static void main(String[] args) throws InterruptedException {
            busy(() -> CryClassifier.create().close());
            Thread.sleep(Long.parseLong(args[0]));
            System.exit(ASKED_FOR);
        }
    }

    /** Loads, judges clips and listens to streams, and leaves in the middle of it. */
    static final class Leaves {
        public static void main(String[] args) throws InterruptedException {
            CryClassifier classifier = CryClassifier.create();
            busy(() -> CryClassifier.create().close());
            for (int i = 0; i < 4; i++) {
                float[] noise = Sounds.noise(10, 0.5, i);
                busy(() -> classifier.classify(noise));
                CryStream stream = classifier.openStream(event -> {});
                busy(() -> stream.push(noise, 0, noise.length));
            }
            Thread.sleep(Long.parseLong(args[0]));
            System.exit(ASKED_FOR);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "100", "300"})
    void leavingWhileTheRuntimeStarts(String after) throws Exception {
        assertLeft(run(LeavesAtOnce.class, after), ASKED_FOR);
    }

    @ParameterizedTest
    @CsvSource({"0", "500"})
    void leavingInTheMiddleOfEverything(String after) throws Exception {
        assertLeft(run(Leaves.class, after), ASKED_FOR);
    }

    /** Leaves from within an event, on a thread of the library's. */
    static final class LeavesFromListener {
        public static void main(String[] args) throws InterruptedException {
            CryStream stream = CryClassifier.create().openStream(event -> System.exit(ASKED_FOR));
            float[] noise = Sounds.noise(3, 0.5, 1);
            stream.push(noise, 0, noise.length);
            stream.deviceLost("an event at least");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void leavingFromAListener() throws Exception {
        assertLeft(run(LeavesFromListener.class), ASKED_FOR);
    }

    /** Reaches the end of its main method without having closed anything. */
    static final class Forgets {
        public static void main(String[] args) {
            CryClassifier classifier = CryClassifier.create();
            CryStream stream = classifier.openStream(event -> {});
            float[] noise = Sounds.noise(3, 0.5, 1);
            stream.push(noise, 0, noise.length);
            classifier.classify(noise);
        }
    }

    @Test
    void nothingThatIsOpenKeepsTheVirtualMachineAlive() throws Exception {
        assertLeft(run(Forgets.class), 0);
    }
}
