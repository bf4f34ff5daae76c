package io.crysdk.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.onnx.GateContract;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Asks a network about recordings, in the windows that inference would cut. */
final class Scorer {
    private static final int BATCH = 64;
    private static final int PATCH = Augmentation.PATCH;

    private Scorer() {}

    /** Where a clip's windows begin, in frames, as inference has it. */
    static List<Integer> starts(int frames, int hop) {
        return IntStream.range(0, FrontEnd.windows(frames, hop))
                .mapToObj(window -> FrontEnd.startFrame(window, frames, hop))
                .toList();
    }

    /** A network that gives logits, wherever it runs. For one thread at a time. */
    interface Network extends AutoCloseable {
        /**
         * Asks it about patches.
         *
         * @param patches [N][96][64]
         * @param gate [N], filled with gate logits, limited as inference limits them
         * @param reasons [N], filled with the reasons' logits
         */
        void logits(float[] patches, double[] gate, double[][] reasons);

        @Override
        void close() throws IOException;
    }

    /** A network in PyTorch, which is closed with what is returned. */
    static Network of(VggishNet network) {
        return new Network() {
            @Override
            public void logits(float[] patches, double[] gate, double[][] reasons) {
                run(network, patches, gate, reasons);
            }

            @Override
            public void close() {
                network.close();
            }
        };
    }

    static List<ClipScore> score(Network network, List<Clip> clips, int hop) {
        List<ClipScore> scores = new ArrayList<>();
        for (Clip clip : clips) {
            List<Integer> starts = starts(clip.frames(), hop);
            float[] patches = new float[starts.size() * PATCH];
            for (int w = 0; w < starts.size(); w++) {
                System.arraycopy(clip.logMel(), starts.get(w) * LogMelExtractor.BANDS, patches, w * PATCH, PATCH);
            }
            double[] gate = new double[starts.size()];
            double[][] reasons = new double[starts.size()][];
            network.logits(patches, gate, reasons);
            scores.add(new ClipScore(clip, gate, reasons));
        }
        return scores;
    }

    private static void run(VggishNet network, float[] patches, double[] gate, double[][] reasons) {
        int k = network.settings().reasons();
        for (int at = 0; at < gate.length; at += BATCH) {
            int n = Math.min(BATCH, gate.length - at);
            Values values = forward(network, patches, at, n);
            for (int i = 0; i < n; i++) {
                gate[at + i] = GateContract.limit(values.gate()[i]);
                reasons[at + i] = new double[k];
                for (int j = 0; j < k; j++) {
                    reasons[at + i][j] = values.reasons()[i * k + j];
                }
            }
        }
    }

    /** One forward pass, copied out. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
    record Values(float[] gate, float[] reasons, float[] embedding) {}

    static Values forward(VggishNet network, float[] patches, int from, int n) {
        try (NDManager scope = network.manager().newSubManager()) {
            NDArray x = scope.create(
                    FloatBuffer.wrap(patches, from * PATCH, n * PATCH),
                    new Shape(n, LogMelExtractor.PATCH_FRAMES, LogMelExtractor.BANDS));
            VggishNet.Output out = network.forward(x, false);
            return new Values(
                    out.gate().toFloatArray(),
                    out.reasons().toFloatArray(),
                    out.embedding().toFloatArray());
        }
    }
}
