package io.crysdk.examples;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of CONTRIBUTING.md that a machine can watch. This module sees all others, so they are watched here. */
class HouseRulesTest {
    private static final String[] LIBRARIES = {
        "io.crysdk",
        "io.crysdk.spi",
        "io.crysdk.dsp..",
        "io.crysdk.media..",
        "io.crysdk.models..",
        "io.crysdk.onnx..",
        "io.crysdk.train.."
    };

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.crysdk");

    /** ONNX Runtime is started once in a process; and the room that one model was read into is lent to the next. */
    private static final Set<String> KNOWN =
            Set.of("io.crysdk.onnx.OnnxRuntime.started", "io.crysdk.onnx.ModelBytes.ROOM");

    private static final List<Class<?>> MUTABLE = List.of(
            java.util.concurrent.atomic.AtomicBoolean.class,
            java.util.concurrent.atomic.AtomicInteger.class,
            java.util.concurrent.atomic.AtomicLong.class,
            java.util.concurrent.atomic.AtomicReference.class,
            java.util.AbstractCollection.class,
            java.util.AbstractMap.class,
            java.util.Queue.class,
            java.nio.Buffer.class,
            Appendable.class,
            Lock.class,
            RandomGenerator.class,
            ThreadLocal.class,
            java.lang.ref.Reference.class);

    private static final Pattern TYPE = Pattern.compile(
            "(?<doc>/\\*\\*(?:(?!\\*/).)*\\*/)\\s*(?:@\\w+(?:\\((?:[^()]|\\([^()]*\\))*\\))?\\s*)*"
                    + "public (?:(?:final|sealed|non-sealed|abstract) )*(?<kind>class|interface|record|enum|@interface) (?<name>\\w+)",
            Pattern.DOTALL);

    private static final Pattern THREADS = Pattern.compile("thread|immutable|stateless", Pattern.CASE_INSENSITIVE);
    private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+)\\s*;");

    @Test
    void importsRunDownwards() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("api")
                .definedBy("io.crysdk", "io.crysdk.spi")
                .layer("dsp")
                .definedBy("io.crysdk.dsp..")
                .layer("media")
                .definedBy("io.crysdk.media..")
                .layer("models")
                .definedBy("io.crysdk.models..")
                .layer("onnx")
                .definedBy("io.crysdk.onnx..")
                .layer("train")
                .definedBy("io.crysdk.train..")
                .layer("examples")
                .definedBy("io.crysdk.examples..")
                .whereLayer("api")
                .mayNotAccessAnyLayer()
                .whereLayer("dsp")
                .mayOnlyAccessLayers("api")
                .whereLayer("media")
                .mayOnlyAccessLayers("api")
                .whereLayer("models")
                .mayOnlyAccessLayers("api")
                .whereLayer("onnx")
                .mayOnlyAccessLayers("api", "dsp")
                .whereLayer("train")
                .mayOnlyAccessLayers("api", "dsp", "media", "onnx")
                .ensureAllClassesAreContainedInArchitectureIgnoring("io.crysdk.testing..")
                .check(ALL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "io.crysdk      | org.slf4j",
                "io.crysdk.spi  | org.slf4j",
                "io.crysdk.dsp  | org.slf4j, org.jtransforms.fft",
                "io.crysdk.onnx | org.slf4j, ai.onnxruntime"
            })
    void theLibraryNeedsLittleAtRunTime(String of, String libraries) {
        List<String> known = new ArrayList<>(List.of("java..", "javax.sound..", "org.jspecify..", "io.crysdk.."));
        Stream.of(libraries.split(", ")).forEach(p -> known.add(p + ".."));
        classes()
                .that()
                .resideInAPackage(of)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(known.toArray(new String[0])))
                .check(ALL);
    }

    @Test
    void librariesNeitherPrintNorExit() {
        noClasses()
                .that(resideInAnyPackage(LIBRARIES).and(not(resideInAPackage("io.crysdk.train.console"))))
                .should(ACCESS_STANDARD_STREAMS)
                .because("what is printed is the host's; the console is what commands show to a person at a terminal")
                .check(ALL);
        noClasses()
                .that(resideInAnyPackage(LIBRARIES).and(not(simpleName("TrainCommand"))))
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .because("a host's process is the host's; the trainer's main is a program of its own")
                .check(ALL);
    }

    @Test
    void librariesOpenNoConnections() {
        noClasses()
                .that()
                .resideInAnyPackage(LIBRARIES)
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.net..", "javax.net..", "java.rmi..")
                        .and(not(simpleName("URL")))
                        .and(not(simpleName("URLConnection")))
                        .or(nameMatching("java\\.nio\\.channels\\..*(Socket|Datagram|Network).*")))
                .because("what is heard stays where it is; a URL is that of a resource on the class path")
                .check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage(LIBRARIES)
                .should()
                .callConstructor(URL.class, String.class)
                .orShould()
                .callMethod(URI.class, "toURL")
                .because("such a URL may be anywhere")
                .check(ALL);
    }

    @Test
    void librariesKeepNoMutableStaticState() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(LIBRARIES)
                .should(new ArchCondition<>("stay as they are") {
                    @Override
                    public void check(JavaField field, ConditionEvents events) {
                        if (!unchanging(field)) {
                            events.add(SimpleConditionEvent.violated(field, field.getDescription()));
                        }
                    }
                })
                .check(ALL);
    }

    private static boolean unchanging(JavaField field) {
        if (field.getModifiers().contains(JavaModifier.SYNTHETIC) || KNOWN.contains(field.getFullName())) {
            return true;
        }
        if (!field.getModifiers().contains(JavaModifier.FINAL)) {
            return false;
        }
        // An array that others could reach could be written by them.
        if (field.getRawType().isArray()) {
            return !field.getModifiers().contains(JavaModifier.PUBLIC)
                    && !field.getModifiers().contains(JavaModifier.PROTECTED);
        }
        return MUTABLE.stream().noneMatch(type -> field.getRawType().isAssignableTo(type));
    }

    /** A public type of an exported package, and its Javadoc. */
    private record Documented(String name, String kind, String doc, String packageDoc) {
        boolean value() {
            return kind.equals("record") || kind.equals("enum") || name.endsWith("Exception");
        }
    }

    @Test
    void everyPublicTypeSaysWhatThreadsMayDo() throws IOException {
        List<Documented> types = types();
        assertThat(types).hasSizeGreaterThan(60);
        assertThat(types)
                .filteredOn(type -> !THREADS.matcher(type.doc()).find()
                        && !(type.value() && THREADS.matcher(type.packageDoc()).find()))
                .as("types whose Javadoc says nothing of threads; of values their package's may")
                .extracting(Documented::name)
                .isEmpty();
    }

    @Test
    void everyPublicTypeSaysSinceWhen() throws IOException {
        assertThat(types())
                .filteredOn(type -> !type.doc().contains("* @since "))
                .as("types without @since")
                .extracting(Documented::name)
                .isEmpty();
    }

    private static List<Documented> types() throws IOException {
        List<Documented> types = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path sources : modules.map(m -> m.resolve("src/main/java"))
                    .filter(s -> Files.exists(s.resolve("module-info.java")))
                    .filter(s -> !s.toString().contains("examples"))
                    .sorted()
                    .toList()) {
                Matcher exports = EXPORTS.matcher(Files.readString(sources.resolve("module-info.java")));
                while (exports.find()) {
                    types.addAll(types(sources.resolve(exports.group(1).replace('.', '/'))));
                }
            }
        }
        return types;
    }

    private static List<Documented> types(Path folder) throws IOException {
        String packageDoc = Files.readString(folder.resolve("package-info.java"));
        List<Documented> types = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                Matcher type = TYPE.matcher(Files.readString(file));
                if (type.find()) {
                    types.add(new Documented(
                            folder.getFileName() + "." + type.group("name"),
                            type.group("kind"),
                            type.group("doc"),
                            packageDoc));
                }
            }
        }
        return types;
    }
}
