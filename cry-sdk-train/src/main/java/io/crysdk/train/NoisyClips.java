package io.crysdk.train;

import io.crysdk.dsp.FrontEnd;
import io.crysdk.dsp.FrontEndSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Held-out cries with other held-out sounds over them, mixed sample by sample: every cry with one other sound, the same
 * at every signal-to-noise ratio.
 *
 * <p>The ratio is that of mean squares over the whole recording. A sound that is shorter than the cry begins again, a
 * longer one is cut; silence on either side leaves the cry as it is.
 */
final class NoisyClips {
    /** From louder than the cry to hardly heard, in dB. */
    static final List<Integer> LEVELS = List.of(-5, 0, 5, 10, 15, 20);

    private NoisyClips() {}

    /** Judges all cries among the clips at all levels. */
    static SortedMap<Integer, List<ClipScore>> score(
            Scorer.Network network, List<Clip> held, FrontEndSettings settings, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Clip> others = held.stream().filter(c -> !c.cry()).toList();
        FrontEnd frontEnd = FeatureStore.everyFrame(settings);
        SortedMap<Integer, List<ClipScore>> scores = new TreeMap<>();
        for (Clip clip : held) {
            if (!clip.cry() || others.isEmpty()) {
                continue;
            }
            double[] cry = FeatureStore.samples(clip.entry().file());
            double[] other = FeatureStore.samples(
                    others.get(random.nextInt(others.size())).entry().file());
            List<Clip> mixed = new ArrayList<>();
            for (int db : LEVELS) {
                Stretch signal = new Stretch(mix(cry, other, db));
                mixed.add(new Clip(clip.entry(), FeatureStore.frames(signal, frontEnd), clip.sha256()));
            }
            List<ClipScore> own = Scorer.score(network, mixed, settings.hopFrames());
            for (int i = 0; i < own.size(); i++) {
                scores.computeIfAbsent(LEVELS.get(i), db -> new ArrayList<>()).add(own.get(i));
            }
        }
        return scores;
    }

    /** The cry with the other sound under it. */
    static double[] mix(double[] cry, double[] other, double snrDb) {
        double[] mixed = cry.clone();
        double signal = 0.0;
        double noise = 0.0;
        for (int i = 0; i < cry.length; i++) {
            signal += cry[i] * cry[i];
            noise += other[i % other.length] * other[i % other.length];
        }
        if (!(signal > 0.0) || !(noise > 0.0)) {
            return mixed;
        }
        double gain = Math.sqrt(signal / noise * Math.pow(10.0, -snrDb / 10.0));
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] += gain * other[i % other.length];
        }
        return mixed;
    }
}
