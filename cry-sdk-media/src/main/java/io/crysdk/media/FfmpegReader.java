package io.crysdk.media;

import static io.crysdk.media.FfmpegNatives.allocated;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_FLAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_CRCCHECK;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_get_bits_per_sample;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.crysdk.AudioOptions;
import io.crysdk.AudioReader;
import io.crysdk.AudioTrack;
import io.crysdk.CryErrorCode;
import io.crysdk.CryException;
import io.crysdk.spi.ReadGuard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** Decodes one audio track packet by packet, leaving out what is damaged and keeping account of it. */
final class FfmpegReader implements AudioReader {
    /**
     * From this length on, a compressed packet of nothing but zero bytes is no packet but the hole of an unfinished
     * download, which would decode to invented sound. A silent Vorbis or Opus packet may be a zero byte or two.
     */
    private static final int HOLE_BYTES = 8;

    /** More than any real codec puts into one frame (the longest is 1.2 million), so that a lie about it costs little. */
    private static final int FRAME_SAMPLES_AT_MOST = 1 << 21;

    /** A decoder that gives more than this has been given noise; a lossy one overshoots full scale by a little only. */
    private static final float BELIEVED_PEAK = 8.0f;

    /** How much shorter than its container says a track may be before it counts as cut short. */
    private static final double TOLERATED_SHORTFALL_SECONDS = 0.2;

    /** After damage every skip of the time stamps is meant, but for their rounding. */
    private static final double ROUNDING_SECONDS = 0.005;

    /** Shorter gaps in sound material are how its clock is kept. */
    private static final double GAP_SECONDS = 0.1;

    private final Path file;
    private final MediaFile media;
    private final AVCodecContext codec;
    private final AVFrame frame;
    private final FrameConverter samples;
    private final @Nullable AmrSplitter splitter;
    private final boolean zerosAreDamage;
    /** PCM and IMA4 in CAF come in packets of FFmpeg's own making, and what the file's end leaves of one are whole blocks. */
    private final boolean shortIsSound;

    private final ReadGuard guard;
    private final AudioTrack track;

    private final Timeline timeline = new Timeline();
    private final Losses damage = new Losses("damaged, left out");
    private final Losses gaps = new Losses("without audio");
    private final List<String> endWarnings = new ArrayList<>();
    /** What has been left out since the last good frame. */
    private boolean skipping;

    private double skippedSeconds;
    private boolean ended;
    private boolean closed;
    private double progress;

    private FfmpegReader(
            MediaFile media, AVCodecContext codec, AVFrame frame, FrameConverter samples, AudioOptions options) {
        this.file = media.file();
        this.media = media;
        this.codec = codec;
        this.frame = frame;
        this.samples = samples;
        // Where every sample has its own bits, zeros may be silence.
        this.zerosAreDamage = av_get_bits_per_sample(codec.codec_id()) == 0;
        this.shortIsSound = !zerosAreDamage && media.isCaf();
        this.splitter = AmrSplitter.forCodec(codec.codec_id());
        try {
            timeline.begin(0.0);
            // The container's word on rate and channels is not the last: the first frame's is.
            while (samples.isEmpty() && advance()) {
                // until there is a frame
            }
            if (samples.isEmpty()) {
                throw damage.isEmpty() && !media.cutShort()
                        ? new CryException(CryErrorCode.INVALID_AUDIO, "the audio track holds no samples: " + file)
                        : new CryException(
                                CryErrorCode.UNSUPPORTED_FORMAT,
                                "the audio of " + file + " is damaged, nothing of it could be decoded");
            }
            this.guard = new ReadGuard(file, options, samples.sampleRate(), samples.channels());
            this.track = media.describe(samples.sampleRate(), samples.channels());
        } catch (RuntimeException | Error e) {
            if (splitter != null) {
                splitter.close();
            }
            throw e;
        }
    }

    /** Takes over the open container: closing the reader closes it, and so does a failure here. */
    static FfmpegReader open(MediaFile media, AudioOptions options) {
        int id = media.stream().codecpar().codec_id();
        @Nullable AVCodecContext codec = null;
        @Nullable AVFrame frame = null;
        @Nullable FrameConverter samples = null;
        try {
            AVCodec decoder = avcodec_find_decoder(id);
            if (decoder == null) {
                throw unsupported(media.file(), id, "no decoder");
            }
            codec = allocated(avcodec_alloc_context3(decoder));
            configure(media, codec, decoder, id);
            frame = allocated(av_frame_alloc());
            samples = new FrameConverter(media.file());
            return new FfmpegReader(media, codec, frame, samples, options);
        } catch (RuntimeException | Error e) {
            if (samples != null) {
                samples.close();
            }
            av_frame_free(frame);
            if (codec != null) {
                avcodec_free_context(codec); // which looks behind a pointer that is not there, unlike the others
            }
            media.close();
            throw e;
        }
    }

    private static void configure(MediaFile media, AVCodecContext codec, AVCodec decoder, int id) {
        int result = avcodec_parameters_to_context(codec, media.stream().codecpar());
        if (result >= 0) {
            // Without the time base the decoder cannot cut off the padding that encoders add at both ends.
            codec.pkt_timebase(media.stream().time_base());
            codec.max_samples(FRAME_SAMPLES_AT_MOST);
            if (id == AV_CODEC_ID_FLAC) {
                // Lossless or not at all: a frame whose checksum fails would be noise.
                codec.err_recognition(AV_EF_CRCCHECK | AV_EF_EXPLODE);
            }
            result = avcodec_open2(codec, decoder, (AVDictionary) null);
        }
        if (result < 0) {
            throw unsupported(media.file(), id, FfmpegNatives.message(result));
        }
    }

    private static CryException unsupported(Path file, int codecId, String why) {
        return new CryException(
                CryErrorCode.UNSUPPORTED_FORMAT,
                "cannot decode " + avcodec_get_name(codecId).getString() + " audio in " + file + " (" + why + ")");
    }

    @Override
    public AudioTrack track() {
        return track;
    }

    @Override
    public int read(float[] out, int offset, int length) {
        guard.check(out, offset, length, closed);
        int read = 0;
        while (read <= length - track.channels()) {
            int taken = samples.take(out, offset + read, length - read);
            read += taken;
            if (taken == 0 && !advance()) {
                break;
            }
        }
        if (read == 0) {
            return -1;
        }
        guard.count(read / track.channels());
        return read;
    }

    /** Decodes the next packet, or at the end what is still in the decoder; false if there is no more. */
    private boolean advance() {
        if (ended) {
            return false;
        }
        AVPacket packet = media.next();
        // Containers may be read back and forth.
        progress = Math.max(progress, media.progress());
        if (packet == null) {
            end();
        } else if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
            if (shortIsSound) {
                decode(packet.size(packet.size() - packet.size() % Math.max(1, codec.block_align())));
            } else {
                skip(media.seconds(packet.duration()));
            }
        } else if (splitter == null || isHole(packet)) {
            decode(packet);
        } else {
            splitter.split(packet, media.stream().time_base(), this::decode);
        }
        return true;
    }

    private void decode(AVPacket packet) {
        if (packet.size() > 0) {
            if (zerosAreDamage && isHole(packet)) {
                skip(media.seconds(packet.duration()));
            } else {
                send(packet);
            }
        }
    }

    private static boolean isHole(AVPacket packet) {
        if (packet.size() < HOLE_BYTES) {
            return false;
        }
        BytePointer data = packet.data();
        for (int i = 0; i < packet.size(); i++) {
            if (data.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** A decoder takes a packet only when its frames so far are fetched, so a refused packet is offered again. */
    private void send(@Nullable AVPacket packet) {
        double seconds = packet == null ? 0.0 : media.seconds(packet.duration());
        int sent = avcodec_send_packet(codec, packet);
        if (sent == AVERROR_EAGAIN()) {
            receive(seconds);
            sent = avcodec_send_packet(codec, packet);
        }
        if (sent < 0 && sent != AVERROR_EOF()) {
            skip(seconds);
        }
        receive(seconds);
    }

    private void receive(double seconds) {
        while (true) {
            int received = avcodec_receive_frame(codec, frame);
            if (received == AVERROR_EAGAIN() || received == AVERROR_EOF()) {
                return;
            }
            if (received < 0) {
                skip(seconds);
                return;
            }
            if (frame.decode_error_flags() != 0 || (frame.flags() & AV_FRAME_FLAG_CORRUPT) != 0) {
                skip(media.seconds(frame.duration()));
            } else if (frame.nb_samples() > 0) {
                place();
                if (!samples.add(frame, zerosAreDamage ? BELIEVED_PEAK : Float.POSITIVE_INFINITY)) {
                    skip(media.seconds(frame.duration()));
                }
            }
        }
    }

    private void skip(double seconds) {
        skipping = true;
        skippedSeconds += seconds;
    }

    /** Works out where in the file the next frame lies. */
    private void place() {
        long stamp = frame.best_effort_timestamp();
        if (stamp == AV_NOPTS_VALUE) {
            return;
        }
        double at = media.presented(stamp);
        if (samples.added() == 0) {
            if (skipping) {
                // Only now is it known where the audio should have begun.
                note(Math.max(0.0, at - skippedSeconds), skippedSeconds);
            }
            timeline.begin(at);
            return;
        }
        double decoded = decodedSeconds();
        double reached = decoded + timeline.offset(decoded);
        double gap = timeline.follow(decoded, at, skipping ? ROUNDING_SECONDS : Timeline.TOLERANCE_SECONDS);
        if (skipping) {
            note(reached, gap);
        } else if (gap > GAP_SECONDS) {
            gaps.add(reached, gap);
        }
    }

    private void note(double at, double seconds) {
        damage.add(at, seconds);
        skipping = false;
        skippedSeconds = 0.0;
    }

    private double decodedSeconds() {
        return samples.added() == 0 ? 0.0 : (double) samples.added() / samples.sampleRate();
    }

    private void end() {
        send(null);
        ended = true;
        progress = 1.0;
        double padding = padding();
        samples.finish(Math.round(padding * samples.sampleRate()));
        double decoded = decodedSeconds() - padding;
        double reached = decoded + timeline.offset(decoded);
        double missing = media.declaredEnd() - reached - skippedSeconds;
        boolean cutShort = missing > TOLERATED_SHORTFALL_SECONDS || media.cutShort();
        if (skipping) {
            note(reached, skippedSeconds);
        }
        if (missing > TOLERATED_SHORTFALL_SECONDS) {
            endWarnings.add("cut short: the audio ends at " + Losses.text(reached) + " s, and the file promises "
                    + Losses.text(media.declaredEnd()) + " s");
        } else if (media.cutShort()) {
            endWarnings.add("cut short: reading failed at " + Losses.text(reached) + " s");
        } else if (media.endsTooEarly()) {
            endWarnings.add("cut short: the audio ends at " + Losses.text(reached) + " s, and the file before its end");
        }
        if (samples.added() > 0 && samples.isSilent() && (cutShort || !damage.isEmpty())) {
            throw new CryException(
                    CryErrorCode.UNSUPPORTED_FORMAT,
                    "the file is damaged and all that is left of it is silence: " + file);
        }
    }

    /** How many seconds at the end of the last frame are not to be heard, by the container: encoders fill it up. */
    private double padding() {
        boolean mayBePadded = zerosAreDamage && splitter == null && samples.added() > 0;
        if (!mayBePadded || !media.endIsExact()) {
            return 0.0;
        }
        double decoded = decodedSeconds();
        double beyond = decoded + timeline.offset(decoded) - media.declaredEnd();
        return beyond > 0.0 && beyond < samples.latestSeconds() ? beyond : 0.0;
    }

    @Override
    public double progress() {
        return progress;
    }

    @Override
    public double offsetSeconds(double seconds) {
        return timeline.offset(seconds);
    }

    @Override
    public List<String> warnings() {
        List<String> all = new ArrayList<>();
        if (!damage.isEmpty()) {
            all.add(damage.toString());
        }
        if (!gaps.isEmpty()) {
            all.add(gaps.toString());
        }
        all.addAll(endWarnings);
        return all;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (splitter != null) {
                splitter.close();
            }
            samples.close();
            av_frame_free(frame);
            avcodec_free_context(codec);
            media.close();
        }
    }
}
