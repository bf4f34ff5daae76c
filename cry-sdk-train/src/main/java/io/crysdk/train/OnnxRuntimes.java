package io.crysdk.train;

import ai.onnxruntime.OrtEnvironment;

/** Starts ONNX Runtime so that it survives a long command line. */
final class OnnxRuntimes {
    /** Enough for a command line of 100 000 characters, and only touched as far as it is needed. */
    private static final long STACK_BYTES = 64L << 20;

    private OnnxRuntimes() {}

    /**
     * Returns the process's environment.
     *
     * <p>When it starts, ONNX Runtime 1.29 searches the command line of the process with a recursion as deep as that is
     * long. On a stack of the usual 1 MB some 4000 characters, which is a class path of forty jars, end the virtual
     * machine with a segmentation fault and without a word. So it starts on a thread with room.
     */
    static OrtEnvironment environment() {
        OrtEnvironment[] made = new OrtEnvironment[1];
        Thread starter = new Thread(null, () -> made[0] = OrtEnvironment.getEnvironment(), "onnxruntime", STACK_BYTES);
        starter.start();
        boolean interrupted = false;
        while (starter.isAlive()) {
            try {
                starter.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return made[0] == null ? OrtEnvironment.getEnvironment() : made[0];
    }
}
