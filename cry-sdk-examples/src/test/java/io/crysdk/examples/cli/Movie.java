package io.crysdk.examples.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an mp4 by hand, box by box as ISO/IEC 14496-12 has them: a picture of a few frames, and tracks of 16-bit
 * mono at 16 kHz that begin when they are told to.
 */
public final class Movie {
    private static final int RATE = 16_000;
    private static final int MILLIS = 1000;
    private static final int PICTURE = 16;

    private record Sound(short[] samples, double begin) {}

    private final List<Sound> sounds = new ArrayList<>();

    /** Adds an audio track. */
    public Movie sound(float[] samples, double begin) {
        short[] pcm = new short[samples.length];
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (short) (samples[i] * 32767);
        }
        sounds.add(new Sound(pcm, begin));
        return this;
    }

    public Path write(Path file) throws IOException {
        byte[] head = box("ftyp", text("isom"), int32(0), text("isommp42"));
        List<byte[]> payload = new ArrayList<>();
        List<byte[]> tracks = new ArrayList<>();
        int at = head.length + 8;
        byte[] frames = new byte[25 * PICTURE * PICTURE * 3];
        payload.add(frames);
        int seconds = 6;
        tracks.add(picture(at, seconds));
        at += frames.length;
        for (int i = 0; i < sounds.size(); i++) {
            byte[] bytes = littleEndian(sounds.get(i).samples);
            tracks.add(sound(i + 2, at, sounds.get(i)));
            payload.add(bytes);
            at += bytes.length;
        }
        byte[] movie = full(
                "mvhd",
                int32(0, 0, MILLIS, seconds * MILLIS, 0x10000, 0x1000000, 0, 0),
                matrix(),
                new byte[24],
                int32(9));
        byte[] moov = box("moov", movie, join(tracks));
        return Files.write(file, join(List.of(head, box("mdat", join(payload)), moov)));
    }

    /** 25 black frames that last for 6 s. */
    private static byte[] picture(int at, int seconds) {
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
                full("stts", int32(1, 25, seconds * 40)),
                full("stsc", int32(1, 1, 25, 1)),
                full("stsz", int32(PICTURE * PICTURE * 3, 25)),
                full("stco", int32(1, at)));
        byte[] none = {};
        return track(1, none, seconds * MILLIS, MILLIS, seconds * MILLIS, "vide", full("vmhd", new byte[8]), table);
    }

    private static byte[] sound(int id, int at, Sound sound) {
        int count = sound.samples.length;
        byte[] entry = box("sowt", new byte[6], int16(1), new byte[8], int16(1, 16, 0, 0), int32(RATE << 16));
        byte[] table = box(
                "stbl",
                full("stsd", int32(1), entry),
                full("stts", int32(1, count, 1)),
                full("stsc", int32(1, 1, count, 1)),
                full("stsz", int32(2, count)),
                full("stco", int32(1, at)));
        int begin = (int) Math.round(sound.begin * MILLIS);
        int length = (int) ((long) count * MILLIS / RATE);
        // Nothing until it begins, then all of it.
        byte[] edits = box("edts", full("elst", int32(2, begin, -1, 0x10000, length, 0, 0x10000)));
        return track(id, edits, begin + length, RATE, count, "soun", full("smhd", new byte[4]), table);
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

    private static byte[] littleEndian(short[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(samples);
        return bytes.array();
    }

    private static byte[] join(List<byte[]> parts) {
        ByteBuffer all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }
}
