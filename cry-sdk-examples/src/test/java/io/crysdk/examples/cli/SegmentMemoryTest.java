package io.crysdk.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crysdk.AudioClip;
import io.crysdk.examples.SampleClip;
import io.crysdk.testing.OtherJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty minutes of audio, 77 MB once decoded, are cut, exported and drawn in a heap of 32 MB. */
class SegmentMemoryTest {
    private static final int RATE = 16_000;
    private static final int LENGTH = 1200 * RATE;

    @TempDir
    Path folder;

    @Test
    void aLongRecordingIsCutInASmallHeap() throws Exception {
        Path wav = recording();
        Path clips = folder.resolve("clips");
        Path png = folder.resolve("recording.png");
        OtherJvm.Ended ended = OtherJvm.of(CryCommand.class, "-Xmx32m")
                .run("segment", wav.toString(), "--no-gate", "--export", clips.toString(), "--png", png.toString());
        assertThat(ended.exit()).as(ended.said().toString()).isZero();
        assertThat(ended.said().get(0)).matches(".*recording\\.wav: 1200\\.00 s, ([6-9]|1[0-5]) cries, .*");
        assertThat(ended.said().get(ended.said().size() - 1)).contains(" 1199.");
        try (Stream<Path> files = Files.list(clips)) {
            assertThat(files)
                    .hasSizeBetween(6, 15)
                    .allMatch(clip -> AudioClip.read(clip).durationSeconds() >= 0.18);
        }
        assertThat(ImageIO.read(png.toFile())).isNotNull();
    }

    /** Silence, quickly made, but for a cry at the beginning, in the middle and at the end. */
    private Path recording() throws IOException {
        float[] cry = SampleClip.load().samples();
        ByteBuffer pcm = ByteBuffer.allocate(2 * cry.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : cry) {
            pcm.putShort((short) (sample * 32767));
        }
        ByteBuffer head = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(0x46464952).putInt(36 + 2 * LENGTH).putInt(0x45564157);
        head.putInt(0x20746d66).putInt(16).putShort((short) 1).putShort((short) 1);
        head.putInt(RATE).putInt(2 * RATE).putShort((short) 2).putShort((short) 16);
        head.putInt(0x61746164).putInt(2 * LENGTH).flip();
        Path file = folder.resolve("recording.wav");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(head);
            for (int at : new int[] {0, LENGTH / 2, LENGTH - cry.length}) {
                channel.write(pcm.rewind(), 44L + 2L * at);
            }
        }
        return file;
    }
}
