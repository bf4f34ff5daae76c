package io.crysdk.dsp;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a signal into cry units, by rule: what a baby lets out with one breath. Samples are pushed as they come, in
 * pieces of any size, and units come out in order; how the signal was cut into pieces changes nothing, not even a bit.
 *
 * <p><b>The rule.</b> The signal is band-passed to 200 to 3500 Hz and looked at in frames of 40 ms, one every 10 ms. A
 * frame is <i>active</i> if its level passes -55 dBFS, the 95th percentile of the levels around it less 30 dB, and either
 * the 10th percentile by 6 dB or the 95th less 10 dB. It is <i>voiced</i> if it is active, its normalised autocorrelation passes 0.45 and its pitch is 200 to 1000
 * Hz; it is <i>cry-like</i> if that is 0.6 and 250 to 700 Hz. Voiced frames with gaps of at most 100 ms are a run. A run
 * of more than 2.5 s is split before its quietest frame, 0.3 s from either end at least, and so are the parts. What
 * lasts 18 frames or more, two fifths of them cry-like, is a unit. It begins where its first frame does and ends where
 * its last one does, but of two parts the first ends where the second begins.
 *
 * <p>"Around it" is from 10 s before the frame to the <i>look-ahead</i> after it, as far as the signal goes. So the
 * units of a run come out when the signal has gone on past the run's end for the look-ahead and 0.11 s, or ends. Where
 * a run goes on for more than 4 s, a unit is split off before the quietest frame of its first 2.5 s; so none comes out
 * later than the look-ahead and 4.15 s after it began.
 *
 * <p>By the rule alone, singing and some animals are cut into units too, and tones above 1000 Hz are taken for a
 * fraction of what they are, as very shrill cries are. A model's gate can tell them: see
 * {@link UnitGate}, and for units out of a stream {@link CryUnit#withCryProbability}.
 *
 * <p><b>Threads and memory.</b> For one thread. Some 110 kB, whatever the length of the signal; after warming up, only
 * units are allocated.
 *
 * @since 0.1.0
 */
public final class CrySegmenter {
    /**
     * The look-ahead unless another is asked for: 4 s. A shorter one brings units sooner, with less known of how loud the
     * signal is.
     */
    public static final Duration DEFAULT_LOOK_AHEAD = Duration.ofSeconds(4);

    /** The longest look-ahead: 5 s. */
    public static final Duration LONGEST_LOOK_AHEAD = Duration.ofSeconds(5);

    private static final int HOP = 160;
    private static final int FRAME = PitchMeter.FRAME;
    private static final int HOPS_PER_FRAME = FRAME / HOP;
    /** Where one unit ends and the next begins, counted from the next one's frame: the middle of what both cover. */
    private static final int SEAM = (FRAME - HOP) / 2;

    /** -55 dBFS; also what the band-passed hum and hiss of a quiet room stay under. */
    private static final double LEAST_LEVEL = -55.0;

    private static final double ABOVE_QUIET = 6.0;
    private static final double BELOW_LOUD = 30.0;
    /** Without this, crying that hardly pauses would be its own background. */
    private static final double AMONG_LOUD = 10.0;

    private static final double VOICED = 0.45;
    private static final double CRY_LIKE = 0.6;
    /** Whole samples of the shortest and longest period that may be voiced: 1000 and 200 Hz. */
    private static final int VOICED_SHORTEST = 16;

    private static final int VOICED_LONGEST = 80;
    /** The same for cry-like: 696 and 250 Hz. */
    private static final int CRY_SHORTEST = 23;

    private static final int CRY_LONGEST = 64;

    private static final int SHORTEST_UNIT = 18;
    /** 247 frames last 2.5 s. */
    private static final int LONGEST_UNIT = 247;

    private static final int LONGEST_GAP = 10;
    private static final int SPLIT_MARGIN = 30;
    private static final int LONGEST_RUN = 400;
    private static final int LOOK_BACK = 1000;

    /** Frames that are remembered: a power of two that holds the look-back, and the longest run with its gap, beside the look-ahead. */
    private static final int MEMORY = 2048;

    private static final int READ_AT_ONCE = 100 * HOP;
    /** What a gate hears before and after a unit, beyond what it needs for one window: 0.2 s. */
    private static final int AROUND_UNIT = 3200;
    /** 12 s: a unit comes out 8.2 s after its run began at the latest, and what is read at once and around it is 1.6 s. */
    private static final int LATEST = 12 * LogMelExtractor.SAMPLE_RATE;

    private final Consumer<? super CryUnit> sink;
    private final int lookAhead;
    private final BandPass bandPass = new BandPass();
    private final PitchMeter pitchMeter = new PitchMeter();
    private final LevelHistogram levelsAround = new LevelHistogram();

    private final double[] hop = new double[HOP];
    private int hopFill;
    private long hops;
    /** The last frame's worth of band-passed samples; the oldest hop's place is the next one's. */
    private final double[] recent = new double[FRAME];

    /** Mean squares of hops, as they were and band-passed. */
    private final double[] power = new double[MEMORY];

    private final double[] bandPower = new double[MEMORY];
    private final double[] level = new double[MEMORY];
    private final double[] periodicity = new double[MEMORY];
    private final int[] lag = new int[MEMORY];
    private final double[] pitch = new double[MEMORY];
    private final boolean[] voiced = new boolean[MEMORY];
    private final boolean[] cryLike = new boolean[MEMORY];
    private final double[] pitches = new double[LONGEST_UNIT];

    private long frames;
    private long judged;
    /** The run that is open, or -1. */
    private long runStart;

    private long lastVoiced;
    /** Whether the open run goes on from a unit that was split off. */
    private boolean continued;

    /** Receives the pitch of each frame, if that is asked for. */
    private double @Nullable [] track;

    /**
     * Creates a segmenter at the beginning of a signal, with the default look-ahead.
     *
     * @param sink receives the units in order, on the thread that pushes; it must not throw
     */
    public CrySegmenter(Consumer<? super CryUnit> sink) {
        this(sink, DEFAULT_LOOK_AHEAD);
    }

    /**
     * Creates a segmenter at the beginning of a signal.
     *
     * @param sink receives the units in order, on the thread that pushes; it must not throw
     * @param lookAhead how far the signal is heard before a frame is judged, 0 to 5 s; what does not fill 10 ms is left
     *     out
     * @throws IllegalArgumentException if it is outside that
     */
    public CrySegmenter(Consumer<? super CryUnit> sink, Duration lookAhead) {
        this.sink = Objects.requireNonNull(sink, "sink");
        if (lookAhead.isNegative() || lookAhead.compareTo(LONGEST_LOOK_AHEAD) > 0) {
            throw new IllegalArgumentException("a look-ahead is 0 to 5 s, found " + lookAhead);
        }
        this.lookAhead = (int) (lookAhead.toMillis() * LogMelExtractor.SAMPLE_RATE / 1000 / HOP);
        restart();
    }

    /**
     * Cuts a whole clip of any rate and channel count, by the rule alone.
     *
     * @param clip the clip; neither kept nor changed
     * @return its units in order, at times of the clip
     * @throws CryException as for {@link #push(double[], int, int)} and {@link Signal#of(AudioClip)}
     */
    public static List<CryUnit> units(AudioClip clip) {
        return units(Signal.of(clip));
    }

    /**
     * Cuts a whole signal by the rule alone, reading it once and forwards: memory does not grow with its
     * length.
     *
     * @param signal the signal
     * @return its units in order, at times of the signal; those of a file are {@link FileSignal#offsetSeconds} later
     * @throws CryException as for {@link #push(double[], int, int)}, or what reading the signal throws
     */
    public static List<CryUnit> units(Signal signal) {
        List<CryUnit> units = new ArrayList<>();
        read(signal, new CrySegmenter(units::add));
        return units;
    }

    /**
     * Cuts a whole clip of any rate and channel count, and asks of each unit whether it is a cry.
     *
     * @param clip the clip; neither kept nor changed
     * @param gate is asked once for each unit, in order
     * @return its units in order, at times of the clip, those that the gate holds improbable among them, each with what the
     *     gate said
     * @throws CryException as for {@link #units(AudioClip)}, or what the gate throws
     */
    public static List<CryUnit> units(AudioClip clip, UnitGate gate) {
        return units(Signal.of(clip), gate);
    }

    /**
     * Cuts a whole signal, and asks of each unit whether it is a cry, reading the signal once and forwards.
     *
     * @param signal the signal
     * @param gate is asked once for each unit, in order, while the signal is being read
     * @return its units in order, those that the gate holds improbable among them, each with what the gate said; at times of
     *     the signal, as for {@link #units(Signal)}
     * @throws CryException as for {@link #units(Signal)}, or what the gate throws
     */
    public static List<CryUnit> units(Signal signal, UnitGate gate) {
        Objects.requireNonNull(gate, "gate");
        List<CryUnit> judged = new ArrayList<>();
        List<CryUnit> found = new ArrayList<>();
        LatestSamples latest = new LatestSamples(Math.min(signal.length(), LATEST));
        read(signal, new CrySegmenter(found::add), (samples, count) -> {
            latest.add(samples, count);
            for (CryUnit unit : found) {
                AudioClip sound = surroundings(latest, signal.length(), unit);
                judged.add(unit.withCryProbability(gate.cryProbability(sound)));
            }
            found.clear();
        });
        return judged;
    }

    /**
     * Follows the pitch of a whole clip of any rate and channel count.
     *
     * @param clip the clip; neither kept nor changed
     * @return in Hz, one value for each frame of 40 ms that fits, one every 10 ms; not a number where it is not voiced
     * @throws CryException as for {@link #units(AudioClip)}
     */
    public static double[] pitchTrack(AudioClip clip) {
        return pitchTrack(Signal.of(clip));
    }

    /**
     * Follows the pitch of a whole signal, reading it once and forwards.
     *
     * @param signal the signal
     * @return as for {@link #pitchTrack(AudioClip)}; of an hour, 2.9 MB
     * @throws CryException as for {@link #units(Signal)}
     */
    public static double[] pitchTrack(Signal signal) {
        double[] track = new double[Math.max(0, signal.length() / HOP - HOPS_PER_FRAME + 1)];
        CrySegmenter segmenter = new CrySegmenter(unit -> {});
        segmenter.track = track;
        read(signal, segmenter);
        return track;
    }

    /** Called after each piece has been pushed, and once more, with no samples, after the end. */
    private interface Listener {
        void read(double[] samples, int count);
    }

    private static void read(Signal signal, CrySegmenter segmenter) {
        read(signal, segmenter, (samples, count) -> {});
    }

    private static void read(Signal signal, CrySegmenter segmenter, Listener listener) {
        double[] samples = new double[Math.min(READ_AT_ONCE, signal.length())];
        int count;
        for (int from = 0; from < signal.length(); from += count) {
            count = Math.min(samples.length, signal.length() - from);
            signal.read(from, samples, 0, count);
            segmenter.push(samples, 0, count);
            listener.read(samples, count);
        }
        segmenter.finish();
        listener.read(samples, 0);
    }

    private static AudioClip surroundings(LatestSamples latest, int length, CryUnit unit) {
        long start = unit.startSample();
        long end = unit.endSample();
        long around = AROUND_UNIT + Math.max(0, LogMelExtractor.PATCH_SAMPLES - (end - start) + 1) / 2;
        float[] samples = latest.between(Math.max(0, start - around), Math.min(length, end + around));
        return AudioClip.of(samples, LogMelExtractor.SAMPLE_RATE, 1);
    }

    /**
     * Takes the next samples of the signal.
     *
     * @param samples mono, 16 kHz, full scale -1 to 1; read only
     * @param offset where they begin
     * @param count how many there are, 0 or more
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO} if a sample is not finite or beyond
     *     {@value io.crysdk.CryClassifier#MAX_PEAK} times full scale; none of these samples has been taken then
     * @throws IndexOutOfBoundsException if the samples reach beyond their array
     */
    public void push(double[] samples, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, samples.length);
        for (int i = offset; i < offset + count; i++) {
            check(samples[i]);
        }
        for (int done = 0; done < count; ) {
            int piece = Math.min(count - done, HOP - hopFill);
            System.arraycopy(samples, offset + done, hop, hopFill, piece);
            done += piece;
            advance(piece);
        }
    }

    /**
     * Takes the next samples of the signal, each widened to the double of the same value.
     *
     * @param samples mono, 16 kHz, full scale -1 to 1; read only
     * @param offset where they begin
     * @param count how many there are, 0 or more
     * @throws CryException {@link CryErrorCode#INVALID_AUDIO} if a sample is not finite or beyond
     *     {@value io.crysdk.CryClassifier#MAX_PEAK} times full scale; none of these samples has been taken then
     * @throws IndexOutOfBoundsException if the samples reach beyond their array
     */
    public void push(float[] samples, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, samples.length);
        for (int i = offset; i < offset + count; i++) {
            check(samples[i]);
        }
        for (int done = 0; done < count; ) {
            int piece = Math.min(count - done, HOP - hopFill);
            for (int i = 0; i < piece; i++) {
                hop[hopFill + i] = samples[offset + done + i];
            }
            done += piece;
            advance(piece);
        }
    }

    /** Hands over the units that are left: the signal is at its end. What is pushed then begins another signal, at 0. */
    public void finish() {
        while (judged < frames) {
            judge();
        }
        if (runStart >= 0) {
            closeRun();
        }
        restart();
    }

    private void restart() {
        bandPass.restart();
        levelsAround.clear();
        hopFill = 0;
        hops = 0;
        frames = 0;
        judged = 0;
        runStart = -1;
        lastVoiced = -1;
        continued = false;
    }

    private static void check(double sample) {
        if (!(Math.abs(sample) <= CryClassifier.MAX_PEAK)) {
            throw new CryException(
                    CryErrorCode.INVALID_AUDIO,
                    "expected finite samples with full scale 1, found " + sample
                            + (Double.isFinite(sample) ? ": divide integers by their full scale" : ""));
        }
    }

    private void advance(int samples) {
        hopFill += samples;
        if (hopFill == HOP) {
            hopFill = 0;
            addHop();
        }
    }

    private void addHop() {
        int at = index(hops);
        power[at] = meanSquare(hop);
        bandPass.filter(hop, 0, HOP);
        bandPower[at] = meanSquare(hop);
        System.arraycopy(hop, 0, recent, (int) (hops % HOPS_PER_FRAME) * HOP, HOP);
        hops++;
        if (hops >= HOPS_PER_FRAME) {
            addFrame();
        }
    }

    private void addFrame() {
        int at = index(frames);
        double sum = 0.0;
        for (int i = 0; i < HOPS_PER_FRAME; i++) {
            sum += bandPower[index(frames + i)];
        }
        level[at] = decibels(sum / HOPS_PER_FRAME);
        periodicity[at] = 0.0;
        if (level[at] > LEAST_LEVEL) {
            pitchMeter.measure(recent, (int) (hops % HOPS_PER_FRAME) * HOP);
            periodicity[at] = pitchMeter.periodicity();
            lag[at] = pitchMeter.lag();
            pitch[at] = pitchMeter.pitch();
        }
        levelsAround.add(level[at]);
        frames++;
        if (frames - judged > lookAhead) {
            judge();
        }
    }

    /** Decides on the next frame, and on what follows from it. */
    private void judge() {
        long frame = judged++;
        if (frame > LOOK_BACK) {
            levelsAround.remove(level[index(frame - LOOK_BACK - 1)]);
        }
        int at = index(frame);
        double quiet = levelsAround.percentile(0.10);
        double loud = levelsAround.percentile(0.95);
        boolean active = level[at] > LEAST_LEVEL
                && level[at] > loud - BELOW_LOUD
                && (level[at] > quiet + ABOVE_QUIET || level[at] > loud - AMONG_LOUD);
        voiced[at] = active && periodicity[at] > VOICED && lag[at] >= VOICED_SHORTEST && lag[at] <= VOICED_LONGEST;
        cryLike[at] = active && periodicity[at] > CRY_LIKE && lag[at] >= CRY_SHORTEST && lag[at] <= CRY_LONGEST;
        if (track != null) {
            track[(int) frame] = voiced[at] ? pitch[at] : Double.NaN;
        }
        if (voiced[at]) {
            runStart = runStart < 0 ? frame : runStart;
            lastVoiced = frame;
            if (frame - runStart >= LONGEST_RUN) {
                long cut = quietest(runStart + SPLIT_MARGIN, runStart + LONGEST_UNIT);
                emit(runStart, cut - 1, continued, true);
                runStart = cut;
                continued = true;
            }
        } else if (runStart >= 0 && frame - lastVoiced > LONGEST_GAP) {
            closeRun();
        }
    }

    private void closeRun() {
        split(runStart, lastVoiced, continued, false);
        runStart = -1;
        continued = false;
    }

    /** Hands over the frames {@code first} to {@code last}, in parts if need be. */
    private void split(long first, long last, boolean afterSeam, boolean beforeSeam) {
        if (last - first < LONGEST_UNIT) {
            emit(first, last, afterSeam, beforeSeam);
            return;
        }
        long cut = quietest(first + SPLIT_MARGIN, last - SPLIT_MARGIN);
        split(first, cut - 1, afterSeam, true);
        split(cut, last, true, beforeSeam);
    }

    private long quietest(long first, long last) {
        long quietest = first;
        for (long frame = first + 1; frame <= last; frame++) {
            quietest = level[index(frame)] < level[index(quietest)] ? frame : quietest;
        }
        return quietest;
    }

    private void emit(long first, long last, boolean afterSeam, boolean beforeSeam) {
        int length = (int) (last - first + 1);
        int crying = 0;
        int voices = 0;
        for (long frame = first; frame <= last; frame++) {
            int at = index(frame);
            crying += cryLike[at] ? 1 : 0;
            if (voiced[at]) {
                pitches[voices++] = pitch[at];
            }
        }
        if (length < SHORTEST_UNIT || 5 * crying < 2 * length) {
            return;
        }
        double sum = 0.0;
        for (long i = first; i < last + HOPS_PER_FRAME; i++) {
            sum += power[index(i)];
        }
        Arrays.sort(pitches, 0, voices);
        sink.accept(new CryUnit(
                first * HOP + (afterSeam ? SEAM : 0),
                last * HOP + (beforeSeam ? HOP + SEAM : FRAME),
                pitchAt(0.5, voices),
                pitchAt(0.1, voices),
                pitchAt(0.9, voices),
                decibels(sum / (length - 1 + HOPS_PER_FRAME)),
                (double) crying / length,
                OptionalDouble.empty()));
    }

    private double pitchAt(double share, int voices) {
        double rank = share * (voices - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, voices - 1);
        return pitches[below] + (rank - below) * (pitches[above] - pitches[below]);
    }

    private static double meanSquare(double[] samples) {
        double sum = 0.0;
        for (double sample : samples) {
            sum += sample * sample;
        }
        return sum / samples.length;
    }

    private static double decibels(double meanSquare) {
        return 10.0 * StrictMath.log10(meanSquare);
    }

    private static int index(long frame) {
        return (int) (frame & MEMORY - 1);
    }
}
