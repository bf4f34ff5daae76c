package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crysdk.AudioClip;
import io.crysdk.CryException;
import io.crysdk.testing.OtherJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where FFmpeg's libraries are unpacked, what of it stays, and what is said where they cannot be. */
@EnabledOnOs(OS.LINUX)
class NativesFolderTest {
    private static final String READ = "read 8000 samples";

    @TempDir
    Path folder;

    private Path sound;
    private Path temporary;
    private Path home;

    /** Reads a file, or says why not. */
    static final class Reads {
        public static void main(String[] args) {
            try {
                AudioClip clip = new FfmpegDecoder().decode(Path.of(args[0]));
                System.out.println("read " + clip.samples().length + " samples");
            } catch (CryException e) {
                System.out.println(e.code() + " " + e.getMessage());
            }
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        sound = new Encoder()
                .audio("pcm_s16le", AV_SAMPLE_FMT_S16, Sounds.tune(1.0, 8_000, 1), 8_000, 1, 0)
                .write(folder.resolve("sound.wav"));
        temporary = Files.createDirectory(folder.resolve("temporary"));
        home = Files.createDirectory(folder.resolve("home"));
    }

    private OtherJvm reads(Path home, Path temporary) {
        return OtherJvm.of(Reads.class, "-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary);
    }

    private static void assertSays(OtherJvm.Ended java) {
        assertThat(java.said())
                .last()
                .asString()
                .startsWith("PROVIDER_UNAVAILABLE")
                .contains("start Java with -Dorg.bytedeco.javacpp.cachedir=");
    }

    @Test
    void oneCopyStaysInTheHomeFolderAndNothingElsewhere() throws Exception {
        assertThat(reads(home, temporary).run(sound.toString()).said()).containsExactly(READ);
        Map<Path, FileTime> first = files(home);
        assertThat(first.keySet()).allMatch(file -> file.startsWith(home.resolve(".javacpp")));
        assertThat(first.keySet()).anyMatch(file -> file.endsWith(System.mapLibraryName("jniavutil")));

        assertThat(reads(home, temporary).run(sound.toString()).said()).containsExactly(READ);
        assertThat(files(home)).isEqualTo(first);
        assertThat(temporary).isEmptyDirectory();
    }

    private static Map<Path, FileTime> files(Path folder) throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(f -> !f.endsWith(".lock"))
                    .toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    @Test
    void aFolderThatCannotBeWrittenIsToldWithItsRemedy() throws Exception {
        // Not by its rights, which root does not heed.
        assertSays(reads(sound, sound).run(sound.toString()));
    }

    @Test
    void aFolderThatForbidsExecutionIsToldWithItsRemedy() throws Exception {
        String mount = "mount -t tmpfs -o noexec tmpfs '" + home + "' && exec \"$0\" \"$@\"";
        assumeTrue(OtherJvm.works("unshare", "-rm", "sh", "-c", mount, "true"), "nothing can be mounted here");
        assertSays(reads(home, home).under("unshare", "-rm", "sh", "-c", mount).run(sound.toString()));
    }
}
