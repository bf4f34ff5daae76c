package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crysdk.CryClassifier;
import io.crysdk.CryException;
import io.crysdk.CryStream;
import io.crysdk.testing.OtherJvm;
import java.io.BufferedReader;
import java.io.File;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What an embedder's machine and class path may be like, each in a virtual machine of its own. */
@EnabledOnOs(OS.LINUX)
class SurroundingsTest {
    private static final String NOTHING_HEARD = "answer NOT_CRY";

    @TempDir
    Path folder;

    /** Answers once by every way there is, or says why not. */
    public static final class Answers {
        public static void main(String[] args) {
            try (CryClassifier classifier = CryClassifier.create()) {
                float[] clip = new float[32_000];
                System.out.println("answer " + classifier.classify(clip).outcome());
                try (CryStream stream = classifier.openStream(event -> {})) {
                    stream.push(clip, 0, clip.length);
                }
            } catch (CryException e) {
                System.out.println(e.code() + " " + e.getMessage());
                System.exit(3);
            }
        }
    }

    private static void assertAnswers(OtherJvm.Ended java) {
        assertThat(java.said()).containsExactly(NOTHING_HEARD);
        assertThat(java.exit()).isZero();
    }

    /** One line, since it is one sentence; the virtual machine may warn of a strange library before. */
    private static void assertSays(OtherJvm.Ended java, String code, String... words) {
        assertThat(java.said()).last().asString().startsWith(code).contains(words);
        assertThat(java.exit()).isEqualTo(3);
    }

    private static String classPathWithout(Predicate<String> entry) {
        String left = Arrays.stream(OtherJvm.CLASS_PATH.split(File.pathSeparator))
                .filter(entry.negate())
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(left).isNotEqualTo(OtherJvm.CLASS_PATH);
        return left;
    }

    // ---- temporary files ----

    @Test
    void aNormalExitLeavesNoTemporaryFile() throws Exception {
        assertAnswers(OtherJvm.of(Answers.class, "-Djava.io.tmpdir=" + folder).run());
        assertThat(folder).isEmptyDirectory();
    }

    /** Loads everything, says so, and goes on until it is killed. */
    static final class RunsOn {
        public static void main(String[] args) throws InterruptedException {
            try (CryClassifier classifier = CryClassifier.create()) {
                System.out.println(
                        "answer " + classifier.classify(new float[16_000]).outcome());
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    @Test
    void aKilledProcessLeavesAnEmptyFolderAtMost() throws Exception {
        Process java = OtherJvm.of(RunsOn.class, "-Djava.io.tmpdir=" + folder).start();
        try (BufferedReader reader = java.inputReader()) {
            assertThat(reader.lines().anyMatch(NOTHING_HEARD::equals)).isTrue();
        } finally {
            java.destroyForcibly();
        }
        assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.toList())
                    .hasSizeLessThanOrEqualTo(1)
                    .allSatisfy(one -> assertThat(one).isEmptyDirectory());
        }
    }

    @Test
    void aTemporaryFolderThatCannotBeWrittenIsNamed() throws Exception {
        // Not by its rights, which root does not heed.
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        assertSays(
                OtherJvm.of(Answers.class, "-Djava.io.tmpdir=" + file).run(),
                "PROVIDER_UNAVAILABLE",
                "cannot be unpacked",
                file.toString(),
                "start Java with -Djava.io.tmpdir=");
        assertSays(
                OtherJvm.of(Answers.class, "-D" + NativeCache.PROPERTY + "=" + file)
                        .run(),
                "PROVIDER_UNAVAILABLE",
                "cannot be unpacked",
                file.toString(),
                "start Java with -D" + NativeCache.PROPERTY + "=");
    }

    @Test
    void aTemporaryFolderThatForbidsExecutionIsNamed() throws Exception {
        String mount = "mount -t tmpfs -o noexec tmpfs '" + folder + "' && exec \"$0\" \"$@\"";
        assumeTrue(OtherJvm.works("unshare", "-rm", "sh", "-c", mount, "true"), "nothing can be mounted here");
        assertSays(
                OtherJvm.of(Answers.class, "-Djava.io.tmpdir=" + folder)
                        .under("unshare", "-rm", "sh", "-c", mount)
                        .run(),
                "PROVIDER_UNAVAILABLE",
                "mounted noexec",
                folder.toString(),
                "start Java with -Djava.io.tmpdir=");
    }

    @Test
    void aReadOnlyFileSystemIsNamed() throws Exception {
        String mount = "mount -t tmpfs -o ro tmpfs '" + folder + "' && exec \"$0\" \"$@\"";
        assumeTrue(OtherJvm.works("unshare", "-rm", "sh", "-c", mount, "true"), "nothing can be mounted here");
        assertSays(
                OtherJvm.of(Answers.class, "-Djava.io.tmpdir=" + folder)
                        .under("unshare", "-rm", "sh", "-c", mount)
                        .run(),
                "PROVIDER_UNAVAILABLE",
                "Read-only file system",
                "start Java with -Djava.io.tmpdir=");
    }

    // ---- the class path ----

    @Test
    void withoutTheDefaultModelTheDependencyToAddIsNamed() throws Exception {
        String without = classPathWithout(
                entry -> Files.exists(Path.of(entry, "io", "crysdk", "models")) || entry.contains("cry-sdk-models"));
        assertSays(OtherJvm.of(Answers.class).on(without).run(), "MODEL_NOT_FOUND", "io.crysdk:cry-sdk-models");
    }

    @Test
    void withoutARuntimeTheDependencyToAddIsNamed() throws Exception {
        assertSays(
                OtherJvm.of(Answers.class)
                        .on(classPathWithout(entry -> entry.contains("onnxruntime")))
                        .run(),
                "PROVIDER_UNAVAILABLE",
                "com.microsoft.onnxruntime:onnxruntime");
    }

    @Test
    void twoRuntimesAreToldOnceAndTheFirstAnswers() throws Exception {
        Path gpu = folder.resolve("onnxruntime_gpu.jar");
        try (OutputStream out = Files.newOutputStream(gpu);
                JarOutputStream jar = new JarOutputStream(out)) {
            jar.putNextEntry(new JarEntry("ai/onnxruntime/OrtEnvironment.class"));
            jar.closeEntry();
        }
        OtherJvm.Ended java = OtherJvm.of(Answers.class)
                .on(OtherJvm.CLASS_PATH + File.pathSeparator + gpu)
                .run();
        assertThat(java.said()).hasSize(2).last().isEqualTo(NOTHING_HEARD);
        assertThat(java.said().get(0)).contains("WARN", "onnxruntime or onnxruntime_gpu, never both", gpu.toString());
    }

    /** Answers in class loaders that know nothing of each other: in one first, then in the others at once. */
    static final class Loaders {
        public static void main(String[] args) throws Exception {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(args[0]); i++) {
                URLClassLoader loader =
                        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
                Thread thread = new Thread(() -> answer(loader));
                threads.add(thread);
                thread.start();
                if (i == 0) {
                    thread.join();
                }
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        private static void answer(ClassLoader loader) {
            try {
                loader.loadClass(Answers.class.getName())
                        .getMethod("main", String[].class)
                        .invoke(null, (Object) new String[0]);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void classLoadersBesideEachOtherEachHaveTheirOwn() throws Exception {
        OtherJvm.Ended java =
                OtherJvm.of(Loaders.class, "-Djava.io.tmpdir=" + folder).run("3");
        assertThat(java.said()).containsExactly(NOTHING_HEARD, NOTHING_HEARD, NOTHING_HEARD);
        assertThat(java.exit()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void classLoadersCannotShareAFolderOfLibraries() throws Exception {
        OtherJvm.Ended java = OtherJvm.of(Loaders.class, "-D" + NativeCache.PROPERTY + "=" + folder)
                .run("2");
        assertThat(java.said()).hasSize(2).first().isEqualTo(NOTHING_HEARD);
        assertSays(java, "PROVIDER_UNAVAILABLE", "another class loader", "leave -D" + NativeCache.PROPERTY + "= out");
    }

    // ---- the processor ----

    @Test
    void aLibraryForAnotherProcessorIsNamed() throws Exception {
        // The head of a library as the loader looks at it; only the processor (183: arm64, 62: x64) is wrong here.
        int other = System.getProperty("os.arch").equals("aarch64") ? 62 : 183;
        ByteBuffer elf = ByteBuffer.allocate(4096)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1})
                .putShort(16, (short) 3)
                .putShort(18, (short) other)
                .putInt(20, 1);
        for (String library : List.of("onnxruntime", "onnxruntime4j_jni")) {
            Files.write(folder.resolve(System.mapLibraryName(library)), elf.array());
        }
        assertSays(
                OtherJvm.of(Answers.class, "-D" + OnnxNatives.PATH + "=" + folder)
                        .run(),
                "PROVIDER_UNAVAILABLE",
                "for another processor than this Java",
                folder.toString());
    }

    @Test
    void aProcessorThatThereIsNothingForIsNamed() throws Exception {
        assertSays(
                OtherJvm.of(Answers.class, "-Dos.arch=sparc").run(),
                "PROVIDER_UNAVAILABLE",
                "no libraries of it for Linux sparc",
                "-D" + OnnxNatives.PATH + "=");
    }
}
