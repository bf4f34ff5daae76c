package io.crysdk.train.weights;

import com.google.protobuf.InvalidProtocolBufferException;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Weights with what was found out while they were read.
 *
 * @param weights the weights, in this project's layout
 * @param format what the file is
 * @param bytes its length
 * @param sha256 its digest, hexadecimal
 * @param rows one for each array that was taken
 * @param leftAlone names in the file that are none of the body's
 * @param graph how to run the file itself, if it can be run
 */
record WeightsImport(
        VggishWeights weights,
        String format,
        long bytes,
        String sha256,
        List<Row> rows,
        List<String> leftAlone,
        @Nullable OnnxBody graph) {
    private static final int HEAD = 256;

    /**
     * An array that was taken.
     *
     * @param name what it is called here
     * @param from what the file calls it
     * @param shape as the file has it
     * @param least its least value
     * @param largest its largest value
     * @param mean of its values
     * @param deviation of its values
     */
    record Row(
            String name, String from, List<Long> shape, double least, double largest, double mean, double deviation) {}

    static WeightsImport read(Path path) {
        try (FileBytes file = FileBytes.open(path)) {
            try {
                return read(file);
            } catch (InvalidProtocolBufferException e) {
                throw file.broken("it is damaged: " + e.getMessage());
            }
        } catch (WeightsException e) {
            throw new CryException(CryErrorCode.MODEL_INVALID, String.valueOf(e.getMessage()), e);
        } catch (NoSuchFileException e) {
            throw new CryException(
                    CryErrorCode.MODEL_NOT_FOUND, path + ": expected a file of weights, and there is none", e);
        } catch (IOException e) {
            throw new CryException(CryErrorCode.MODEL_NOT_FOUND, path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static WeightsImport read(FileBytes file) throws IOException {
        byte[] head = file.read(0, Math.min(file.size(), HEAD));
        if (SortedTable.isOne(file)) {
            TensorFlowCheckpoint checkpoint = new TensorFlowCheckpoint(file);
            return named(file, checkpoint.format(), Naming.TENSORFLOW, checkpoint.tensors());
        }
        if (PyTorchStateDict.isZip(head) || PyTorchStateDict.isPickle(head)) {
            try (PyTorchStateDict state =
                    PyTorchStateDict.isZip(head) ? PyTorchStateDict.openZip(file) : PyTorchStateDict.openLegacy(file)) {
                return named(file, state.format(), Naming.PYTORCH, state.tensors());
            }
        }
        OnnxBody graph = OnnxBody.read(file, () -> unknown(file, head));
        BodyCheck check = new BodyCheck(false, new ArrayList<>());
        check.take(new ArrayList<>(graph.layers()));
        return finished(file, OnnxBody.FORMAT, check, graph.constants(), graph);
    }

    private static WeightsImport named(FileBytes file, String format, Naming naming, Map<String, Tensor> tensors)
            throws IOException {
        List<String> problems = new ArrayList<>();
        BodyCheck check = new BodyCheck(naming.equals(Naming.TENSORFLOW), problems);
        check.take(naming.layers(tensors, problems));
        return finished(file, format, check, tensors.keySet(), null);
    }

    private static WeightsImport finished(
            FileBytes file, String format, BodyCheck check, Set<String> names, @Nullable OnnxBody graph)
            throws IOException {
        VggishWeights weights = check.weights(file);
        Set<String> leftAlone = new TreeSet<>(names);
        check.rows().forEach(row -> leftAlone.remove(row.from()));
        return new WeightsImport(
                weights,
                format,
                file.size(),
                sha256(file.path()),
                List.copyOf(check.rows()),
                List.copyOf(leftAlone),
                graph);
    }

    private static String unknown(FileBytes file, byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String found;
        if (text.startsWith("version https://git-lfs")) {
            found = "found the pointer of a file in Git LFS, which is yet to be fetched";
        } else if (text.stripLeading().startsWith("<")) {
            found = "found a page of a web site";
        } else if (text.startsWith("\u0089HDF")) {
            found = "found an HDF5 file; convert it to one of these";
        } else if (text.startsWith("CRY1")) {
            found = "found a checkpoint that the trainer keeps for itself; export the network first";
        } else {
            found = "found " + file.size() + " bytes that begin with "
                    + HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(8, head.length))
                    + "; a TensorFlow checkpoint is known by its end, so one that was not fetched whole is not known,"
                    + " and of one of version 2 the file to name is the .index";
        }
        return "it is no TensorFlow checkpoint, no PyTorch state dict and no ONNX file: " + found;
    }

    static String sha256(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path);
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
