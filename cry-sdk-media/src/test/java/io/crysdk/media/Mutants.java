package io.crysdk.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16P;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Small files of every container that our encoder can write, and changes to them that hit what parsers trust: lengths,
 * counts, names of parts, the order and nesting of parts.
 */
final class Mutants {
    /** A mutant does not grow beyond this, so that the time for it is the parser's and not the disk's. */
    private static final int BYTES_AT_MOST = 1 << 18;

    private static final int OGG_CAPTURE = 0x4f676753; // "OggS"
    private static final int OGG_HEADER = 27;
    private static final int[] OGG_CRC = oggCrcTable();

    /** What a number in a file may be that nobody expected. */
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        7,
        8,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        0x10000,
        0xff_ffff,
        0x0fff_ffff,
        0x2000_0000,
        0x3fff_ffff,
        0x7fff_fffe,
        0x7fff_ffff,
        0x8000_0000L,
        0xffff_fffeL,
        0xffff_ffffL,
        0x1_0000_0000L,
        0x7fff_ffff_ffff_ffffL,
        0x8000_0000_0000_0000L,
        -1,
        -2
    };

    /** A file that is as it should be. */
    record Sound(String name, byte[] bytes) {}

    private record Recipe(String name, String codec, int sampleFormat, int rate) {}

    private static final List<Recipe> RECIPES = List.of(
            new Recipe("aac.m4a", "aac", AV_SAMPLE_FMT_FLTP, 16_000),
            new Recipe("alac.m4a", "alac", AV_SAMPLE_FMT_S16P, 16_000),
            new Recipe("ac3.mp4", "ac3", AV_SAMPLE_FMT_FLTP, 48_000),
            new Recipe("ima4.mov", "adpcm_ima_qt", AV_SAMPLE_FMT_S16P, 16_000),
            new Recipe("amr.3gp", "libopencore_amrnb", AV_SAMPLE_FMT_S16, 8_000),
            new Recipe("amr.amr", "libopencore_amrnb", AV_SAMPLE_FMT_S16, 8_000),
            new Recipe("ima4.caf", "adpcm_ima_qt", AV_SAMPLE_FMT_S16P, 16_000),
            new Recipe("alac.caf", "alac", AV_SAMPLE_FMT_S16P, 16_000),
            new Recipe("flac.flac", "flac", AV_SAMPLE_FMT_S16, 16_000),
            new Recipe("flac.ogg", "flac", AV_SAMPLE_FMT_S16, 16_000),
            new Recipe("vorbis.ogg", "vorbis", AV_SAMPLE_FMT_FLTP, 16_000),
            new Recipe("opus.ogg", "libopus", AV_SAMPLE_FMT_FLT, 48_000),
            new Recipe("opus.webm", "libopus", AV_SAMPLE_FMT_FLT, 48_000),
            new Recipe("vorbis.mkv", "vorbis", AV_SAMPLE_FMT_FLTP, 16_000),
            new Recipe("mp3.mp3", "libmp3lame", AV_SAMPLE_FMT_FLTP, 16_000),
            new Recipe("adts.aac", "aac", AV_SAMPLE_FMT_FLTP, 16_000),
            new Recipe("s16.wav", "pcm_s16le", AV_SAMPLE_FMT_S16, 8_000),
            new Recipe("mulaw.wav", "pcm_mulaw", AV_SAMPLE_FMT_S16, 8_000),
            new Recipe("ima.wav", "adpcm_ima_wav", AV_SAMPLE_FMT_S16P, 8_000),
            new Recipe("float.w64", "pcm_f32le", AV_SAMPLE_FMT_FLT, 8_000),
            new Recipe("s16.aiff", "pcm_s16be", AV_SAMPLE_FMT_S16, 8_000),
            new Recipe("mulaw.au", "pcm_mulaw", AV_SAMPLE_FMT_S16, 8_000),
            new Recipe("wma.asf", "wmav2", AV_SAMPLE_FMT_FLTP, 44_100),
            new Recipe("mp3.flv", "libmp3lame", AV_SAMPLE_FMT_FLTP, 44_100),
            new Recipe("wavpack.wv", "wavpack", AV_SAMPLE_FMT_S16P, 16_000),
            new Recipe("tta.tta", "tta", AV_SAMPLE_FMT_S16, 16_000),
            new Recipe("ac3.ac3", "ac3", AV_SAMPLE_FMT_FLTP, 48_000));

    /** These with a picture and two tracks. */
    private static final List<String> VIDEOS = List.of("v.mp4", "v.mov", "v.mkv", "v.ts", "v.avi", "v.nut");

    private final List<Sound> sounds;
    private final Random random;

    Mutants(List<Sound> sounds, long seed) {
        this.sounds = sounds;
        this.random = new Random(seed);
    }

    /** Writes a third of a second in every container for which this build of FFmpeg has the encoder. */
    static List<Sound> sounds(Path folder) throws IOException {
        List<Sound> sounds = new ArrayList<>();
        for (Recipe recipe : RECIPES) {
            if (Encoder.has(recipe.codec)) {
                int channels = Encoder.channels(recipe.codec);
                float[] tune = Sounds.tune(0.33, recipe.rate, channels);
                long bitRate = recipe.codec.contains("amr") ? 12_200 : 48_000;
                sounds.add(written(
                        new Encoder().audio(recipe.codec, recipe.sampleFormat, tune, recipe.rate, channels, bitRate),
                        folder.resolve(recipe.name)));
            }
        }
        for (String video : VIDEOS) {
            float[] mono = Sounds.tune(0.33, 16_000, 1);
            float[] stereo = Sounds.tune(0.33, 44_100, 2);
            sounds.add(written(
                    new Encoder()
                            .video(8)
                            .audio("aac", AV_SAMPLE_FMT_FLTP, mono, 16_000, 1, 32_000)
                            .language("ger")
                            .audio("aac", AV_SAMPLE_FMT_FLTP, stereo, 44_100, 2, 64_000),
                    folder.resolve(video)));
        }
        return sounds;
    }

    private static Sound written(Encoder encoder, Path file) throws IOException {
        return new Sound(file.getFileName().toString(), Files.readAllBytes(encoder.write(file)));
    }

    /** Makes the next damaged copy. */
    byte[] next(Sound sound) {
        byte[] bytes = sound.bytes.clone();
        // Mostly one change: several of them seldom leave enough for anybody to get far.
        int changes = random.nextBoolean() ? 1 : 1 + random.nextInt(4);
        for (int n = 0; n < changes; n++) {
            bytes = changed(bytes);
        }
        // Pages with a wrong checksum never get to the parser of what is in them.
        if (random.nextInt(4) > 0) {
            repairOgg(bytes);
        }
        return bytes;
    }

    private byte[] changed(byte[] file) {
        byte[] changed = file.clone();
        switch (random.nextInt(12)) {
            case 0, 1 -> scatter(changed);
            case 2, 3, 4 -> number(changed);
            case 5 -> exchange(changed);
            case 6 -> fill(changed);
            case 7 -> copy(changed);
            case 8 -> changed = inserted(file);
            case 9 -> changed = without(file);
            case 10 -> changed = Arrays.copyOf(file, 1 + random.nextInt(file.length));
            default -> changed = spliced(file);
        }
        return changed;
    }

    /** Half of the time near the beginning, where the structure is. */
    private int place(byte[] file) {
        return random.nextInt(random.nextBoolean() ? Math.min(400, file.length) : file.length);
    }

    private void scatter(byte[] file) {
        for (int n = random.nextInt(20); n >= 0; n--) {
            int at = place(file);
            file[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : file[at] ^ 1 << random.nextInt(8));
        }
    }

    /** An extreme number of 1 to 8 bytes, or one near the file's length, beside the name of a part if there is one. */
    private void number(byte[] file) {
        int at = place(file);
        for (int i = at; i < Math.min(at + 64, file.length - 12); i++) {
            if (isName(file, i)) {
                // Boxes have their length before the name, chunks after it, counts follow within a few words.
                at = Math.max(0, i + 4 * (random.nextInt(5) - 1));
                break;
            }
        }
        long number =
                random.nextInt(4) == 0 ? file.length + random.nextInt(17) - 8 : NUMBERS[random.nextInt(NUMBERS.length)];
        boolean little = random.nextBoolean();
        ByteBuffer eight = ByteBuffer.allocate(8).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        eight.putLong(0, number);
        int width = Math.min(1 << random.nextInt(4), file.length - at);
        System.arraycopy(eight.array(), little ? 0 : 8 - width, file, at, width);
    }

    private static boolean isName(byte[] file, int at) {
        for (int i = at; i < at + 4; i++) {
            if (file[i] < ' ' || file[i] > 'z') {
                return false;
            }
        }
        return true;
    }

    /** Four bytes of one place and four of another change places: names, lengths, whole fields. */
    private void exchange(byte[] file) {
        if (file.length >= 8) {
            int a = Math.min(place(file), file.length - 4);
            int b = Math.min(place(file), file.length - 4);
            byte[] four = Arrays.copyOfRange(file, a, a + 4);
            System.arraycopy(file, b, file, a, 4);
            System.arraycopy(four, 0, file, b, 4);
        }
    }

    private void fill(byte[] file) {
        int from = place(file);
        int to = Math.min(file.length, from + length(file));
        byte[] piece = new byte[to - from];
        switch (random.nextInt(3)) {
            case 0 -> Arrays.fill(piece, (byte) 0xff);
            case 1 -> random.nextBytes(piece);
            default -> {} // zeros
        }
        System.arraycopy(piece, 0, file, from, piece.length);
    }

    private void copy(byte[] file) {
        int length = length(file);
        int from = random.nextInt(file.length - length + 1);
        int to = random.nextInt(file.length - length + 1);
        System.arraycopy(file, from, file, to, length);
    }

    /** A stretch once more or many times more: parts within parts, tables that go on. */
    private byte[] inserted(byte[] file) {
        int length = length(file);
        int from = Math.min(place(file), file.length - length);
        int times = random.nextInt(4) > 0 ? 1 : 1 + random.nextInt(200);
        times = Math.min(times, Math.max(0, BYTES_AT_MOST - file.length) / length);
        byte[] longer = Arrays.copyOf(file, file.length + times * length);
        for (int i = 0; i < times; i++) {
            System.arraycopy(file, from, longer, from + i * length, length);
        }
        System.arraycopy(file, from, longer, from + times * length, file.length - from);
        return longer;
    }

    private byte[] without(byte[] file) {
        int length = Math.min(length(file), file.length - 1);
        int from = Math.min(place(file), file.length - length);
        byte[] shorter = Arrays.copyOf(file, file.length - length);
        System.arraycopy(file, from + length, shorter, from, shorter.length - from);
        return shorter;
    }

    /** The beginning of this file and the end of another. */
    private byte[] spliced(byte[] file) {
        byte[] other = sounds.get(random.nextInt(sounds.size())).bytes;
        int from = random.nextInt(other.length);
        int kept = place(file);
        byte[] both = Arrays.copyOf(file, kept + other.length - from);
        System.arraycopy(other, from, both, kept, other.length - from);
        return both;
    }

    private int length(byte[] file) {
        return 1 + random.nextInt(Math.max(1, file.length / (1 + random.nextInt(200))));
    }

    /** Gives every whole Ogg page the checksum that it should have (RFC 3533, section 6). */
    private static void repairOgg(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.BIG_ENDIAN);
        for (int at = 0; at + OGG_HEADER < file.length; at++) {
            if (bytes.getInt(at) == OGG_CAPTURE) {
                int segments = file[at + 26] & 0xff;
                int end = at + OGG_HEADER + segments;
                for (int i = 0; i < segments && at + OGG_HEADER + i < file.length; i++) {
                    end += file[at + OGG_HEADER + i] & 0xff;
                }
                if (end <= file.length) {
                    Arrays.fill(file, at + 22, at + 26, (byte) 0);
                    int crc = 0;
                    for (int i = at; i < end; i++) {
                        crc = crc << 8 ^ OGG_CRC[(crc >>> 24 ^ file[i]) & 0xff];
                    }
                    bytes.putInt(at + 22, Integer.reverseBytes(crc));
                }
            }
        }
    }

    private static int[] oggCrcTable() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc << 1 ^ (crc < 0 ? 0x04c11db7 : 0);
            }
            table[i] = crc;
        }
        return table;
    }
}
