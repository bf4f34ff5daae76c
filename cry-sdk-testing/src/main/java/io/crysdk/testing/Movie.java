package io.crysdk.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an mp4 by hand, box by box as ISO/IEC 14496-12 has them: a picture of a few frames, and tracks of 16-bit
 * mono at 16 kHz that begin when they are told to, or of AMR with as many frames in a sample as a phone may put there (3GPP TS
 * 26.244, 6.5 and 6.7). Not safe for use by several threads.
 */
public final class Movie {
    private static final int RATE = 16_000;
    private static final int MILLIS = 1000;

    /** The picture: black frames, as high and as wide in pixels, that last so many seconds. */
    private static final int FRAMES = 25;

    private static final int PICTURE = 16;
    private static final int SECONDS = 6;

    /** What a track holds: its sample entry, its bytes, the size and the length of each of its samples. */
    private static final class Sound {
        final byte[] entry;
        final byte[] bytes;
        final int[] sizes;
        final int length;
        final double begin;

        Sound(byte[] entry, byte[] bytes, int[] sizes, int length, double begin) {
            this.entry = entry;
            this.bytes = bytes;
            this.sizes = sizes;
            this.length = length;
            this.begin = begin;
        }
    }

    private final List<Sound> sounds = new ArrayList<>();

    /** Creates a film without sound. */
    public Movie() {}

    /**
     * Adds an audio track.
     *
     * @param samples mono, 16 kHz, full scale -1 to 1
     * @param begin the second at which it begins
     * @return this
     */
    public Movie sound(float[] samples, double begin) {
        ByteBuffer pcm = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            pcm.putShort((short) (sample * 32767));
        }
        int[] sizes = new int[samples.length];
        Arrays.fill(sizes, 2);
        byte[] entry = box("sowt", new byte[6], int16(1), new byte[8], int16(1, 16, 0, 0), int32(RATE << 16));
        sounds.add(new Sound(entry, pcm.array(), sizes, 1, begin));
        return this;
    }

    /**
     * Adds a track of AMR-WB.
     *
     * @param frames of 20 ms each, as RFC 4867 has them in files
     * @param perSample how many of them are one sample of the container; all samples have as many
     * @return this
     */
    public Movie amrWideBand(List<byte[]> frames, int perSample) {
        int[] sizes = new int[frames.size() / perSample];
        for (int i = 0; i < frames.size(); i++) {
            sizes[i / perSample] += frames.get(i).length;
        }
        byte[] decoder = box("damr", text("test"), new byte[1], int16(0x83ff), new byte[] {0, (byte) perSample});
        byte[] entry = box("sawb", new byte[6], int16(1), new byte[8], int16(2, 16, 0, 0), int32(RATE << 16), decoder);
        sounds.add(new Sound(entry, join(frames), sizes, perSample * RATE / 50, 0.0));
        return this;
    }

    /**
     * Writes the file.
     *
     * @param file where to
     * @return the file
     * @throws IOException if that fails
     */
    public Path write(Path file) throws IOException {
        byte[] head = box("ftyp", text("isom"), int32(0), text("isommp42"));
        byte[] frames = new byte[FRAMES * PICTURE * PICTURE * 3];
        List<byte[]> payload = new ArrayList<>();
        List<byte[]> tracks = new ArrayList<>();
        int at = head.length + 8;
        payload.add(frames);
        tracks.add(picture(at));
        at += frames.length;
        for (Sound sound : sounds) {
            tracks.add(sound(tracks.size() + 1, at, sound));
            payload.add(sound.bytes);
            at += sound.bytes.length;
        }
        byte[] movie = full(
                "mvhd",
                int32(0, 0, MILLIS, SECONDS * MILLIS, 0x10000, 0x1000000, 0, 0),
                matrix(),
                new byte[24],
                int32(tracks.size() + 1));
        byte[] moov = box("moov", movie, join(tracks));
        return Files.write(file, join(List.of(head, box("mdat", join(payload)), moov)));
    }

    private static byte[] picture(int at) {
        byte[] entry = box(
                "raw ",
                new byte[6],
                int16(1),
                new byte[16],
                int16(PICTURE, PICTURE),
                int32(72 << 16, 72 << 16, 0),
                int16(1),
                new byte[32],
                int16(24, 0xffff));
        byte[] table = box(
                "stbl",
                full("stsd", int32(1), entry),
                full("stts", int32(1, FRAMES, SECONDS * MILLIS / FRAMES)),
                full("stsc", int32(1, 1, FRAMES, 1)),
                full("stsz", int32(PICTURE * PICTURE * 3, FRAMES)),
                full("stco", int32(1, at)));
        byte[] none = {};
        return track(1, none, SECONDS * MILLIS, MILLIS, SECONDS * MILLIS, "vide", full("vmhd", new byte[8]), table);
    }

    private static byte[] sound(int id, int at, Sound sound) {
        int count = sound.sizes.length;
        byte[] table = box(
                "stbl",
                full("stsd", int32(1), sound.entry),
                full("stts", int32(1, count, sound.length)),
                full("stsc", int32(1, 1, count, 1)),
                full("stsz", int32(0, count), int32(sound.sizes)),
                full("stco", int32(1, at)));
        int begin = (int) Math.round(sound.begin * MILLIS);
        int length = count * sound.length;
        int millis = (int) ((long) length * MILLIS / RATE);
        // Nothing until it begins, then all of it.
        byte[] edits = box("edts", full("elst", int32(2, begin, -1, 0x10000, millis, 0, 0x10000)));
        return track(id, edits, begin + millis, RATE, length, "soun", full("smhd", new byte[4]), table);
    }

    private static byte[] track(
            int id, byte[] edits, int millis, int scale, int length, String kind, byte[] header, byte[] table) {
        byte[] place = full("dref", int32(1), box("url ", int32(1)));
        return box(
                "trak",
                box("tkhd", int32(7, 0, 0, id, 0, millis, 0, 0, 0, 0), matrix(), int32(PICTURE << 16, PICTURE << 16)),
                edits,
                box(
                        "mdia",
                        full("mdhd", int32(0, 0, scale, length), int16(0x55c4, 0)),
                        full("hdlr", int32(0), text(kind), new byte[13]),
                        box("minf", header, box("dinf", place), table)));
    }

    private static byte[] matrix() {
        return int32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
    }

    /** A box with version 0 and no flags. */
    private static byte[] full(String type, byte[]... parts) {
        return box(type, int32(0), join(List.of(parts)));
    }

    private static byte[] box(String type, byte[]... parts) {
        byte[] content = join(List.of(parts));
        return join(List.of(int32(8 + content.length), text(type), content));
    }

    private static byte[] text(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] int32(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        bytes.asIntBuffer().put(values);
        return bytes.array();
    }

    private static byte[] int16(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.array();
    }

    private static byte[] join(List<byte[]> parts) {
        ByteBuffer all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }
}
