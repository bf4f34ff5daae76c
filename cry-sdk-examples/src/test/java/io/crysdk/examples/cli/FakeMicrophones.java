package io.crysdk.examples.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.DataLine;
import javax.sound.sampled.Line;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.Mixer;
import javax.sound.sampled.TargetDataLine;
import javax.sound.sampled.spi.MixerProvider;

/**
 * Microphones that this build makes itself, since build machines have none. One takes only 48 kHz stereo, gives noise in
 * real time, and is unplugged after as many seconds as a test says, or taken by somebody else. The other takes only 16 kHz
 * mono, and plays a cry between silences, as fast as it is read and once.
 */
public final class FakeMicrophones extends MixerProvider {
    static final String NAME = "Cry SDK test microphone";

    /** The other. */
    public static final String PLAYER = "Cry SDK recorded cry";

    /** Whether all have been taken away. */
    static volatile boolean none;

    static volatile boolean taken;
    static volatile double unpluggedAfter = Double.POSITIVE_INFINITY;
    static final AtomicInteger OPENED = new AtomicInteger();

    private static final AudioFormat FORMAT = new AudioFormat(48_000, 16, 2, true, false);
    private static final AudioFormat PLAYED = new AudioFormat(16_000, 16, 1, true, false);
    private static final Mixer.Info INFO = new Info(NAME);
    private static final Mixer.Info PLAYER_INFO = new Info(PLAYER);

    private static final class Info extends Mixer.Info {
        Info(String name) {
            super(name, "tests", "not a device", "1");
        }
    }

    @Override
    public Mixer.Info[] getMixerInfo() {
        return none ? new Mixer.Info[0] : new Mixer.Info[] {INFO, PLAYER_INFO};
    }

    @Override
    public Mixer getMixer(Mixer.Info info) {
        if (info.equals(INFO)) {
            return mixer(info, FORMAT, FakeLine::new);
        }
        if (info.equals(PLAYER_INFO)) {
            return mixer(info, PLAYED, PlayedLine::new);
        }
        throw new IllegalArgumentException("another's");
    }

    private static Mixer mixer(Mixer.Info mixer, AudioFormat format, Supplier<InvocationHandler> line) {
        return proxy(Mixer.class, (proxy, method, args) -> switch (method.getName()) {
            case "getMixerInfo" -> mixer;
            case "isLineSupported" -> supported((Line.Info) args[0], format);
            case "getLine" -> {
                if (!supported((Line.Info) args[0], format)) {
                    throw new IllegalArgumentException("only " + format);
                }
                yield proxy(TargetDataLine.class, line.get());
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static boolean supported(Line.Info info, AudioFormat format) {
        return info.getLineClass() == TargetDataLine.class
                && (!(info instanceof DataLine.Info data)
                        || Arrays.stream(data.getFormats()).anyMatch(format::matches));
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
                    if (taken) {
                        throw new LineUnavailableException("somebody else has it");
                    }
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

    private static final class PlayedLine implements InvocationHandler {
        private final InputStream audio = new ByteArrayInputStream(MonitorCommandTest.night());

        @Override
        public Object invoke(Object proxy, Method method, Object[] args) throws IOException {
            return switch (method.getName()) {
                case "open", "start", "close" -> null;
                case "getFormat" -> PLAYED;
                case "read" -> Math.max(0, audio.read((byte[]) args[0], (int) args[1], (int) args[2]));
                default -> throw new UnsupportedOperationException(method.getName());
            };
        }
    }
}
