package io.crysdk.train;

import io.crysdk.dsp.FrontEndSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The networks of a run made before, from which those of another, smaller ones as a rule, learn beside the labels.
 *
 * <p>The parent of a fold's network is the network of the same fold: neither has heard what the fold holds out, so figures
 * over it stay those of sounds never met. The final network's is the final one. A run over other recordings, labels or
 * folds is refused. For one thread at a time.
 */
final class Parents {
    /** The part of a run that makes the network of all folds. */
    static final String FINAL = "final";

    /** What a run's description says before the weights that it, or those it learnt from, began with. */
    static final String BEGAN = ", start ";

    private final Path work;
    private final double weight;
    private final String begins;
    private final String ends;
    private final String frontEnd;
    private final TreeSet<Integer> folds = new TreeSet<>();

    /**
     * Finds a run's networks and checks that every fold has one.
     *
     * @param work the run's work folder
     * @param weight of a parent's word in the gate's target, 0 to 1; the rest is the label's
     * @param seed of both runs
     * @param frontEnd of both runs
     * @param clips what both runs learn
     * @throws IOException if a checkpoint is not there or of another run
     */
    Parents(Path work, double weight, long seed, FrontEndSettings frontEnd, List<Clip> clips) throws IOException {
        this.work = work;
        this.weight = weight;
        this.begins = "seed " + seed + ", ";
        this.frontEnd = ", " + frontEnd + ", ";
        this.ends = ", data " + RecipeOptions.digest(clips) + " ";
        clips.forEach(clip -> folds.add(clip.entry().fold()));
        for (int fold : folds) {
            require("fold " + fold);
        }
    }

    /** What a run's description says of them. */
    String described() throws IOException {
        StringJoiner digests = new StringJoiner("\n");
        for (int fold : folds) {
            digests.add(Digests.sha256(Files.readAllBytes(file("fold " + fold))));
        }
        return "parents " + weight + " of " + Digests.sha256(digests.toString());
    }

    /** Whether they, or any before them, began with weights from elsewhere, which may have learnt anything. */
    boolean began() throws IOException {
        // The folds of a run all begin alike.
        return run("fold " + folds.first()).contains(BEGAN);
    }

    /**
     * Checks that one of them is there.
     *
     * @param part {@code fold 0} or another, or {@link #FINAL}
     * @throws IOException if it is not, or is of another run
     */
    void require(String part) throws IOException {
        run(part);
    }

    /**
     * Reads one of them.
     *
     * @param part {@code fold 0} or another, or {@link #FINAL}
     * @return the network; close it after use
     */
    Parent open(String part) throws IOException {
        Map<String, float[]> state = Checkpoint.read(file(part), run(part)).orElseThrow();
        VggishNet network = VggishNet.create(NetSettings.of(state), new SplittableRandom(0));
        network.freeze(List.of(""));
        network.load(state);
        return new Parent(network, weight);
    }

    private Path file(String part) {
        return work.resolve(part.replace(' ', '-') + ".ckpt");
    }

    private String run(String part) throws IOException {
        Path file = file(part);
        if (!Files.exists(file)) {
            throw new IOException(file + " is not there: to learn from a run, name the folder that its 'make' was given"
                    + " as --work, once it is done");
        }
        String run = Checkpoint.run(file);
        String differs = !run.endsWith(ends + part)
                ? "other recordings, labels or folds"
                : !run.startsWith(begins) ? "another seed" : !run.contains(frontEnd) ? "another front end" : "";
        if (!differs.isEmpty()) {
            throw new IOException(file + " is of a run with " + differs + " and would spoil every figure: expected '"
                    + begins + "..." + frontEnd + "..." + ends + part + "', found '" + run + "'");
        }
        return run;
    }

    /** One of them, listening. */
    static final class Parent implements AutoCloseable {
        private final VggishNet network;
        private final double weight;

        private Parent(VggishNet network, double weight) {
            this.network = network;
            this.weight = weight;
        }

        /** The same batches; where a label says whether it is a cry, the parent has its say in it. */
        BatchSource hear(BatchSource source) {
            return new BatchSource() {
                @Override
                public void epoch(RandomGenerator random) {
                    source.epoch(random);
                }

                @Override
                public Batch next(int size) {
                    Batch batch = source.next(size);
                    float[] said = Scorer.forward(network, batch.patches(), 0, batch.size())
                            .gate();
                    float[] gate = new float[said.length];
                    for (int i = 0; i < gate.length; i++) {
                        double cry = 1.0 / (1.0 + Math.exp(-said[i]));
                        gate[i] = (float) ((1.0 - weight) * batch.gate()[i] + weight * cry);
                    }
                    return new Batch(batch.patches(), gate, batch.reasons(), batch.sounds());
                }
            };
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
