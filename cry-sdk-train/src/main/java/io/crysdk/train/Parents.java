package io.crysdk.train;

import io.crysdk.dsp.FrontEndSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The networks of one or more runs made before, from which those of another, smaller ones as a rule, learn beside the
 * labels.
 *
 * <p>The parents of a fold's network are the networks of the same fold: none has heard what the fold holds out, so figures
 * over it stay those of sounds never met. The final network's are the final ones. A run over other recordings, labels or
 * folds is refused; another seed is welcome, for networks that differ by chance alone know more together. For one thread
 * at a time.
 */
final class Parents {
    /** The part of a run that makes the network of all folds. */
    static final String FINAL = "final";

    /** What a run's description says before the weights that it, or those it learnt from, began with. */
    static final String BEGAN = ", start ";

    private final List<Path> works;
    private final double weight;
    private final String ends;
    private final String frontEnd;
    private final TreeSet<Integer> folds = new TreeSet<>();

    /**
     * Finds the runs' networks and checks that every fold has one of each.
     *
     * @param works the runs' work folders, one or more
     * @param weight of the parents' word in the gate's target, 0 to 1; the rest is the label's
     * @param frontEnd of all runs
     * @param clips what all runs learn
     * @throws IOException if a checkpoint is not there or of another run
     */
    Parents(List<Path> works, double weight, FrontEndSettings frontEnd, List<Clip> clips) throws IOException {
        this.works = List.copyOf(works);
        Set<Path> distinct = new HashSet<>();
        works.forEach(work -> distinct.add(work.toAbsolutePath().normalize()));
        if (distinct.size() < works.size()) {
            throw new IOException("a run to learn from is named twice among " + works);
        }
        this.weight = weight;
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
        for (Path work : works) {
            for (int fold : folds) {
                digests.add(Digests.sha256(Files.readAllBytes(file(work, "fold " + fold))));
            }
        }
        return "parents " + weight + " of " + Digests.sha256(digests.toString());
    }

    /** Whether they, or any before them, began with weights from elsewhere, which may have learnt anything. */
    boolean began() throws IOException {
        for (Path work : works) {
            // The folds of a run all begin alike.
            if (run(work, "fold " + folds.first()).contains(BEGAN)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Checks that every run has one.
     *
     * @param part {@code fold 0} or another, or {@link #FINAL}
     * @throws IOException if it is not there, or is of another run
     */
    void require(String part) throws IOException {
        for (Path work : works) {
            run(work, part);
        }
    }

    /**
     * Reads those of all runs.
     *
     * @param part {@code fold 0} or another, or {@link #FINAL}
     * @return the networks; close them after use
     */
    Parent open(String part) throws IOException {
        Parent parent = new Parent(weight);
        try {
            for (Path work : works) {
                parent.add(Checkpoint.read(file(work, part), run(work, part)).orElseThrow());
            }
            return parent;
        } catch (RuntimeException | Error | IOException e) {
            parent.close();
            throw e;
        }
    }

    private static Path file(Path work, String part) {
        return work.resolve(part.replace(' ', '-') + ".ckpt");
    }

    private String run(Path work, String part) throws IOException {
        Path file = file(work, part);
        if (!Files.exists(file)) {
            throw new IOException(file + " is not there: to learn from a run, name the folder that its 'make' was given"
                    + " as --work, once it is done");
        }
        String run = Checkpoint.run(file);
        String differs = !run.endsWith(ends + part)
                ? "other recordings, labels or folds"
                : !run.contains(frontEnd) ? "another front end" : "";
        if (!differs.isEmpty()) {
            throw new IOException(file + " is of a run with " + differs + " and would spoil every figure: expected '..."
                    + frontEnd + "..." + ends + part + "', found '" + run + "'");
        }
        return run;
    }

    /** Those of one part, listening. What they say is the probability by the mean of their logits. */
    static final class Parent implements AutoCloseable {
        private final List<VggishNet> networks = new ArrayList<>();
        private final double weight;

        private Parent(double weight) {
            this.weight = weight;
        }

        private void add(Map<String, float[]> state) {
            VggishNet network = VggishNet.create(NetSettings.of(state), new SplittableRandom(0));
            networks.add(network);
            network.freeze(List.of(""));
            network.load(state);
        }

        /** The same batches; where a label says whether it is a cry, the parents have their say in it. */
        BatchSource hear(BatchSource source) {
            return new BatchSource() {
                @Override
                public void epoch(RandomGenerator random) {
                    source.epoch(random);
                }

                @Override
                public Batch next(int size) {
                    Batch batch = source.next(size);
                    double[] said = new double[batch.size()];
                    for (VggishNet network : networks) {
                        float[] own = Scorer.forward(network, batch.patches(), 0, batch.size())
                                .gate();
                        for (int i = 0; i < said.length; i++) {
                            said[i] += own[i];
                        }
                    }
                    float[] gate = new float[said.length];
                    for (int i = 0; i < gate.length; i++) {
                        double cry = 1.0 / (1.0 + Math.exp(-said[i] / networks.size()));
                        gate[i] = (float) ((1.0 - weight) * batch.gate()[i] + weight * cry);
                    }
                    return new Batch(batch.patches(), gate, batch.reasons(), batch.sounds());
                }
            };
        }

        @Override
        public void close() {
            networks.forEach(VggishNet::close);
        }
    }
}
