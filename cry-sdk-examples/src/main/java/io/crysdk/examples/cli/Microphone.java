package io.crysdk.examples.cli;

import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.CryStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.DataLine;
import javax.sound.sampled.Line;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.Mixer;
import javax.sound.sampled.TargetDataLine;
import org.jspecify.annotations.Nullable;

/** A microphone through {@code javax.sound}. If it goes away, it is waited for. */
final class Microphone implements MonitorCommand.Source {
    private static final String DEFAULT = "default";
    private static final int[] RATES = {16_000, 48_000, 44_100, 32_000, 22_050, 8_000};
    private static final int[] CHANNELS = {1, 2};
    private static final double CHUNK_SECONDS = 0.05;
    private static final double BUFFER_SECONDS = 1.0;
    private static final long POLL_MILLIS = 10;
    /** A device that is unplugged often says nothing at all, and says it for ever. */
    private static final double SILENT_SECONDS = 2.0;

    private static final long RETRY_MILLIS = 500;

    private final String name;
    private final Mixer.@Nullable Info mixer;
    private final List<AudioFormat> formats;
    /** Opened, and not pumped yet. */
    private final AtomicReference<@Nullable TargetDataLine> opened = new AtomicReference<>();
    /** What the clock of the virtual machine showed at the first sample. */
    private double origin = Double.NaN;

    private Microphone(String name, Mixer.@Nullable Info mixer, List<AudioFormat> formats) {
        this.name = name;
        this.mixer = mixer;
        this.formats = formats;
    }

    /** Lists what can be listened to. */
    static List<String> names() {
        return mixers().stream().map(Mixer.Info::getName).toList();
    }

    /** Finds a microphone by a part of its name; rate and channels are what it offers unless they are given. */
    static Microphone find(String name, @Nullable Integer rate, @Nullable Integer channels) {
        List<AudioFormat> formats = new ArrayList<>();
        for (int r : rate == null ? RATES : new int[] {rate}) {
            for (int c : channels == null ? CHANNELS : new int[] {channels}) {
                formats.add(new AudioFormat(r, 16, c, true, false));
            }
        }
        if (name.equals(DEFAULT)) {
            return new Microphone("the default microphone", null, formats);
        }
        Mixer.Info found = mixers().stream()
                .filter(info -> lower(info.getName()).contains(lower(name)))
                .findFirst()
                .orElseThrow(() -> unreadable("no microphone's name contains '" + name + "', found " + names(), null));
        return new Microphone(found.getName(), found, formats);
    }

    @Override
    public void open() {
        opened.set(openLine());
    }

    @Override
    public void close() {
        TargetDataLine line = opened.getAndSet(null);
        if (line != null) {
            line.close();
        }
    }

    @Override
    public void pump(CryStream stream, BooleanSupplier stopped) {
        try (TargetDataLine line = opened.getAndSet(null)) {
            if (line != null) {
                listen(line, stream, stopped);
            }
        }
        while (!stopped.getAsBoolean()) {
            stream.deviceLost(name + " delivers nothing any more");
            Optional<TargetDataLine> again = reopen(stopped);
            if (again.isPresent()) {
                try (TargetDataLine line = again.get()) {
                    listen(line, stream, stopped);
                }
            }
        }
    }

    private void listen(TargetDataLine line, CryStream stream, BooleanSupplier stopped) {
        AudioFormat format = line.getFormat();
        double bytesPerSecond = format.getFrameRate() * format.getFrameSize();
        byte[] chunk = new byte[bytes(format, CHUNK_SECONDS)];
        stream.format((int) format.getSampleRate(), format.getChannels());
        line.start();
        double lastHeard = now();
        while (!stopped.getAsBoolean() && line.isOpen() && now() - lastHeard < SILENT_SECONDS) {
            // Never more than is there: a read that waits cannot be told from one that waits for ever.
            int available = line.available();
            int read = available < format.getFrameSize() ? 0 : line.read(chunk, 0, Math.min(chunk.length, available));
            if (read <= 0) {
                pause(POLL_MILLIS);
                continue;
            }
            lastHeard = now();
            double captured = lastHeard - (read + line.available()) / bytesPerSecond;
            origin = Double.isNaN(origin) ? captured : origin;
            stream.clock(captured - origin);
            stream.push(chunk, 0, read);
        }
    }

    private TargetDataLine openLine() {
        if (mixer == null && mixers().isEmpty()) {
            throw unreadable("cannot listen to " + name + ": none was found", null);
        }
        @Nullable Exception reason = null;
        AudioFormat wanted = formats.get(0);
        for (AudioFormat format : formats) {
            DataLine.Info info = new DataLine.Info(TargetDataLine.class, format);
            try {
                Line found = mixer == null
                        ? AudioSystem.getLine(info)
                        : AudioSystem.getMixer(mixer).getLine(info);
                TargetDataLine line = (TargetDataLine) found;
                line.open(format, bytes(format, BUFFER_SECONDS));
                return line;
            } catch (LineUnavailableException | IllegalArgumentException | SecurityException e) {
                // That somebody else has it says more than that it does not have this format.
                if (reason == null
                        || e instanceof LineUnavailableException && !(reason instanceof LineUnavailableException)) {
                    reason = e;
                    wanted = format;
                }
            }
        }
        int others = formats.size() - 1;
        throw unreadable(
                "cannot listen to " + name + " (" + wanted
                        + (others > 0 ? ", nor in " + others + " other formats" : "") + "): "
                        + (reason == null ? "" : reason.getMessage()),
                reason);
    }

    private Optional<TargetDataLine> reopen(BooleanSupplier stopped) {
        while (!stopped.getAsBoolean()) {
            try {
                return Optional.of(openLine());
            } catch (CryException e) {
                pause(RETRY_MILLIS);
            }
        }
        return Optional.empty();
    }

    private static List<Mixer.Info> mixers() {
        Line.Info capture = new Line.Info(TargetDataLine.class);
        return Arrays.stream(AudioSystem.getMixerInfo())
                .filter(info -> AudioSystem.getMixer(info).isLineSupported(capture))
                .toList();
    }

    private static int bytes(AudioFormat format, double seconds) {
        int instants = (int) (seconds * format.getFrameRate());
        return instants * format.getFrameSize();
    }

    private static double now() {
        return System.nanoTime() / 1e9;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static CryException unreadable(String message, @Nullable Exception cause) {
        String whole = message + "; --list-devices shows what there is";
        return cause == null
                ? new CryException(CryErrorCode.AUDIO_UNREADABLE, whole)
                : new CryException(CryErrorCode.AUDIO_UNREADABLE, whole, cause);
    }
}
