package io.crysdk.examples.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.DataLine;
import javax.sound.sampled.Line;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.Mixer;
import javax.sound.sampled.TargetDataLine;
import javax.sound.sampled.spi.MixerProvider;

/**
 * A microphone that this build makes itself, since build machines have none: it takes only 48 kHz stereo, gives noise in
 * real time, and is unplugged after as many seconds as a test says.
 */
public final class FakeMicrophones extends MixerProvider {
    static final String NAME = "Cry SDK test microphone";
    static volatile double unpluggedAfter = Double.POSITIVE_INFINITY;
    static final AtomicInteger OPENED = new AtomicInteger();

    private static final Mixer.Info INFO = new Mixer.Info(NAME, "tests", "not a device", "1") {};
    private static final AudioFormat FORMAT = new AudioFormat(48_000, 16, 2, true, false);

    @Override
    public Mixer.Info[] getMixerInfo() {
        return new Mixer.Info[] {INFO};
    }

    @Override
    public Mixer getMixer(Mixer.Info info) {
        if (!info.equals(INFO)) {
            throw new IllegalArgumentException("another's");
        }
        return proxy(Mixer.class, (proxy, method, args) -> switch (method.getName()) {
            case "getMixerInfo" -> INFO;
            case "isLineSupported" -> supported((Line.Info) args[0]);
            case "getLine" -> {
                if (!supported((Line.Info) args[0])) {
                    throw new IllegalArgumentException("only " + FORMAT);
                }
                yield proxy(TargetDataLine.class, new FakeLine());
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static boolean supported(Line.Info info) {
        return info.getLineClass() == TargetDataLine.class
                && (!(info instanceof DataLine.Info data)
                        || Arrays.stream(data.getFormats()).anyMatch(FORMAT::matches));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static final class FakeLine implements InvocationHandler {
        private long started;
        private long read;
        private boolean open;

        @Override
        public Object invoke(Object proxy, Method method, Object[] args) throws LineUnavailableException {
            return switch (method.getName()) {
                case "open" -> {
                    OPENED.incrementAndGet();
                    open = true;
                    yield null;
                }
                case "start" -> {
                    started = System.nanoTime();
                    yield null;
                }
                case "isOpen" -> open;
                case "getFormat" -> FORMAT;
                case "available" -> available();
                case "read" -> {
                    byte[] into = (byte[]) args[0];
                    int count = Math.min((int) args[2], available()) / 4 * 4;
                    for (int i = 0; i < count; i++) {
                        into[(int) args[1] + i] = (byte) (31 * (read + i) * (read + i) >> 3);
                    }
                    read += count;
                    yield count;
                }
                case "close" -> {
                    open = false;
                    yield null;
                }
                default -> throw new UnsupportedOperationException(method.getName());
            };
        }

        private int available() {
            double seconds = Math.min(unpluggedAfter, (System.nanoTime() - started) / 1e9);
            return (int) (seconds * 48_000) * 4 - (int) read;
        }
    }
}
