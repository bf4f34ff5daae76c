package io.crysdk;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Samples with their rate and channel count: what a microphone, a file or a socket gave.
 *
 * <p>Samples are interleaved by channel, full scale is -1 to 1. The array handed to {@link #of} is kept and not copied:
 * leave it alone while the clip is in use. The other factories make their own. A clip that is left alone is safe to
 * share between threads.
 *
 * @since 0.1.0
 */
public final class AudioClip {
    private final float[] samples;
    private final int sampleRate;
    private final int channels;
    private final List<String> warnings;

    private AudioClip(float[] samples, int sampleRate, int channels, List<String> warnings) {
        Objects.requireNonNull(samples, "samples");
        if (sampleRate <= 0) {
            throw new IllegalArgumentException("a sample rate is positive, found " + sampleRate + " Hz");
        }
        if (channels <= 0) {
            throw new IllegalArgumentException("a clip has one channel or more, found " + channels);
        }
        if (samples.length % channels != 0) {
            throw new IllegalArgumentException(
                    samples.length + " samples do not divide evenly among " + channels + " channels");
        }
        this.samples = samples;
        this.sampleRate = sampleRate;
        this.channels = channels;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Wraps floating-point samples without copying them.
     *
     * @param samples interleaved by channel, full scale -1 to 1
     * @param sampleRate samples per second and channel
     * @param channels how many channels are interleaved
     * @return the clip
     * @throws IllegalArgumentException if the rate or the channel count is not positive or the samples do not divide
     *     evenly among the channels
     */
    public static AudioClip of(float[] samples, int sampleRate, int channels) {
        return new AudioClip(samples, sampleRate, channels, List.of());
    }

    /**
     * Converts 16-bit samples; each becomes {@code s / 32768}, which a float holds exactly.
     *
     * @param samples interleaved by channel
     * @param sampleRate samples per second and channel
     * @param channels how many channels are interleaved
     * @return the clip
     * @throws IllegalArgumentException as for {@link #of}
     */
    public static AudioClip ofPcm16(short[] samples, int sampleRate, int channels) {
        float[] converted = new float[samples.length];
        for (int i = 0; i < samples.length; i++) {
            converted[i] = samples[i] / 32768.0f;
        }
        return new AudioClip(converted, sampleRate, channels, List.of());
    }

    /**
     * Converts 16-bit little-endian bytes; each sample becomes {@code s / 32768}, which a float holds exactly.
     *
     * @param bytes two for each sample, low byte first, interleaved by channel
     * @param sampleRate samples per second and channel
     * @param channels how many channels are interleaved
     * @return the clip
     * @throws IllegalArgumentException as for {@link #of}, or if the bytes are not whole samples
     */
    public static AudioClip ofPcm16(byte[] bytes, int sampleRate, int channels) {
        float[] converted = new float[wholeSamples(bytes.length, 2)];
        for (int i = 0; i < converted.length; i++) {
            converted[i] = (short) (bytes[2 * i] & 0xff | bytes[2 * i + 1] << 8) / 32768.0f;
        }
        return new AudioClip(converted, sampleRate, channels, List.of());
    }

    /**
     * Converts packed 24-bit little-endian bytes; each sample becomes {@code s / 8388608}, which a float holds exactly.
     *
     * @param bytes three for each sample, low byte first, interleaved by channel
     * @param sampleRate samples per second and channel
     * @param channels how many channels are interleaved
     * @return the clip
     * @throws IllegalArgumentException as for {@link #of}, or if the bytes are not whole samples
     */
    public static AudioClip ofPcm24(byte[] bytes, int sampleRate, int channels) {
        float[] converted = new float[wholeSamples(bytes.length, 3)];
        for (int i = 0; i < converted.length; i++) {
            int sample = bytes[3 * i] & 0xff | (bytes[3 * i + 1] & 0xff) << 8 | bytes[3 * i + 2] << 16;
            converted[i] = sample / 8388608.0f;
        }
        return new AudioClip(converted, sampleRate, channels, List.of());
    }

    /**
     * Reads a file through the decoders on the class or module path: WAV with {@code cry-sdk-dsp}, and whatever a phone
     * records with {@code cry-sdk-media}. For a long recording {@link AudioReader} does with less memory.
     *
     * @param file the audio or video file
     * @return the whole of its best audio track at the file's own rate and channel count, with the decoder's {@link #warnings()}
     * @throws CryException {@link CryErrorCode#AUDIO_UNREADABLE} if it is not there or cannot be opened;
     *     {@link CryErrorCode#UNSUPPORTED_FORMAT} if no decoder takes it or it is damaged;
     *     {@link CryErrorCode#INVALID_AUDIO} if it holds no audio, more than the limits allow, or more than fits into the heap;
     *     {@link CryErrorCode#PROVIDER_UNAVAILABLE} if a decoder's native libraries are missing;
     *     {@link CryErrorCode#CANCELLED} if the thread was interrupted
     */
    public static AudioClip read(Path file) {
        try (AudioReader reader = AudioReader.open(file)) {
            return reader.readAll();
        }
    }

    /**
     * Returns the same samples, with something to know before trusting them.
     *
     * @param known for people, as {@link AudioReader#warnings()} has them
     * @return a clip over the same array
     */
    public AudioClip withWarnings(List<String> known) {
        return new AudioClip(samples, sampleRate, channels, known);
    }

    /**
     * Returns what was wrong with the file that the samples came from.
     *
     * @return for people; empty if nothing was, or if the samples come from no file
     */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Returns the samples themselves, not a copy: leave them alone.
     *
     * @return interleaved by channel, full scale -1 to 1
     */
    public float[] samples() {
        return samples;
    }

    /**
     * Returns the sample rate.
     *
     * @return samples per second and channel
     */
    public int sampleRate() {
        return sampleRate;
    }

    /**
     * Returns the channel count.
     *
     * @return one or more
     */
    public int channels() {
        return channels;
    }

    /**
     * Returns how many samples each channel has.
     *
     * @return samples per channel
     */
    public int samplesPerChannel() {
        return samples.length / channels;
    }

    /**
     * Returns how long the clip is.
     *
     * @return seconds
     */
    public double durationSeconds() {
        return (double) samplesPerChannel() / sampleRate;
    }

    /**
     * Describes the clip without its samples.
     *
     * @return for example {@code AudioClip[6.96 s, 8000 Hz, 1 channel]}
     */
    @Override
    public String toString() {
        return "AudioClip[" + Checks.decimals(durationSeconds()) + " s, " + sampleRate + " Hz, " + channels
                + (channels == 1 ? " channel]" : " channels]");
    }

    private static int wholeSamples(int bytes, int width) {
        if (bytes % width != 0) {
            throw new IllegalArgumentException(bytes + " bytes are not whole samples of " + width + " bytes");
        }
        return bytes / width;
    }
}
