package io.crysdk.train.synth;

import io.crysdk.AudioClip;
import io.crysdk.CryReason;
import io.crysdk.dsp.WavWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Corpora of synthesised cries: WAV files with a manifest, in which what is to be learnt is known to be there.
 *
 * <p>A corpus has babies; a baby cries for each of the paper's four reasons in several recordings; a recording has one room,
 * one noise and one phone, and is cut into clips of 0.18 to 2.5 s. The reason shows in melody, rhythm, effort, roughness,
 * pitch and breath, all of which also differ from baby to baby and from time to time. The same shape and seed give the same
 * files on every machine.
 */
public final class SyntheticCorpus {
    private static final List<CryReason> REASONS =
            List.of(CryReason.HUNGER, CryReason.BOREDOM, CryReason.TIREDNESS, CryReason.DISCOMFORT);
    private static final double SHORTEST = 0.18;
    private static final double LONGEST = 2.5;

    /** What a corpus is for. */
    public enum Shape {
        /**
         * Four babies, 176 clips to learn and 64 of the same babies, in other recordings, to be told in {@code held-out.csv}, 64 other sounds;
         * clean, with little overlap between reasons: for a test of the whole path in a minute or two.
         */
        TINY(4, 60, 60, 60, 60, 4, 0.3, 0.4, 15, 30, 0.0),
        /**
         * As Table 1 of the paper counts: 10 babies, hunger 205, boredom 312, tiredness 152, discomfort 183. Noise at 10 to
         * 30 dB, half of the recordings of telephone band in 8 bits, rooms, and styles that overlap.
         */
        PAPER(10, 205, 312, 152, 183, 6, 0.4, 0.6, 10, 30, 0.5);

        private final int babies;
        private final int hunger;
        private final int boredom;
        private final int tiredness;
        private final int discomfort;
        private final int clipsPerRecording;
        private final double apart;
        private final double loose;
        private final double minSnrDb;
        private final double maxSnrDb;
        private final double telephoneShare;

        Shape(
                int babies,
                int hunger,
                int boredom,
                int tiredness,
                int discomfort,
                int clipsPerRecording,
                double apart,
                double loose,
                double minSnrDb,
                double maxSnrDb,
                double telephoneShare) {
            this.babies = babies;
            this.hunger = hunger;
            this.boredom = boredom;
            this.tiredness = tiredness;
            this.discomfort = discomfort;
            this.clipsPerRecording = clipsPerRecording;
            this.apart = apart;
            this.loose = loose;
            this.minSnrDb = minSnrDb;
            this.maxSnrDb = maxSnrDb;
            this.telephoneShare = telephoneShare;
        }

        private int clips(int reason) {
            return switch (reason) {
                case 0 -> hunger;
                case 1 -> boredom;
                case 2 -> tiredness;
                default -> discomfort;
            };
        }
    }

    private final Shape shape;
    private final Path folder;
    private final Random random;
    private final StringBuilder manifest = new StringBuilder();
    private final StringBuilder heldOut = new StringBuilder();

    private SyntheticCorpus(Shape shape, Path folder, long seed) {
        this.shape = shape;
        this.folder = folder;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /**
     * Makes a corpus.
     *
     * @param shape which
     * @param folder receives {@code manifest.csv}, under {@link Shape#TINY} {@code held-out.csv} too, and the WAV files;
     *     made when needed
     * @param seed of everything that is left to chance
     * @return the manifest
     * @throws IOException if a file cannot be written
     */
    public static Path write(Shape shape, Path folder, long seed) throws IOException {
        return new SyntheticCorpus(shape, folder, seed).write();
    }

    private Path write() throws IOException {
        String header = "path,label,group,recording,is_cry,category,source\n";
        manifest.append(header);
        heldOut.append(header);
        Baby[] babies = new Baby[shape.babies];
        for (int b = 0; b < babies.length; b++) {
            babies[b] = new Baby(shape.apart, random);
        }
        for (int b = 0; b < babies.length; b++) {
            cries(babies[b], b);
        }
        if (shape == Shape.TINY) {
            others();
        }
        Path file = folder.resolve("manifest.csv");
        if (shape == Shape.TINY) {
            Files.writeString(folder.resolve("held-out.csv"), heldOut, StandardCharsets.UTF_8);
        }
        Files.writeString(file, manifest, StandardCharsets.UTF_8);
        return file;
    }

    /** Some clips of one baby under one roof, for one reason. */
    private record Session(int reason, int clips, boolean held) {}

    private void cries(Baby baby, int number) throws IOException {
        List<Session> sessions = new ArrayList<>();
        for (int reason = 0; reason < REASONS.size(); reason++) {
            int clips = shape.clips(reason) * (number + 1) / shape.babies - shape.clips(reason) * number / shape.babies;
            for (int from = 0; from < clips; from += shape.clipsPerRecording) {
                // Every third is kept to be told.
                boolean held = shape == Shape.TINY && from / shape.clipsPerRecording % 3 == 2;
                sessions.add(new Session(reason, Math.min(shape.clipsPerRecording, clips - from), held));
            }
        }
        // Neither a name nor the order gives a reason away.
        Collections.shuffle(sessions, random);
        String name = String.format(Locale.ROOT, "baby%02d", number);
        for (int s = 0; s < sessions.size(); s++) {
            Session session = sessions.get(s);
            Surroundings around = surroundings();
            CryVoice voice = baby.voice(session.reason(), shape.loose, random);
            String recording = String.format(Locale.ROOT, "%s/%03d", name, s);
            for (int clip = 0; clip < session.clips(); clip++) {
                CryStyle style = baby.style(session.reason(), shape.loose, random);
                double seconds =
                        Math.max(SHORTEST, Math.min(LONGEST, 0.75 * StrictMath.exp(0.55 * random.nextGaussian())));
                float[] track = new float[(int) Math.ceil(seconds * CrySynthesizer.SAMPLE_RATE)];
                cry(track, voice, style);
                around.apply(track, random);
                String path = String.format(Locale.ROOT, "%s-%d.wav", recording, clip);
                String label = REASONS.get(session.reason()).id();
                save(session.held() ? heldOut : manifest, track, path, label, name, recording, "1", "baby_cry");
            }
        }
    }

    /** Breath after breath from the first sample on, the last cut where the clip ends: as by hand. */
    private void cry(float[] track, CryVoice voice, CryStyle style) {
        Tract tract = new Tract(voice);
        double seconds = (double) track.length / CrySynthesizer.SAMPLE_RATE;
        double at = 0.0;
        while (at < seconds - 0.12) {
            double length =
                    style.shortestSeconds() + (style.longestSeconds() - style.shortestSeconds()) * random.nextDouble();
            if (at == 0.0 && length > seconds || at + length > seconds - 0.05) {
                length = seconds - at;
            }
            new Expiration(voice, style, tract, length, random)
                    .addTo(track, (int) (at * CrySynthesizer.SAMPLE_RATE), 0.75 + 0.25 * random.nextDouble());
            at += length + style.pauseSeconds() * (0.8 + 0.4 * random.nextDouble());
        }
    }

    private void others() throws IOException {
        for (int i = 0; i < 64; i++) {
            float[] track = surroundings()
                    .alone((int) ((1.0 + 2.0 * random.nextDouble()) * CrySynthesizer.SAMPLE_RATE), random);
            String path = String.format(Locale.ROOT, "other/room-%02d.wav", i);
            String place = "place" + i % 8;
            save(manifest, track, path, "", place, path, "0", "room");
        }
    }

    private Surroundings surroundings() {
        return new Surroundings(shape.minSnrDb, shape.maxSnrDb, shape.telephoneShare, random);
    }

    private void save(
            StringBuilder to,
            float[] track,
            String path,
            String label,
            String group,
            String recording,
            String cry,
            String category)
            throws IOException {
        Path file = folder.resolve(path);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        WavWriter.write(AudioClip.of(track, CrySynthesizer.SAMPLE_RATE, 1), file);
        to.append(String.join(",", path, label, group, recording, cry, category, "synthetic"))
                .append('\n');
    }
}
