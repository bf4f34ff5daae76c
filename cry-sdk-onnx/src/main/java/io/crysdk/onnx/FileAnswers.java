package io.crysdk.onnx;

import io.crysdk.AudioTrack;
import io.crysdk.CryResult;
import io.crysdk.CryWindow;
import io.crysdk.dsp.FileSignal;
import io.crysdk.dsp.LogMelExtractor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says in an answer what is known of the file behind the samples. */
final class FileAnswers {
    /** A window's last sample lies before its end, and so before whatever the file has there. */
    private static final double HALF_SAMPLE = 0.5 / LogMelExtractor.SAMPLE_RATE;

    private FileAnswers() {}

    /** The answer with the decoder's warnings before its own. */
    static CryResult warned(CryResult result, List<String> warnings) {
        return warnings.isEmpty() ? result : with(result, result.windows(), warnings, result.track());
    }

    /** The answer with the file's track and warnings, and the windows at the file's times. */
    static CryResult placed(CryResult result, FileSignal signal) {
        List<CryWindow> windows = new ArrayList<>(result.windows().size());
        for (CryWindow window : result.windows()) {
            double start = window.startSeconds() + signal.offsetSeconds(window.startSeconds());
            double end = window.endSeconds() + signal.offsetSeconds(window.endSeconds() - HALF_SAMPLE);
            windows.add(new CryWindow(start, end, window.cryProbability(), window.scores()));
        }
        return with(result, windows, signal.warnings(), Optional.of(signal.track()));
    }

    private static CryResult with(
            CryResult result, List<CryWindow> windows, List<String> warnings, Optional<AudioTrack> track) {
        List<String> all = new ArrayList<>(warnings);
        all.addAll(result.warnings());
        return new CryResult(
                result.outcome(),
                result.reason(),
                result.scores(),
                result.cryProbability(),
                windows,
                result.quality(),
                all,
                result.model(),
                track);
    }
}
