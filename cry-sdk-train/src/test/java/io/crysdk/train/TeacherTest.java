package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.testing.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherTest {
    @TempDir
    Path folder;

    @Test
    void betweenTwoWindowsItSpeaksOfBoth() throws IOException {
        Files.writeString(folder.resolve("w.csv"), "row,path,start_s\n1,a,0.00\n0,a,0.48\n2,b,0.00\n");
        write(folder.resolve("p.npy"), new float[] {0.5f, 0, 0.1f, 1, 0.9f, 0.25f}, 3, 2);
        Teacher teacher = read();
        assertThat(teacher.kinds()).isEqualTo(2);
        assertThat(said(teacher, "a", 0)).containsExactly(0.1f, 1.0f);
        assertThat(said(teacher, "a", 24)).containsExactly(0.3f, 0.5f);
        assertThat(said(teacher, "a", 48)).containsExactly(0.5f, 0.0f);
        assertThat(said(teacher, "a", 1000)).containsExactly(0.5f, 0.0f);
        assertThat(said(teacher, "b", 10)).containsExactly(0.9f, 0.25f);
        assertThat(said(teacher, "never heard", 0)).containsExactly(Float.NaN, Float.NaN);
    }

    @Test
    void readsHalfPrecisionToo() throws IOException {
        write(folder.resolve("p.npy"), "<f2", new byte[] {0x00, 0x38, 0x55, 0x35}, 1, 2);
        Files.writeString(folder.resolve("w.csv"), "row,path,start_s\n0,a,0.00\n");
        assertThat(said(read(), "a", 0)).containsExactly(0.5f, 0.33325195f);
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        Path array = folder.resolve("p.npy");
        Files.writeString(folder.resolve("w.csv"), "row,path,start_s\n0,a,0.00\n7,a,0.48\n");
        write(array, new float[] {0.5f, 0}, 1, 2);
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("w.csv");
        Files.writeString(folder.resolve("w.csv"), "row,path,start_s\n0,a,0.96\n");
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("0.48 s apart");
        Files.writeString(folder.resolve("w.csv"), "row,start_s\n0,0.00\n");
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("path");
        write(array, new float[] {1.5f, 0}, 1, 2);
        assertThatThrownBy(this::read).hasMessageContaining("found 1.5");
        write(array, new float[] {0.5f}, 1, 2);
        assertThatThrownBy(this::read).hasMessageContaining("are not 1 rows of 2");
        Files.write(array, new byte[40]);
        assertThatThrownBy(this::read).hasMessageContaining("no NumPy array");
    }

    @Test
    void theCorpusTeacherSpeaksOfEveryRecording() throws IOException {
        Path corpus = Shared.folder("corpus", "every recording has a teacher");
        Path teachers = Shared.folder("teacher", "every recording has a teacher");
        Teacher teacher = Teacher.read(List.of(
                new Teacher.Pair(teachers.resolve("windows.csv"), teachers.resolve("audioset527.f16.npy")),
                new Teacher.Pair(teachers.resolve("extra_windows.csv"), teachers.resolve("extra527.f16.npy"))));
        assertThat(teacher.kinds()).isEqualTo(527);
        for (Manifest.Entry entry : Manifest.read(List.of(corpus.resolve("manifest.csv"), corpus.resolve("extra.csv")))
                .entries()) {
            assertThat(said(teacher, entry.path(), 0)[0]).as(entry.path()).isBetween(0.0f, 1.0f);
        }
    }

    /** Writes rows of 32-bit floats as NumPy does. */
    static void write(Path file, float[] values, int rows, int kinds) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        write(file, "<f4", bytes.array(), rows, kinds);
    }

    private static void write(Path file, String type, byte[] values, int rows, int kinds) throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + rows + ", " + kinds + "), }";
        header = header + " ".repeat(118 - 1 - header.length()) + "\n";
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + header.length() + values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
        bytes.put(header.getBytes(StandardCharsets.US_ASCII)).put(values);
        Files.write(file, bytes.array());
    }

    private Teacher read() throws IOException {
        return Teacher.read(List.of(new Teacher.Pair(folder.resolve("w.csv"), folder.resolve("p.npy"))));
    }

    private static float[] said(Teacher teacher, String path, int frame) {
        float[] out = new float[teacher.kinds()];
        teacher.say(path, frame, out, 0);
        return out;
    }
}
