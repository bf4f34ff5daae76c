package io.crysdk.train;

import io.crysdk.dsp.LogMelExtractor;

/**
 * A recording with its features.
 *
 * @param entry what the manifest says of it
 * @param logMel [frames][64], at least one patch long
 * @param sha256 the digest of the audio file
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
record Clip(Manifest.Entry entry, float[] logMel, String sha256) {
    private static final int FRAME_SAMPLES = 400;
    private static final int HOP_SAMPLES = 160;

    int frames() {
        return logMel.length / LogMelExtractor.BANDS;
    }

    boolean cry() {
        return entry.cry() == Manifest.Cry.YES;
    }

    /** How many samples of crying the patch that begins at a frame hears: all of them where no segments are given. */
    int overlap(int startFrame) {
        int from = startFrame * HOP_SAMPLES;
        int to = from + (LogMelExtractor.PATCH_FRAMES - 1) * HOP_SAMPLES + FRAME_SAMPLES;
        if (entry.segments().isEmpty()) {
            return to - from;
        }
        int heard = 0;
        int counted = from;
        for (Manifest.Span span : entry.segments()) {
            // Segments may overlap: nothing is counted twice.
            int start = Math.max(counted, span.start());
            int end = Math.min(to, span.end());
            if (end > start) {
                heard += end - start;
                counted = end;
            }
        }
        return heard;
    }
}
