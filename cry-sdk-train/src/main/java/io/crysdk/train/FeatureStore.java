package io.crysdk.train;

import io.crysdk.AudioClip;
import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.dsp.LogMelExtractor;
import io.crysdk.dsp.Signal;
import io.crysdk.dsp.WindowReader;
import io.crysdk.onnx.ModelContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Features of recordings, computed once by the decoders and the front end that inference uses, and kept on disk.
 *
 * <p>A file is named by a digest of the audio's bytes, the feature version and the front end's settings, so that a
 * changed recording or another front end never meets old features.
 *
 * <p>Any number of threads, and of processes, may share a folder: files are written aside, then moved.
 *
 * @since 0.1.0
 */
public final class FeatureStore {
    private static final Logger LOG = LoggerFactory.getLogger(FeatureStore.class);

    private final Path folder;
    private final FrontEndSettings settings;

    /**
     * Creates a store.
     *
     * @param folder where features are kept; made when needed
     * @param settings the front end's
     */
    public FeatureStore(Path folder, FrontEndSettings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Loads every usable recording. */
    List<Clip> load(Manifest manifest) throws IOException {
        List<Manifest.Entry> entries =
                manifest.entries().stream().filter(Manifest.Entry::usable).toList();
        List<Clip> clips = new ArrayList<>(entries.size());
        FrontEnd frontEnd = everyFrame(settings);
        // The hop cuts windows out of frames and is none of the features' business.
        FrontEndSettings key = frontEnd.settings();
        long computed = 0;
        for (Manifest.Entry entry : entries) {
            byte[] audio = Files.readAllBytes(entry.file());
            String sha = Digests.sha256(audio);
            Path cached = folder.resolve(Digests.sha256(sha + " " + ModelContract.FEATURES + " " + key) + ".f32");
            float[] logMel;
            if (Files.exists(cached)) {
                logMel = read(cached);
            } else {
                logMel = frames(new Stretch(samples(entry.file())), frontEnd);
                float[] computedNow = logMel;
                WriteAside.write(cached, aside -> write(aside, computedNow));
                if (++computed % 200 == 0) {
                    LOG.info("features: {} of {} recordings", clips.size() + 1, entries.size());
                }
            }
            clips.add(new Clip(entry, logMel, sha));
        }
        LOG.info("{} recordings, features of {} computed now", clips.size(), computed);
        return clips;
    }

    /** The samples of a file at 16 kHz. */
    static double[] samples(Path file) {
        Signal signal = Signal.of(AudioClip.read(file));
        double[] samples = new double[signal.length()];
        signal.read(0, samples, 0, samples.length);
        return samples;
    }

    /** A front end for {@link #frames}: its windows meet each frame once, and the last of them a few twice. */
    static FrontEnd everyFrame(FrontEndSettings settings) {
        return new FrontEnd(new FrontEndSettings(
                settings.preEmphasis(), settings.zScore(), settings.shortClip(), LogMelExtractor.PATCH_FRAMES));
    }

    /** [frames][64] log-mel of a signal as inference would have it, one patch or more. */
    static float[] frames(Signal signal, FrontEnd everyFrame) {
        int frames = Math.max(LogMelExtractor.frames(signal.length()), LogMelExtractor.PATCH_FRAMES);
        float[] out = new float[frames * LogMelExtractor.BANDS];
        float[] window = new float[LogMelExtractor.PATCH_FRAMES * LogMelExtractor.BANDS];
        try (WindowReader reader = everyFrame.open(signal)) {
            for (int w = 0; w < reader.windows(); w++) {
                reader.read(window, 0, 1);
                int start = FrontEnd.startFrame(w, frames, LogMelExtractor.PATCH_FRAMES);
                System.arraycopy(window, 0, out, start * LogMelExtractor.BANDS, window.length);
            }
        }
        return out;
    }

    private static float[] read(Path file) throws IOException {
        FloatBuffer floats = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return values;
    }

    private static void write(Path file, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(file, bytes.array());
    }
}
