package io.crysdk.train.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crysdk.CryException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that want more than to describe tensors, and archives that are not what they say. */
class StateDictTest {
    private static final String MAGIC = "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";

    @TempDir
    Path folder;

    /** What a file would do that was made to do harm; none of it must happen, and the name must be told. */
    @ParameterizedTest
    @CsvSource({
        "posix, system",
        "os, system",
        "nt, system",
        "builtins, eval",
        "builtins, exec",
        "__builtin__, getattr",
        "subprocess, Popen",
        "torch.hub, load",
        "torch._utils, _rebuild_device_tensor_from_numpy",
        "torch, load",
        "torch, DtypeStorage",
        "__torch__, Network",
        "collections, Counter",
        "os, FloatStorage",
    })
    void namesNoStateDictNeedsAreRefused(String module, String name) throws IOException {
        Path proof = folder.resolve("proof");
        String pickle = "\u0080\u0002c" + module + "\n" + name + "\nX" + text("touch " + proof) + "\u0085R.";
        String stacked = "\u0080\u0004\u008c" + (char) module.length() + module + "\u008c" + (char) name.length() + name
                + "\u0093\u008c\u0001x\u0085R.";
        for (String attack : new String[] {pickle, stacked}) {
            for (Path file : new Path[] {zip(Map.of("a/data.pkl", attack)), legacy(attack)}) {
                assertThatThrownBy(() -> VggishWeights.read(file))
                        .isInstanceOf(CryException.class)
                        .hasMessageContaining("it wants " + module + "." + name);
            }
        }
        assertThat(proof).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ios\nsystem\n(S'x'\no.", // INST, OBJ
                "(cos\nsystem\nS'x'\no.",
                "Pnumber\n.", // PERSID
                "\u0082\u0001.", // EXT1
                "}\u0081.", // NEWOBJ
                "}\u0092.", // NEWOBJ_EX
                "I1\n.", // the instructions of protocol 0
                "\u008b\u00ff\u00ff\u00ff\u007f", // LONG4
                "\u0096\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f", // BYTEARRAY8
            })
    void instructionsNoStateDictNeedsAreRefused(String program) throws IOException {
        for (Path file :
                new Path[] {zip(Map.of("a/data.pkl", "\u0080\u0002" + program)), legacy("\u0080\u0002" + program)}) {
            assertThatThrownBy(() -> VggishWeights.read(file)).isInstanceOf(CryException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing at all
                ".",
                "t.",
                "\u0085.",
                "}\u0087.",
                "h\u0007.",
                "]}s.",
                "}]Ns.", // a list as a key
                "}(Nu.",
                "]NNb.",
                "K\u0001R.",
                ")R.",
                "NQ.",
                "(X\u0007\u0000\u0000\u0000storageNNNNtQ.",
                "ccollections\nOrderedDict\nK\u0001\u0085R.",
                "ctorch._utils\n_rebuild_tensor_v2\n)R.",
                "ctorch\nSize\nN\u0085R.",
                "\u0080\u0009.",
                "X\u00ff\u00ff\u00ff\u00ff",
                "X\u00ff\u00ff\u00ff\u007f",
                "]q\u0000h\u0000a.", // a list in itself
                "}q\u0000X\u0001\u0000\u0000\u0000xh\u0000s.", // a dictionary in itself
            })
    void damagedPicklesAreRefused(String program) throws Exception {
        for (Path file :
                new Path[] {zip(Map.of("a/data.pkl", "\u0080\u0002" + program)), legacy("\u0080\u0002" + program)}) {
            Memory.bounded(
                    () -> assertThatThrownBy(() -> VggishWeights.read(file)).isInstanceOf(CryException.class));
        }
    }

    /** Every byte of a pickle can become an object, so its length is bounded. */
    @Test
    void aPickleOfNothingButObjectsEnds() throws IOException {
        Path file = zip(Map.of("a/data.pkl", "\u0080\u0002" + "}".repeat(3 << 20) + "."));
        assertThatThrownBy(() -> VggishWeights.read(file)).hasMessageContaining("longer than a state dict's can be");
        Path marks = zip(Map.of("a/data.pkl", "\u0080\u0002" + "(".repeat(1 << 20) + "."));
        assertThatThrownBy(() -> VggishWeights.read(marks)).isInstanceOf(CryException.class);
    }

    @ParameterizedTest
    @CsvSource({
        // offset, shape, strides of a tensor over 2 values; all but the first are beyond them.
        "0,  2,          1,          true",
        "1,  2,          1,          false",
        "-1, 2,          1,          false",
        "0,  3,          1,          false",
        "0,  2,          2,          false",
        "0,  2,          -1,         false",
        "0,  -2,         1,          false",
        "0,  2147483647, 0,          false",
        "2147483647, 2,  2147483647, false",
    })
    void tensorsStayWithinTheirValues(int offset, int size, int stride, boolean fits) throws Exception {
        String tensor = "ctorch._utils\n_rebuild_tensor_v2\n(" + storage("0", 2) + number(offset) + number(size)
                + "\u0085" + number(stride) + "\u0085\u0089}tR";
        String pickle = "\u0080\u0002}X" + text("features.0.bias") + tensor + "s.";
        Path file = zip(Map.of("a/data.pkl", pickle, "a/data/0", "\0\0\u0080?\0\0\0\0"));
        Memory.bounded(() -> {
            try (FileBytes bytes = FileBytes.open(file);
                    PyTorchStateDict state = PyTorchStateDict.openZip(bytes)) {
                Tensor found = state.tensors().get("features.0.bias");
                if (fits) {
                    assertThat(found.values().read()).containsExactly(1.0f, 0.0f);
                } else {
                    assertThatThrownBy(() -> found.values().read())
                            .isInstanceOf(WeightsException.class)
                            .hasMessageContaining("does not fit its values");
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, 1 << 20, Integer.MAX_VALUE})
    void storagesThatLieAreNotMadeRoomFor(int count) throws Exception {
        String tensor = "ctorch._utils\n_rebuild_tensor_v2\n(" + storage("0", count) + number(0) + number(count)
                + "\u0085" + number(1) + "\u0085\u0089}tR";
        String pickle = "\u0080\u0002}X" + text("features.0.bias") + tensor + "s.";
        Path zipped = zip(Map.of("a/data.pkl", pickle, "a/data/0", "\0\0\u0080?\0\0\0\0"));
        Memory.bounded(() -> {
            try (FileBytes bytes = FileBytes.open(zipped);
                    PyTorchStateDict state = PyTorchStateDict.openZip(bytes)) {
                assertThatThrownBy(() ->
                                state.tensors().get("features.0.bias").values().read())
                        .isInstanceOf(WeightsException.class);
            }
        });
        Path legacy = legacy(pickle + "\u0080\u0002]X" + text("0") + "a.\u0002\0\0\0\0\0\0\0\0\0\u0080?\0\0\0\0");
        Memory.bounded(
                () -> assertThatThrownBy(() -> VggishWeights.read(legacy)).isInstanceOf(CryException.class));
    }

    @Test
    void onlyStoredArchivesOfTorchAreRead() throws Exception {
        assertThatThrownBy(() -> VggishWeights.read(zip(Map.of("conv.npy", "x"))))
                .hasMessageContaining("none of torch.save");
        assertThatThrownBy(() -> VggishWeights.read(zip(Map.of("a/data.pkl", "\u0080\u0002}.", "a/byteorder", "big"))))
                .hasMessageContaining("big end first");
        assertThatThrownBy(() -> VggishWeights.read(zip(Map.of("a/data.pkl", "\u0080\u0002}."))))
                .hasMessageContaining("it holds no state dict");
        assertThatThrownBy(() ->
                        VggishWeights.read(zip(Map.of("a/data.pkl", "\u0080\u0002}X" + text("epoch") + "K\u0001s."))))
                .hasMessageContaining("found [epoch]");
        assertThatThrownBy(
                        () -> VggishWeights.read(zip(Map.of("a/data.pkl", "\u0080\u0002}.", "a/byteorder", "little"))))
                .hasMessageContaining("it holds no state dict");
        // A megabyte of zeros that deflates to a kilobyte is no way to fill memory.
        Path deflated = folder.resolve("deflated.pth");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(deflated))) {
            out.putNextEntry(new ZipEntry("a/data.pkl"));
            out.write(new byte[1 << 20]);
        }
        assertThatThrownBy(() -> VggishWeights.read(deflated)).hasMessageContaining("packed");
    }

    @Test
    void valuesThatAreMissingOrDamagedAreNamed() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(Fixtures.file("port.pth").toFile())) {
            for (ZipEntry e : Collections.list(zip.entries())) {
                entries.put(e.getName(), zip.getInputStream(e).readAllBytes());
            }
        }
        entries.remove("port/data/3");
        Path file = folder.resolve("some.pth");
        archive(file, entries);
        assertThatThrownBy(() -> VggishWeights.read(file)).hasMessageContaining("the values data/3 are missing");
        byte[] bytes = Files.readAllBytes(Fixtures.file("port.pth"));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("port/data/12") + 1000] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> VggishWeights.read(file))
                .hasMessageContaining("the checksum of port/data/12 is wrong");
    }

    @Test
    void otherPicklesAndVersionsAreRefused() throws IOException {
        Path file = folder.resolve("x.pth");
        write(file, "\u0080\u0002}.");
        assertThatThrownBy(() -> VggishWeights.read(file))
                .hasMessageContaining("a Python pickle, but none of torch.save");
        write(file, MAGIC + "\u0080\u0002M\u00ea\u0003.");
        assertThatThrownBy(() -> VggishWeights.read(file)).hasMessageContaining("a version of torch.save");
        write(file, MAGIC + "\u0080\u0002M\u00e9\u0003.\u0080\u0002}X" + text("little_endian") + "\u0089s.");
        assertThatThrownBy(() -> VggishWeights.read(file)).hasMessageContaining("big end first");
    }

    private static String storage(String key, int count) {
        return "(X" + text("storage") + "ctorch\nFloatStorage\nX" + text(key) + "X" + text("cpu") + number(count)
                + "tQ";
    }

    private static String number(int value) {
        return "J" + latin(Tables.fixed(value));
    }

    private static String text(String text) {
        return latin(Tables.fixed(text.length())) + text;
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private Path legacy(String rest) throws IOException {
        Path file = folder.resolve("legacy.pth");
        write(file, MAGIC + "\u0080\u0002M\u00e9\u0003.\u0080\u0002}." + rest);
        return file;
    }

    private static void write(Path file, String latin) throws IOException {
        Files.write(file, latin.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path zip(Map<String, String> entries) throws IOException {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        entries.forEach((name, content) -> bytes.put(name, content.getBytes(StandardCharsets.ISO_8859_1)));
        Path file = folder.resolve("zipped.pth");
        archive(file, bytes);
        return file;
    }

    private static void archive(Path file, Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(archive)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry e = new ZipEntry(entry.getKey());
                e.setMethod(ZipEntry.STORED);
                e.setSize(entry.getValue().length);
                CRC32 crc = new CRC32();
                crc.update(entry.getValue());
                e.setCrc(crc.getValue());
                out.putNextEntry(e);
                out.write(entry.getValue());
            }
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            archive.writeTo(out);
        }
    }
}
