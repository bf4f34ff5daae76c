package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    Path folder;

    @Test
    void readsEveryColumn() throws IOException {
        audio("a/one.wav", "two.wav");
        Path file = write("""
                path,class,group,fold,is_cry,segments,use,source,category,licence
                a/one.wav,hunger,baby 1,3,1,100-5000;6000-9000,class,phone,baby_cry,"CC0, really"
                two.wav,,,0,?,,disputed,phone,unsure,
                """);
        List<Manifest.Entry> entries = Manifest.read(List.of(file)).entries();
        Manifest.Entry one = entries.get(0);
        assertThat(one.file()).isEqualTo(folder.resolve("a/one.wav"));
        assertThat(one.label()).isEqualTo("hunger");
        assertThat(one.group()).isEqualTo("baby 1");
        assertThat(one.fold()).isEqualTo(3);
        assertThat(one.cry()).isEqualTo(Manifest.Cry.YES);
        assertThat(one.segments()).containsExactly(new Manifest.Span(100, 5000), new Manifest.Span(6000, 9000));
        assertThat(one.licence()).isEqualTo("CC0, really");
        assertThat(one.part()).isEqualTo("phone");
        assertThat(one.usable()).isTrue();
        assertThat(entries.get(1).group()).as("alone where no group is named").isEqualTo("two.wav");
        assertThat(entries.get(1).usable()).isFalse();
    }

    @Test
    void aFileWithoutIsCrySaysItByLabels() throws IOException {
        audio("one.wav", "two.wav");
        Path file = write("path,label\none.wav,hunger\ntwo.wav,\n");
        assertThat(Manifest.read(List.of(file)).entries())
                .extracting(Manifest.Entry::cry)
                .containsExactly(Manifest.Cry.YES, Manifest.Cry.NO);
        assertThat(Manifest.read(List.of(file)).entries().get(0).part()).isEqualTo("m");
    }

    @Test
    void tellsAllBadRowsAtOnceWithTheirLines() throws IOException {
        audio("one.wav", "two.wav", "three.wav");
        Path file = write("""
                path,class,group,fold,is_cry,segments,use
                one.wav,hunger,a,0,1,50-20,class
                missing.wav,,b,x,0,,det
                two.wav,hunger,a,1,maybe,1;2-3,class
                two.wav,hunger,a,1,0,,class
                three.wav,,a,1,0,,det
                one.wav,,a,0,0,,det
                """);
        assertThatThrownBy(() -> Manifest.read(List.of(file)))
                .isInstanceOfSatisfying(
                        ManifestException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "m.csv:2: a segment ends after its start, found '50-20'",
                                        "m.csv:3: no such file: missing.wav",
                                        "m.csv:3: fold is a number from 0, found 'x'",
                                        "m.csv:4: is_cry is 1, 0 or ?, found 'maybe'",
                                        "m.csv:4: a segment is start-end in samples, found '1'",
                                        "m.csv:5: two.wav stands here a second time",
                                        "m.csv:5: the reason 'hunger' on a recording that is no cry",
                                        "m.csv:7: one.wav stands here a second time"));
    }

    @Test
    void refusesAGroupInTwoFolds() throws IOException {
        audio("one.wav", "two.wav");
        Path file = write("path,group,fold\none.wav,a,0\ntwo.wav,a,1\n");
        assertThatThrownBy(() -> Manifest.read(List.of(file)))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("group a stands in the folds [0, 1]");
    }

    @Test
    void refusesAFileWithoutPathsOrRows() throws IOException {
        Path noPath = write("label\nhunger\n");
        assertThatThrownBy(() -> Manifest.read(List.of(noPath))).hasMessageContaining("no column path");
        Path empty = write("path\n");
        assertThatThrownBy(() -> Manifest.read(List.of(empty))).hasMessageContaining("no rows");
    }

    @Test
    void readsTheCorpus() throws IOException {
        Path corpus = Shared.folder("corpus", "reading the corpus's manifests");
        List<Manifest.Entry> entries = Manifest.read(
                        List.of(corpus.resolve("manifest.csv"), corpus.resolve("extra.csv")))
                .entries();
        assertThat(entries).hasSize(631 + 884);
        assertThat(entries).filteredOn(e -> !e.usable()).hasSize(29);
        assertThat(entries)
                .filteredOn(e -> e.part().equals("extra"))
                .hasSize(884)
                .allMatch(e -> e.cry() == Manifest.Cry.NO);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("m.csv"), text);
    }

    private void audio(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
    }
}
