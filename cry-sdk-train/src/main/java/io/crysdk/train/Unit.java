package io.crysdk.train;

import io.crysdk.dsp.LogMelExtractor;

/**
 * One stretch of crying, cut and heard by itself.
 *
 * @param id the recording and where in it, once in a list
 * @param path of the file that it was cut from, as in the manifest
 * @param recording what that file is, or was cut from
 * @param group who is heard
 * @param label the index of its reason
 * @param logMel [frames][64], one patch or more, as inference would have it of a clip that is no more than this
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
record Unit(String id, String path, String recording, String group, int label, float[] logMel) {
    int frames() {
        return logMel.length / LogMelExtractor.BANDS;
    }

    Unit copy(String newId, float[] newLogMel) {
        return new Unit(newId, path, recording, group, label, newLogMel);
    }

    Unit withLabel(int newLabel) {
        return new Unit(id, path, recording, group, newLabel, logMel);
    }
}
