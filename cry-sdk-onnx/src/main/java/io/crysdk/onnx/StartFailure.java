package io.crysdk.onnx;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.io.IOException;
import java.util.Locale;

/**
 * Why ONNX Runtime does not start here, and what to do about it, in a sentence.
 *
 * @param machine the system and the processor of this virtual machine
 * @param packed whether there are libraries for it on the class path
 * @param option the system property that names the folder of the libraries
 * @param folder what it names
 */
record StartFailure(String machine, boolean packed, String option, String folder) {
    static CryException exception(Throwable thrown) {
        return new CryException(
                CryErrorCode.PROVIDER_UNAVAILABLE,
                "ONNX Runtime does not start: " + here().reason(root(thrown)),
                thrown);
    }

    /** What is at the bottom of it. */
    static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static StartFailure here() {
        String option = System.getProperty(OnnxNatives.PATH) != null
                ? OnnxNatives.PATH
                : System.getProperty(NativeCache.PROPERTY, "").isBlank() ? "java.io.tmpdir" : NativeCache.PROPERTY;
        return new StartFailure(
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                PackedNatives.ofThisMachine().present(),
                option,
                System.getProperty(option));
    }

    /** Goes by what the runtime, the system's loader or the file system says; there is nothing else to go by. */
    String reason(Throwable root) {
        boolean files = root instanceof IOException;
        String said =
                files ? root.toString() : String.valueOf(root.getMessage()).strip();
        String lower = said.toLowerCase(Locale.ROOT);
        String sentence;
        if (!packed && !option.equals(OnnxNatives.PATH)) {
            sentence = "there are no libraries of it for " + machine
                    + " on the class path, where com.microsoft.onnxruntime:onnxruntime"
                    + " has them for Linux x64 and arm64, macOS arm64 and Windows x64: run on one of these, or name the folder"
                    + " of your own by -D" + OnnxNatives.PATH + "=";
        } else if (lower.contains("already loaded in another classloader")) {
            sentence = "another class loader of this process has loaded its libraries from " + folder
                    + " already: put the Cry SDK and ONNX Runtime where both find them, or leave -D" + option
                    + "= out, so that each unpacks its own";
        } else if (root instanceof IllegalCallerException) {
            sentence =
                    "this Java refuses to load native code: start it with --enable-native-access=ALL-UNNAMED, or on the"
                            + " module path --enable-native-access=com.microsoft.onnxruntime";
        } else if (lower.contains("failed to map segment")) {
            sentence = "libraries may not be loaded from " + folder + ", which is mounted noexec: " + another();
        } else if (lower.contains("possible cause: ") || lower.contains("incompatible architecture")) {
            sentence = "a library in " + folder + " is for another processor than this Java, which is for " + machine
                    + ": use libraries and a Java for the same";
        } else if (lower.contains("cannot open shared object file") || lower.contains("error loading shared library")) {
            sentence = "a library of the system that it needs is missing: install it, and on a system without the GNU C"
                    + " library, such as Alpine, take one that has it";
        } else if (files) {
            sentence = "its libraries are not in " + folder + ", or cannot be unpacked there: " + another();
        } else {
            sentence = "expected libraries that fit " + machine + " and one another, and may be loaded from " + folder
                    + ": have one version of ONNX Runtime only";
        }
        return sentence + " (" + said + ")";
    }

    private String another() {
        return "start Java with -D" + option + "= and a folder that "
                + (option.equals(OnnxNatives.PATH) ? "has them" : "can be written") + " and allows execution";
    }
}
