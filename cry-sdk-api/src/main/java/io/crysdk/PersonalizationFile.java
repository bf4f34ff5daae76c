package io.crysdk;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The file of a {@link Personalization}, version 1: big-endian; a text is its length in two bytes and UTF-8.
 *
 * <pre>
 * "CRYP" | version u16 | model: id, version (texts), sha256 (32) | embedding u16 | labels u8
 * each label: id (text), clips u16 | verdict (text) | min probability f64 | figures u8, 0 or 1
 * figures: protocol (text) | episodes, judged u16 | accuracy, log loss f64 of personal, generic, commonest | last u8, 0 or 1
 * last: accuracy, log loss f64 | weights f32 [labels][embedding + 1] | SHA-256 of all before (32)
 * </pre>
 */
final class PersonalizationFile {
    private static final byte[] MAGIC = {'C', 'R', 'Y', 'P'};
    private static final int VERSION = 1;
    private static final int DIGEST = 32;
    private static final int HEAD = MAGIC.length + Short.BYTES;
    /** All labels over the largest embedding; what is larger was never written here. */
    private static final int MAX_BYTES =
            Personalizer.MAX_LABELS * (Personalization.MAX_EMBEDDING + 1) * Float.BYTES + (1 << 18);

    private PersonalizationFile() {}

    static byte[] bytes(Personalization p) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(MAGIC);
            out.writeShort(VERSION);
            text(out, p.model().id());
            text(out, p.model().version());
            out.write(HexFormat.of().parseHex(p.model().sha256()));
            out.writeShort(p.embeddingSize());
            out.writeByte(p.labels().size());
            for (int k = 0; k < p.labels().size(); k++) {
                text(out, p.labels().get(k).id());
                out.writeShort(p.clips().get(k));
            }
            text(out, p.verdict().name());
            out.writeDouble(p.minReasonProbability());
            out.writeByte(p.figures().isPresent() ? 1 : 0);
            if (p.figures().isPresent()) {
                figures(out, p.figures().get());
            }
            for (float weight : p.weights()) {
                out.writeFloat(weight);
            }
            out.write(digest(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void figures(DataOutputStream out, Personalization.Figures f) throws IOException {
        text(out, f.protocol().name());
        out.writeShort(f.episodes());
        out.writeShort(f.judged());
        score(out, f.personal());
        score(out, f.generic());
        score(out, f.commonest());
        out.writeByte(f.lastLabel().isPresent() ? 1 : 0);
        if (f.lastLabel().isPresent()) {
            score(out, f.lastLabel().get());
        }
    }

    private static void score(DataOutputStream out, Personalization.Score score) throws IOException {
        out.writeDouble(score.accuracy());
        out.writeDouble(score.logLoss());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 0xffff) {
            throw new IllegalArgumentException("a name of " + utf8.length + " bytes is too long to be written");
        }
        out.writeShort(utf8.length);
        out.write(utf8);
    }

    static Personalization read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new CryException(CryErrorCode.MODEL_NOT_FOUND, "no such personalization: " + file, e);
        } catch (IOException e) {
            throw new CryException(
                    CryErrorCode.MODEL_NOT_FOUND, "cannot read the personalization " + file + ": " + e, e);
        }
        return parse(file.toString(), bytes);
    }

    /** Nothing is made room for before the digest has held: a length that lies comes to nothing. */
    static Personalization parse(String from, byte[] bytes) {
        if (bytes.length < HEAD
                || bytes.length > MAX_BYTES
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw invalid(from, "it does not begin as one, or is too short or too long");
        }
        int version = ByteBuffer.wrap(bytes, MAGIC.length, Short.BYTES).getShort() & 0xffff;
        if (version != VERSION) {
            throw new CryException(
                    CryErrorCode.MODEL_INCOMPATIBLE,
                    "the personalization " + from + " is of version " + version + ", and this Cry SDK reads version "
                            + VERSION + ": use the one that wrote it, or learn again from the clips");
        }
        int body = bytes.length - DIGEST;
        if (body < HEAD || !Arrays.equals(digest(bytes, body), 0, DIGEST, bytes, body, bytes.length)) {
            throw invalid(from, "it is damaged or cut short: its digest does not hold");
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes, HEAD, body - HEAD);
            Personalization read = body(in);
            if (in.hasRemaining()) {
                throw invalid(from, in.remaining() + " bytes too many");
            }
            return read;
        } catch (BufferUnderflowException e) {
            throw invalid(from, "it ends too soon");
        } catch (IllegalArgumentException e) {
            throw invalid(from, String.valueOf(e.getMessage()));
        }
    }

    private static Personalization body(ByteBuffer in) {
        String id = text(in);
        String version = text(in);
        ModelId model = new ModelId(id, version, HexFormat.of().formatHex(take(in, DIGEST)));
        int embedding = in.getShort() & 0xffff;
        int count = in.get() & 0xff;
        List<CryReason> labels = new ArrayList<>();
        List<Integer> clips = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            labels.add(new CryReason(text(in)));
            clips.add(in.getShort() & 0xffff);
        }
        Personalization.Verdict verdict = Personalization.Verdict.valueOf(text(in));
        double minReasonProbability = in.getDouble();
        Optional<Personalization.Figures> figures = flag(in) ? Optional.of(figures(in)) : Optional.empty();
        if (in.remaining() != count * (embedding + 1) * Float.BYTES) {
            throw new IllegalArgumentException(
                    in.remaining() + " bytes of weights for " + count + " labels over " + embedding + " values");
        }
        float[] weights = new float[count * (embedding + 1)];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = in.getFloat();
        }
        return Personalization.of(model, labels, clips, verdict, figures, minReasonProbability, embedding, weights);
    }

    private static Personalization.Figures figures(ByteBuffer in) {
        return new Personalization.Figures(
                Personalization.Protocol.valueOf(text(in)),
                in.getShort() & 0xffff,
                in.getShort() & 0xffff,
                score(in),
                score(in),
                score(in),
                flag(in) ? Optional.of(score(in)) : Optional.empty());
    }

    private static Personalization.Score score(ByteBuffer in) {
        return new Personalization.Score(in.getDouble(), in.getDouble());
    }

    private static boolean flag(ByteBuffer in) {
        byte flag = in.get();
        if (flag != 0 && flag != 1) {
            throw new IllegalArgumentException("a flag is " + flag);
        }
        return flag == 1;
    }

    private static String text(ByteBuffer in) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(take(in, in.getShort() & 0xffff)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a name is not UTF-8", e);
        }
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }

    static void write(byte[] bytes, Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path part = target.resolveSibling(target.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".part");
        try {
            Files.write(part, bytes);
            try {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (NoSuchFileException e) {
            throw new IOException("cannot write " + file + ": no such folder", e);
        } catch (FileSystemException e) {
            // Its own message names the part, which nobody asked for.
            throw new IOException("cannot write " + file + ": " + e.getReason(), e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest(bytes, bytes.length));
    }

    private static byte[] digest(byte[] bytes, int length) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(bytes, 0, length);
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static CryException invalid(String from, String why) {
        return new CryException(
                CryErrorCode.MODEL_INVALID,
                "not a personalization: " + from + ": " + why + "; cry personalize and Personalization.write make one");
    }
}
