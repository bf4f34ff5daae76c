package io.crysdk.train.judge;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One run over all folds.
 *
 * @param seed the seed of its networks
 * @param clips every recording once, each judged by the network that had not heard it
 * @param noisy by signal-to-noise ratio in dB: the same cries with other held-out sounds mixed in; may be empty
 */
public record GateRun(long seed, List<GateScore> clips, SortedMap<Integer, List<GateScore>> noisy) {
    /** Creates a run. */
    public GateRun {
        clips = List.copyOf(clips);
        SortedMap<Integer, List<GateScore>> copy = new TreeMap<>();
        noisy.forEach((db, scores) -> copy.put(db, List.copyOf(scores)));
        noisy = Collections.unmodifiableSortedMap(copy);
    }
}
