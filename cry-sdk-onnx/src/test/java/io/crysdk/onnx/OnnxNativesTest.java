package io.crysdk.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxNativesTest {
    private static final StartFailure TEMPORARY = new StartFailure("Linux amd64", true, "java.io.tmpdir", "/t");
    private static final StartFailure NAMED = new StartFailure("Linux amd64", false, OnnxNatives.PATH, "/n");

    @TempDir
    Path folder;

    @Test
    void onlyOldFoldersOfOurOwnAreLitter() throws IOException {
        Instant now = Instant.now();
        Path old = left("cry-sdk-onnxruntime1", now.minusSeconds(7200), System.mapLibraryName("onnxruntime"));
        Path half = left("cry-sdk-onnxruntime2", now.minusSeconds(7200), "onnxruntime.part");
        Path fresh = left("cry-sdk-onnxruntime3", now, System.mapLibraryName("onnxruntime"));
        Path strange = left("cry-sdk-onnxruntime4", now.minusSeconds(7200), "notes.txt");
        Path others = left("another", now.minusSeconds(7200), System.mapLibraryName("onnxruntime"));

        OnnxNatives.deleteLitter(folder, now.minusSeconds(3600));

        assertThat(List.of(old, half)).allSatisfy(gone -> assertThat(gone).doesNotExist());
        assertThat(List.of(fresh, strange, others))
                .allSatisfy(kept -> assertThat(kept).isNotEmptyDirectory());
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path others = left("another", Instant.now(), System.mapLibraryName("onnxruntime"));
        Path link = Files.createSymbolicLink(folder.resolve("cry-sdk-onnxruntime1"), others);

        OnnxNatives.deleteLitter(folder, Instant.now().plusSeconds(3600));

        assertThat(link).isNotEmptyDirectory();
    }

    @Test
    void aFolderThatIsNotThereHoldsNothingUp() {
        OnnxNatives.deleteLitter(folder.resolve("none"), Instant.now());
    }

    private Path left(String name, Instant when, String file) throws IOException {
        Path one = Files.createDirectory(folder.resolve(name));
        Files.write(one.resolve(file), new byte[10]);
        Files.setLastModifiedTime(one, FileTime.from(when));
        return one;
    }

    /** The words are those of the GNU C library, of OpenJDK 17 and 25 and of macOS. */
    @Test
    void everyCauseHasItsRemedy() {
        assertThat(
                        TEMPORARY.reason(
                                new UnsatisfiedLinkError(
                                        "/t/x/libonnxruntime.so: /t/x/libonnxruntime.so: failed to map segment from shared object: Operation not permitted")))
                .startsWith(
                        "libraries may not be loaded from /t, which is mounted noexec: start Java with -Djava.io.tmpdir=");
        assertThat(
                        TEMPORARY.reason(
                                new UnsatisfiedLinkError(
                                        "/t/x/libonnxruntime.so: libstdc++.so.6: cannot open shared object file: No such file or directory")))
                .startsWith("a library of the system that it needs is missing: install it")
                .contains("libstdc++.so.6");
        assertThat(TEMPORARY.reason(new NoSuchFileException("/t/x")))
                .startsWith(
                        "its libraries are not in /t, or cannot be unpacked there: start Java with -Djava.io.tmpdir=");
        assertThat(TEMPORARY.reason(new IllegalCallerException("Illegal native access from: unnamed module")))
                .startsWith("this Java refuses to load native code: start it with --enable-native-access=ALL-UNNAMED");
        assertThat(TEMPORARY.reason(new IllegalStateException("There is a mismatch")))
                .startsWith("expected libraries that fit Linux amd64")
                .endsWith("(There is a mismatch)");
        assertThat(NAMED.reason(new FileNotFoundException("libonnxruntime.so not found")))
                .contains("start Java with -D" + OnnxNatives.PATH + "= and a folder that has them");
        assertThat(
                        NAMED.reason(
                                new UnsatisfiedLinkError(
                                        "/n/libonnxruntime.so: wrong ELF class (Possible cause: can't load AARCH64 .so on a AMD 64 platform)")))
                .startsWith("a library in /n is for another processor than this Java, which is for Linux amd64");
        assertThat(NAMED.reason(new UnsatisfiedLinkError(
                        "dlopen(/n/libonnxruntime.dylib): mach-o file, but is an incompatible architecture")))
                .startsWith("a library in /n is for another processor");
    }
}
