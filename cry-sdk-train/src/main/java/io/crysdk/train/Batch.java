package io.crysdk.train;

/**
 * Patches to learn from in one step, with what is known of each.
 *
 * @param patches [N][96][64] log-mel
 * @param gate [N] 1 for a cry, 0 for another sound, between where a parent has its say, NaN where nobody knows or it is
 *     not to be learnt
 * @param reasons [N][K] class weight at the label, all zero where there is none
 * @param sounds [N][S] a teacher's probabilities, each from 0 to 1; a row that begins with NaN says nothing; empty where
 *     there is no teacher
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on inside this package, never compared.
record Batch(float[] patches, float[] gate, float[] reasons, float[] sounds) {
    int size() {
        return gate.length;
    }
}
