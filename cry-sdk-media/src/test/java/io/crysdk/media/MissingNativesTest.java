package io.crysdk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.CryErrorCode;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingNativesTest {
    @TempDir
    Path folder;

    /** A class path without the classifier jars, as an embedder has it who forgot them. */
    @Test
    void theErrorNamesTheDependencyToAdd() throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains(Loader.getPlatform())) {
                classPath.add(Path.of(entry).toUri().toURL());
            }
        }
        Path file = Files.writeString(folder.resolve("a.wav"), "RIFF");
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> decoder = loader.loadClass(FfmpegDecoder.class.getName());
            Object instance = decoder.getConstructor().newInstance();
            assertThatThrownBy(() -> decoder.getMethod("decode", Path.class).invoke(instance, file))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .satisfies(e -> assertThat(e.getClass().getMethod("code").invoke(e))
                            .hasToString(CryErrorCode.PROVIDER_UNAVAILABLE.name()))
                    .hasMessageContaining("are not there: add the dependencies org.bytedeco:ffmpeg")
                    .hasMessageContaining(Loader.getPlatform());
        }
    }
}
