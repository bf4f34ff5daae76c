package io.crysdk.onnx;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX Runtime tells its maker about its use.
 *
 * <p>Up to 1.28 only Windows builds do, through the system, and that is switched off when the runtime starts. From 1.29 on
 * those for Linux and macOS keep an identifier of the device in the home folder and send events over the network; what is
 * sent when the runtime starts can only be forbidden by the environment of the process, which Java cannot change.
 */
final class Telemetry {
    /** The environment variable by which the runtime's later versions are told to be silent. */
    static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\..*");

    /** Of version 1. */
    private static final int FIRST_MINOR_THAT_SENDS = 29;

    private Telemetry() {}

    /**
     * Whether a runtime of this version, started on this system with this value of {@link #VARIABLE}, sends what we cannot
     * hold back.
     */
    static boolean leaks(String version, String system, @Nullable String value) {
        Matcher numbers = VERSION.matcher(version);
        if (system.startsWith("Windows") || "1".equals(value) || !numbers.matches()) {
            return false;
        }
        int major = Integer.parseInt(numbers.group(1));
        return major > 1 || (major == 1 && Integer.parseInt(numbers.group(2)) >= FIRST_MINOR_THAT_SENDS);
    }
}
