package io.crysdk.onnx;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.util.function.Supplier;

/** The end of the virtual machine, when ONNX Runtime takes itself apart under the calls that are still in it, and these fail. */
final class Shutdown {
    private Shutdown() {}

    /** Whether it has begun. There is no way to ask, but hooks are no longer taken then. */
    static boolean begun() {
        Thread probe = new Thread(() -> {}, "cry-sdk-probe");
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** What to tell of something that failed: that the virtual machine ends if it does, and else what there is to say. */
    static CryException closedOr(Throwable cause, Supplier<CryException> otherwise) {
        return begun()
                ? new CryException(
                        CryErrorCode.CLOSED,
                        "the virtual machine is ending, and nothing is loaded or judged any more",
                        cause)
                : otherwise.get();
    }
}
