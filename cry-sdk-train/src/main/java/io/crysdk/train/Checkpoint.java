package io.crysdk.train;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Weights on disk, with a line that says which run they are of. */
final class Checkpoint {
    private static final int MAGIC = 0x43525931;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

    private Checkpoint() {}

    /** Trains a network, from where an unfinished training of it stands. */
    @FunctionalInterface
    interface Training {
        VggishNet train(Trainer.Progress progress) throws IOException;
    }

    /**
     * Reads a network that was trained before, or trains it and keeps it.
     *
     * @param folder where it is kept
     * @param name of its file there
     * @param run everything that it follows from
     * @param net its shape
     * @param training how it is made where it is not there yet
     * @return the network; close it after use
     */
    static VggishNet network(Path folder, String name, String run, NetSettings net, Training training)
            throws IOException {
        Path file = folder.resolve(name + ".ckpt");
        Optional<Map<String, float[]>> kept = read(file, run);
        if (kept.isPresent()) {
            LOG.info("{}: trained before", name);
            VggishNet network = VggishNet.create(net, new SplittableRandom(0));
            network.load(kept.get());
            return network;
        }
        Trainer.Progress progress = new Trainer.Progress(folder.resolve(name + ".part"), run);
        VggishNet network = training.train(progress);
        try {
            write(file, run, network.state());
            progress.done();
            return network;
        } catch (RuntimeException | Error | IOException e) {
            network.close();
            throw e;
        }
    }

    static void write(Path file, String run, Map<String, float[]> state) throws IOException {
        WriteAside.write(file, aside -> {
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(aside)))) {
                out.writeInt(MAGIC);
                byte[] name = run.getBytes(StandardCharsets.UTF_8);
                out.writeInt(name.length);
                out.write(name);
                out.writeInt(state.size());
                for (Map.Entry<String, float[]> weight : state.entrySet()) {
                    out.writeUTF(weight.getKey());
                    out.writeInt(weight.getValue().length);
                    for (float value : weight.getValue()) {
                        out.writeFloat(value);
                    }
                }
            }
        });
    }

    /** Reads the weights of a run; nothing where the file is not there or of another run. */
    static Optional<Map<String, float[]>> read(Path file, String run) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            String found = run(file, in);
            if (!found.equals(run)) {
                LOG.info("{} is of another run and is not gone on from: of '{}', this is '{}'", file, found, run);
                return Optional.empty();
            }
            Map<String, float[]> state = new LinkedHashMap<>();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String name = in.readUTF();
                float[] values = new float[in.readInt()];
                for (int v = 0; v < values.length; v++) {
                    values[v] = in.readFloat();
                }
                state.put(name, values);
            }
            return Optional.of(state);
        }
    }

    /** The run that a file is of. */
    static String run(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            return run(file, in);
        }
    }

    private static String run(Path file, DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException(file + " is no checkpoint");
        }
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
