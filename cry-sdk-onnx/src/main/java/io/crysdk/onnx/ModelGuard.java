package io.crysdk.onnx;

import java.lang.ref.Cleaner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees what a classifier holds, once: when it is closed, or when it was forgotten and the collector finds it, with a
 * word in the log on where it was opened.
 */
final class ModelGuard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelGuard.class);
    /** Its thread ends with the last classifier after this class is gone, so it keeps no class loader alive. */
    private static final Cleaner CLEANER = Cleaner.create();

    private final Held held;
    private final Cleaner.Cleanable cleanable;

    /** What is freed; it must not know the classifier, or that would never be found forgotten. */
    private static final class Held implements Runnable {
        private final OnnxModel model;
        private final Calls calls;
        private final Throwable opened = new Throwable("opened here");
        private volatile boolean closing;

        Held(OnnxModel model, Calls calls) {
            this.model = model;
            this.calls = calls;
        }

        @Override
        public void run() {
            if (!closing) {
                LOG.warn(
                        "A classifier of the model {} was dropped without being closed, and is closed now: call close(), or use"
                                + " it in try-with-resources",
                        model.info().id(),
                        opened);
            }
            calls.close();
            model.close();
        }
    }

    ModelGuard(OnnxCryClassifier classifier, OnnxModel model, Calls calls) {
        this.held = new Held(model, calls);
        this.cleanable = CLEANER.register(classifier, held);
    }

    @Override
    public void close() {
        held.closing = true;
        cleanable.clean();
    }
}
