package io.crysdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.crysdk.Personalization.Figures;
import io.crysdk.Personalization.Protocol;
import io.crysdk.Personalization.Score;
import io.crysdk.Personalization.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonalizationTest {
    private static final ModelId MODEL = new ModelId("default", "0.1.0", "5f2c9a01" + "0".repeat(56));
    private static final CryReason TEETHING = new CryReason("teething");
    private static final List<CryReason> LABELS =
            List.of(CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT, TEETHING);
    static final Figures FIGURES = new Figures(
            Protocol.FORWARD_IN_TIME,
            21,
            43,
            new Score(0.72, 0.81),
            new Score(0.26, 1.61),
            new Score(0.31, 1.5),
            Optional.of(new Score(0.28, 1.4)));

    static final int DIGEST = 32;

    @TempDir
    Path folder;

    static Personalization sample() {
        return sample(Verdict.LEARNT, Optional.of(FIGURES), 0.55);
    }

    private static Personalization sample(Verdict verdict, Optional<Figures> figures, double least) {
        Random random = new Random(3);
        float[] weights = new float[LABELS.size() * 129];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return Personalization.of(MODEL, LABELS, List.of(20, 0, 12, 11, 7), verdict, figures, least, 128, weights);
    }

    private static void refused(byte[] bytes, CryErrorCode code, String... words) {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> Personalization.ofBytes(bytes))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    /** Makes the digest hold again after the bytes before it were changed. */
    static byte[] signed(byte[] bytes) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(bytes, bytes.length - DIGEST));
        System.arraycopy(digest, 0, bytes, bytes.length - DIGEST, DIGEST);
        return bytes;
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        for (Personalization written : List.of(
                sample(),
                sample(Verdict.NO_BETTER, Optional.of(FIGURES), 0.95),
                sample(
                        Verdict.NO_BETTER,
                        Optional.of(new Figures(
                                Protocol.LEAVE_ONE_OUT,
                                9,
                                9,
                                FIGURES.personal(),
                                FIGURES.generic(),
                                FIGURES.commonest(),
                                Optional.empty())),
                        0.5),
                sample(Verdict.TOO_FEW, Optional.empty(), 0.95))) {
            Path file = folder.resolve("baby.cryp");
            written.write(file);
            Personalization read = Personalization.read(file);
            assertThat(read).isEqualTo(written).hasSameHashCodeAs(written).hasToString(written.toString());
            assertThat(read.model()).isEqualTo(MODEL);
            assertThat(read.labels()).isEqualTo(LABELS);
            assertThat(read.clips()).isEqualTo(written.clips());
            assertThat(read.verdict()).isEqualTo(written.verdict());
            assertThat(read.figures()).isEqualTo(written.figures());
            assertThat(read.minReasonProbability()).isEqualTo(written.minReasonProbability());
            assertThat(read.embeddingSize()).isEqualTo(128);
            assertThat(read.weights()).isEqualTo(written.weights());
            assertThat(read.sha256())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.toList()).hasSize(1);
        }
        assertThat(sample().toBytes().length).isLessThan(4096);
    }

    @Test
    void itSaysWhatItIsWorth() {
        assertThat(sample())
                .hasToString(
                        "LEARNT from 50 clips: right on 0.72 of 43 clips; the model alone 0.26, the commonest label"
                                + " 0.31, the last label 0.28");
        assertThat(sample(Verdict.TOO_FEW, Optional.empty(), 0.95)).hasToString("TOO_FEW from 50 clips");
    }

    @Test
    void nobodyChangesItFromOutside() {
        Personalization personalization = sample();
        personalization.weights()[0] = 7;
        personalization.toBytes()[0] = 7;
        assertThat(personalization).isEqualTo(sample());
        assertThat(personalization.weights()).isEqualTo(sample().weights());
        assertThat(personalization.toBytes()).isEqualTo(sample().toBytes());
    }

    @Test
    void everyShorterFileIsRefused() {
        byte[] whole = sample().toBytes();
        for (int length = 0; length < whole.length; length++) {
            refused(Arrays.copyOf(whole, length), CryErrorCode.MODEL_INVALID, "not a personalization");
        }
        refused(Arrays.copyOf(whole, whole.length + 1), CryErrorCode.MODEL_INVALID, "digest");
    }

    @Test
    void everyFlippedBitIsFound() {
        byte[] whole = sample().toBytes();
        for (int at = 0; at < whole.length; at++) {
            byte[] bytes = whole.clone();
            bytes[at] ^= (byte) (1 << at % 8);
            assertThatExceptionOfType(CryException.class).isThrownBy(() -> Personalization.ofBytes(bytes));
        }
    }

    @Test
    void anotherVersionIsToldApartFromDamage() {
        byte[] bytes = sample().toBytes();
        bytes[5] = 2;
        refused(bytes, CryErrorCode.MODEL_INCOMPATIBLE, "version 2", "version 1");
    }

    @Test
    void aLengthThatLiesIsRefusedThoughTheDigestHolds() throws Exception {
        byte[] whole = sample().toBytes();
        int id = 6;
        int model = id + 2 + "default".length() + 2 + "0.1.0".length();
        int embedding = model + 32;
        for (int at : new int[] {id, embedding, embedding + 2}) {
            byte[] bytes = whole.clone();
            bytes[at] = (byte) 0xff;
            refused(signed(bytes), CryErrorCode.MODEL_INVALID, "not a personalization");
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 4);
        refused(signed(longer), CryErrorCode.MODEL_INVALID, "bytes of weights");
        byte[] unsound = whole.clone();
        ByteBuffer.wrap(unsound).putFloat(whole.length - DIGEST - 4, Float.NaN);
        refused(signed(unsound), CryErrorCode.MODEL_INVALID, "NaN");
    }

    @Property(tries = 1000)
    void onlyTheDocumentedErrorEscapes(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        byte[] bytes = sample().toBytes();
        int body = bytes.length - DIGEST;
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            bytes[6 + random.nextInt(random.nextBoolean() ? 200 : body - 6)] = (byte) random.nextInt();
        }
        try {
            Personalization read = Personalization.ofBytes(signed(bytes));
            assertThat(read.toBytes()).hasSameSizeAs(bytes);
        } catch (CryException e) {
            assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID);
        }
    }

    @Test
    void otherFilesAreNotTakenForOne() throws IOException {
        Path text = Files.writeString(folder.resolve("baby.cryp"), "path,label\na.wav,hunger\n");
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> Personalization.read(text))
                .withMessageContaining("baby.cryp")
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_INVALID));
        for (Path missing : List.of(folder.resolve("gone.cryp"), folder)) {
            assertThatExceptionOfType(CryException.class)
                    .isThrownBy(() -> Personalization.read(missing))
                    .withMessageContaining(missing.toString())
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.MODEL_NOT_FOUND));
        }
        assertThatIOException()
                .isThrownBy(() -> sample().write(folder.resolve("no").resolve("baby.cryp")))
                .withMessageContaining("no such folder");
    }

    @Test
    void valuesRefuseWhatCannotBe() {
        float[] weights = new float[2 * 129];
        List<CryReason> two = List.of(CryReason.HUNGER, TEETHING);
        assertThat(Personalization.of(MODEL, two, List.of(3, 3), Verdict.TOO_FEW, Optional.empty(), 0.5, 128, weights))
                .isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Personalization.of(
                        MODEL, two, List.of(3), Verdict.TOO_FEW, Optional.empty(), 0.5, 128, weights));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Personalization.of(
                        MODEL,
                        List.of(TEETHING, TEETHING),
                        List.of(3, 3),
                        Verdict.TOO_FEW,
                        Optional.empty(),
                        0.5,
                        128,
                        weights));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Personalization.of(
                        MODEL, two, List.of(3, 3), Verdict.TOO_FEW, Optional.empty(), 1.5, 128, weights));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Personalization.of(
                        MODEL, two, List.of(3, 3), Verdict.TOO_FEW, Optional.empty(), 0.5, 127, weights));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Personalization.of(
                        MODEL, two, List.of(3, 3), Verdict.LEARNT, Optional.empty(), 0.5, 128, weights));
        assertThatIllegalArgumentException().isThrownBy(() -> new Score(1.1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Score(1, Double.NaN));
    }

    @Test
    void aModelSaysThatItIsPersonalised() {
        String digest = "c0ffee12" + "0".repeat(56);
        ModelId personal = MODEL.personalized(digest);
        assertThat(MODEL.personalization()).isEmpty();
        assertThat(personal.personalization()).contains(digest);
        assertThat(personal).hasToString("default 0.1.0 (5f2c9a01) personal (c0ffee12)");
        assertThatIllegalArgumentException().isThrownBy(() -> MODEL.personalized("c0ffee"));
    }
}
