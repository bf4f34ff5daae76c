package io.crysdk.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Looks whether a file ends where it says that it does. FFmpeg reads files of these kinds as far as they go, and says
 * nothing.
 *
 * <ul>
 *   <li>Ogg: every page says how long it is, and the last one of a stream that it is the last (RFC 3533, section 6).
 *   <li>Matroska and WebM: the segment says how long it is, unless it was written as it was recorded (RFC 9559, section 4.5).
 *   <li>AVI: so does the first RIFF chunk.
 *   <li>CAF: every chunk says how long it is, but the audio's if it was written as it was recorded (Apple, <i>Core Audio
 *       Format Specification 1.0</i>).
 * </ul>
 */
final class FileEnd {
    /** A page's header of 27 bytes, its lacing table and the longest body. */
    private static final int OGG_PAGE_AT_MOST = 27 + 255 + 255 * 255;

    private static final int OGG_HEADER = 27;
    private static final int OGG_CAPTURE = 0x4f676753; // "OggS"
    private static final int OGG_LAST_PAGE = 4;

    private static final int EBML = 0x1a45dfa3;
    private static final int SEGMENT = 0x18538067;
    private static final int RIFF = 0x52494646; // "RIFF"
    private static final int HEAD_BYTES = 256;

    private static final int CAF_HEADER = 8;
    private static final int CAF_CHUNK_HEADER = 12;

    private static final int FTYP = 0x66747970; // "ftyp"
    private static final int WIDE = 0x77696465; // "wide"
    private static final int MDAT = 0x6d646174; // "mdat"
    private static final int MOOV = 0x6d6f6f76; // "moov"

    /** Writers make a dozen. More are not looked through, whatever they are for. */
    private static final int CHUNKS_AT_MOST = 1000;

    private FileEnd() {}

    /** Returns whether the file ends too early; not so where that cannot be told. */
    static boolean isTooEarly(String container, Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            return switch (container) {
                case "ogg" -> isOggCutOff(read(channel, Math.max(0, size - OGG_PAGE_AT_MOST), OGG_PAGE_AT_MOST));
                case "matroska,webm" -> matroskaEnd(read(channel, 0, HEAD_BYTES)) > size;
                case "avi" -> aviEnd(read(channel, 0, HEAD_BYTES)) > size;
                case "caf" -> isCafCutOff(channel, size);
                default -> false;
            };
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns whether it is a file of the family of MP4 and has no index, which cameras and phones write last. */
    static boolean isIndexMissing(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long at = 0;
            for (int i = 0; i < CHUNKS_AT_MOST && at <= channel.size() - 8; i++) {
                ByteBuffer box = read(channel, at, 16);
                long length = box.getInt() & 0xffff_ffffL;
                int type = box.getInt();
                if (i == 0 && type != FTYP && type != WIDE && type != MDAT) {
                    return false;
                }
                if (type == MOOV) {
                    return length > channel.size() - at; // if it is cut itself
                }
                if (length == 1 && box.remaining() == 8) {
                    length = box.getLong();
                }
                if (length < 8 || length > channel.size() - at) {
                    // The last box, which goes on to the end of the file or would beyond it; or none.
                    return true;
                }
                at += length;
            }
            return at > channel.size() - 8 && at > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
            // until all of it is there or the file ends
        }
        return buffer.flip();
    }

    private static boolean isOggCutOff(ByteBuffer tail) {
        for (int at = tail.limit() - Integer.BYTES; at >= 0; at--) {
            if (tail.getInt(at) == OGG_CAPTURE) {
                boolean whole = tail.limit() - at >= OGG_HEADER && oggPageEnd(tail, at) <= tail.limit();
                return !whole || (tail.get(at + 5) & OGG_LAST_PAGE) == 0;
            }
        }
        return false;
    }

    private static int oggPageEnd(ByteBuffer tail, int page) {
        int segments = tail.get(page + 26) & 0xff;
        int end = page + OGG_HEADER + segments;
        for (int at = page + OGG_HEADER; at < Math.min(page + OGG_HEADER + segments, tail.limit()); at++) {
            end += tail.get(at) & 0xff;
        }
        return end;
    }

    /** Where the segment behind the EBML header ends; 0 if it does not say. */
    private static long matroskaEnd(ByteBuffer head) {
        if (head.remaining() < 5 || head.getInt() != EBML) {
            return 0;
        }
        long header = ebmlSize(head);
        if (header < 0 || header > head.remaining() - 12) {
            return 0;
        }
        head.position(head.position() + (int) header);
        if (head.getInt() != SEGMENT) {
            return 0;
        }
        long segment = ebmlSize(head);
        return segment < 0 ? 0 : head.position() + segment;
    }

    /** The size that follows an element's id: as many further bytes as its first has leading zeros; -1 if all ones. */
    private static long ebmlSize(ByteBuffer head) {
        int first = head.get() & 0xff;
        int more = Integer.numberOfLeadingZeros(first) - 24;
        if (more > 7 || more > head.remaining()) {
            return -1;
        }
        long size = first & (0x7f >> more);
        for (int i = 0; i < more; i++) {
            size = size << 8 | head.get() & 0xff;
        }
        return size == (1L << 7 * (more + 1)) - 1 ? -1 : size;
    }

    private static long aviEnd(ByteBuffer head) {
        boolean avi = head.remaining() >= 12 && head.getInt(0) == RIFF;
        return avi ? 8 + (head.order(ByteOrder.LITTLE_ENDIAN).getInt(4) & 0xffff_ffffL) : 0;
    }

    private static boolean isCafCutOff(FileChannel channel, long size) throws IOException {
        long at = CAF_HEADER;
        for (int i = 0; i < CHUNKS_AT_MOST && at <= size - CAF_CHUNK_HEADER; i++) {
            long length = read(channel, at, CAF_CHUNK_HEADER).getLong(4);
            at += CAF_CHUNK_HEADER;
            if (length < 0 || length > size - at) {
                return length >= 0;
            }
            at += length;
        }
        return false;
    }
}
