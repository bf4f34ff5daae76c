package io.crysdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryReason;
import io.crysdk.spi.ModelProvider;
import io.crysdk.spi.ModelProvider.InstalledModel;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/**
 * The pages keep their word: every Java block compiles and, unless it says otherwise, runs; every link to a file leads
 * somewhere.
 *
 * <p>A block that is a whole class is compiled as it stands and its {@code main} is run with the sample clip. Any other
 * is the body of a method whose parameters an HTML comment before it names, {@code <!-- given: CryClassifier classifier,
 * Path file -->}; {@code <!-- not run, given: ... -->} where there is nothing to run it on.
 */
class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- (not run, )?given: (.*?) -->\\n)?```(java|xml)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)(?:#[^)]*)?\\)");
    private static final String IMPORTS = Stream.of(
                    "io.crysdk",
                    "io.crysdk.dsp",
                    "io.crysdk.onnx",
                    "java.io",
                    "java.nio.file",
                    "java.time",
                    "java.util",
                    "java.util.stream")
            .map(name -> "import " + name + ".*;\n")
            .reduce("", String::concat);

    @TempDir
    static Path folder;

    private static CryClassifier classifier;
    private static Path sample;

    @BeforeAll
    static void open() throws Exception {
        classifier = CryClassifier.create();
        sample = folder.resolve(SampleClip.NAME);
        try (InputStream in = SampleClip.open()) {
            Files.copy(in, sample);
        }
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    @TestFactory
    Stream<DynamicTest> blocks() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages()) {
            Matcher block = BLOCK.matcher(Files.readString(page));
            while (block.find()) {
                String name = ROOT.relativize(page) + ", block " + (tests.size() + 1);
                String given = block.group(2);
                boolean run = block.group(1) == null;
                String text = block.group(4);
                int number = tests.size();
                tests.add(DynamicTest.dynamicTest(
                        name,
                        block.group(3).equals("xml") ? () -> parse(text) : () -> compile(text, given, run, number)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests.stream();
    }

    @Test
    void linksLeadSomewhere() throws Exception {
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                assertThat(page.resolveSibling(link.group(1)))
                        .as(page + ": " + link.group(1))
                        .exists();
            }
        }
    }

    private static List<Path> pages() throws Exception {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(ROOT.resolve("README.md")),
                            docs.filter(p -> p.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    private static void parse(String xml) throws Exception {
        // Several elements beside each other are what goes into a pom.
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader("<pom>" + xml + "</pom>"))))
                .isNotNull();
    }

    private static void compile(String text, String given, boolean run, int number) throws Exception {
        Matcher named = CLASS.matcher(text);
        boolean whole = named.find();
        String name = whole ? named.group(1) : "Block" + number;
        String source = whole
                ? text
                : IMPORTS + "public class " + name + " { public static void run(" + (given == null ? "" : given)
                        + ") throws Exception {\n" + text + "\n} }";
        Path out = Files.createDirectories(folder.resolve("block-" + number));
        Path file = Files.writeString(out.resolve(name + ".java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        boolean compiled = compiler.getTask(
                        said,
                        null,
                        null,
                        List.of("-proc:none", "-d", out.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                .call();
        assertThat(compiled).as(said + "\n" + source).isTrue();
        if (!run) {
            return;
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {out.toUri().toURL()})) {
            Class<?> type = loader.loadClass(name);
            PrintStream console = System.out;
            System.setOut(new PrintStream(OutputStream.nullOutputStream()));
            try {
                if (whole) {
                    type.getMethod("main", String[].class).invoke(null, (Object) new String[] {sample.toString()});
                } else {
                    Method method = Arrays.stream(type.getMethods())
                            .filter(m -> m.getName().equals("run"))
                            .findFirst()
                            .orElseThrow();
                    Object[] values = new Object[method.getParameterCount()];
                    String[] names = Arrays.stream(given == null ? new String[0] : given.split(",(?![^<]*>)"))
                            .map(p -> p.substring(p.lastIndexOf(' ') + 1))
                            .toArray(String[]::new);
                    for (int i = 0; i < values.length; i++) {
                        values[i] = value(names[i], method.getParameters()[i]);
                    }
                    method.invoke(null, values);
                }
            } catch (InvocationTargetException e) {
                throw new AssertionError(source, e.getCause());
            } finally {
                System.setOut(console);
            }
        }
    }

    /** What the pages may take as given. */
    private static Object value(String name, Parameter parameter) throws Exception {
        return switch (name) {
            case "classifier" -> classifier;
            case "file" -> sample;
            case "folder" -> folder;
            case "clip" -> SampleClip.load();
            case "clips" -> List.of(SampleClip.load(), SampleClip.load());
            case "pcm" -> SampleClip.load().samples();
            case "bytes" -> pcm16();
            case "microphone" -> new ByteArrayInputStream(pcm16());
            case "model" -> model();
            case "sha256" -> DigestUtils.sha256Hex(Files.readAllBytes(model()));
            case "first" -> Instant.parse("2026-11-01T06:00:00Z");
            case "diary" -> diary();
            default -> throw new AssertionError("nothing to give for " + parameter.getType() + " " + name);
        };
    }

    private static byte[] pcm16() throws Exception {
        byte[] wav = Files.readAllBytes(sample);
        return Arrays.copyOfRange(wav, 44, wav.length);
    }

    private static Path model() throws Exception {
        Path file = folder.resolve("model.onnx");
        if (!Files.exists(file)) {
            InstalledModel installed = ServiceLoader.load(ModelProvider.class)
                    .findFirst()
                    .orElseThrow()
                    .models()
                    .get(0);
            try (InputStream in = installed.open()) {
                Files.copy(in, file);
            }
        }
        return file;
    }

    private static Map<AudioClip, CryReason> diary() {
        Map<AudioClip, CryReason> diary = new LinkedHashMap<>();
        for (int i = 0; i < 6; i++) {
            diary.put(SampleClip.load(), i % 2 == 0 ? CryReason.HUNGER : CryReason.TIREDNESS);
        }
        return diary;
    }
}
