package io.crysdk.train.synth;

import io.crysdk.AudioClip;
import io.crysdk.CryReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What a family of a synthetic baby would have recorded: clips in order of time, each with its reason.
 *
 * <p>The baby has a voice and four ways to cry. Which of them means which reason is its own secret, so that nothing learnt
 * from other babies can tell. It cries every few hours, for one reason at a time, hunger the most often; an episode is one
 * to three clips of 3 to 6 s within minutes, in one room with one noise. Over the weeks its pitch falls by a semitone a
 * month. The same baby gives the same clips on every machine.
 */
public final class SyntheticDiary {
    private static final List<CryReason> REASONS =
            List.of(CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT);
    /** Of the reasons above, cumulated. */
    private static final double[] OFTEN = {0.35, 0.55, 0.8, 1.0};

    private static final Instant BIRTH = Instant.parse("2026-01-05T06:00:00Z");
    private static final double SEMITONES_A_DAY = 1.0 / 30;

    /** How much a cry tells of its reason. */
    public enum Telling {
        /** Each reason keeps to its way; quiet rooms, a good microphone. */
        CLEARLY(0.5, 0.0, 15, 30),
        /** Ways vary from time to time and overlap, one clip in ten goes another way; noise at 6 to 28 dB, rooms. */
        VAGUELY(1.0, 0.1, 6, 28),
        /** One way to cry whatever the reason: nothing can be learnt, and whoever says otherwise errs. */
        NOT_AT_ALL(1.0, 0.1, 6, 28);

        private final double loose;
        private final double stray;
        private final double minSnrDb;
        private final double maxSnrDb;

        Telling(double loose, double stray, double minSnrDb, double maxSnrDb) {
            this.loose = loose;
            this.stray = stray;
            this.minSnrDb = minSnrDb;
            this.maxSnrDb = maxSnrDb;
        }
    }

    /**
     * One clip.
     *
     * @param clip what was recorded
     * @param reason why the baby cried
     * @param recorded when
     */
    public record Entry(AudioClip clip, CryReason reason, Instant recorded) {}

    private SyntheticDiary() {}

    /**
     * Makes a diary.
     *
     * @param telling how much the cries tell
     * @param clips how many clips, 1 or more
     * @param seed of the baby and of everything that is left to chance
     * @return the clips in order of time
     */
    public static List<Entry> of(Telling telling, int clips, long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        Baby baby = new Baby(0.6, random);
        List<Integer> ways = new ArrayList<>(List.of(0, 1, 2, 3));
        Collections.shuffle(ways, random);
        List<Entry> entries = new ArrayList<>();
        Instant now = BIRTH;
        while (entries.size() < clips) {
            now = now.plus(Duration.ofMinutes(120 + random.nextInt(240)));
            int reason = reason(random.nextDouble());
            int way = telling == Telling.NOT_AT_ALL ? ways.get(0) : ways.get(reason);
            Surroundings around = new Surroundings(telling.minSnrDb, telling.maxSnrDb, 0.0, random);
            CryVoice voice = baby.voice(way, telling.loose, random);
            double days = Duration.between(BIRTH, now).toMinutes() / 1440.0;
            double pitch = voice.pitchHz() * StrictMath.pow(2, -days * SEMITONES_A_DAY / 12);
            Instant at = now;
            for (int left = 1 + random.nextInt(3); left > 0 && entries.size() < clips; left--) {
                CryStyle style = baby.style(
                        random.nextDouble() < telling.stray ? random.nextInt(4) : way, telling.loose, random);
                CrySynthesizer cry =
                        new CrySynthesizer(voice.withPitch(Math.max(250, pitch)), style, random.nextLong());
                float[] track = cry.cry(3 + 3 * random.nextDouble());
                around.apply(track, random);
                entries.add(new Entry(AudioClip.of(track, CrySynthesizer.SAMPLE_RATE, 1), REASONS.get(reason), at));
                at = at.plusSeconds(15 + random.nextInt(120));
            }
        }
        return entries;
    }

    private static int reason(double chance) {
        int reason = 0;
        while (chance >= OFTEN[reason]) {
            reason++;
        }
        return reason;
    }
}
