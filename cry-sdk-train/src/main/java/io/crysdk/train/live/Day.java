package io.crysdk.train.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A simulated day, or any other time: the noise of a room, whose level changes every ten minutes; other sounds and
 * voices, of which there are one in two minutes, one in twenty seconds or one in six seconds on average, an hour of each
 * in turn; and bouts of crying, one every twenty minutes on average, each of one to six recordings of one baby with pauses
 * for breath between them. Mono, 16 kHz. The same seed makes the same day.
 *
 * <p>Made as it is listened to, so a day takes no more room than a minute.
 */
final class Day {
    static final int RATE = 16_000;
    private static final double[] SECONDS_BETWEEN_SOUNDS = {120.0, 20.0, 6.0};
    private static final double SECONDS_BETWEEN_BOUTS = 20 * 60.0;
    private static final double LEAST_BETWEEN_BOUTS = 60.0;
    private static final int NOISE_STEP = 600 * RATE;

    /**
     * A bout of crying.
     *
     * @param start its first cry's first sample
     * @param end after its last cry's last sample
     * @param levelDbfs of its cries
     * @param aboveNoise how far that lies above the room's noise, in dB
     * @param recordings how many recordings it is made of
     */
    record Bout(long start, long end, double levelDbfs, double aboveNoise, int recordings) {}

    /** A recording that is being played, with what is to be multiplied. */
    private record Played(long start, Recording recording, double gain) {}

    private record Sound(long end, String kind) {}

    private final SplittableRandom random;
    private final List<Recording> sounds;
    private final List<List<Recording>> babies;
    private final float[] noise;

    private final ArrayDeque<Played> coming = new ArrayDeque<>();
    private final List<Played> playing = new ArrayList<>();
    private final List<Bout> bouts = new ArrayList<>();
    private final TreeMap<Long, Sound> heard = new TreeMap<>();
    private long position;
    private long nextSound;
    private long nextBout;
    private double noiseDbfs;
    private double noiseGain;
    private long nextNoise;

    Day(List<Recording> cries, List<Recording> sounds, long seed) {
        this.random = new SplittableRandom(seed);
        this.sounds = List.copyOf(sounds);
        this.babies = List.copyOf(cries.stream()
                .collect(Collectors.groupingBy(
                        recording -> recording.entry().group(), TreeMap::new, Collectors.toList()))
                .values());
        this.noise = noise(random);
        this.nextSound = after(SECONDS_BETWEEN_SOUNDS[0]);
        this.nextBout = after(SECONDS_BETWEEN_BOUTS);
    }

    List<Bout> bouts() {
        return bouts;
    }

    long position() {
        return position;
    }

    /** The kind of sound that began last and was still to be heard a second before some time. */
    String sound(double seconds) {
        long at = (long) (seconds * RATE);
        Map.Entry<Long, Sound> last = heard.floorEntry(at);
        return last == null || last.getValue().end + RATE < at ? "noise alone" : last.getValue().kind;
    }

    /** Makes the next samples. */
    void next(float[] out, int count) {
        int done = 0;
        while (done < count) {
            plan();
            // What is planned changes the sound where it is planned, however the day is cut into pieces.
            long planned = Math.min(nextNoise, Math.min(nextSound, nextBout));
            int piece = (int) Math.min(count - done, planned - position);
            make(out, done, piece);
            done += piece;
        }
    }

    private void make(float[] out, int offset, int count) {
        for (int i = 0; i < count; i++) {
            out[offset + i] = (float) (noiseGain * noise[(int) ((position + i) % noise.length)]);
        }
        while (!coming.isEmpty() && coming.getFirst().start < position + count) {
            playing.add(coming.removeFirst());
        }
        for (Played played : playing) {
            short[] samples = played.recording.samples();
            long from = Math.max(position, played.start);
            long to = Math.min(position + count, played.start + samples.length);
            for (long t = from; t < to; t++) {
                out[(int) (t - position) + offset] += (float) (played.gain * samples[(int) (t - played.start)]);
            }
        }
        position += count;
        playing.removeIf(played -> played.start + played.recording.samples().length <= position);
        for (int i = offset; i < offset + count; i++) {
            out[i] = Math.max(-1.0f, Math.min(1.0f, out[i]));
        }
    }

    private void plan() {
        while (position == nextNoise) {
            noiseDbfs = random.nextDouble(-75.0, -45.0);
            noiseGain = decibels(noiseDbfs);
            nextNoise += NOISE_STEP;
        }
        while (position == nextSound) {
            play(nextSound, sounds.get(random.nextInt(sounds.size())), random.nextDouble(-45.0, -14.0));
            nextSound += after(SECONDS_BETWEEN_SOUNDS[(int) (position / (3600L * RATE) % 3)]);
        }
        while (position == nextBout) {
            nextBout = bout(nextBout) + RATE * (long) LEAST_BETWEEN_BOUTS + after(SECONDS_BETWEEN_BOUTS);
        }
    }

    private long bout(long start) {
        List<Recording> baby = babies.get(random.nextInt(babies.size()));
        double level = random.nextDouble(-40.0, -14.0);
        int count = random.nextInt(1, 7);
        long at = start;
        long first = -1;
        long last = start;
        for (int i = 0; i < count; i++) {
            Recording recording = baby.get(random.nextInt(baby.size()));
            // What comes before the first cry and after the last would not be this bout's but the room's.
            int from = recording.firstCry();
            play(at - from, recording, level);
            first = first < 0 ? at : first;
            last = at + recording.lastCry() - from;
            at = last + (long) (random.nextDouble(0.3, 2.0) * RATE);
        }
        bouts.add(new Bout(first, last, level, level - noiseDbfs, count));
        return last;
    }

    private void play(long start, Recording recording, double dbfs) {
        Played played = new Played(start, recording, decibels(dbfs) / recording.rms() / 32768.0);
        heard.put(
                start,
                new Sound(start + recording.samples().length, recording.entry().category()));
        // In order of their beginning; few are ahead at any time.
        List<Played> later = new ArrayList<>();
        while (!coming.isEmpty() && coming.getLast().start > start) {
            later.add(coming.removeLast());
        }
        coming.addLast(played);
        for (int i = later.size() - 1; i >= 0; i--) {
            coming.addLast(later.get(i));
        }
    }

    private long after(double meanSeconds) {
        return 1 + (long) (-Math.log(1.0 - random.nextDouble()) * meanSeconds * RATE);
    }

    private static double decibels(double dbfs) {
        return Math.pow(10.0, dbfs / 20.0);
    }

    /** A minute and more of noise that falls off towards the treble as a room's does, with a mean square of one. */
    private static float[] noise(SplittableRandom random) {
        float[] noise = new float[61 * RATE + 7919];
        double brown = 0.0;
        double squares = 0.0;
        for (int i = 0; i < noise.length; i++) {
            double white = random.nextDouble(-1.0, 1.0);
            brown = 0.97 * brown + white;
            double x = brown + 0.5 * white;
            noise[i] = (float) x;
            squares += x * x;
        }
        double gain = 1.0 / Math.sqrt(squares / noise.length);
        for (int i = 0; i < noise.length; i++) {
            noise[i] *= (float) gain;
        }
        return noise;
    }
}
