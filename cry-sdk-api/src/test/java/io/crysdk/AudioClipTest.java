package io.crysdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AudioClipTest {
    @Property(tries = 200)
    void sixteenBitsAreExactFromShortsAndFromBytes(@ForAll short[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        for (short sample : samples) {
            bytes.putShort(sample);
        }
        AudioClip fromShorts = AudioClip.ofPcm16(samples, 16_000, 1);
        AudioClip fromBytes = AudioClip.ofPcm16(bytes.array(), 16_000, 1);
        assertThat(fromBytes.samples()).isEqualTo(fromShorts.samples());
        for (int i = 0; i < samples.length; i++) {
            assertThat((double) fromShorts.samples()[i]).isEqualTo(samples[i] / 32768.0);
        }
    }

    @Property(tries = 500)
    void twentyFourBitsAreExact(@ForAll @IntRange(min = -8_388_608, max = 8_388_607) int sample) {
        byte[] bytes = {(byte) sample, (byte) (sample >> 8), (byte) (sample >> 16)};
        assertThat((double) AudioClip.ofPcm24(bytes, 48_000, 1).samples()[0]).isEqualTo(sample / 8_388_608.0);
    }

    @Test
    void knowsItsShape() {
        AudioClip stereo = AudioClip.of(new float[88_200], 44_100, 2);
        assertThat(stereo.samplesPerChannel()).isEqualTo(44_100);
        assertThat(stereo.durationSeconds()).isEqualTo(1.0);
        assertThat(stereo).hasToString("AudioClip[1.00 s, 44100 Hz, 2 channels]");
        assertThat(AudioClip.of(new float[0], 8_000, 1)).hasToString("AudioClip[0.00 s, 8000 Hz, 1 channel]");
    }

    @Test
    void keepsTheArrayItIsGiven() {
        float[] samples = new float[10];
        assertThat(AudioClip.of(samples, 16_000, 1).samples()).isSameAs(samples);
    }

    @Test
    void refusesShapesThatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> AudioClip.of(new float[4], 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> AudioClip.of(new float[4], 16_000, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> AudioClip.of(new float[5], 16_000, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> AudioClip.ofPcm16(new byte[3], 16_000, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> AudioClip.ofPcm24(new byte[4], 16_000, 1));
    }

    @Test
    void readingSaysWhatIsMissing(@TempDir Path folder) throws IOException {
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> AudioClip.read(folder.resolve("none.wav")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.AUDIO_UNREADABLE))
                .withMessageContaining("none.wav");
        Path file = Files.write(folder.resolve("some.wav"), new byte[100]);
        assertThatExceptionOfType(CryException.class)
                .isThrownBy(() -> AudioClip.read(file))
                .satisfies(e -> assertThat(e.code()).isEqualTo(CryErrorCode.UNSUPPORTED_FORMAT))
                .withMessageContaining("cry-sdk-dsp")
                .withMessageContaining("cry-sdk-media");
    }
}
